"""Cluster setup, measured: what a job is running on, what it got, and how to ask for the same elsewhere.

    python 01_cluster_setup.py
    spark-submit --master yarn --py-files measuring.py,reporting.py,spark_figures.py 01_cluster_setup.py

Begin here. `inventory` tells what this very session has, where each number comes from, and holds Spark's formulas for
memory against what the executors report. `master-in-code` shows why none of these jobs names a master. `submit-lines`
prints the lines that ask for the same resources on a laptop, Standalone, YARN and Kubernetes, and lets Spark's own
parser check them. `slots` and `driver-traffic` show what follows for partitions, and for client and cluster mode.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 50000000`; `master-in-code` starts small sessions of its own, and only where the job runs in local mode.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

try:
    from measuring import Answer, Claim, Job, Measured, Section, Skip, argument_parser, is_local, noise, run_job
    from measuring import settings, sorted_rows, whole_number
    from spark_figures import each
except ModuleNotFoundError as missing:
    print(f"{missing}: send it along, --py-files measuring.py,reporting.py,spark_figures.py", file=sys.stderr)
    sys.exit(2)

MIB = 1024 * 1024
# Heap that Spark keeps for itself (UnifiedMemoryManager).
RESERVED = 300 * MIB
# Memory beside the heap: a tenth of it, at least 384 MiB (ResourceProfile.calculateOverHeadMemory).
OVERHEAD_FACTOR, LEAST_OVERHEAD = 0.10, 384
# For Python on Kubernetes in cluster mode.
KUBERNETES_PYTHON_FACTOR = 0.40


# ---------------------------------------------------------------- what there is


@dataclass(frozen=True)
class Resources:
    """What the session got. Sizes in MiB."""

    executors: int
    cores: int  # of one executor
    heap: int  # of one executor; in local mode the driver's, which is the only JVM there is
    driver_heap: int
    local: bool


def resources_of(spark: SparkSession) -> Resources:
    context = spark.sparkContext
    local = is_local(spark)
    driver_heap = mebibytes(context.getConf().get("spark.driver.memory", "1g"))
    heap = driver_heap if local else mebibytes(context.getConf().get("spark.executor.memory", "1g"))
    executors = len(executors_of(spark))
    return Resources(executors, max(1, context.defaultParallelism // executors), heap, driver_heap, local)


def executors_of(spark: SparkSession) -> list[Any]:
    """Spark's own account of its executors. In local mode that is the driver; on a cluster the driver is none."""
    everyone = list(each(spark.sparkContext._jsc.sc().statusStore().executorList(True)))
    return everyone if is_local(spark) else [one for one in everyone if one.id() != "driver"] or everyone


def mebibytes(text: str) -> int:
    """A size as Spark writes memory: 4g, 4096m, or 4096, which are MiB."""
    number, unit = text.lower().rstrip("b"), "m"
    if number[-1:] in "kmgt":
        number, unit = number[:-1], number[-1]
    return int(int(number) * {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}[unit])


def overhead(heap: int, factor: float = OVERHEAD_FACTOR) -> int:
    return max(int(heap * factor), LEAST_OVERHEAD)


def unified_memory(heap_bytes: int, fraction: float) -> int:
    """Execution and storage memory together, in bytes."""
    return int((heap_bytes - RESERVED) * fraction)


# ---------------------------------------------------------------- inventory


def count_by_a_job(spark: SparkSession) -> Answer:
    """Starts tasks all over the cluster, which report the machine and the process that they found themselves in."""

    def whereabouts(_: int) -> tuple[str, int]:
        time.sleep(0.05)  # or the first executor would be done with all of them
        return socket.gethostname(), os.getppid()

    context = spark.sparkContext
    tasks = 8 * context.defaultParallelism
    places = context.parallelize(range(tasks), tasks).map(whereabouts).collect()
    return Answer(checked="there are some" if places else "there are none", told=len(set(places)))


def count_by_asking(spark: SparkSession) -> Answer:
    """The driver knows its executors; no task is needed to find out."""
    executors = executors_of(spark)
    return Answer(checked="there are some" if executors else "there are none", told=len(executors))


def told_of(spark: SparkSession, key: str, default: str) -> str:
    """A setting's value, and whether somebody set it."""
    value = spark.sparkContext.getConf().get(key)
    return f"{default} (Spark's default: {key} is not set)" if value is None else f"{value} ({key})"


def memory_lines(spark: SparkSession) -> list[str]:
    """The formulas, beside what the executors themselves report."""
    conf = spark.sparkContext.getConf()
    fraction = float(conf.get("spark.memory.fraction", "0.6"))
    storage = float(conf.get("spark.memory.storageFraction", "0.5"))
    here = resources_of(spark)
    heap_bytes = here.heap * MIB
    if here.local:
        heap_bytes = spark.sparkContext._jvm.java.lang.Runtime.getRuntime().maxMemory()
    unified = unified_memory(heap_bytes, fraction)
    reported = sorted(one.memoryMetrics().get().totalOnHeapStorageMemory() for one in executors_of(spark))
    verdict = "as computed" if set(reported) == {unified} else "the JVM's collector keeps a part of its heap"
    lines = [
        f"heap {heap_bytes:,} bytes; unified memory (heap - 300 MiB) x {fraction:g} = {unified:,} bytes.",
        f"The executors report {reported[0]:,} bytes: {verdict}.",
        f"Storage keeps {int(unified * storage):,} bytes of it for cached blocks (x {storage:g}); "
        f"each of {here.cores} tasks at once gets from {unified // (2 * here.cores):,} to {unified // here.cores:,}.",
    ]
    if here.local:
        return [*lines, "In local mode that is all: nobody is asked for a container, and Python's workers come on top."]
    booked = here.heap + overhead(here.heap)
    return [*lines, f"A container books {booked:,} MiB: heap + max(floor(heap x 0.1), 384 MiB), off-heap and Python's."]


def inventory(job: Job) -> Section:
    spark = job.spark

    def what_there_is(measured: dict[str, Measured]) -> list[str]:
        here = resources_of(spark)
        of_executors = told_of(spark, "spark.executor.memory", "1g")
        return [
            f"master: {told_of(spark, 'spark.master', 'local[*]')}; "
            f"deploy mode: {told_of(spark, 'spark.submit.deployMode', 'client')}.",
            f"executors: {here.executors} of {here.cores} cores, {job.slots} tasks at once.",
            f"heap of the driver: {told_of(spark, 'spark.driver.memory', '1g')}; "
            f"of an executor: {'the driver is the only one' if here.local else of_executors}.",
            f"overhead: {told_of(spark, 'spark.executor.memoryOverhead', 'derived')}; "
            f"off-heap: {told_of(spark, 'spark.memory.offHeap.size', '0')}; "
            f"Python: {told_of(spark, 'spark.executor.pyspark.memory', 'no limit')}.",
            *memory_lines(spark),
            "The job that looked found "
            + ", asking gave ".join(str(one.answer.told) for one in measured.values())
            + ": a job sees executors that have a place for it, and only while it runs.",
        ]

    return Section(
        question="how many executors does this session have, and what are they made of?",
        variants={
            "a job that looks": lambda: count_by_a_job(spark),
            "ask the driver": lambda: count_by_asking(spark),
        },
        before="a job that looks",
        after="ask the driver",
        takeaway="The driver knows what there is. Ask it, size by Spark's formulas, and start no tasks to find out.",
        elsewhere="A job that looks also misses executors that are busy, or that dynamic allocation has not started.",
        notes=what_there_is,
    )


# ---------------------------------------------------------------- master in the code

# What both children run. Where it runs is said from outside, as spark-submit does.
CHILD = """
import json, sys, time
from pyspark.sql import SparkSession, functions as F
builder = SparkSession.builder.appName("child").config("spark.ui.enabled", "false")
spark = {builder}.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
work = spark.range(0, {rows}, 1, 16).select(F.sum(F.pmod(F.crc32(F.sha2(F.col("id").cast("string"), 256)), F.lit(97))))
work.first()
start = time.perf_counter()
found = work.first()[0]
seconds = time.perf_counter() - start
print(json.dumps([found, seconds, spark.sparkContext.master, spark.sparkContext.defaultParallelism]))
spark.stop()
"""


def run_child(job: Job, builder: str) -> Answer:
    """Starts a session as `spark-submit --master local[N]` does, and times the work in it, not its start."""
    asked = f"--master local[{job.slots}] --conf spark.driver.memory=512m pyspark-shell"
    # A child of spark-submit inherits a gateway and settings that are this session's own.
    own = ("PYSPARK_GATEWAY", "_PYSPARK", "SPARK_ENV")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    code = CHILD.format(builder=builder, rows=job.options.scale)
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYSPARK_SUBMIT_ARGS": asked},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if ended.returncode != 0:
        raise RuntimeError(f"the child ended with {ended.returncode}: {ended.stderr[-500:]}")
    found, seconds, master, slots = json.loads(ended.stdout.strip().splitlines()[-1])
    return Answer(checked=found, told=(master, slots), seconds=seconds)


def master_in_code(job: Job) -> Section:
    if not is_local(job.spark):
        raise Skip("local mode: it starts sessions of its own beside this one")

    def what_won(measured: dict[str, Measured]) -> list[str]:
        lines = [f"Both were started with --master local[{job.slots}]."]
        for name, one in measured.items():
            master, slots = one.answer.told
            lines.append(f"{name}: ran on {master}, {slots} {'task' if slots == 1 else 'tasks'} at once.")
        return lines

    return Section(
        question=f"a script that names local[1], and one that names nothing, asked to run on local[{job.slots}]",
        variants={
            "master in the code": lambda: run_child(job, 'builder.master("local[1]")'),
            "master from outside": lambda: run_child(job, "builder"),
        },
        before="master in the code",
        after="master from outside",
        takeaway="A master in the code beats the one of spark-submit. Name none, and the job runs wherever it is sent.",
        elsewhere="On a cluster such a job runs on the driver's machine alone, while the executors wait.",
        most_runs=1,
        notes=what_won,
    )


# ---------------------------------------------------------------- the same resources elsewhere


def flags_for(manager: str, here: Resources) -> list[tuple[str, str]]:
    """The options of spark-submit that ask for what this session has."""
    heap, cores, executors = f"{here.heap}m", str(here.cores), str(here.executors)
    driver = ("--driver-memory", f"{here.driver_heap}m")
    if manager == "local":
        return [("--master", f"local[{here.cores * here.executors}]"), ("--driver-memory", heap)]
    executor = [("--executor-cores", cores), ("--executor-memory", heap)]
    if manager == "standalone":
        total = ("--total-executor-cores", str(here.cores * here.executors))
        return [("--master", "spark://HOST:7077"), ("--deploy-mode", "client"), driver, total, *executor]
    master = "yarn" if manager == "yarn" else "k8s://https://HOST:443"
    return [("--master", master), ("--deploy-mode", "cluster"), driver, ("--num-executors", executors), *executor]


PROPERTIES = {
    "--master": "spark.master",
    "--deploy-mode": "spark.submit.deployMode",
    "--driver-memory": "spark.driver.memory",
    "--num-executors": "spark.executor.instances",
    "--total-executor-cores": "spark.cores.max",
    "--executor-cores": "spark.executor.cores",
    "--executor-memory": "spark.executor.memory",
}
MANAGERS = ["local", "standalone", "yarn", "kubernetes"]


def parsed_by_spark(spark: SparkSession, arguments: list[str]) -> dict[str, str]:
    """What spark-submit would understand, by the class that it parses its arguments with."""
    jvm = spark.sparkContext._jvm
    sequence = jvm.PythonUtils.toSeq([*arguments, "job.py"])
    # It refuses YARN where no Hadoop configuration is named; that of another machine is not needed to read a line.
    environment = jvm.PythonUtils.toScalaMap({"YARN_CONF_DIR": "."})
    understood = jvm.org.apache.spark.deploy.SparkSubmitArguments(sequence, environment)
    found = {
        "spark.master": understood.master(),
        "spark.submit.deployMode": understood.deployMode(),
        "spark.driver.memory": understood.driverMemory(),
        "spark.executor.instances": understood.numExecutors(),
        "spark.cores.max": understood.totalExecutorCores(),
        "spark.executor.cores": understood.executorCores(),
        "spark.executor.memory": understood.executorMemory(),
    }
    return {key: value for key, value in sorted(found.items()) if value is not None}


def understood_from(spark: SparkSession, arguments_of: Any, here: Resources) -> list[tuple]:
    return [(manager, parsed_by_spark(spark, arguments_of(flags_for(manager, here)))) for manager in MANAGERS]


def as_flags(flags: list[tuple[str, str]]) -> list[str]:
    return [word for flag in flags for word in flag]


def as_properties(flags: list[tuple[str, str]]) -> list[str]:
    """The same as --conf, in the form that spark-defaults.conf has as well."""
    return [word for flag, value in flags for word in ("--conf", f"{PROPERTIES[flag]}={value}")]


def submit_lines(job: Job) -> Section:
    spark, here = job.spark, resources_of(job.spark)

    def to_copy(_: dict[str, Measured]) -> list[str]:
        lines = []
        for manager in MANAGERS:
            flags = " ".join(as_flags(flags_for(manager, here)))
            lines.append(f"{manager}: spark-submit {flags} job.py")
        kubernetes = here.heap + overhead(here.heap, KUBERNETES_PYTHON_FACTOR)
        return [
            *lines,
            f"Containers of one executor: YARN {here.heap + overhead(here.heap):,} MiB, rounded up to its steps; "
            f"Kubernetes in cluster mode {kubernetes:,} MiB for Python (40% of the heap beside it), and an image as "
            "well: --conf spark.kubernetes.container.image. Standalone books the heap alone; keep room for the rest.",
            "Client mode: the driver runs where you type, uses that machine's network and memory, and ends with it. "
            "Cluster mode: it runs on a node, counts against its memory, and its prints are in its log. "
            "Standalone has no cluster mode for Python.",
        ]

    return Section(
        question=f"{here.executors} x {here.cores} cores with {here.heap} MiB, asked of each cluster manager",
        variants={
            "as properties": lambda: understood_from(spark, as_properties, here),
            "as flags": lambda: understood_from(spark, as_flags, here),
        },
        before="as properties",
        after="as flags",
        takeaway="Flags and --conf mean the same. Each manager counts executors in its own way, so do not mix them.",
        elsewhere="Spark's own parser reads both forms alike; neither is faster.",
        notes=to_copy,
    )


# ---------------------------------------------------------------- slots


def make_events(spark: SparkSession, rows: int, seed: int) -> DataFrame:
    tasks = 4 * spark.sparkContext.defaultParallelism
    return spark.range(0, rows, 1, tasks).select(
        F.pmod(noise(seed, 1), F.lit(max(10, rows // 20))).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(12)).alias("category"),
        (F.pmod(noise(seed, 3), F.lit(10_000)) + 1).alias("cents"),
    )


def best_customers(events: DataFrame) -> list[tuple]:
    totals = events.groupBy("customer_id").agg(F.sum("cents").alias("cents"))
    return sorted_rows(totals.agg(F.count("*"), F.max("cents"), F.sum("cents")))


def with_partitions(spark: SparkSession, events: DataFrame, partitions: int, adaptive: bool = False) -> list[tuple]:
    values = {"spark.sql.shuffle.partitions": partitions, "spark.sql.adaptive.enabled": str(adaptive).lower()}
    with settings(spark, values):
        return best_customers(events)


def slots(job: Job) -> Section:
    spark, per_slot = job.spark, job.options.tasks_per_slot
    events = make_events(spark, job.options.scale * 2, job.options.seed)
    fitting = per_slot * job.slots
    return Section(
        question=f"a shuffle into 200 partitions, and into {per_slot} for each of {job.slots} slots",
        variants={
            "200, the default": lambda: with_partitions(spark, events, 200),
            "200, adaptive": lambda: with_partitions(spark, events, 200, adaptive=True),
            "by the slots": lambda: with_partitions(spark, events, fitting),
        },
        before="200, the default",
        after="by the slots",
        claim=Claim("two to four tasks a core"),
        takeaway=f"Slots decide how many partitions pay: here {fitting}. Adaptive execution starts fewer tasks for too "
        "many of them, but every task before the shuffle still writes all the pieces.",
        elsewhere="On a cluster of 50 cores the default happens to be right, and on one of 500 it leaves most idle.",
    )


# ---------------------------------------------------------------- what goes to the driver


def sum_on_the_driver(events: DataFrame) -> list[tuple]:
    """Every row goes to the driver: in client mode over the network to the machine that somebody types on."""
    totals: dict[int, int] = {}
    for row in events.collect():  # expect: row-loop-on-driver
        totals[row["category"]] = totals.get(row["category"], 0) + row["cents"]
    return sorted(totals.items())


def sum_on_executors(events: DataFrame) -> list[tuple]:
    """Twelve rows go to the driver, whatever the scale."""
    return sorted_rows(events.groupBy("category").agg(F.sum("cents")))


def driver_traffic(job: Job) -> Section:
    rows = min(job.options.scale // 3, 2_000_000)
    events = make_events(job.spark, rows, job.options.seed).select("category", "cents")
    return Section(
        question=f"a sum by category of {rows:,} rows, on the driver and on the executors",
        variants={
            "collect, then sum": lambda: sum_on_the_driver(events),
            "sum, then collect": lambda: sum_on_executors(events),
        },
        before="collect, then sum",
        after="sum, then collect",
        takeaway="The driver is one process, in client mode far from the data. Bring it answers, never rows.",
        elsewhere="Here the driver is on the same machine; elsewhere each of these rows crosses a network.",
        notes=lambda _: [
            f"To the driver went {rows:,} rows in the first way, 12 in the second. Enough of them end the job: "
            f"at most {told_of(job.spark, 'spark.driver.maxResultSize', '1g')}."
        ],
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "inventory": inventory,
    "master-in-code": master_in_code,
    "submit-lines": submit_lines,
    "slots": slots,
    "driver-traffic": driver_traffic,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=1_500_000)
    parser.add_argument(
        "--tasks-per-slot",
        type=whole_number(1, 100),
        default=4,
        metavar="N",
        help="partitions for each slot, for slots (default 4)",
    )
    return run_job("01_cluster_setup", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
