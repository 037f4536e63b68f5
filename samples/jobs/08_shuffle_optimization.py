"""Shuffles, measured: which operations need one, and seven ways to shuffle less.

    python 08_shuffle_optimization.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py 08_shuffle_optimization.py --section star

Every section times the same question answered in a careless and in a careful way, on a star of sales, customers and
small dimensions that Spark makes up as it goes. Nothing is downloaded, and nothing is written except by `bucketing`.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 50000000`; `bucketing` then needs a folder that all executors reach, `--tables hdfs:///tmp/star`.
"""

from __future__ import annotations

import re
import sys
from typing import Callable

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

try:
    from measuring import Claim, Job, Measured, Section, argument_parser, noise, run_job, settings, sorted_rows
    from measuring import temporary_database, whole_number
except ModuleNotFoundError as missing:
    print(f"{missing}: send it along, --py-files measuring.py,reporting.py,spark_figures.py", file=sys.stderr)
    sys.exit(2)

STORES = [(store, f"city {store % 40}") for store in range(200)]
PRODUCTS = [(product, f"category {product % 12}") for product in range(1_000)]
DAYS = 365
HOT_CUSTOMER = 0

NO_BROADCAST = {"spark.sql.autoBroadcastJoinThreshold": -1}
NOT_ADAPTIVE = {"spark.sql.adaptive.enabled": "false"}
ADAPTIVE = {"spark.sql.adaptive.enabled": "true"}


# ---------------------------------------------------------------- made-up data


def make_sales(spark: SparkSession, rows: int, customers: int, seed: int, hot_percent: int = 0) -> DataFrame:
    """The fact table. `hot_percent` of the sales are to one customer."""
    is_hot = F.pmod(noise(seed, 6), F.lit(100)) < hot_percent
    any_customer = F.pmod(noise(seed, 1), F.lit(customers))
    tasks = 4 * spark.sparkContext.defaultParallelism
    return spark.range(0, rows, 1, tasks).select(
        F.col("id").alias("sale_id"),
        F.when(is_hot, HOT_CUSTOMER).otherwise(any_customer).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(len(PRODUCTS))).alias("product_id"),
        F.pmod(noise(seed, 3), F.lit(len(STORES))).alias("store_id"),
        F.pmod(noise(seed, 4), F.lit(DAYS)).alias("day"),
        (F.pmod(noise(seed, 5), F.lit(10_000)) + 1).alias("cents"),
    )


def make_customers(spark: SparkSession, rows: int) -> DataFrame:
    segment = F.concat(F.lit("segment "), F.pmod(F.xxhash64("id"), F.lit(8)))
    return spark.range(rows).select(F.col("id").alias("customer_id"), segment.alias("segment"))


# ---------------------------------------------------------------- which operations shuffle


def exchanges(plan: str) -> int:
    """Shuffles in the text of a plan that ran: of its final half, where adaptive execution wrote two."""
    tree = plan.split("\n\n")[0].partition("== Initial Plan ==")[0]
    return len(re.findall(r"(?<!Broadcast)\bExchange\b", tree))


OPERATIONS: dict[str, Callable[[DataFrame, DataFrame], DataFrame]] = {
    "filter": lambda sales, stores: sales.filter(F.col("day") < 7),
    "select": lambda sales, stores: sales.select("store_id", "cents"),
    "union": lambda sales, stores: sales.select("store_id").union(stores.select("store_id")),
    "coalesce": lambda sales, stores: sales.coalesce(4),
    "sample": lambda sales, stores: sales.sample(0.1, seed=1),
    "broadcast join": lambda sales, stores: sales.join(F.broadcast(stores), "store_id"),
    "sort-merge join": lambda sales, stores: sales.join(stores.hint("merge"), "store_id"),
    "groupBy": lambda sales, stores: sales.groupBy("store_id").count(),
    "distinct": lambda sales, stores: sales.select("store_id", "day").distinct(),
    "dropDuplicates": lambda sales, stores: sales.dropDuplicates(["store_id"]),
    "orderBy": lambda sales, stores: sales.orderBy("cents"),
    "window": lambda sales, stores: sales.select(F.sum("cents").over(Window.partitionBy("store_id").orderBy("day"))),
    "repartition(n)": lambda sales, stores: sales.repartition(4),
    "repartition(key)": lambda sales, stores: sales.repartition("store_id"),
    "groupBy, groupBy": lambda sales, stores: sales.groupBy("store_id", "day").count().groupBy("store_id").count(),
    "repartition, groupBy": lambda sales, stores: sales.repartition("store_id").groupBy("store_id").count(),
}


def planned_exchanges(frame: DataFrame) -> int:
    """Shuffles in the plan that Spark would run."""
    return exchanges(frame._jdf.queryExecution().executedPlan().toString())


def spread_then_group(sales: DataFrame) -> list[tuple]:
    """Deals the sales out evenly, and shuffles them again by store: the first shuffle changes nothing."""
    even = sales.repartition(16)  # expect: redundant-repartition
    return sorted_rows(even.groupBy("store_id").agg(F.sum("cents")))


def group_at_once(sales: DataFrame) -> list[tuple]:
    return sorted_rows(sales.groupBy("store_id").agg(F.sum("cents")))


def operations(job: Job) -> Section:
    sales = make_sales(job.spark, job.options.scale, 1_000, job.options.seed)
    stores = job.spark.range(len(STORES)).select(F.col("id").alias("store_id"))
    counts: dict[int, list[str]] = {}
    for name, make in OPERATIONS.items():
        counts.setdefault(planned_exchanges(make(sales, stores)), []).append(name)

    def from_plans(measured: dict[str, Measured]) -> list[str]:
        lines = [f"{count} in the plan: {', '.join(counts[count])}." for count in sorted(counts)]
        ran = {name: sum(map(exchanges, one.plans)) for name, one in measured.items()}
        return [*lines, *(f"{name}: {count} ran." for name, count in ran.items())]

    return Section(
        question="which operations shuffle? And sales by store, with a needless shuffle or without",
        variants={
            "repartition, groupBy": lambda: spread_then_group(sales),
            "groupBy": lambda: group_at_once(sales),
        },
        before="repartition, groupBy",
        after="groupBy",
        takeaway="A shuffle before a shuffle by other keys is wasted; one by the same key is used.",
        elsewhere="What it saves grows with the bytes of a row.",
        notes=from_plans,
    )


# ---------------------------------------------------------------- filter first


def draw_then_filter(sales: DataFrame) -> list:
    """Spark may not move a filter below random values: all sales are shuffled, each with its lot."""
    drawn = sales.repartition(16, "customer_id").withColumn("lot", F.rand(seed=1))
    return summary(drawn.filter(F.col("day") < 7))  # expect: late-filter


def filter_then_draw(sales: DataFrame) -> list:
    """One week out of a year is shuffled."""
    week = sales.filter(F.col("day") < 7).repartition(16, "customer_id")
    return summary(week.withColumn("lot", F.rand(seed=1)))


def summary(drawn: DataFrame) -> list:
    """The lots themselves differ; that each sale has one from 0 to 1 does not."""
    valid = F.sum(F.col("lot").between(0, 1).cast("int"))
    return list(drawn.agg(F.count("*"), F.sum("cents"), valid).first())


def filter_first(job: Job) -> Section:
    sales = make_sales(job.spark, job.options.scale * 2, 10_000, job.options.seed)
    return Section(
        question="draw a lot for each sale of one week out of a year, partitioned by customer",
        variants={
            "filter last": lambda: draw_then_filter(sales),
            "filter first": lambda: filter_then_draw(sales),
        },
        before="filter last",
        after="filter first",
        claim=Claim("filtering before the shuffle", 2, 5),
        takeaway="Catalyst moves filters below joins and groups, not below caches, UDFs of groups and random columns.",
        elsewhere="It gains what the filter drops.",
    )


# ---------------------------------------------------------------- a star


def star_without_hints(spark: SparkSession, sales: DataFrame) -> list[tuple]:
    """Two Python lists, whose sizes Spark does not know: the sales are shuffled by store, and again by product."""
    stores = spark.createDataFrame(STORES, "store_id bigint, city string")
    products = spark.createDataFrame(PRODUCTS, "product_id bigint, category string")
    with_city = sales.join(stores, "store_id")  # expect: missing-broadcast
    named = with_city.join(products, "product_id")  # expect: missing-broadcast
    return sorted_rows(named.groupBy("city", "category").agg(F.sum("cents")))


def star_by_broadcast(spark: SparkSession, sales: DataFrame) -> list[tuple]:
    """The dimensions travel, the sales stay where they are until they are sums."""
    stores = spark.createDataFrame(STORES, "store_id bigint, city string")
    products = spark.createDataFrame(PRODUCTS, "product_id bigint, category string")
    named = sales.join(F.broadcast(stores), "store_id").join(F.broadcast(products), "product_id")
    return sorted_rows(named.groupBy("city", "category").agg(F.sum("cents")))


def star(job: Job) -> Section:
    sales = make_sales(job.spark, job.options.scale, 1_000, job.options.seed)
    # The sales stand for a table that is too large to broadcast, at whatever scale.
    job.use({"spark.sql.autoBroadcastJoinThreshold": min(4 * job.options.scale, 10 * 1024 * 1024)})
    return Section(
        question="sales by city and category, from two small dimensions",
        variants={
            "no hints": lambda: star_without_hints(job.spark, sales),
            "broadcast": lambda: star_by_broadcast(job.spark, sales),
        },
        before="no hints",
        after="broadcast",
        claim=Claim("broadcasting instead of shuffling", 5, 10),
        takeaway="In a star, broadcast every dimension that fits: each one saves a shuffle of the fact table.",
        elsewhere="What it saves is the shuffle: cheap within one machine, dear across a network.",
    )


# ---------------------------------------------------------------- pre-partition


def three_reports(sales: DataFrame, customers: DataFrame) -> list:
    """Three jobs that all need the sales of a customer together."""
    totals = sales.groupBy("customer_id").agg(F.sum("cents").alias("total"))
    last = sales.groupBy("customer_id").agg(F.collect_set("day").alias("days"))
    joined = sales.join(customers, "customer_id")
    return [
        totals.agg(F.max("total"), F.count("*")).first()[0],
        last.agg(F.sum(F.size("days"))).first()[0],
        sorted_rows(joined.groupBy("segment").agg(F.sum("cents"))),
    ]


def report_from_cache(sales: DataFrame, customers: DataFrame, parts: int) -> list:
    """Partitioned by customer once. The cache remembers that, and none of the three shuffles the sales again."""
    ready = sales.repartition(parts, "customer_id").cache()
    try:
        return three_reports(ready, customers)
    finally:
        ready.unpersist()


def pre_partition(job: Job) -> Section:
    rows = job.options.scale // 2
    sales = make_sales(job.spark, rows, rows // 10, job.options.seed).select("customer_id", "day", "cents")
    customers = make_customers(job.spark, rows // 10)
    job.use(NO_BROADCAST)
    return Section(
        question="three reports that each need a customer's sales together",
        variants={
            "as it comes": lambda: three_reports(sales, customers),
            "pre-partitioned": lambda: report_from_cache(sales, customers, 4 * job.slots),
        },
        before="as it comes",
        after="pre-partitioned",
        claim=Claim("partitioning by the key once, and caching that", 2, 3),
        takeaway="Partition by the common key and cache; worth it from a few uses on, for it shuffles whole rows.",
        elsewhere="Partial aggregation shuffles less than the rows: against it, pre-partitioning pays late.",
    )


# ---------------------------------------------------------------- bucketing


def by_segment(spark: SparkSession, sales: str, customers: str) -> list[tuple]:
    """A join and a group by the same key, and then by a small one."""
    joined = spark.table(sales).join(spark.table(customers), "customer_id")
    totals = joined.groupBy("customer_id", "segment").agg(F.sum("cents").alias("total"))
    return sorted_rows(totals.groupBy("segment").agg(F.max("total"), F.count("*")))


def bucketing(job: Job) -> Section:
    spark, rows, buckets = job.spark, job.options.scale, max(8, job.slots)
    database = temporary_database(job)
    job.use(NO_BROADCAST)
    sales = make_sales(spark, rows, rows // 5, job.options.seed)
    tables = {"sales": sales, "customers": make_customers(spark, rows // 5)}
    for name, table in tables.items():
        table.write.saveAsTable(f"{database}.{name}")
        # Partitioned like the buckets, each task writes one file. Otherwise each writes a piece of every bucket.
        writer = table.repartition(buckets, "customer_id").write
        writer.bucketBy(buckets, "customer_id").sortBy("customer_id").saveAsTable(f"{database}.{name}_bucketed")
    plain = f"{database}.sales", f"{database}.customers"
    bucketed = f"{database}.sales_bucketed", f"{database}.customers_bucketed"
    return Section(
        question=f"sales by customer and segment, from plain tables and from {buckets} buckets by customer",
        variants={
            "plain tables": lambda: by_segment(spark, *plain),
            "bucketed tables": lambda: by_segment(spark, *bucketed),
        },
        before="plain tables",
        after="bucketed tables",
        claim=Claim("bucketing a star by its large dimension's key", 3, 5),
        takeaway="Bucket the fact table and its large dimension alike: joins and groups by that key need no shuffle.",
        elsewhere="What buckets save is the shuffle: cheap within one machine, dear across a network.",
    )


# ---------------------------------------------------------------- two numbers


def sweep_partitions(job: Job) -> Section:
    spark, slots = job.spark, job.slots
    rows = job.options.scale
    sales = make_sales(spark, rows, rows // 4, job.options.seed)

    def grouped(partitions: int) -> list[tuple]:
        with settings(spark, {**NOT_ADAPTIVE, "spark.sql.shuffle.partitions": partitions}):
            totals = sales.groupBy("customer_id").agg(F.sum("cents").alias("total"))
            return sorted_rows(totals.agg(F.max("total"), F.count("*")))

    numbers = sorted({1, slots, 4 * slots, 32, 200, 800})
    best_guess = str(4 * slots)

    def curve(measured: dict[str, Measured]) -> list[str]:
        longest = max(one.median for one in measured.values())
        bars = {name: "#" * max(1, round(40 * one.median / longest)) for name, one in measured.items()}
        lines = [f"{name:>4} partitions: {one.median:>6.2f} s {bars[name]}" for name, one in measured.items()]
        return [*lines, f"The best here: {min(measured, key=lambda name: measured[name].median)}."]

    return Section(
        question="spark.sql.shuffle.partitions from 1 to 800, without adaptive execution",
        variants={str(number): lambda number=number: grouped(number) for number in numbers},
        before="200",
        after=best_guess,
        takeaway="Too few leave slots idle and spill, too many pay for tiny tasks; adaptive execution merges those.",
        elsewhere="200 suits a cluster of some fifty slots.",
        most_runs=2,
        notes=curve,
    )


def sweep_threshold(job: Job) -> Section:
    spark, rows = job.spark, job.options.scale
    sales = make_sales(spark, rows, rows // 5, job.options.seed)
    # Eight bytes a row, as Spark knows of a range: the size that the threshold is compared with.
    keys = spark.range(rows // 5).select(F.col("id").alias("customer_id"))
    estimate = int(str(keys._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()))

    def joined(threshold: int) -> list[tuple]:
        with settings(spark, {**NOT_ADAPTIVE, "spark.sql.autoBroadcastJoinThreshold": threshold}):
            return sorted_rows(sales.join(keys, "customer_id").agg(F.count("*"), F.sum("cents")))

    def turn(measured: dict[str, Measured]) -> list[str]:
        return [f"{name}: {', '.join(one.figures.joins)}, {one.median:.2f} s." for name, one in measured.items()]

    return Section(
        question=f"the broadcast threshold, swept around the {estimate:,} bytes that Spark expects of a table",
        variants={
            "-1": lambda: joined(-1),
            "one byte too low": lambda: joined(estimate - 1),
            "just enough": lambda: joined(estimate),
            "four times": lambda: joined(4 * estimate),
        },
        before="-1",
        after="just enough",
        takeaway="Spark compares its estimate, not the real size. Raise the threshold to what executors can hold.",
        elsewhere="The estimate of a filtered file is that of the whole file, unless statistics say more.",
        most_runs=2,
        notes=turn,
    )


# ---------------------------------------------------------------- adaptive execution

AQE = "adaptive execution"


def merging(job: Job) -> Section:
    spark, sales = job.spark, make_sales(job.spark, job.options.scale, 1_000, job.options.seed)
    many = {"spark.sql.shuffle.partitions": 200}

    def grouped(values: dict[str, object]) -> list[tuple]:
        with settings(spark, {**values, **many}):
            return sorted_rows(sales.groupBy("store_id").agg(F.sum("cents")))

    return Section(
        question="200 partitions for 200 stores: does anyone merge them?",
        variants={"AQE off": lambda: grouped(NOT_ADAPTIVE), "AQE on": lambda: grouped(ADAPTIVE)},
        before="AQE off",
        after="AQE on",
        claim=Claim(AQE, 2, 10),
        takeaway="Adaptive execution merges small partitions of shuffles. It leaves repartition(n) alone.",
        elsewhere="It saves the start of tasks: some milliseconds each.",
        notes=merged_in_plans,
    )


def merged_in_plans(measured: dict[str, Measured]) -> list[str]:
    """Whether partitions were merged, as the details of the plan that ran tell."""
    read = re.compile(r"AQEShuffleRead\s[^()]*Arguments: coalesced")
    merged = {name: bool(read.search("".join(one.plans))) for name, one in measured.items()}
    found = {name: "a" if has else "no" for name, has in merged.items()}
    return [f"{name}: the plan that ran has {word} coalesced AQEShuffleRead." for name, word in found.items()]


def switching(job: Job) -> Section:
    spark, rows = job.spark, job.options.scale
    sales = make_sales(spark, rows, rows // 5, job.options.seed)
    # Far smaller than Spark thinks: it does not know what this keeps.
    few = make_customers(spark, rows // 5).filter(F.pmod(F.xxhash64("customer_id"), F.lit(100)) == 0)
    threshold = {"spark.sql.autoBroadcastJoinThreshold": min(rows, 10 * 1024 * 1024)}

    def joined(values: dict[str, object]) -> list[tuple]:
        with settings(spark, {**values, **threshold}):
            return sorted_rows(sales.join(few, "customer_id").groupBy("segment").agg(F.sum("cents")))

    return Section(
        question="a side of a join that turns out a hundred times smaller than expected",
        variants={"AQE off": lambda: joined(NOT_ADAPTIVE), "AQE on": lambda: joined(ADAPTIVE)},
        before="AQE off",
        after="AQE on",
        claim=Claim(AQE, 2, 10),
        takeaway="Adaptive execution sees the real size after the shuffle, and broadcasts then: it saves the sorts.",
        elsewhere="The shuffle has been paid for by then. A hint saves that, too.",
    )


def skew(job: Job) -> Section:
    spark, rows, hot = job.spark, job.options.scale, job.options.hot_percent
    sales = make_sales(spark, rows, rows // 20, job.options.seed, hot)
    customers = make_customers(spark, rows // 20)
    # Spark calls a partition skewed from 256 MB on. This data may be far smaller, so both are scaled down to it.
    hot_bytes = rows * hot // 100 * 16
    small = {
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": min(hot_bytes // 8, 256 * 1024 * 1024),
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": min(hot_bytes // (4 * job.slots), 64 * 1024 * 1024),
    }

    def joined(values: dict[str, object]) -> list[tuple]:
        with settings(spark, {**NO_BROADCAST, **small, **values}):
            work = F.max(F.sha2(F.concat("segment", F.col("sale_id")), 256))
            return sorted_rows(sales.join(customers, "customer_id").groupBy("segment").agg(work))

    return Section(
        question=f"one customer has {hot}% of the sales",
        variants={"AQE off": lambda: joined(NOT_ADAPTIVE), "AQE on": lambda: joined(ADAPTIVE)},
        before="AQE off",
        after="AQE on",
        claim=Claim(AQE, 2, 10),
        takeaway="Adaptive execution cuts a skewed partition of a join. Of a group or a window it does not.",
        elsewhere=f"With {job.slots} slots no split can make a stage more than {job.slots}x faster.",
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "operations": operations,
    "filter-first": filter_first,
    "star": star,
    "pre-partition": pre_partition,
    "bucketing": bucketing,
    "partitions": sweep_partitions,
    "threshold": sweep_threshold,
    "adaptive-merge": merging,
    "adaptive-switch": switching,
    "adaptive-skew": skew,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=400_000)
    parser.add_argument(
        "--hot-percent",
        type=whole_number(1, 99),
        default=80,
        metavar="N",
        help="share of the sales that one customer has, for adaptive-skew (default 80)",
    )
    parser.add_argument("--tables", metavar="FOLDER", help="where bucketing writes its tables (default: a local one)")
    return run_job("08_shuffle_optimization", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
