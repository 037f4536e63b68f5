"""Spark's own account of what just ran: stages, tasks, bytes moved, and the joins of the executed plan.

It reads the stores behind Spark's web UI through the JVM gateway. They are filled whether the UI is on or off, so
nothing has to be switched on, and no port has to be reachable.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any, Iterator

from pyspark.sql import SparkSession


@dataclass
class Figures:
    """What one run cost, as Spark counted it."""

    stages: int = 0
    tasks: int = 0
    # Bytes that map tasks wrote for other tasks to fetch.
    shuffle_bytes: int = 0
    # Bytes of the tables that were collected on the driver to be sent to every executor.
    broadcast_bytes: int = 0
    # Bytes that did not fit in a task's share of memory and went to disk.
    spill_bytes: int = 0
    # The slowest task against the median one, in the stage of the slowest task. None where no stage had three
    # tasks: a median says nothing then.
    slowest_over_median_task: float | None = None
    # One for each join that ran. "SortMergeJoin -> BroadcastHashJoin": adaptive execution changed it on the way.
    joins: list[str] = field(default_factory=list)


class SparkStatus:
    """Tells what ran after a mark. Nothing else may run in the session between the mark and the question."""

    def __init__(self, spark: SparkSession):
        context = spark.sparkContext
        self._bus = context._jsc.sc().listenerBus()
        self._stages = context._jsc.sc().statusStore()
        self._queries = spark._jsparkSession.sharedState().statusStore()
        double = context._gateway.jvm.double
        self._no_quantiles = context._gateway.new_array(double, 0)
        self._median_and_max = context._gateway.new_array(double, 2)
        self._median_and_max[0], self._median_and_max[1] = 0.5, 1.0

    def mark(self) -> tuple[int, int]:
        """The numbers of the newest stage and of the newest query so far."""
        stage = next(self._newest_stages(), None)
        query = next(self._newest_queries(), None)
        return stage.stageId() if stage else -1, query.executionId() if query else -1

    def since(self, mark: tuple[int, int]) -> Figures:
        """The figures of all that is newer than the mark."""
        last_stage, last_query = mark
        figures = Figures()
        slowest = 0.0
        for stage in self._newest_stages():
            if stage.stageId() <= last_stage:
                break
            if stage.numCompleteTasks() == 0:  # skipped, because its shuffle files were still there
                continue
            figures.stages += 1
            figures.tasks += stage.numCompleteTasks()
            figures.shuffle_bytes += stage.shuffleWriteBytes()
            figures.spill_bytes += stage.diskBytesSpilled()
            median, maximum = self._task_times(stage)
            if stage.numCompleteTasks() >= 3 and maximum > slowest:
                slowest = maximum
                figures.slowest_over_median_task = round(maximum / max(median, 1.0), 2)
        for query in self._queries_since(last_query):
            figures.broadcast_bytes += self._broadcast_bytes(query.executionId())
            figures.joins[:0] = joins_of(query.physicalPlanDescription())
        return figures

    def plans_since(self, mark: tuple[int, int]) -> list[str]:
        """The executed plan of every query that is newer than the mark, the oldest first."""
        plans = [query.physicalPlanDescription() for query in self._queries_since(mark[1])]
        return plans[::-1]

    def _queries_since(self, last: int) -> Iterator[Any]:
        return itertools.takewhile(lambda query: query.executionId() > last, self._newest_queries())

    def _newest_stages(self) -> Iterator[Any]:
        self._bus.waitUntilEmpty()  # the stores learn of things by events, a little after the answer has arrived
        return each(self._stages.stageList(None, False, False, self._no_quantiles, None))

    def _newest_queries(self) -> Iterator[Any]:
        self._bus.waitUntilEmpty()
        queries = self._queries.executionsList()
        return (queries.apply(index) for index in range(queries.size() - 1, -1, -1))

    def _task_times(self, stage: Any) -> tuple[float, float]:
        """Median and maximum run time of its tasks, in milliseconds."""
        summary = self._stages.taskSummary(stage.stageId(), stage.attemptId(), self._median_and_max)
        if summary.isEmpty():
            return 0.0, 0.0
        run_time = summary.get().executorRunTime()
        return run_time.apply(0), run_time.apply(1)

    def _broadcast_bytes(self, query: int) -> int:
        values = self._queries.executionMetrics(query)
        total = 0
        for node in each(self._queries.planGraph(query).allNodes()):
            if node.name() != "BroadcastExchange":
                continue
            for metric in each(node.metrics()):
                if metric.name() == "data size" and values.contains(metric.accumulatorId()):
                    total += bytes_of(values.apply(metric.accumulatorId()))
        return total


def each(scala_sequence: Any) -> Iterator[Any]:
    """Walks a Scala collection, which Python does not know how to iterate."""
    iterator = scala_sequence.iterator()
    while iterator.hasNext():
        yield iterator.next()


def bytes_of(text: str) -> int:
    """The number of bytes in a metric as the UI words it: "1031.8 KiB". Of several numbers the first is the total."""
    found = re.search(r"([\d.,]+) ([KMGT]i)?B", text)
    if not found:
        return 0
    power = ("", "Ki", "Mi", "Gi", "Ti").index(found[2] or "")
    return int(float(found[1].replace(",", "")) * 1024**power)


JOIN = re.compile(
    r"(SortMergeJoin(?:\(skew=true\))?|ShuffledHashJoin(?:\(skew=true\))?"
    r"|BroadcastHashJoin|BroadcastNestedLoopJoin|CartesianProduct)"
)


def joins_of(plan: str) -> list[str]:
    """The joins in the text of an executed plan, with what they were planned as where that was something else."""
    tree = plan.split("\n\n")[0]  # below it stand the details of every node
    executed_tree, _, planned_tree = tree.partition("== Initial Plan ==")
    executed, planned = JOIN.findall(executed_tree), JOIN.findall(planned_tree)
    if len(planned) != len(executed):
        return executed
    return [now if now == first else f"{first} -> {now}" for first, now in zip(planned, executed)]
