"""Distributed joins, measured: what each way to join two tables costs, and when the usual advice holds.

    python 03_distributed_joins.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py 03_distributed_joins.py --section skew

Every section times the same question answered in a careless and in a careful way, on data that Spark makes up as it
goes. Nothing is downloaded, and nothing is written except by `bucketing`.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 50000000` and raise it until the runs take long enough to be trusted; `bucketing` then needs a folder that all
executors reach, `--tables hdfs:///tmp/joins`. The tables that are broadcast or crossed stay small at any scale.
"""

from __future__ import annotations

import math
import sys
import time

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

try:
    from measuring import Claim, Job, Measured, Section, argument_parser, noise, run_job, settings, sorted_rows
    from measuring import temporary_database, whole_number
except ModuleNotFoundError as missing:
    print(f"{missing}: send it along, --py-files measuring.py,reporting.py,spark_figures.py", file=sys.stderr)
    sys.exit(2)

# Small enough for a Python list, as price lists often are.
PRICES = [(product, f"category {product % 12}", 100 + product * 37 % 900) for product in range(1_000)]

# Spark then never broadcasts by itself: the tables of a section stand for ones that are too large for it.
NO_BROADCAST = {"spark.sql.autoBroadcastJoinThreshold": -1}

# However large the scale: 400 million pairs, and about 150 MB on the driver and on every executor.
MOST_ROWS_TO_CROSS = 20_000
MOST_ROWS_TO_BROADCAST = 2_000_000

HOT_CUSTOMER = 0
JOIN_TYPES = ["inner", "left_outer", "right_outer", "full_outer", "left_semi", "left_anti"]


# ---------------------------------------------------------------- made-up data


def make_orders(spark: SparkSession, rows: int, customers: int, seed: int, hot_percent: int = 0) -> DataFrame:
    """Orders in no sequence that would help a join. `hot_percent` of them are of one customer."""
    is_hot = F.pmod(noise(seed, 4), F.lit(100)) < hot_percent
    any_customer = F.pmod(noise(seed, 1), F.lit(customers))
    tasks = 4 * spark.sparkContext.defaultParallelism
    return spark.range(0, rows, 1, tasks).select(
        F.col("id").alias("order_id"),
        F.when(is_hot, HOT_CUSTOMER).otherwise(any_customer).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(len(PRICES))).alias("product_id"),
        (F.pmod(noise(seed, 3), F.lit(5)) + 1).alias("quantity"),
    )


def make_customers(spark: SparkSession, rows: int) -> DataFrame:
    return spark.range(rows).select(
        F.col("id").alias("customer_id"),
        F.concat(F.lit("segment "), F.pmod(F.xxhash64("id"), F.lit(8))).alias("segment"),
        F.concat(F.lit("customer number "), F.col("id")).alias("name"),
    )


def price_list(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(PRICES, "product_id bigint, category string, cents bigint")


# ---------------------------------------------------------------- strategies


def revenue_by_category(orders: DataFrame) -> list[tuple]:
    revenue = F.sum(F.col("quantity") * F.col("cents"))
    return sorted_rows(orders.groupBy("category").agg(revenue))


def join_without_a_hint(spark: SparkSession, orders: DataFrame) -> list[tuple]:
    """Spark has no statistics of a Python list, so it plans for a huge one and shuffles both sides.

    Adaptive execution sees the mistake when the shuffle is done, and broadcasts then: too late for the shuffle.
    """
    prices = price_list(spark)
    return revenue_by_category(orders.join(prices, "product_id"))  # expect: missing-broadcast


def join_by_sorting(spark: SparkSession, orders: DataFrame) -> list[tuple]:
    """Both sides are shuffled, and sorted in every task. It can spill to disk, so it works at any size."""
    prices = price_list(spark).hint("merge")
    return revenue_by_category(orders.join(prices, "product_id"))


def join_by_hashing(spark: SparkSession, orders: DataFrame) -> list[tuple]:
    """Both sides are shuffled. Every task makes a hash table of its part of the prices, which must fit in memory."""
    prices = price_list(spark).hint("shuffle_hash")
    return revenue_by_category(orders.join(prices, "product_id"))


def join_by_broadcast(spark: SparkSession, orders: DataFrame) -> list[tuple]:
    """Every executor gets the whole price list, and the orders stay where they are."""
    prices = price_list(spark)
    return revenue_by_category(orders.join(F.broadcast(prices), "product_id"))


def strategies(job: Job) -> Section:
    spark, rows = job.spark, job.options.scale
    orders = make_orders(spark, rows, rows // 10, job.options.seed)
    # The orders stand for a table that is too large to broadcast. If there are only a few of them, Spark's threshold
    # (10 MB) has to be as much smaller, or it would broadcast them instead of the prices.
    job.use({"spark.sql.autoBroadcastJoinThreshold": min(4 * rows, 10 * 1024 * 1024)})
    return Section(
        question=f"a large table and a list of {len(PRICES):,} prices, by each of Spark's joins",
        variants={
            "no hint": lambda: join_without_a_hint(spark, orders),
            "merge hint": lambda: join_by_sorting(spark, orders),
            "shuffle_hash hint": lambda: join_by_hashing(spark, orders),
            "broadcast": lambda: join_by_broadcast(spark, orders),
        },
        before="no hint",
        after="broadcast",
        claim=Claim("broadcasting a small table (under 100 MB)", 2, 3),
        takeaway="A DataFrame made from a Python list has no statistics. Broadcast it yourself.",
        elsewhere="What a broadcast saves is the shuffle: cheap within one machine, dear across a network.",
    )


# ---------------------------------------------------------------- repeated joins


def matched_quantity(orders: DataFrame, others: DataFrame) -> int:
    """The quantity ordered by customers that occur in `others`."""
    return orders.join(others, "customer_id").agg(F.sum("quantity")).first()[0]


def prepare_and_forget(orders: DataFrame, others: list[DataFrame], parts: int) -> list[int]:
    """Partitioned and sorted, as a sort-merge join wants it. But nothing keeps that: each of the jobs does it again."""
    first, second, third = others
    ready = orders.repartition(parts, "customer_id").sortWithinPartitions("customer_id")  # expect: missing-cache
    return [
        matched_quantity(ready, first),
        matched_quantity(ready, second),
        matched_quantity(ready, third),
    ]


def prepare_and_cache(orders: DataFrame, others: list[DataFrame], parts: int) -> list[int]:
    """The orders are shuffled and sorted once. A cached table remembers both, so no join has to do it again."""
    first, second, third = others
    ready = orders.repartition(parts, "customer_id").sortWithinPartitions("customer_id").cache()
    try:
        return [
            matched_quantity(ready, first),
            matched_quantity(ready, second),
            matched_quantity(ready, third),
        ]
    finally:
        ready.unpersist()


def repeated_joins(job: Job) -> Section:
    spark, rows = job.spark, job.options.scale // 2
    customers = rows // 10
    # Only the columns that are needed: a cache keeps all that it is given.
    orders = make_orders(spark, rows, customers, job.options.seed).select("customer_id", "quantity")
    others = [make_customers(spark, customers // share) for share in (2, 4, 8)]
    job.use(NO_BROADCAST)
    parts = 4 * job.slots
    return Section(
        question="one large table joined three times on the same key",
        variants={
            "prepare": lambda: prepare_and_forget(orders, others, parts),
            "prepare and cache": lambda: prepare_and_cache(orders, others, parts),
        },
        before="prepare",
        after="prepare and cache",
        claim=Claim("partitioning by the key once, and caching that", 2, 3),
        takeaway="repartition() keeps nothing by itself. With cache() the large side is shuffled once, not per join.",
        elsewhere="Filling the cache is part of the time: it pays with every further join, and with a dearer source.",
    )


# ---------------------------------------------------------------- bucketing


def joined_quantity(spark: SparkSession, orders: str, customers: str) -> int:
    return matched_quantity(spark.table(orders), spark.table(customers).filter(F.col("segment") != "segment 0"))


def write_tables(job: Job, database: str, buckets: int) -> tuple[float, float]:
    """Writes the same two tables plain and bucketed. Returns the seconds that each took."""
    spark, rows = job.spark, job.options.scale
    tables = {
        "orders": make_orders(spark, rows, rows // 5, job.options.seed),
        "customers": make_customers(spark, rows // 5),
    }
    start = time.perf_counter()
    for name, table in tables.items():
        table.write.saveAsTable(f"{database}.{name}")
    plain = time.perf_counter() - start
    start = time.perf_counter()
    for name, table in tables.items():
        # Partitioned like the buckets, each task writes one file. Otherwise each writes a piece of every bucket.
        writer = table.repartition(buckets, "customer_id").write
        writer.bucketBy(buckets, "customer_id").sortBy("customer_id").saveAsTable(f"{database}.{name}_bucketed")
    return plain, time.perf_counter() - start


def bucketing(job: Job) -> Section:
    spark, buckets = job.spark, max(8, job.slots)
    database = temporary_database(job)
    job.use(NO_BROADCAST)
    plain, bucketed = write_tables(job, database, buckets)

    def break_even(measured: dict[str, Measured]) -> list[str]:
        saved = measured["plain tables"].median - measured["bucketed tables"].median
        writing = f"Written once each, and plain first, cold: plain {plain:.2f} s, bucketed {bucketed:.2f} s."
        if saved <= 0:
            return [f"{writing} No join here earns the difference back."]
        joins = max(1, math.ceil((bucketed - plain) / saved))
        return [f"{writing} It pays from {joins} {'join' if joins == 1 else 'joins'} on."]

    return Section(
        question=f"two stored tables joined, plain and in {buckets} buckets by the join key",
        variants={
            "plain tables": lambda: joined_quantity(spark, f"{database}.orders", f"{database}.customers"),
            "bucketed tables": lambda: joined_quantity(
                spark, f"{database}.orders_bucketed", f"{database}.customers_bucketed"
            ),
        },
        before="plain tables",
        after="bucketed tables",
        claim=Claim("bucketing both tables by the join key", 3, 5),
        takeaway="Bucketed tables join with no shuffle at all. Worth it for tables that are joined again and again.",
        elsewhere="What buckets save is the shuffle: cheap within one machine, dear across a network.",
        notes=break_even,
    )


# ---------------------------------------------------------------- skew


def quantity_by_segment(joined: DataFrame) -> list[tuple]:
    """A little work on each joined row, as real jobs do it: here a pseudonym."""
    pseudonym = F.sha2(F.concat("name", F.col("order_id")), 256)
    totals = joined.groupBy("segment").agg(F.sum("quantity"), F.max(pseudonym))
    return sorted_rows(totals)


def join_plain(orders: DataFrame, customers: DataFrame) -> list[tuple]:
    """All orders of one customer meet in one task, which goes on long after the others are done."""
    return quantity_by_segment(orders.join(customers, "customer_id"))


def join_salted(orders: DataFrame, customers: DataFrame, salts: int) -> list[tuple]:
    """The hot customer's orders are dealt out to `salts` keys, and its one row on the other side is copied to each.

    Only the hot key is salted: to copy every customer would multiply that whole table.
    """
    is_hot = F.col("customer_id") == HOT_CUSTOMER
    dealt = F.when(is_hot, F.pmod("order_id", F.lit(salts))).otherwise(0)
    copies = F.when(is_hot, F.sequence(F.lit(0), F.lit(salts - 1))).otherwise(F.array(F.lit(0)))
    salted_orders = orders.withColumn("salt", dealt)
    salted_customers = customers.withColumn("salt", F.explode(copies))
    return quantity_by_segment(salted_orders.join(salted_customers, ["customer_id", "salt"]))


def skew_settings(job: Job) -> tuple[dict[str, object], dict[str, object]]:
    """Settings with adaptive execution off and on: the same number of partitions, never merged, nothing broadcast.

    Spark calls a partition skewed from 256 MB on, and cuts it into pieces of 64 MB. This data may be far smaller, so
    both are scaled down to it; they never exceed Spark's own.
    """
    hot_bytes = job.options.scale * job.options.hot_percent // 100 * 16
    adaptive = {
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": min(hot_bytes // 8, 256 * 1024 * 1024),
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": min(hot_bytes // (4 * job.slots), 64 * 1024 * 1024),
    }
    return {**NO_BROADCAST, "spark.sql.adaptive.enabled": "false"}, {**NO_BROADCAST, **adaptive}


def skew(job: Job) -> Section:
    spark, rows, hot = job.spark, job.options.scale, job.options.hot_percent
    customers = make_customers(spark, rows // 20)
    orders = make_orders(spark, rows, rows // 20, job.options.seed, hot)
    fixed, adaptive = skew_settings(job)

    def under(values: dict[str, object], run, *arguments) -> list[tuple]:
        with settings(spark, values):
            return run(orders, customers, *arguments)

    return Section(
        question=f"one customer has {hot}% of the orders",
        variants={
            "plain": lambda: under(fixed, join_plain),
            "salted": lambda: under(fixed, join_salted, 16 * job.slots),
            "adaptive": lambda: under(adaptive, join_plain),
        },
        before="plain",
        after="adaptive",
        claim=Claim("adaptive execution on a skewed join", 2, 10),
        takeaway="Leave adaptive execution on; salt the hot keys by hand only where it does not help.",
        elsewhere=f"With {job.slots} slots and {hot}% of the rows in one task, "
        f"no split can make the join stage more than {max(1, job.slots * hot / 100):.1f}x faster.",
    )


# ---------------------------------------------------------------- join types


def count_by_joining(left: DataFrame, right: DataFrame) -> dict[str, int]:
    """Seven joins, each run in full only to be counted. The last one makes every pair there is."""
    counts = {how: left.join(right, "key", how).count() for how in JOIN_TYPES}
    counts["cross"] = left.crossJoin(right).count()  # expect: cross-join
    return counts


def count_from_keys(left: DataFrame, right: DataFrame) -> dict[str, int]:
    """How often each key occurs on each side says how many rows every join has: one small join answers for all."""
    left_keys = left.groupBy("key").agg(F.count("*").alias("l"))
    right_keys = right.groupBy("key").agg(F.count("*").alias("r"))
    keys = left_keys.join(right_keys, "key", "full_outer").na.fill(0, ["l", "r"])
    only_left, only_right = F.col("r") == 0, F.col("l") == 0
    pairs, zero = F.col("l") * F.col("r"), F.lit(0)
    row = keys.agg(
        F.sum(pairs).alias("inner"),
        F.sum(F.when(only_left, F.col("l")).otherwise(pairs)).alias("left_outer"),
        F.sum(F.when(only_right, F.col("r")).otherwise(pairs)).alias("right_outer"),
        F.sum(pairs + F.when(only_left, F.col("l")).when(only_right, F.col("r")).otherwise(zero)).alias("full_outer"),
        F.sum(F.when(only_left, zero).otherwise(F.col("l"))).alias("left_semi"),
        F.sum(F.when(only_left, F.col("l")).otherwise(zero)).alias("left_anti"),
        (F.sum("l") * F.sum("r")).alias("cross"),
    ).first()
    return row.asDict()


def join_types(job: Job) -> Section:
    spark, rows = job.spark, max(100, min(job.options.scale // 400, MOST_ROWS_TO_CROSS))
    # Half of the keys occur on both sides, and most of them more than once.
    key = F.pmod(noise(job.options.seed, 5), F.lit(rows // 4))
    left = spark.range(rows).select(key.alias("key"))
    right = spark.range(rows).select((key + rows // 8).alias("key"))

    def row_counts(measured: dict[str, Measured]) -> list[str]:
        counts = measured["seven joins"].answer
        return [f"{rows:,} rows on each side: " + ", ".join(f"{how} {count:,}" for how, count in counts.items())]

    return Section(
        question="how many rows does each join type give?",
        variants={
            "seven joins": lambda: count_by_joining(left, right),
            "one count per key": lambda: count_from_keys(left, right),
        },
        before="seven joins",
        after="one count per key",
        takeaway="Count keys before joining: those that repeat on both sides multiply, and a cross join is all pairs.",
        elsewhere="The joins grow with the number of pairs, the counting of keys only with the rows.",
        notes=row_counts,
    )


# ---------------------------------------------------------------- existence


def count_orphans(orders: DataFrame, customers: DataFrame) -> bool:
    """Finds every orphan to learn whether there is one."""
    orphans = orders.join(customers, "customer_id", "left_anti")
    return orphans.count() > 0  # expect: count-as-emptiness


def find_an_orphan(orders: DataFrame, customers: DataFrame) -> bool:
    """Each task stops at its first orphan. Spark 3.5 starts with one task, 4.3 with all of them."""
    orphans = orders.join(customers, "customer_id", "left_anti")
    return not orphans.isEmpty()


def existence(job: Job) -> Section:
    spark, rows = job.spark, job.options.scale * 2
    known = rows // 100
    orders = make_orders(spark, rows, known + known // 10, job.options.seed)
    customers = make_customers(spark, known)
    return Section(
        question="is there any order of a customer that we don't know?",
        variants={
            "count() > 0": lambda: count_orphans(orders, customers),
            "isEmpty()": lambda: find_an_orphan(orders, customers),
        },
        before="count() > 0",
        after="isEmpty()",
        takeaway="Ask for existence, not for a number: a left_anti join can stop at its first row.",
        elsewhere="It cannot stop a shuffle or a broadcast that comes before the join.",
    )


# ---------------------------------------------------------------- large broadcast


def join_broadcasting(orders: DataFrame, customers: DataFrame) -> int:
    """The driver collects the customers and makes one hash table of them; every executor then holds all of it."""
    return orders.join(F.broadcast(customers), "customer_id").agg(F.sum(F.length("name"))).first()[0]


def join_shuffling(orders: DataFrame, customers: DataFrame) -> int:
    """Both tables are shuffled, and every task holds only its part."""
    return orders.join(customers.hint("merge"), "customer_id").agg(F.sum(F.length("name"))).first()[0]


def large_broadcast(job: Job) -> Section:
    spark, scale = job.spark, min(job.options.scale, MOST_ROWS_TO_BROADCAST)
    sizes = [scale // 20, scale]
    # Only the first customers place orders: a larger table costs more and gives the same answer.
    orders = make_orders(spark, scale // 4, sizes[0], job.options.seed)
    variants = {}
    for rows in sizes:
        customers = make_customers(spark, rows)
        variants[f"broadcast {rows:,}"] = lambda customers=customers: join_broadcasting(orders, customers)
        variants[f"shuffle {rows:,}"] = lambda customers=customers: join_shuffling(orders, customers)

    def where_it_turns(measured: dict[str, Measured]) -> list[str]:
        lines = []
        for rows in sizes:
            broadcast, shuffle = measured[f"broadcast {rows:,}"], measured[f"shuffle {rows:,}"]
            better = "broadcast" if broadcast.median < shuffle.median else "shuffle"
            megabytes = broadcast.figures.broadcast_bytes / 1e6
            lines.append(f"{rows:,} rows, {megabytes:.1f} MB on every executor: the {better} was faster.")
        return lines

    return Section(
        question=f"{scale // 4:,} orders and more and more customers: when does a broadcast lose?",
        variants=variants,
        before=f"broadcast {scale:,}",
        after=f"shuffle {scale:,}",
        claim=Claim("a table under 100 MB is worth a broadcast"),
        takeaway="A broadcast is built by the driver alone and held by every executor. Drop the hint on large tables.",
        elsewhere="The more executors, the dearer: each receives the whole table, which local mode sends to nobody.",
        notes=where_it_turns,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "strategies": strategies,
    "repeated-joins": repeated_joins,
    "bucketing": bucketing,
    "skew": skew,
    "join-types": join_types,
    "existence": existence,
    "large-broadcast": large_broadcast,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=600_000)
    parser.add_argument(
        "--hot-percent",
        type=whole_number(1, 99),
        default=80,
        metavar="N",
        help="share of the orders that one customer has, for skew (default 80)",
    )
    parser.add_argument("--tables", metavar="FOLDER", help="where bucketing writes its tables (default: a local one)")
    return run_job("03_distributed_joins", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
