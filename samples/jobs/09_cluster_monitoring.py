"""Monitoring, measured: trouble made on purpose, and the figure of Spark's REST API that gives each away.

    python 09_cluster_monitoring.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py,rest_figures.py 09_cluster_monitoring.py

Every section does the same work in trouble and without, and reads its own figures over the REST API while it runs, as
any tool on the cluster could: stages, tasks, executors, queries. `checklist` comes last and grades the whole
application. Nothing is downloaded or written.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 20000000`. `spill` sorts somewhat more than a task's memory, whatever the scale, up to 2 GB.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Callable

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

try:
    from measuring import Answer, Claim, Job, Measured, Section, Skip, argument_parser, noise, run_job, settings
    from measuring import sorted_rows
    from reporting import size
    from rest_figures import Rest, checklist, health, quantiles_of
except ModuleNotFoundError as missing:
    helpers = "measuring.py,reporting.py,spark_figures.py,rest_figures.py"
    print(f"{missing}: send it along, --py-files {helpers}", file=sys.stderr)
    sys.exit(2)

HOT_CUSTOMER = 0
MOST_BYTES_TO_SORT = 2_000_000_000


# ---------------------------------------------------------------- made-up data and watching


def make_sales(spark: SparkSession, rows: int, seed: int, hot_percent: int = 0) -> DataFrame:
    is_hot = F.pmod(noise(seed, 4), F.lit(100)) < hot_percent
    tasks = 4 * spark.sparkContext.defaultParallelism
    return spark.range(0, rows, 1, tasks).select(
        F.col("id").alias("sale_id"),
        F.when(is_hot, HOT_CUSTOMER).otherwise(F.pmod(noise(seed, 1), F.lit(10_000))).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(200)).alias("store_id"),
        (F.pmod(noise(seed, 3), F.lit(10_000)) + 1).alias("cents"),
    )


def observed(rest: Rest, work: Callable[[], Any]) -> Answer:
    """Runs some work, and then asks the API what it cost. Asking is not part of the time."""
    rest.settle()
    newest = max((stage["stageId"] for stage in rest.stages()), default=-1)
    start = time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - start
    rest.settle()
    mine = [stage for stage in rest.stages() if stage["stageId"] > newest]
    return Answer(checked=answer, told=(health(rest, mine, seconds), mine), seconds=seconds)


def task_memory(rest: Rest) -> int:
    """Execution memory that a task can have at most when all slots are taken, by what the executors report."""
    working = [one for one in rest.get("/executors") if one["totalCores"] > 0]
    return min(one["maxMemory"] // one["totalCores"] for one in working)


def telling(rest: Rest, title: str) -> Callable[[dict[str, Measured]], list[str]]:
    """The line of the checklist that shows the trouble, for each variant."""

    def lines(measured: dict[str, Measured]) -> list[str]:
        found = []
        for name, one in measured.items():
            check = next(line for line in checklist(one.answer.told[0], task_memory(rest)) if line.title == title)
            found.append(f"{name}: {title} {check.shown} (folklore: {check.folklore}; Shufflewise: {check.product}).")
        return found

    return lines


# ---------------------------------------------------------------- skew


def longest_pseudonym(sales: DataFrame) -> list[tuple]:
    """Some work on each row, after a shuffle."""
    return sorted_rows(sales.agg(F.max(F.sha2(F.concat_ws("/", "sale_id", "customer_id"), 512)), F.count("*")))


def skew(job: Job) -> Section:
    rest, parts = Rest(job.spark), 6 * job.slots
    sales = make_sales(job.spark, job.options.scale * 2, job.options.seed, hot_percent=80)
    return Section(
        question="80% of the rows in one partition, or dealt out evenly",
        variants={
            "by customer": lambda: observed(rest, lambda: longest_pseudonym(sales.repartition(parts, "customer_id"))),
            "by sale": lambda: observed(rest, lambda: longest_pseudonym(sales.repartition(parts, "sale_id"))),
        },
        before="by customer",
        after="by sale",
        takeaway="Skew: one task takes many times the median. The stage is as slow as that task.",
        elsewhere="With few slots, the other tasks fill the time that the slow one takes anyway.",
        notes=telling(rest, "slowest / median task"),
    )


# ---------------------------------------------------------------- spill


def rank_texts(spark: SparkSession, rows: int, partitions: int) -> int:
    """Sorts rows of some 1,000 bytes within buckets."""
    text = F.repeat(F.hex(F.xxhash64("id")), 60)
    rows_with_text = spark.range(0, rows, 1, 32).select((F.col("id") % 64).alias("bucket"), text.alias("text"))
    fixed = {"spark.sql.shuffle.partitions": partitions, "spark.sql.adaptive.enabled": "false"}
    with settings(spark, fixed):
        ranked = rows_with_text.select(F.row_number().over(Window.partitionBy("bucket").orderBy("text")).alias("rank"))
        return ranked.agg(F.sum("rank")).first()[0]


def spill(job: Job) -> Section:
    rest = Rest(job.spark)
    # One task alone may use all of an executor's memory, so it takes more than that to make it spill.
    room = max(one["maxMemory"] for one in rest.get("/executors") if one["totalCores"] > 0)
    wanted = int(room * 1.2)
    if wanted > MOST_BYTES_TO_SORT:
        raise Skip(f"executors with less than {size(MOST_BYTES_TO_SORT)} of memory: these have {size(room)}")
    rows = wanted // 1_000
    return Section(
        question=f"{size(wanted)} sorted by one task, where an executor has {size(room)}, or by 32",
        variants={
            "1 partition": lambda: observed(rest, lambda: rank_texts(job.spark, rows, 1)),
            "32 partitions": lambda: observed(rest, lambda: rank_texts(job.spark, rows, 32)),
        },
        before="1 partition",
        after="32 partitions",
        takeaway="Spill: bytes on disk in a stage that sorts or groups. More partitions, so that each fits.",
        elsewhere="A local SSD makes spilling cheap. Disks of a busy cluster do not.",
        most_runs=1,
        notes=telling(rest, "spilled to disk"),
    )


# ---------------------------------------------------------------- garbage collection


def count_by_listing(sales: DataFrame) -> list[tuple]:
    """A list of objects for each store, only to count them."""
    return sorted_rows(sales.groupBy("store_id").agg(F.size(F.collect_list("sale_id"))))  # expect: collected-aggregate


def count_by_counting(sales: DataFrame) -> list[tuple]:
    return sorted_rows(sales.groupBy("store_id").agg(F.count("sale_id")))


def garbage(job: Job) -> Section:
    rest = Rest(job.spark)
    sales = make_sales(job.spark, job.options.scale * 4, job.options.seed)
    return Section(
        question="rows counted by way of lists of objects, or counted",
        variants={
            "size(collect_list)": lambda: observed(rest, lambda: count_by_listing(sales)),
            "count": lambda: observed(rest, lambda: count_by_counting(sales)),
        },
        before="size(collect_list)",
        after="count",
        takeaway="GC: a share of the run time. Lists, sets and Python-like objects on the heap cause it.",
        elsewhere="It grows with how full the heap is: cached blocks make it worse.",
        notes=telling(rest, "GC time / run time"),
    )


# ---------------------------------------------------------------- a huge shuffle


def shuffle_rows(sales: DataFrame) -> list[tuple]:
    """Every row goes over the network to be dealt out evenly, and then its sum goes again."""
    even = sales.repartition(16)  # expect: redundant-repartition
    return sorted_rows(even.groupBy("store_id").agg(F.sum("cents")))


def shuffle_sums(sales: DataFrame) -> list[tuple]:
    return sorted_rows(sales.groupBy("store_id").agg(F.sum("cents")))


def shuffle(job: Job) -> Section:
    rest = Rest(job.spark)
    sales = make_sales(job.spark, job.options.scale * 2, job.options.seed)

    def written(measured: dict[str, Measured]) -> list[str]:
        found = {name: one.answer.told[0].shuffle_write_bytes for name, one in measured.items()}
        return [f"{name}: {size(count)} written by shuffles." for name, count in found.items()]

    return Section(
        question="rows shuffled to be grouped, or grouped first",
        variants={
            "rows": lambda: observed(rest, lambda: shuffle_rows(sales)),
            "sums": lambda: observed(rest, lambda: shuffle_sums(sales)),
        },
        before="rows",
        after="sums",
        takeaway="A shuffle that writes as much as was read: look for a repartition, or a join to be broadcast.",
        elsewhere="Within one machine a shuffle is cheap; across a network it is the dearest thing there is.",
        notes=written,
    )


# ---------------------------------------------------------------- a failing task


def total_strictly(spark: SparkSession, texts: DataFrame) -> int:
    """One bad value fails its task, on a cluster four times over, and then its job. Somebody starts it again."""
    try:
        return texts.agg(F.sum(F.expr("cast(text AS int)"))).first()[0]
    except (Py4JJavaError, PySparkException):
        return total_tolerantly(spark, texts)


def total_tolerantly(spark: SparkSession, texts: DataFrame) -> int:
    return texts.agg(F.sum(F.expr("try_cast(text AS int)"))).first()[0]


def failing(job: Job) -> Section:
    rest, rows = Rest(job.spark), job.options.scale * 2
    job.use({"spark.sql.ansi.enabled": "true"})
    bad = F.when(F.col("id") == rows - 1, "not a number").otherwise((F.col("id") % 1000).cast("string"))
    texts = job.spark.range(0, rows, 1, 2 * job.slots).select(bad.alias("text"))

    def reasons(measured: dict[str, Measured]) -> list[str]:
        lines = telling(rest, "failed tasks")(measured)
        failed = [one for one in measured["strict cast"].answer.told[1] if one["status"] == "FAILED"]
        reason = failed[0].get("failureReason", "") if failed else "none"
        first_sentence = reason[max(0, reason.find("[")) :].split(". ")[0].splitlines()[0]
        return [*lines, f"The failed stage's reason: {first_sentence}."]

    return Section(
        question="one bad value in many rows: fail and start again, or take it as null",
        variants={
            "strict cast": lambda: observed(rest, lambda: total_strictly(job.spark, texts)),
            "try_cast": lambda: observed(rest, lambda: total_tolerantly(job.spark, texts)),
        },
        before="strict cast",
        after="try_cast",
        takeaway="Failed tasks: read the reason of the failed stage first, it names the value and often the line.",
        elsewhere="On a cluster each task gets four attempts before its job fails.",
        notes=reasons,
    )


# ---------------------------------------------------------------- idle slots


def work_in_one(sales: DataFrame) -> list[tuple]:
    merged = sales.coalesce(1)  # expect: single-partition
    return longest_pseudonym(merged)


def idle(job: Job) -> Section:
    rest = Rest(job.spark)
    sales = make_sales(job.spark, job.options.scale * 2, job.options.seed)
    return Section(
        question=f"the work in one task, while other slots idle, or in {4 * job.slots}",
        variants={
            "one task": lambda: observed(rest, lambda: work_in_one(sales)),
            "many tasks": lambda: observed(rest, lambda: longest_pseudonym(sales)),
        },
        before="one task",
        after="many tasks",
        takeaway="Slots at work: when few are, ask whether tasks are too few, one is a tail, or only the driver works.",
        elsewhere="The more slots a cluster has, the more of them one task leaves idle.",
        notes=telling(rest, "slots at work"),
    )


# ---------------------------------------------------------------- plans


def filter_last(sales: DataFrame) -> list[tuple]:
    totals = sales.groupBy("store_id").agg(F.sum("cents").alias("total")).select("store_id", "total")
    return sorted_rows(totals.filter(F.col("store_id") < 20))


def filter_first(sales: DataFrame) -> list[tuple]:
    return sorted_rows(sales.filter(F.col("store_id") < 20).groupBy("store_id").agg(F.sum("cents").alias("total")))


def plans(job: Job) -> Section:
    rest = Rest(job.spark)
    sales = make_sales(job.spark, job.options.scale, job.options.seed)

    def read_plans(measured: dict[str, Measured]) -> list[str]:
        late = sales.groupBy("store_id").agg(F.sum("cents").alias("total")).filter(F.col("store_id") < 20)
        execution = late._jdf.queryExecution()
        written = first_steps(execution.analyzed().toString())
        optimized = first_steps(execution.optimizedPlan().toString())
        query = max(rest.get("/sql?length=100000"), key=lambda one: one["id"])
        nodes = ", ".join(node["nodeName"] for node in reversed(query["nodes"]))
        return [
            f"Logical, as written, read from the bottom: {written}.",
            f"Optimized, what Catalyst made of it: {optimized}. The filter has moved below the aggregate.",
            f"Physical, from REST's /sql, from the top: {nodes}. An Exchange is a shuffle; "
            "WholeStageCodegen is one loop of code; AdaptiveSparkPlan may still change it, so read the plan of a query "
            "that has ended.",
        ]

    return Section(
        question="a filter written after or before the group: does it matter?",
        variants={"filter last": lambda: filter_last(sales), "filter first": lambda: filter_first(sales)},
        before="filter last",
        after="filter first",
        takeaway="It does not where Catalyst can move it: the optimized plan tells, before anything runs.",
        elsewhere="Both are the same plan, so any difference is noise.",
        notes=read_plans,
    )


def first_steps(plan: str) -> str:
    """The names of a logical plan's steps, from the top."""
    names = [line.lstrip(" :+-").split(" ")[0] for line in plan.strip().splitlines()]
    return " < ".join(names)


# ---------------------------------------------------------------- the checklist


def stage_by_stage(rest: Rest) -> Answer:
    """A request for the tasks of every stage."""
    asked = rest.requests
    finished = [stage for stage in rest.stages() if stage["status"] == "COMPLETE"]
    slowest = {key(stage): quantiles_of(rest, stage)["executorRunTime"][1] for stage in finished}
    return Answer(checked=sorted(slowest.items()), told=rest.requests - asked)


def all_at_once(rest: Rest) -> Answer:
    """One request that has the quantiles of all stages with it."""
    asked = rest.requests
    stages = rest.get("/stages?withSummaries=true&quantiles=0.5,1.0&status=complete")
    with_tasks = [stage for stage in stages if stage["numCompleteTasks"] > 0]
    slowest = {key(stage): stage["taskMetricsDistributions"]["executorRunTime"][1] for stage in with_tasks}
    return Answer(checked=sorted(slowest.items()), told=rest.requests - asked)


def key(stage: dict) -> tuple[int, int]:
    return stage["stageId"], stage["attemptId"]


def daily(job: Job) -> Section:
    rest = Rest(job.spark)
    started = job.spark.sparkContext.startTime / 1000
    # So that there is something to read when this section runs alone.
    longest_pseudonym(make_sales(job.spark, job.options.scale, job.options.seed))
    rest.settle()

    def report(measured: dict[str, Measured]) -> list[str]:
        whole = health(rest, rest.stages(), time.time() - started)
        lines = [f"Requests: {name} {one.answer.told}." for name, one in measured.items()]
        lines.append(f"The application so far: {whole.stages} stages, {whole.tasks} tasks, {whole.run_seconds:.0f} s.")
        lines.append(f"{'figure':<24}{'value':>10}  {'folklore':<10}Shufflewise")
        for check in checklist(whole, task_memory(rest)):
            lines.append(f"{check.title:<24}{check.shown:>10}  {check.folklore:<10}{check.product}")
        executors = [one for one in rest.get("/executors") if one["totalCores"] > 0]
        unused = sum(one["totalTasks"] == 0 for one in executors)
        lines.append(f"Executors: {len(executors)}; without a task: {unused}.")
        return lines

    return Section(
        question="the figures of every stage, asked for one by one or all at once",
        variants={"stage by stage": lambda: stage_by_stage(rest), "all at once": lambda: all_at_once(rest)},
        before="stage by stage",
        after="all at once",
        claim=Claim("GC < 5%, no spill, slowest < 2 x median, < 1 GB a partition, > 80% of slots at work"),
        takeaway="Ask /stages once with withSummaries: polling stage by stage burdens the driver that it watches.",
        elsewhere="The requests grow with the stages, and the driver answers them all.",
        notes=report,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "skew": skew,
    "spill": spill,
    "garbage": garbage,
    "shuffle": shuffle,
    "failing": failing,
    "idle": idle,
    "plans": plans,
    "checklist": daily,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=400_000)
    return run_job("09_cluster_monitoring", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
