"""Memory, cores and executors, computed and measured: what a session has, what fits a node, and who comes and goes.

    python 07_resource_management.py
    spark-submit --master yarn --conf spark.dynamicAllocation.enabled=true \\
        --py-files measuring.py,reporting.py,spark_figures.py,loopback_cluster.py,executor_sizes.py \\
        07_resource_management.py --section allocation

`memory`, `storage`, `waves` and `allocation` need executors: in local mode they start a small Standalone
cluster on this machine for themselves. Every section does the same in two ways and compares the answers; `shapes` and
`templates` compare two ways to compute the same sizes, and print them.

The default scale takes somewhat over a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 20000000`: the rows are the work of `allocation`. `storage` caches a little more than the executors
can hold, so on large executors it takes long.
"""

from __future__ import annotations

import functools
import sys
import threading
import time
from typing import Callable

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

try:
    from executor_sizes import GPU_NODE, MIB, NODE, SHAPES, TEMPLATES, Layout, Node, cut, execution_bytes
    from executor_sizes import heap_by_trying, heap_for, overhead, settings_of, slots, storage_bytes, unified_bytes
    from loopback_cluster import Shape, on_loopback, session_on_loopback
    from measuring import Answer, Claim, Job, Measured, Section, Skip, argument_parser, is_local, run_job
    from reporting import size
    from spark_figures import each
except ModuleNotFoundError as missing:
    helpers = "measuring.py,reporting.py,spark_figures.py,loopback_cluster.py,executor_sizes.py"
    print(f"{missing}: send it along, --py-files {helpers}", file=sys.stderr)
    sys.exit(2)

EXECUTORS = 3
HEAP = 512
OFF_HEAP = 64
IDLE_SECONDS = 3
PATIENCE_SECONDS = 90
TASKS = 12


# ---------------------------------------------------------------- executors


def executors(spark: SparkSession) -> list:
    """Spark's own summary of each executor that is there now, and has said what memory it has."""
    context = spark.sparkContext._jsc.sc()
    context.listenerBus().waitUntilEmpty()
    there = each(context.statusStore().executorList(True))
    return [one for one in there if one.id() != "driver" and one.memoryMetrics().isDefined()]


def wait_for_executors(spark: SparkSession) -> None:
    """For all of our own cluster, for one of another's."""
    wanted = EXECUTORS if on_loopback(spark) else 1
    wait_until(lambda: len(executors(spark)) >= wanted, f"{wanted} executors")


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise Skip(f"{what} within {PATIENCE_SECONDS} s")
        time.sleep(0.1)


def need_executors(job: Job) -> None:
    if is_local(job.spark):
        raise Skip("a cluster: local mode has no executors")


def setting(spark: SparkSession, key: str, default: str) -> str:
    return spark.sparkContext.getConf().get(key, default)


def mib(text: str) -> int:
    """A size as Spark writes it, `512m`, `2g` or bytes, in MiB."""
    units = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}
    number, unit = text.lower().rstrip("b"), "b"
    if number[-1] in units:
        number, unit = number[:-1], number[-1]
    return int(float(number) * units.get(unit, 1 / MIB))


# ---------------------------------------------------------------- memory


def computed_memory(spark: SparkSession, count: int) -> list[tuple[int, int]]:
    """Storage memory on and off the heap of each executor, from the settings alone."""
    heap = mib(setting(spark, "spark.executor.memory", "1g"))
    unified = unified_bytes(heap * MIB, float(setting(spark, "spark.memory.fraction", "0.6")))
    off_heap = mib(setting(spark, "spark.memory.offHeap.size", "0")) * MIB
    enabled = setting(spark, "spark.memory.offHeap.enabled", "false") == "true"
    return [(unified, off_heap if enabled else 0)] * count


def reported_memory(spark: SparkSession) -> list[tuple[int, int]]:
    """The same as the executors report it."""
    metrics = [one.memoryMetrics().get() for one in executors(spark)]
    return [(one.totalOnHeapStorageMemory(), one.totalOffHeapStorageMemory()) for one in metrics]


def hierarchy(spark: SparkSession) -> list[str]:
    """From the container down to one task."""
    heap = mib(setting(spark, "spark.executor.memory", "1g"))
    cores = int(setting(spark, "spark.executor.cores", "1"))
    tasks = slots(cores, int(setting(spark, "spark.task.cpus", "1")))
    fraction = float(setting(spark, "spark.memory.fraction", "0.6"))
    unified = unified_bytes(heap * MIB, fraction)
    storage = storage_bytes(unified, float(setting(spark, "spark.memory.storageFraction", "0.5")))
    off_heap = mib(setting(spark, "spark.memory.offHeap.size", "0"))
    python = mib(setting(spark, "spark.executor.pyspark.memory", "0"))
    total = heap + overhead(heap) + off_heap + python
    return [
        f"container {total} MiB = heap {heap} + overhead {overhead(heap)} (max of 10% and 384) + off-heap {off_heap} "
        f"+ spark.executor.pyspark.memory {python}; Standalone books the heap only.",
        f"heap {heap} MiB = reserved 300 + unified {unified / MIB:.0f} (x {fraction:g}; 0.6 by default) + "
        f"for your own objects {heap - 300 - unified / MIB:.0f}.",
        f"unified {size(unified)}: of it {size(storage)} keep cached blocks safe from execution; "
        f"each of {tasks} running tasks gets {size(execution_bytes(unified, 2 * tasks))} "
        f"to {size(execution_bytes(unified, tasks))} for its sorts, joins and aggregates.",
    ]


def memory(job: Job) -> Section:
    need_executors(job)
    spark = job.spark
    wait_for_executors(spark)
    lines = hierarchy(spark)

    def seen(measured: dict[str, Measured]) -> list[str]:
        on_heap, off_heap = measured["reported"].answer[0]
        count = len(measured["reported"].answer)
        return [*lines, f"Each of {count} executors reports {on_heap:,} bytes on its heap and {off_heap:,} off it."]

    return Section(
        question="what an executor can cache and compute in: by the formulas, and by its own report",
        variants={
            "computed": lambda: computed_memory(spark, len(executors(spark))),
            "reported": lambda: reported_memory(spark),
        },
        before="computed",
        after="reported",
        takeaway="An executor's heap is not its memory for data: 300 MiB and four tenths of the rest are for others.",
        elsewhere="This is about the numbers, not about time.",
        notes=seen,
    )


# ---------------------------------------------------------------- storage


def fill(spark: SparkSession, total_bytes: int, tasks: int) -> DataFrame:
    """Rows of some 800 bytes that look random, for a cache compresses what it can."""
    noise = F.expr("transform(sequence(1, 100), position -> xxhash64(id, position))")
    return spark.range(0, total_bytes // 800, 1, tasks).select("id", noise.alias("noise"))


def ask_cached(frame: DataFrame, level: StorageLevel) -> Answer:
    """Fills the cache, and asks it twice. What did not fit is computed again, or read from disk."""
    kept = frame.persist(level)
    try:
        answers = [kept.agg(F.count("*"), F.sum(F.size("noise"))).first()]
        answers += [kept.agg(F.max(F.col("noise")[0])).first(), kept.agg(F.min(F.col("noise")[9])).first()]
        infos = list(frame.sparkSession.sparkContext._jsc.sc().getRDDStorageInfo())
        held = sum(one.memSize() for one in infos), sum(one.diskSize() for one in infos)
        partitions = sum(one.numCachedPartitions() for one in infos)
        return Answer(checked=[tuple(row) for row in answers], told=(*held, partitions))
    finally:
        kept.unpersist(blocking=True)


def storage(job: Job) -> Section:
    need_executors(job)
    spark = job.spark
    wait_for_executors(spark)
    room = sum(one.memoryMetrics().get().totalOnHeapStorageMemory() for one in executors(spark))
    tasks = 8 * job.slots
    frame = fill(spark, int(room * 1.3), tasks)

    def held(measured: dict[str, Measured]) -> list[str]:
        lines = [f"The executors have room for {size(room)}; the cache would take about {size(room * 1.3)}."]
        for name, one in measured.items():
            in_memory, on_disk, partitions = one.answer.told
            where = f"{size(in_memory)} in memory, {size(on_disk)} on disk"
            lines.append(f"{name}: {partitions} of {tasks} partitions kept, {where}.")
        return lines

    return Section(
        question="three questions to a cache that is larger than the executors' memory for it",
        variants={
            "MEMORY_ONLY": lambda: ask_cached(frame, StorageLevel.MEMORY_ONLY),
            "MEMORY_AND_DISK": lambda: ask_cached(frame, StorageLevel.MEMORY_AND_DISK),
            "DISK_ONLY": lambda: ask_cached(frame, StorageLevel.DISK_ONLY),
        },
        before="MEMORY_ONLY",
        after="MEMORY_AND_DISK",
        takeaway="What does not fit is computed again at every question, or read from disk: compare the two costs.",
        elsewhere="These rows are cheap to make again. The dearer they are, the more the disk gains.",
        most_runs=1,
        notes=held,
    )


# ---------------------------------------------------------------- cores


def add_slowly(numbers, seconds: float):
    time.sleep(seconds)
    yield sum(numbers)


def in_waves(spark: SparkSession, tasks: int, seconds: float) -> int:
    """The same numbers and the same seconds of work, cut into so many tasks."""
    share = functools.partial(add_slowly, seconds=seconds / tasks)
    return spark.sparkContext.range(0, 10_000, 1, tasks).mapPartitions(share).sum()


def waves(job: Job) -> Section:
    need_executors(job)
    spark, count = job.spark, job.slots
    wait_for_executors(spark)
    seconds = 1.5 * count

    def arithmetic(measured: dict[str, Measured]) -> list[str]:
        cpus = ", ".join(f"{task_cpus}: {slots(16, task_cpus)}" for task_cpus in (1, 2, 4, 5))
        return [
            f"Ideal: {seconds / count:.2f} s. In {count + 1} tasks: two waves, {2 * seconds / (count + 1):.2f} s.",
            f"Slots of an executor of 16 cores by spark.task.cpus: {cpus}. The rest of the cores idles.",
        ]

    return Section(
        question=f"{seconds:.1f} s of work on {count} slots, in {count + 1} tasks or in many",
        variants={
            f"{count + 1} tasks": lambda: in_waves(spark, count + 1, seconds),
            f"{8 * count} tasks": lambda: in_waves(spark, 8 * count, seconds),
        },
        before=f"{count + 1} tasks",
        after=f"{8 * count} tasks",
        takeaway="Two to four tasks a slot or more: the last wave is then short. spark.task.cpus divides the slots.",
        elsewhere="It is the last wave that counts.",
        most_runs=2,
        notes=arithmetic,
    )


# ---------------------------------------------------------------- dynamic allocation


class Watch(threading.Thread):
    """Notes when the number of executors changes."""

    def __init__(self, spark: SparkSession):
        super().__init__(daemon=True)
        self.spark = spark
        self.start_time = time.perf_counter()
        self.changes: list[tuple[float, int]] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            count = len(executors(self.spark))
            if not self.changes or self.changes[-1][1] != count:
                self.changes.append((time.perf_counter() - self.start_time, count))
            time.sleep(0.1)

    def story(self) -> str:
        return ", ".join(f"{count} at {seconds:.1f} s" for seconds, count in self.changes)


def hashed(spark: SparkSession, rows: int) -> DataFrame:
    """Work that takes a while: each row is hashed twenty times over."""
    again = "aggregate(sequence(1, 20), cast(id AS string), (text, number) -> sha2(text, 256))"
    return spark.range(0, rows, 1, TASKS).select(F.expr(again).alias("digest"))


def work_in_one(spark: SparkSession, rows: int) -> list:
    """One task asks for one executor, however many there could be."""
    merged = hashed(spark, rows).coalesce(1)  # expect: single-partition
    return list(merged.agg(F.max("digest"), F.count("*")).first())


def work_in_many(spark: SparkSession, rows: int) -> list:
    return list(hashed(spark, rows).agg(F.max("digest"), F.count("*")).first())


def watched(spark: SparkSession, work: Callable[[SparkSession, int], list], rows: int) -> Answer:
    """From no executor, over the work, to no executor. Only the work is timed."""
    wait_until(lambda: not executors(spark), "idle executors to go")
    watch = Watch(spark)
    watch.start()
    try:
        start = time.perf_counter()
        answer = work(spark, rows)
        seconds = time.perf_counter() - start
        wait_until(lambda: not executors(spark), "idle executors to go")
    finally:
        time.sleep(0.3)
        watch.over.set()
        watch.join()
    return Answer(checked=answer, told=watch, seconds=seconds)


def dynamic_allocation(job: Job) -> Section:
    need_executors(job)
    spark = job.spark
    if setting(spark, "spark.dynamicAllocation.enabled", "false") != "true":
        raise Skip("--conf spark.dynamicAllocation.enabled=true")
    if int(setting(spark, "spark.dynamicAllocation.minExecutors", "0")) > 0:
        raise Skip("--conf spark.dynamicAllocation.minExecutors=0, to see them all go")

    def stories(measured: dict[str, Measured]) -> list[str]:
        lines = []
        for name, one in measured.items():
            watch = one.answer.told
            most = max(count for _, count in watch.changes)
            lines.append(f"{name}: {one.seconds[-1]:.1f} s with at most {most} executors ({watch.story()}).")
        return lines

    return Section(
        question="executors on demand: how many come for one task, and how many for twelve?",
        variants={
            "one task": lambda: watched(spark, work_in_one, job.options.scale),
            f"{TASKS} tasks": lambda: watched(spark, work_in_many, job.options.scale),
        },
        before="one task",
        after=f"{TASKS} tasks",
        takeaway="Dynamic allocation asks for executors by waiting tasks: too few tasks, and nobody comes to help.",
        elsewhere="Executors take seconds to come: short jobs end before.",
        most_runs=1,
        notes=stories,
    )


# ---------------------------------------------------------------- shapes and templates


def heaps_of(budgets: list[int], find: Callable[[int], int | None]) -> list[int | None]:
    return [find(budget) for budget in budgets]


def described(name: str, layout: Layout | None, node: Node) -> str:
    if layout is None:
        return f"{name}: does not fit"
    return (
        f"{name}: {layout.executors_per_node} x {layout.executor_cores} cores, heap {layout.heap} MiB and "
        f"{layout.overhead} beside it; {size(layout.execution_bytes_per_task)} of execution memory a task; "
        f"idle: {layout.stranded_cores} of {node.cores} cores, {layout.stranded_memory} of {node.memory} MiB"
    )


def shapes(job: Job) -> Section:
    layouts = {name: cut(NODE, 1, cores) for name, cores in SHAPES.items()}
    budgets = [(NODE.memory - 1024) // (NODE.cores // cores) for cores in SHAPES.values()]

    def table(measured: dict[str, Measured]) -> list[str]:
        per_node = NODE.cores // 5
        idle_cores, idle = NODE.cores - 5 * per_node, NODE.memory - 1024 - per_node * (10_240 + overhead(10_240))
        lines = [f"{described(name, layout, NODE)}." for name, layout in layouts.items()]
        return [*lines, f"Folklore's 5 cores and 10 GB on this node: {idle_cores} core and {idle:,} MiB stay idle."]

    return Section(
        question=f"a node of {NODE.cores} cores and {NODE.memory // 1024} GiB, cut small, medium and large",
        variants={
            "every heap tried": lambda: heaps_of(budgets, heap_by_trying),
            "formula": lambda: heaps_of(budgets, heap_for),
        },
        before="every heap tried",
        after="formula",
        claim=Claim("5 cores and 10 GB an executor are best"),
        takeaway="Divide the node first, then take heap and overhead out of the share: a fixed size strands the rest.",
        elsewhere="Which shape runs a job faster, only the job can say.",
        notes=table,
    )


def templates(job: Job) -> Section:
    layouts = {name: cut(node, nodes, cores) for name, (node, nodes, cores) in TEMPLATES.items()}
    budgets = [layout.container - layout.python for layout in layouts.values()]

    def lines(measured: dict[str, Measured]) -> list[str]:
        found = []
        for name, layout in layouts.items():
            node = TEMPLATES[name][0]
            gpus = f", {node.gpus} GPUs" if node is GPU_NODE else ""
            found.append(f"{name} of {node.cores} cores, {node.memory // 1024} GiB{gpus}: {layout.executors} executors")
            found += [f"  --conf {key}={value}" for key, value in settings_of(layout).items()]
        return found

    return Section(
        question="settings for clusters of 3, 10 and 100 nodes, and with GPUs",
        variants={
            "every heap tried": lambda: heaps_of(budgets, heap_by_trying),
            "formula": lambda: heaps_of(budgets, heap_for),
        },
        before="every heap tried",
        after="formula",
        takeaway="The same arithmetic sizes every cluster. A fifth of the memory is left to Python's workers here.",
        elsewhere="The extension's calculator computes the same for other nodes and managers.",
        notes=lines,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "shapes": shapes,
    "templates": templates,
    "memory": memory,
    "storage": storage,
    "waves": waves,
    "allocation": dynamic_allocation,
}

ONE_CORE = {
    "spark.executor.cores": 1,
    "spark.executor.memory": f"{HEAP}m",
    # Other collectors report a little less than -Xmx as their maximum.
    "spark.executor.extraJavaOptions": "-XX:+UseG1GC",
}
FIXED = Shape(
    cores=EXECUTORS,
    memory=EXECUTORS * (HEAP + OFF_HEAP),
    conf={
        **ONE_CORE,
        "spark.memory.offHeap.enabled": "true",
        "spark.memory.offHeap.size": f"{OFF_HEAP}m",
        # A third of the default, so that `storage` fills it in seconds.
        "spark.memory.fraction": 0.2,
    },
)
ON_DEMAND = Shape(
    cores=EXECUTORS,
    memory=EXECUTORS * HEAP,
    conf={
        **ONE_CORE,
        "spark.dynamicAllocation.enabled": "true",
        "spark.dynamicAllocation.minExecutors": 0,
        "spark.dynamicAllocation.maxExecutors": EXECUTORS,
        "spark.dynamicAllocation.executorIdleTimeout": f"{IDLE_SECONDS}s",
        # Otherwise an executor stays for as long as anyone might read its shuffle files.
        "spark.dynamicAllocation.shuffleTracking.timeout": f"{IDLE_SECONDS}s",
    },
)


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=200_000)
    name = "07_resource_management"
    fixed = functools.partial(session_on_loopback, name, FIXED)
    on_demand = functools.partial(session_on_loopback, name, ON_DEMAND)
    clusters = {"memory": fixed, "storage": fixed, "waves": fixed, "allocation": on_demand}
    return run_job(name, SECTIONS, parser.parse_args(), clusters)


if __name__ == "__main__":
    sys.exit(main())
