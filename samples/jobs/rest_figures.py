"""What a running application tells over Spark's REST API, and how to grade it: the figures of a daily checklist."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from measuring import Skip
from reporting import size


class Rest:
    """The REST API of the application's own web UI. Its address is `spark.sparkContext.uiWebUrl`."""

    def __init__(self, spark: SparkSession):
        context = spark.sparkContext
        if context.uiWebUrl is None:
            raise Skip("the web UI, whose address the REST API has: spark.ui.enabled=true")
        self._bus = context._jsc.sc().listenerBus()
        self._base = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}"
        self.requests = 0
        self.get("/executors")

    def get(self, path: str) -> Any:
        self.requests += 1
        try:
            with urllib.request.urlopen(f"{self._base}{path}", timeout=30) as answer:
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError) as problem:
            raise Skip(f"a web UI that can be reached from the driver: {self._base}: {problem}") from None

    def settle(self) -> None:
        """Waits until the API knows of all that has ended. Only the driver itself can ask for that."""
        self._bus.waitUntilEmpty()

    def stages(self) -> list[dict]:
        """Stages that ran tasks, the newest first."""
        return [stage for stage in self.get("/stages") if stage["numCompleteTasks"] + stage["numFailedTasks"] > 0]

    def slots(self) -> int:
        return sum(one["totalCores"] for one in self.get("/executors") if one["isActive"])


@dataclass(frozen=True)
class Health:
    """The figures of some stages together; those of tasks are of the worst stage."""

    stages: int
    tasks: int
    failed_tasks: int
    run_seconds: float
    gc_share: float
    spilled_bytes: int
    shuffle_write_bytes: int
    # Slowest over median task, in stages of three tasks or more.
    skew: float
    # Shuffle bytes that one task read, at most.
    partition_bytes: int
    # Run time of tasks, over the time that all slots were there for.
    utilization: float


def health(rest: Rest, stages: list[dict], wall_seconds: float) -> Health:
    """Adds up what the API says of the stages, with a request for the tasks of each."""
    run = sum(stage["executorRunTime"] for stage in stages)
    skew, partition = 0.0, 0
    for stage in stages:
        if stage["status"] != "COMPLETE":
            continue
        quantiles = quantiles_of(rest, stage)
        median, slowest = quantiles["executorRunTime"]
        if stage["numCompleteTasks"] >= 3:
            skew = max(skew, slowest / max(median, 1.0))
        partition = max(partition, int(quantiles["shuffleReadMetrics"]["readBytes"][1]))
    return Health(
        stages=len(stages),
        tasks=sum(stage["numCompleteTasks"] for stage in stages),
        failed_tasks=sum(stage["numFailedTasks"] for stage in stages),
        run_seconds=run / 1000,
        gc_share=sum(stage["jvmGcTime"] for stage in stages) / max(run, 1),
        spilled_bytes=sum(stage["diskBytesSpilled"] for stage in stages),
        shuffle_write_bytes=sum(stage["shuffleWriteBytes"] for stage in stages),
        skew=skew,
        partition_bytes=partition,
        utilization=min(1.0, run / 1000 / max(rest.slots() * wall_seconds, 0.001)),
    )


def quantiles_of(rest: Rest, stage: dict) -> dict:
    """Median and maximum over the tasks of a stage."""
    return rest.get(f"/stages/{stage['stageId']}/{stage['attemptId']}/taskSummary?quantiles=0.5,1.0")


# ---------------------------------------------------------------- thresholds


@dataclass(frozen=True)
class Check:
    """A line of the daily checklist: what people say, and what Shufflewise goes by."""

    title: str
    value: float
    shown: str
    folklore: str
    product: str


def grade(value: float, good: float, critical: float) -> str:
    """Folklore's word for a figure that is better the smaller it is."""
    return "good" if value < good else "critical" if value > critical else "warning"


def checklist(found: Health, task_memory: int) -> list[Check]:
    """The figures against both sets of thresholds. `task_memory` is what a task can have at most, in bytes."""
    long_enough = found.run_seconds >= 60
    gc = "severe" if found.gc_share >= 0.2 else "warning" if found.gc_share >= 0.1 else "good"
    limit = min(1024**3, task_memory // 2)
    used = found.utilization
    return [
        Check(
            "GC time / run time",
            found.gc_share,
            f"{found.gc_share:.1%}",
            grade(found.gc_share, 0.05, 0.10),
            gc if long_enough or gc == "good" else f"{gc}, but under 60 s of run time",
        ),
        Check(
            "spilled to disk",
            found.spilled_bytes,
            size(found.spilled_bytes),
            "good" if found.spilled_bytes == 0 else grade(found.spilled_bytes, 0, 5e9),
            "good" if found.spilled_bytes == 0 else f"compare with {size(task_memory)} a task",
        ),
        Check(
            "slowest / median task",
            found.skew,
            f"{found.skew:.1f}",
            grade(found.skew, 2, 5),
            "skewed" if found.skew >= 5 and found.tasks >= 10 else "good",
        ),
        Check(
            "shuffle read of a task",
            found.partition_bytes,
            size(found.partition_bytes),
            grade(found.partition_bytes, 1e9, 5e9),
            f"above {size(limit)}" if found.partition_bytes > limit else "good",
        ),
        Check(
            "slots at work",
            used,
            f"{used:.0%}",
            "good" if used > 0.8 else "critical" if used < 0.6 else "warning",
            "good" if used > 0.8 else f"ask where {1 - used:.0%} went: driver, too few tasks, tail, start",
        ),
        Check(
            "failed tasks",
            found.failed_tasks,
            str(found.failed_tasks),
            "good" if found.failed_tasks == 0 else "warning",
            "good" if found.failed_tasks == 0 else "read the failure reason",
        ),
    ]
