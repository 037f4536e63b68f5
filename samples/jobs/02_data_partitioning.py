"""Data partitioning, measured: how rows are dealt out to tasks, how many tasks there should be, and who decides.

    python 02_data_partitioning.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py 02_data_partitioning.py --section sweep

Every section times the same question answered on data that is dealt out carelessly and carefully. Spark makes the data
up as it goes; nothing is downloaded or written. Work that real jobs do on each row is stood for by a hash.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 50000000`, and give `sweep` as many partitions as you would dare: `--most-per-slot 200`.
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

try:
    from measuring import Claim, Job, Measured, Section, argument_parser, noise, run_job, settings, sorted_rows
    from measuring import whole_number
except ModuleNotFoundError as missing:
    print(f"{missing}: send it along, --py-files measuring.py,reporting.py,spark_figures.py", file=sys.stderr)
    sys.exit(2)

CATEGORIES = 6
HOT_CUSTOMER = 0
# Partitions of a histogram: enough to see the shape, few enough to print.
SHOWN = 12
RIGHT_PARTITIONING = Claim("right partitioning", 2, 5)
NOT_ADAPTIVE = {"spark.sql.adaptive.enabled": "false"}


# ---------------------------------------------------------------- made-up data


def make_events(spark: SparkSession, rows: int, seed: int, tasks: int, hot_percent: int = 0) -> DataFrame:
    """Events in no order that would help anybody. `hot_percent` of them are of one customer."""
    is_hot = F.pmod(noise(seed, 4), F.lit(100)) < hot_percent
    anyone = F.pmod(noise(seed, 1), F.lit(max(10, rows // 20))) + 1
    return spark.range(0, rows, 1, tasks).select(
        F.col("id").alias("event_id"),
        F.when(is_hot, HOT_CUSTOMER).otherwise(anyone).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(CATEGORIES)).alias("category"),
        (F.pmod(noise(seed, 3), F.lit(10_000)) + 1).alias("cents"),
    )


def worked_on() -> Column:
    """What a job does to each row, dear enough to be felt."""
    pseudonym = F.sha2(F.concat_ws("/", "event_id", "customer_id", "cents"), 512)
    return F.crc32(F.sha2(pseudonym, 512))


def digest(rows: DataFrame) -> list[tuple]:
    """Does the work on every row where it lies, and sums up what comes out."""
    return sorted_rows(rows.select(worked_on().alias("done"), "cents").agg(F.sum("done"), F.sum("cents")))


# ---------------------------------------------------------------- fewer partitions


def fewer_by_repartition(events: DataFrame, parts: int) -> list[tuple]:
    """Every row is sent to a partition of its own choosing: a whole shuffle, to have fewer of them."""
    return digest(events.repartition(parts))


def fewer_by_coalesce(events: DataFrame, parts: int) -> list[tuple]:
    """Neighbours are read by the same task. Nothing moves."""
    return digest(events.coalesce(parts))


def fewer(job: Job) -> Section:
    many, few = 64 * job.slots, 2 * job.slots
    events = make_events(job.spark, job.options.scale, job.options.seed, many)
    return Section(
        question=f"{many} small partitions of equal size become {few}",
        variants={
            "repartition": lambda: fewer_by_repartition(events, few),
            "coalesce": lambda: fewer_by_coalesce(events, few),
        },
        before="repartition",
        after="coalesce",
        takeaway="To have fewer partitions that are alike, coalesce: it joins neighbours, and shuffles nothing.",
        elsewhere="What it saves is the shuffle: cheap within one machine, dear across a network.",
    )


# ---------------------------------------------------------------- one partition


def all_in_one_task(events: DataFrame) -> list[tuple]:
    """Meant for the output alone; but without a shuffle before it, one task does all the work as well."""
    return digest(events.coalesce(1))  # expect: single-partition


def in_all_tasks(events: DataFrame) -> list[tuple]:
    """As many tasks as there are slots work, and each may write its own file."""
    return digest(events)


def one_partition(job: Job) -> Section:
    events = make_events(job.spark, job.options.scale, job.options.seed, 4 * job.slots)
    return Section(
        question="one output file, or one from each task",
        variants={"coalesce(1)": lambda: all_in_one_task(events), "as it is": lambda: in_all_tasks(events)},
        before="coalesce(1)",
        after="as it is",
        takeaway="coalesce goes back up to the last shuffle. coalesce(1) makes one task do all that lies after it.",
        elsewhere=f"With {job.slots} slots no more than {job.slots}x can be lost here. A cluster has hundreds.",
    )


# ---------------------------------------------------------------- hash, range, round robin


def histogram(name: str, dealt: DataFrame, parts: int) -> list[str]:
    """Rows by partition, as bars."""
    found = dict(sorted_rows(dealt.groupBy(F.spark_partition_id().alias("part")).count()))
    most, total = max(found.values()), sum(found.values())
    empty = parts - len(found)
    lines = [f"{name}: {empty} of {parts} partitions are empty, the largest has {100 * most / total:.0f}% of the rows."]
    for part in range(min(parts, SHOWN)):
        rows = found.get(part, 0)
        lines.append(f"{part:02} |{'#' * round(40 * rows / most)} {rows:,}")
    return lines


def by_hash(events: DataFrame, parts: int) -> DataFrame:
    """Equal keys lie together. With few keys, most partitions get none, and some get two."""
    return events.repartition(parts, "category")


def by_range(events: DataFrame, parts: int) -> DataFrame:
    """Neighbouring keys lie together, in order. Spark looks at a sample first, which is a job of its own."""
    return events.repartitionByRange(parts, "event_id")


def round_robin(events: DataFrame, parts: int) -> DataFrame:
    """Dealt out like cards: all partitions are alike, and no key lies together."""
    return events.repartition(parts)


def methods(job: Job) -> Section:
    parts = max(SHOWN, 4 * job.slots)
    events = make_events(job.spark, job.options.scale, job.options.seed, 4 * job.slots)
    # A histogram shows what was asked for, and not what adaptive execution makes of it.
    job.use(NOT_ADAPTIVE)
    ways = {
        f"hash of {CATEGORIES} keys": lambda: by_hash(events, parts),
        "range of ids": lambda: by_range(events, parts),
        "round robin": lambda: round_robin(events, parts),
    }

    def shapes(_: dict[str, Measured]) -> list[str]:
        return [line for name, way in ways.items() for line in histogram(name, way(), parts)]

    return Section(
        question=f"work on each row, dealt out to {parts} partitions by a column of {CATEGORIES} values, or evenly",
        variants={name: lambda way=way: digest(way()) for name, way in ways.items()},
        before=f"hash of {CATEGORIES} keys",
        after="round robin",
        claim=RIGHT_PARTITIONING,
        takeaway="Partition by a key only where equal keys must lie together: few values leave tasks idle.",
        elsewhere=f"{CATEGORIES} keys keep {CATEGORIES} tasks busy: {job.slots} slots hardly notice, 100 would.",
        notes=shapes,
    )


# ---------------------------------------------------------------- a hot key


def together_by_key(events: DataFrame, parts: int) -> list[tuple]:
    """As before a write that is partitioned by customer: all rows of the hot one lie in one partition."""
    return digest(events.repartition(parts, "customer_id"))


def together_by_salted_key(events: DataFrame, parts: int) -> list[tuple]:
    """The hot customer is dealt out to all partitions; everybody else still lies together."""
    salt = F.when(F.col("customer_id") == HOT_CUSTOMER, F.pmod("event_id", F.lit(parts))).otherwise(0)
    return digest(events.repartition(parts, "customer_id", salt))


def hot_key(job: Job) -> Section:
    hot, parts = job.options.hot_percent, 4 * job.slots
    events = make_events(job.spark, job.options.scale, job.options.seed, 4 * job.slots, hot)
    job.use(NOT_ADAPTIVE)
    return Section(
        question=f"rows partitioned by customer, of whom one has {hot}%",
        variants={
            "by the key": lambda: together_by_key(events, parts),
            "by a salted key": lambda: together_by_salted_key(events, parts),
        },
        before="by the key",
        after="by a salted key",
        claim=RIGHT_PARTITIONING,
        takeaway="Salt the hot keys, and only these. Adaptive execution splits skew in joins, and not here.",
        elsewhere=f"With {job.slots} slots the work after the shuffle gains "
        f"{max(1, job.slots * hot / 100):.1f}x at most.",
    )


# ---------------------------------------------------------------- what adaptive execution merges


def number_asked_for(events: DataFrame, parts: int) -> list[tuple]:
    """A number in the code is kept, however little there is for each task."""
    return digest(events.repartition(parts, "customer_id"))


def number_left_open(events: DataFrame) -> list[tuple]:
    """Without a number, adaptive execution sees the sizes and merges what is small."""
    return digest(events.repartition("customer_id"))


def adaptive(job: Job) -> Section:
    parts = 128 * job.slots
    events = make_events(job.spark, job.options.scale, job.options.seed, 4 * job.slots)
    job.use({"spark.sql.adaptive.enabled": "true", "spark.sql.shuffle.partitions": parts})
    return Section(
        question=f"{parts} partitions by customer, once as a number in the code and once as the setting",
        variants={
            "repartition(n, key)": lambda: number_asked_for(events, parts),
            "repartition(key)": lambda: number_left_open(events),
        },
        before="repartition(n, key)",
        after="repartition(key)",
        takeaway="Adaptive execution merges the partitions of a shuffle, but never those of a number in your code.",
        elsewhere="What it saves is starting tasks, some milliseconds each: most where partitions are small.",
        notes=lambda measured: [
            f"{name}: {one.figures.tasks} tasks, those that made the data included." for name, one in measured.items()
        ],
    )


# ---------------------------------------------------------------- the right number


def totals_in(spark: SparkSession, events: DataFrame, parts: int) -> list[tuple]:
    """A shuffle of all rows into so many partitions, and the work after it."""
    with settings(spark, {"spark.sql.shuffle.partitions": parts, **NOT_ADAPTIVE}):
        return digest(events.repartition("customer_id"))


def sweep(job: Job) -> Section:
    spark, slots, most = job.spark, job.slots, job.options.most_per_slot
    events = make_events(spark, job.options.scale, job.options.seed, 4 * slots)
    right = 4 * slots
    numbers = sorted({1, slots, right, 16 * slots, max(most * slots, 17 * slots)})

    def curve(measured: dict[str, Measured]) -> list[str]:
        slowest = max(one.median for one in measured.values())
        bars = [(parts, measured[f"{parts} partitions"].median) for parts in numbers]
        best = min(bars, key=lambda bar: bar[1])
        lines = [f"{parts:>5} |{'#' * max(1, round(40 * took / slowest))} {took:.2f} s" for parts, took in bars]
        return [*lines, f"Best: {best[0]} partitions, {best[0] / slots:g} for each of {slots} slots."]

    return Section(
        question=f"the same shuffle into 1 to {numbers[-1]} partitions on {slots} slots",
        variants={f"{parts} partitions": lambda parts=parts: totals_in(spark, events, parts) for parts in numbers},
        before=f"{numbers[-1]} partitions",
        after=f"{right} partitions",
        claim=RIGHT_PARTITIONING,
        takeaway="Too few leave slots idle and spill, too many only start tasks: two to four a slot, more for size.",
        elsewhere="On data that is large, many partitions cost little, and few of them spill.",
        most_runs=2,
        notes=curve,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "fewer": fewer,
    "one-partition": one_partition,
    "methods": methods,
    "hot-key": hot_key,
    "adaptive": adaptive,
    "sweep": sweep,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=500_000)
    parser.add_argument(
        "--hot-percent",
        type=whole_number(1, 99),
        default=80,
        metavar="N",
        help="share of the events that one customer has, for hot-key (default 80)",
    )
    parser.add_argument(
        "--most-per-slot",
        type=whole_number(17, 10_000),
        default=128,
        metavar="N",
        help="partitions for each slot at the end of sweep (default 128)",
    )
    return run_job("02_data_partitioning", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
