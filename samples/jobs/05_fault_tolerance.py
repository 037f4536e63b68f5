"""Fault tolerance, measured: what long lineages cost, what cutting them costs, and what is computed again after a loss.

    python 05_fault_tolerance.py
    spark-submit --master yarn --num-executors 3 \\
        --py-files measuring.py,reporting.py,spark_figures.py,loopback_cluster.py \\
        05_fault_tolerance.py --checkpoints hdfs:///tmp/checkpoints --kill-executor

Every section times the same work done in a careless and in a careful way, on data that Spark makes up as it goes.
`retries` and `lost-executor` need executors: in local mode they start a small Standalone cluster on this machine for
themselves. On your own cluster, `lost-executor` kills an executor only if you ask for it by `--kill-executor`.

The default scale takes somewhat over a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 20000000`, and name a folder for checkpoints that all executors reach.
"""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import Callable

from pyspark import RDD, StorageLevel, TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

try:
    from loopback_cluster import Shape, on_loopback, session_on_loopback
    from measuring import Answer, Claim, Job, Measured, Section, Skip, argument_parser, is_local, noise, run_job
    from measuring import sorted_rows, whole_number
    from reporting import size
    from spark_figures import SparkStatus, each
except ModuleNotFoundError as missing:
    helpers = "measuring.py,reporting.py,spark_figures.py,loopback_cluster.py"
    print(f"{missing}: send it along, --py-files {helpers}", file=sys.stderr)
    sys.exit(2)

ACCOUNTS = 2_000
BRANCHES = 20
EVERY_ROUNDS = 2

EXECUTORS = 3
MAP_TASKS = 12
PATIENCE_SECONDS = 60


# ---------------------------------------------------------------- lineage


def first_balances(spark: SparkSession, seed: int) -> DataFrame:
    branch = F.pmod(noise(seed, 1), F.lit(BRANCHES)).alias("branch")
    cents = (F.pmod(noise(seed, 2), F.lit(100_000)) + 1).alias("cents")
    return spark.range(0, ACCOUNTS, 1, 4).select(F.col("id").alias("account"), branch, cents)


def next_balances(balances: DataFrame) -> DataFrame:
    """One round: each account moves halfway towards the average of the next branch."""
    next_branch = F.pmod(F.col("branch") + 1, F.lit(BRANCHES)).alias("branch")
    averages = balances.groupBy(next_branch).agg(F.floor(F.avg("cents")).alias("average"))
    moved = F.floor((F.col("cents") + F.col("average")) / 2).alias("cents")
    return balances.join(averages, "branch").select("account", "branch", moved)


def spread(balances: DataFrame) -> int:
    """How far the balances are apart: what an iterative job looks at after each round, to know when to stop."""
    return balances.agg(F.max("cents") - F.min("cents")).first()[0]


def plan_steps(frame: DataFrame) -> int:
    """Steps of the logical plan, from the sources to here."""
    return len(frame._jdf.queryExecution().analyzed().treeString().strip().splitlines())


class Rounds:
    """What each round of an iterative job took, and how large its plan was."""

    def __init__(self) -> None:
        self.spreads: list[int] = []
        self.seconds: list[float] = []
        self.steps: list[int] = []

    def add(self, balances: DataFrame, since: float) -> None:
        self.spreads.append(spread(balances))
        self.seconds.append(time.perf_counter() - since)
        self.steps.append(plan_steps(balances))

    def answer(self) -> Answer:
        return Answer(checked=self.spreads, told=self)


def iterate(balances: DataFrame, rounds: int) -> Answer:
    """Each round's plan holds the plan of the round before twice: it doubles, and so does the time to plan it."""
    seen = Rounds()
    for _ in range(rounds):
        start = time.perf_counter()
        balances = next_balances(balances)  # expect: unchecked-lineage
        seen.add(balances, start)
    return seen.answer()


def iterate_persisting(balances: DataFrame, rounds: int) -> Answer:
    """The rows of a round are not computed again. But its plan still holds all rounds before it."""
    seen = Rounds()
    for _ in range(rounds):
        start = time.perf_counter()
        balances = next_balances(balances).persist()  # expect: persist-is-not-checkpoint
        seen.add(balances, start)
    return seen.answer()


def iterate_cutting(balances: DataFrame, rounds: int, cut: Callable[[DataFrame], DataFrame]) -> Answer:
    """Every few rounds the rows are kept and the plan is forgotten: the next round starts from a plan of one step."""
    seen = Rounds()
    for number in range(1, rounds + 1):
        start = time.perf_counter()
        balances = next_balances(balances)
        if number % EVERY_ROUNDS == 0:
            balances = cut(balances)
        seen.add(balances, start)
    return seen.answer()


def checkpoint_folder(job: Job) -> None:
    """A folder that survives executors: checkpoints are read back from it."""
    if job.options.checkpoints:
        job.spark.sparkContext.setCheckpointDir(job.options.checkpoints)
    elif is_local(job.spark) or on_loopback(job.spark):
        folder = job.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="checkpoints-"))
        job.spark.sparkContext.setCheckpointDir(folder)
    else:
        raise Skip("--checkpoints: a folder that the driver and all executors reach")


def lineage(job: Job) -> Section:
    checkpoint_folder(job)
    balances, rounds = first_balances(job.spark, job.options.seed), job.options.rounds

    def growth(measured: dict[str, Measured]) -> list[str]:
        lines = []
        for name, one in measured.items():
            seen = one.answer.told
            lines.append(
                f"{name}: round 1 {seen.seconds[0]:.2f} s and {seen.steps[0]} steps in the plan, "
                f"round {rounds} {seen.seconds[-1]:.2f} s and {seen.steps[-1]:,} steps."
            )
        return lines

    return Section(
        question=f"{rounds} rounds over {ACCOUNTS:,} accounts, each joined with its own aggregate",
        variants={
            "no cut": lambda: iterate(balances, rounds),
            "persist": lambda: iterate_persisting(balances, rounds),
            "localCheckpoint": lambda: iterate_cutting(balances, rounds, lambda frame: frame.localCheckpoint()),
            "checkpoint": lambda: iterate_cutting(balances, rounds, lambda frame: frame.checkpoint()),
        },
        before="no cut",
        after="checkpoint",
        most_runs=2,
        takeaway=f"Cut the lineage every few rounds (here {EVERY_ROUNDS}). persist keeps rows, but cuts no plan.",
        elsewhere="The gain grows with the rounds, whatever the number of rows.",
        notes=growth,
    )


# ---------------------------------------------------------------- checkpoints of RDDs


def slowly(number: int) -> int:
    """Some work in Python for each number, to see how often it is done."""
    for _ in range(60):
        number = (number * 1_103_515_245 + 12_345) % 2_147_483_648
    return number


def checkpoint_alone(numbers: RDD) -> int:
    """The action computes the numbers, and then Spark computes them once more to write them."""
    worked = numbers.map(slowly)
    worked.checkpoint()
    return worked.sum()


def checkpoint_persisted(numbers: RDD) -> int:
    """The second time they come from memory."""
    worked = numbers.map(slowly).persist()
    worked.checkpoint()
    try:
        return worked.sum()
    finally:
        worked.unpersist()


def rdd_checkpoint(job: Job) -> Section:
    checkpoint_folder(job)
    numbers = job.spark.sparkContext.range(0, job.options.scale // 5, 1, 4 * job.slots)

    def length(measured: dict[str, Measured]) -> list[str]:
        sums = numbers.map(lambda number: (number % 10, number)).reduceByKey(lambda a, b: a + b)
        before = len(sums.toDebugString().decode().splitlines())
        sums.checkpoint()
        found = sums.count()
        after = len(sums.toDebugString().decode().splitlines())
        return [
            f"toDebugString() of {found} sums by key counts {before} steps up to the source before a checkpoint, "
            f"{after} after it."
        ]

    return Section(
        question="an RDD of Python work that is checkpointed",
        variants={
            "checkpoint": lambda: checkpoint_alone(numbers),
            "persist, checkpoint": lambda: checkpoint_persisted(numbers),
        },
        before="checkpoint",
        after="persist, checkpoint",
        takeaway="RDD.checkpoint() computes twice unless the RDD is persisted. DataFrame.checkpoint() computes once.",
        elsewhere="It saves one computation of the RDD, however long that takes.",
        notes=length,
    )


# ---------------------------------------------------------------- storage levels

LEVELS = {
    "MEMORY_ONLY": StorageLevel.MEMORY_ONLY,
    "MEMORY_AND_DISK": StorageLevel.MEMORY_AND_DISK,
    "..._DISK_DESER": StorageLevel.MEMORY_AND_DISK_DESER,
    "DISK_ONLY": StorageLevel.DISK_ONLY,
}


def make_orders(spark: SparkSession, rows: int, seed: int) -> DataFrame:
    """Dear enough to be worth keeping: an aggregate of hashes."""
    customer = F.pmod(noise(seed, 1), F.lit(max(1, rows // 4))).alias("customer")
    digest = F.sha2(F.concat(F.lit("order "), F.col("id")), 256).alias("digest")
    orders = spark.range(rows).select("id", customer, digest)
    return orders.groupBy("customer").agg(F.max("digest").alias("digest"), F.count("*").alias("orders"))


def ask(customers: DataFrame) -> list:
    """Three questions that one query could not answer together."""
    busiest = customers.orderBy(F.desc("orders"), "customer").select("customer").first()[0]
    histogram = sorted_rows(customers.groupBy("orders").count())
    return [busiest, histogram, customers.filter(F.col("orders") > 5).agg(F.max("digest")).first()[0]]


def ask_without_keeping(spark: SparkSession, rows: int, seed: int) -> Answer:
    customers = make_orders(spark, rows, seed)  # expect: missing-cache
    return Answer(checked=ask(customers), told="nothing kept")


def ask_and_keep(spark: SparkSession, rows: int, seed: int, level: StorageLevel) -> Answer:
    others = {info.id() for info in caches(spark)}
    customers = make_orders(spark, rows, seed).persist(level)
    try:
        answers = ask(customers)
        return Answer(checked=answers, told=kept(spark, others))
    finally:
        customers.unpersist(blocking=True)


def caches(spark: SparkSession) -> list:
    """The caches of this session that hold something now."""
    return list(spark.sparkContext._jsc.sc().getRDDStorageInfo())


def kept(spark: SparkSession, others: set[int]) -> str:
    """What the caches hold now, without those that were there before: an RDD's goes when Java collects its garbage."""
    infos = [info for info in caches(spark) if info.id() not in others]
    return f"{size(sum(i.memSize() for i in infos))} in memory, {size(sum(i.diskSize() for i in infos))} on disk"


def storage_levels(job: Job) -> Section:
    spark, rows, seed = job.spark, job.options.scale, job.options.seed
    variants = {"no cache": lambda: ask_without_keeping(spark, rows, seed)}
    for name, level in LEVELS.items():
        variants[name] = lambda level=level: ask_and_keep(spark, rows, seed, level)
    return Section(
        question="three questions to the same aggregate, kept at each storage level or not at all",
        variants=variants,
        before="no cache",
        after="..._DISK_DESER",
        takeaway="Keep what several actions use. The level decides what becomes of it when memory is full.",
        elsewhere="DESER is the default of DataFrame.cache(). PySpark has no _SER levels; OFF_HEAP has to be set up.",
        notes=lambda measured: [f"{name}: {one.answer.told}." for name, one in measured.items()],
    )


# ---------------------------------------------------------------- retries


def work_and_fail(index: int, numbers, seconds: float, tasks: int):
    """A share of the work. The middle task dies at its end, on its first two attempts."""
    time.sleep(seconds)
    if index == tasks // 2 and TaskContext.get().attemptNumber() < 2:
        raise RuntimeError("made to fail")
    yield from numbers


def sum_in(spark: SparkSession, tasks: int, seconds: float) -> Answer:
    """`seconds` of work for one slot, cut into `tasks`."""
    numbers = spark.sparkContext.range(0, 10_000, 1, tasks)
    failing = functools.partial(work_and_fail, seconds=seconds / tasks, tasks=tasks)
    before = failed_tasks(spark)
    total = numbers.mapPartitionsWithIndex(failing).sum()
    return Answer(checked=total, told=failed_tasks(spark) - before)


def failed_tasks(spark: SparkSession) -> int:
    """As Spark counts them, over all executors there are or were."""
    context = spark.sparkContext._jsc.sc()
    context.listenerBus().waitUntilEmpty()
    return sum(one.failedTasks() for one in each(context.statusStore().executorList(False)))


def retries(job: Job) -> Section:
    spark, slots = job.spark, job.slots
    seconds = 2.0 * slots

    def failures(measured: dict[str, Measured]) -> list[str]:
        return [f"{name}: {one.answer.told} attempts failed, and were made again." for name, one in measured.items()]

    return Section(
        question=f"{seconds:.0f} s of work on {slots} slots, where one task dies twice at its very end",
        variants={
            "a task per slot": lambda: sum_in(spark, slots, seconds),
            "eight per slot": lambda: sum_in(spark, 8 * slots, seconds),
        },
        before="a task per slot",
        after="eight per slot",
        takeaway="A task that dies begins anew: small tasks lose less. The fourth failure ends the job.",
        elsewhere="It is the length of the longest task that counts.",
        most_runs=1,
        notes=failures,
    )


# ---------------------------------------------------------------- a lost executor


def kill_own_executor(_) -> None:
    """Ends the JVM that this Python process works for, as the kernel does when memory runs out. Once only."""
    if TaskContext.get().attemptNumber() > 0:
        return
    daemon = os.getppid()
    jvm = int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(daemon)]))
    os.kill(jvm, signal.SIGKILL)
    time.sleep(PATIENCE_SECONDS)  # until this process, too, is ended


def executors(spark: SparkSession) -> set[str]:
    """The executors that are there now."""
    context = spark.sparkContext._jsc.sc()
    context.listenerBus().waitUntilEmpty()
    return {one.id() for one in each(context.statusStore().executorList(True))} - {"driver"}


def kill_one(spark: SparkSession, wanted: int) -> None:
    """Kills an executor, and waits until another one has taken its place."""
    old = executors(spark)
    spark.sparkContext.parallelize([0], 1).foreach(kill_own_executor)
    wait_for(lambda: len(executors(spark)) >= wanted and executors(spark) != old, "a new executor")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise Skip(f"{what}, which did not come within {PATIENCE_SECONDS} s")
        time.sleep(0.1)


def count_keys(spark: SparkSession, rows: int) -> RDD:
    """Python work in the map tasks, and a shuffle. Spark keeps its files, and later actions read them again."""
    worked = spark.sparkContext.range(0, rows, 1, MAP_TASKS).map(slowly)
    return worked.map(lambda number: (number % 1_000, 1)).reduceByKey(lambda a, b: a + b, MAP_TASKS)


def ask_twice(spark: SparkSession, rows: int, kill: bool, checkpoint: bool) -> Answer:
    """Asks, perhaps loses an executor, and asks again. Only the second question is timed and counted."""
    wanted = len(executors(spark))
    counts = count_keys(spark, rows)
    if checkpoint:
        counts.persist(StorageLevel.MEMORY_ONLY)
        counts.checkpoint()
    first = counts.count()
    counts.unpersist(blocking=True)
    if kill:
        kill_one(spark, wanted)
    status = SparkStatus(spark)
    mark, start = status.mark(), time.perf_counter()
    answer = sorted(counts.collect())
    seconds = time.perf_counter() - start
    return Answer(checked=[first, answer], told=status.since(mark).tasks, seconds=seconds)


def lost_executor(job: Job) -> Section:
    spark = job.spark
    if is_local(spark) or not (on_loopback(spark) or job.options.kill_executor):
        raise Skip("--kill-executor, for it kills one of this cluster's executors")
    checkpoint_folder(job)
    wanted = EXECUTORS if on_loopback(spark) else 2
    wait_for(lambda: len(executors(spark)) >= wanted, f"{wanted} executors")
    rows = job.options.scale // 5

    def recomputed(measured: dict[str, Measured]) -> list[str]:
        tasks = {name: one.answer.told for name, one in measured.items()}
        again = tasks["killed"] - tasks["nothing lost"]
        return [
            f"Tasks of the second action: nothing lost {tasks['nothing lost']}, killed {tasks['killed']}, "
            f"killed after a checkpoint {tasks['checkpoint, killed']}.",
            f"So {again} of {MAP_TASKS} map tasks ran again: those whose shuffle files lay on the lost executor.",
        ]

    return Section(
        question=f"the same question twice on {len(executors(spark))} executors, one of which is killed in between",
        variants={
            "killed": lambda: ask_twice(spark, rows, kill=True, checkpoint=False),
            "nothing lost": lambda: ask_twice(spark, rows, kill=False, checkpoint=False),
            "checkpoint, killed": lambda: ask_twice(spark, rows, kill=True, checkpoint=True),
        },
        before="killed",
        after="checkpoint, killed",
        takeaway="Spark computes again what an executor took with it, and only that. A checkpoint outlives executors.",
        elsewhere="It saves the lost share of the work, which is small here.",
        most_runs=1,
        notes=recomputed,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "lineage": lineage,
    "rdd-checkpoint": rdd_checkpoint,
    "storage-levels": storage_levels,
    "retries": retries,
    "lost-executor": lost_executor,
}

ONE_CORE = Shape(
    cores=EXECUTORS,
    memory=EXECUTORS * 512,
    conf={"spark.executor.cores": 1, "spark.executor.memory": "512m", "spark.default.parallelism": EXECUTORS},
)


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=400_000)
    parser.add_argument(
        "--rounds", type=whole_number(2, 12), default=5, metavar="N", help="of the iterative job, lineage (default 5)"
    )
    parser.add_argument("--checkpoints", metavar="FOLDER", help="where checkpoints go (default: a local folder)")
    parser.add_argument("--kill-executor", action="store_true", help="let lost-executor kill one of your cluster's")
    options = parser.parse_args()
    name = "05_fault_tolerance"
    loopback = functools.partial(session_on_loopback, name, ONE_CORE)
    return run_job(name, SECTIONS, options, {"retries": loopback, "lost-executor": loopback})


if __name__ == "__main__":
    sys.exit(main())
