"""Aggregations at scale, measured: windows, estimates, several levels at once, and what partial aggregation does.

    python 04_aggregations_at_scale.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py 04_aggregations_at_scale.py --section sketches

Every section times the same question answered in a careless and in a careful way, on events that Spark makes up as it
goes. Nothing is downloaded or written. Where an answer is an estimate, the variants need not give the same number: each
must lie within three times the stated error of the truth, and the table says how far off it was.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster start with
`--scale 50000000`. `moving-average` joins each customer's events with themselves, `partial-sums` works in Python,
and so both use a part of the scale.
"""

from __future__ import annotations

import sys

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

try:
    from measuring import Answer, Claim, Job, Measured, Section, argument_parser, noise, run_job, sorted_rows
except ModuleNotFoundError as missing:
    print(f"{missing}: send it along, --py-files measuring.py,reporting.py,spark_figures.py", file=sys.stderr)
    sys.exit(2)

DAYS = 90
REGIONS = 8
CATEGORIES = 12
HOT_REGION = 0

APPROXIMATION = Claim("estimating instead of counting exactly", 10, 100)
# Of 2^12 registers, as `hll_sketch_agg` takes by default: 1.04 / sqrt(4096), rounded up.
SKETCH_ERROR = 0.02


# ---------------------------------------------------------------- made-up data


def make_events(spark: SparkSession, rows: int, customers: int, seed: int) -> DataFrame:
    """Sales. Half of them are in one region, as is common."""
    tasks = 4 * spark.sparkContext.defaultParallelism
    region = F.when(F.pmod(noise(seed, 5), F.lit(2)) == 0, HOT_REGION).otherwise(F.pmod(noise(seed, 3), F.lit(REGIONS)))
    return spark.range(0, rows, 1, tasks).select(
        F.col("id").alias("event_id"),
        F.pmod(noise(seed, 1), F.lit(customers)).alias("customer_id"),
        F.pmod(noise(seed, 2), F.lit(DAYS)).cast("int").alias("day"),
        region.cast("int").alias("region"),
        F.pmod(noise(seed, 4), F.lit(CATEGORIES)).cast("int").alias("category"),
        (F.pmod(noise(seed, 6), F.lit(10_000)) + 1).alias("cents"),
    )


# ---------------------------------------------------------------- windows


def running_total_of_rows(events: DataFrame) -> list[tuple]:
    """A window without partitions: every event goes to one task, which sorts them all."""
    so_far = Window.orderBy("day")  # expect: window-without-partition
    running = events.withColumn("running", F.sum("cents").over(so_far))
    return sorted_rows(running.groupBy("day").agg(F.max("running")))


def running_total_of_days(events: DataFrame) -> list[tuple]:
    """The days are few: all tasks sum them up, and only the sums need an order. `limit` says how few there can be."""
    days = events.groupBy("day").agg(F.sum("cents").alias("cents")).limit(DAYS)
    return sorted_rows(days.select("day", F.sum("cents").over(Window.orderBy("day"))))


def running_total(job: Job) -> Section:
    events = make_events(job.spark, job.options.scale * 2, 1_000, job.options.seed)
    return Section(
        question=f"the running total of sales by day, over {DAYS} days",
        variants={
            "window over events": lambda: running_total_of_rows(events),
            "window over days": lambda: running_total_of_days(events),
        },
        before="window over events",
        after="window over days",
        takeaway="A window without partitionBy runs in one task. Aggregate first, so that it gets few rows.",
        elsewhere="The more cores there are, the more of them one task leaves idle.",
    )


def latest_by_rank(events: DataFrame) -> list[tuple]:
    """Sorts the events of each customer to throw away all but one."""
    latest_first = Window.partitionBy("customer_id").orderBy(F.desc("day"), F.desc("event_id"))
    ranked = events.withColumn("rank", F.row_number().over(latest_first))
    return summary(ranked.filter(F.col("rank") == 1).select("customer_id", "day", "cents"))  # expect: rank-to-pick-one


def latest_by_max(events: DataFrame) -> list[tuple]:
    """An aggregate: each task first keeps one event a customer, and nothing is sorted."""
    latest = F.max_by(F.struct("day", "cents"), F.struct("day", "event_id")).alias("latest")
    picked = events.groupBy("customer_id").agg(latest)
    return summary(picked.select("customer_id", "latest.day", "latest.cents"))


def summary(latest: DataFrame) -> list[tuple]:
    """Counts and sums that show any difference, for results too long to bring to the driver."""
    digest = F.sum(F.xxhash64("customer_id", "day", "cents").cast("decimal(38, 0)"))
    return sorted_rows(latest.agg(F.count("*"), F.sum("day"), F.sum("cents"), digest))


def ranking(job: Job) -> Section:
    rows = job.options.scale
    events = make_events(job.spark, rows, max(10, rows // 400), job.options.seed)
    return Section(
        question="the latest event of each customer, 400 events a customer",
        variants={"row_number() = 1": lambda: latest_by_rank(events), "max_by": lambda: latest_by_max(events)},
        before="row_number() = 1",
        after="max_by",
        takeaway="To keep one row a key, aggregate with max_by(struct); a window is for keeping several.",
        elsewhere="It gains more, the more rows a key has: partial aggregation then shuffles almost nothing.",
    )


def average_by_join(events: DataFrame) -> list[tuple]:
    """Joins each day of a customer with the days before it: pairs, where a window keeps a sum."""
    earlier = events.select("customer_id", F.col("day").alias("day_before"), F.col("cents").alias("cents_before"))
    week = F.col("day_before").between(F.col("day") - 6, F.col("day"))
    pairs = events.join(earlier, "customer_id").filter(week)
    sums = [F.sum("cents_before").alias("total"), F.count("*").alias("n")]
    return sum_up(pairs.groupBy("customer_id", "day", "event_id").agg(*sums))


def average_by_window(events: DataFrame) -> list[tuple]:
    """One sort by customer and day; the frame slides along."""
    week = Window.partitionBy("customer_id").orderBy("day").rangeBetween(-6, 0)
    return sum_up(events.select("day", F.sum("cents").over(week).alias("total"), F.count("*").over(week).alias("n")))


def sum_up(averages: DataFrame) -> list[tuple]:
    return sorted_rows(averages.groupBy("day").agg(F.sum(F.floor(F.col("total") / F.col("n"))), F.sum("n")))


def moving_average(job: Job) -> Section:
    rows = job.options.scale // 4
    events = make_events(job.spark, rows, max(10, rows // 150), job.options.seed)
    # Otherwise Spark would broadcast them, which it cannot do with a table of any size.
    job.use({"spark.sql.autoBroadcastJoinThreshold": -1})
    return Section(
        question="for each event, the average of its customer's last seven days",
        variants={
            "join with itself": lambda: average_by_join(events),
            "window": lambda: average_by_window(events),
        },
        before="join with itself",
        after="window",
        takeaway="A sliding window reads each row once; a join with itself makes all pairs of a key first.",
        elsewhere="The pairs grow with the square of the rows of a key.",
    )


# ---------------------------------------------------------------- estimates


def within(truth: dict, found: dict, error: float) -> Answer:
    """An estimate for each key. All variants share the keys, and that each lies within three times its stated error.

    The stated error of a sketch is one standard deviation, so one of three hundred estimates may miss this.
    """
    good = {key: abs(found[key] - truth[key]) <= 3 * error * truth[key] for key in truth}
    worst = max(abs(found[key] - truth[key]) / truth[key] for key in truth)
    return Answer(checked=[sorted(found), sorted(good.items())], told=worst)


def worst_errors(measured: dict[str, Measured], stated: dict[str, float]) -> list[str]:
    """The real error of each estimate beside the one that it states."""
    return [
        f"{name}: off by {measured[name].answer.told:.2%} at most, stated as {error:.0%} (one standard deviation)."
        for name, error in stated.items()
    ]


def by_region(counts: DataFrame) -> dict[int, int]:
    return dict(sorted_rows(counts))


def customers_exactly(events: DataFrame) -> dict[int, int]:
    """Every pair of a region and a customer is shuffled, to count each once."""
    return by_region(events.groupBy("region").agg(F.count_distinct("customer_id")))  # expect: exact-distinct-count


def customers_about(events: DataFrame, error: float) -> dict[int, int]:
    """Each task shuffles one sketch a region, however many customers there are."""
    return by_region(events.groupBy("region").agg(F.approx_count_distinct("customer_id", error)))


def distinct(job: Job) -> Section:
    rows = job.options.scale * 2
    events = make_events(job.spark, rows, rows // 2, job.options.seed)
    truth = customers_exactly(events)
    return Section(
        question=f"how many customers bought in each of {REGIONS} regions?",
        variants={
            "count_distinct": lambda: within(truth, customers_exactly(events), 0),
            "approx, rsd 0.05": lambda: within(truth, customers_about(events, 0.05), 0.05),
            "approx, rsd 0.02": lambda: within(truth, customers_about(events, 0.02), 0.02),
        },
        before="count_distinct",
        after="approx, rsd 0.05",
        claim=APPROXIMATION,
        takeaway="approx_count_distinct shuffles a sketch, not the values. Its default error is 5%, one sigma.",
        elsewhere="It grows with the number of distinct values, which exact counting shuffles and holds in memory.",
        notes=lambda measured: worst_errors(measured, {"approx, rsd 0.05": 0.05, "approx, rsd 0.02": 0.02}),
    )


def weeks_exactly(events: DataFrame) -> dict[int, int]:
    """For each of the weeks that end on a day, all its events are counted again: seven times each."""
    week = F.explode(F.sequence(F.col("day"), F.col("day") + 6)).alias("week")
    weeks = events.select("customer_id", week)
    return by_region(weeks.groupBy("week").agg(F.count_distinct("customer_id")))  # expect: exact-distinct-count


def weeks_from_sketches(events: DataFrame) -> dict[int, int]:
    """One sketch a day, made once. A week is the union of seven of them, and reads no event."""
    days = events.groupBy("day").agg(F.hll_sketch_agg("customer_id").alias("sketch"))
    week = F.explode(F.sequence(F.col("day"), F.col("day") + 6)).alias("week")
    merged = days.select("sketch", week).groupBy("week").agg(F.hll_union_agg("sketch").alias("sketch"))
    return by_region(merged.select("week", F.hll_sketch_estimate("sketch")))


def sketches(job: Job) -> Section:
    rows = job.options.scale // 2
    events = make_events(job.spark, rows, rows // 2, job.options.seed)
    truth = weeks_exactly(events)
    return Section(
        question="how many customers bought in each week, a week ending on every day?",
        variants={
            "count_distinct": lambda: within(truth, weeks_exactly(events), 0),
            "HLL sketches": lambda: within(truth, weeks_from_sketches(events), SKETCH_ERROR),
        },
        before="count_distinct",
        after="HLL sketches",
        claim=APPROXIMATION,
        takeaway="Distinct counts cannot be added up, sketches can: keep one a day and merge them into any period.",
        elsewhere="Kept in a table, the sketches of old days are never made again.",
        notes=lambda measured: worst_errors(measured, {"HLL sketches": SKETCH_ERROR}),
    )


def median_exactly(events: DataFrame) -> dict[int, float]:
    """Every different value of a region is held in one task's memory, with how often it occurs."""
    return by_region(events.groupBy("region").agg(F.percentile("cents", 0.5)))


def median_about(events: DataFrame) -> dict[int, float]:
    """A summary of bounded size. Its accuracy of 10,000 means an error in rank of at most 1/10,000 of the rows."""
    return by_region(events.groupBy("region").agg(F.percentile_approx("cents", 0.5)))


def percentiles(job: Job) -> Section:
    # Amounts with hardly any repetition, as measurements have: that is what an exact percentile suffers from.
    amount = F.pmod(F.xxhash64("event_id"), F.lit(1_000_000_000)).alias("cents")
    events = make_events(job.spark, job.options.scale, 1_000, job.options.seed).select("region", amount)
    truth = median_exactly(events)
    return Section(
        question="the median amount in each region",
        variants={
            "percentile": lambda: within(truth, median_exactly(events), 0.01),
            "percentile_approx": lambda: within(truth, median_about(events), 0.01),
        },
        before="percentile",
        after="percentile_approx",
        claim=APPROXIMATION,
        takeaway="percentile holds every different value in memory; percentile_approx holds a summary.",
        elsewhere="The exact one also risks memory: one task holds a region's values.",
        notes=lambda measured: [
            f"percentile_approx: off by {measured['percentile_approx'].answer.told:.4%} of the value at most."
        ],
    )


# ---------------------------------------------------------------- several levels

LEVELS = "(region, category), (region), (category), ()"


def levels_one_by_one(events: DataFrame) -> list[tuple]:
    """Four queries over the source, put together."""
    none = F.lit(None).cast("int")
    total = [F.sum("cents").alias("cents"), F.count("*").alias("n")]
    both = events.groupBy("region", "category").agg(*total)
    regions = events.groupBy("region").agg(*total).withColumn("category", none).select(both.columns)
    categories = events.groupBy("category").agg(*total).withColumn("region", none).select(both.columns)
    everything = events.agg(*total).select(none.alias("region"), none.alias("category"), "cents", "n")
    return level_rows(both.unionByName(regions).unionByName(categories).unionByName(everything))


def levels_by_cube(events: DataFrame) -> list[tuple]:
    """One query. Expand makes four copies of each row before the partial aggregation."""
    return level_rows(events.cube("region", "category").agg(F.sum("cents"), F.count("*")))


def levels_by_sets(events: DataFrame) -> list[tuple]:
    """The same in SQL, where any sets can be named, not only all of them."""
    query = f"""
        SELECT region, category, sum(cents), count(*) FROM {{events}}
        GROUP BY GROUPING SETS ({LEVELS})
    """
    return level_rows(events.sparkSession.sql(query, events=events))


def levels_by_rollup(events: DataFrame) -> list[tuple]:
    """A rollup has three of the four levels; the one it lacks is a query of its own."""
    total = [F.sum("cents").alias("cents"), F.count("*").alias("n")]
    three = events.rollup("region", "category").agg(*total)
    fourth = events.groupBy("category").agg(*total).withColumn("region", F.lit(None).cast("int"))
    return level_rows(three.unionByName(fourth))


def levels_in_two_steps(events: DataFrame) -> list[tuple]:
    """Sums of sums: the finest level first, and the cube over its hundred rows."""
    finest = events.groupBy("region", "category").agg(F.sum("cents").alias("cents"), F.count("*").alias("n"))
    return level_rows(finest.cube("region", "category").agg(F.sum("cents"), F.sum("n")))


def level_rows(levels: DataFrame) -> list[tuple]:
    """Nulls stand for "all", and cannot be sorted among numbers."""
    named = levels.na.fill(-1, ["region", "category"])
    return sorted_rows(named)


def levels(job: Job) -> Section:
    events = make_events(job.spark, job.options.scale * 2, 1_000, job.options.seed)
    return Section(
        question=f"sales at the levels {LEVELS}",
        variants={
            "four queries": lambda: levels_one_by_one(events),
            "cube": lambda: levels_by_cube(events),
            "grouping sets": lambda: levels_by_sets(events),
            "rollup and one more": lambda: levels_by_rollup(events),
            "two steps": lambda: levels_in_two_steps(events),
        },
        before="four queries",
        after="two steps",
        takeaway="Aggregate to the finest level first: every coarser level then comes from a few rows.",
        elsewhere="Sums, counts, minima and maxima can be aggregated again; distinct counts and medians cannot.",
    )


# ---------------------------------------------------------------- partial aggregation


def total_by_groups(events: DataFrame) -> list[tuple]:
    """Every event goes to the task of its region, which holds them all and only then adds."""
    pairs = events.rdd.map(tuple)
    return sorted(pairs.groupByKey().mapValues(sum).collect())  # expect: group-by-key


def total_by_salted_groups(events: DataFrame, salts: int) -> list[tuple]:
    """Two stages: the hot region is dealt out to several keys, summed there, and the sums are summed."""
    salted = events.rdd.map(lambda row: ((row[0], row[1] % salts), row[1]))
    parts = salted.groupByKey().mapValues(sum)  # expect: group-by-key
    return sorted(parts.map(lambda part: (part[0][0], part[1])).reduceByKey(lambda a, b: a + b).collect())


def total_by_reducing(events: DataFrame) -> list[tuple]:
    """Each task adds what it has before anything is sent: one number a region."""
    return sorted(events.rdd.map(tuple).reduceByKey(lambda a, b: a + b).collect())


def total_by_frame(events: DataFrame) -> list[tuple]:
    """The same partial aggregation, planned by Spark, with no row in Python."""
    return sorted_rows(events.groupBy("region").agg(F.sum("cents")))


def partial_sums(job: Job) -> Section:
    events = make_events(job.spark, job.options.scale // 2, 1_000, job.options.seed).select("region", "cents")

    def seen(measured: dict[str, Measured]) -> list[str]:
        plan = "".join(measured["DataFrame sum"].plans)
        where = "partial_sum before" if "partial_sum" in plan else "no partial_sum at"
        return [f"DataFrame sum: the executed plan has {where} the shuffle."]

    return Section(
        question=f"sales by region, where one of {REGIONS} regions has more than half of the events",
        variants={
            "groupByKey": lambda: total_by_groups(events),
            "groupByKey, salted": lambda: total_by_salted_groups(events, 4 * job.slots),
            "reduceByKey": lambda: total_by_reducing(events),
            "DataFrame sum": lambda: total_by_frame(events),
        },
        before="groupByKey",
        after="DataFrame sum",
        takeaway="Sums need no salt: partial aggregation sends one row a key and task. Salt what cannot be split so.",
        elsewhere="The shuffle that it saves is cheap within one machine, dear across a network.",
        notes=seen,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "running-total": running_total,
    "ranking": ranking,
    "moving-average": moving_average,
    "distinct": distinct,
    "sketches": sketches,
    "percentiles": percentiles,
    "levels": levels,
    "partial-sums": partial_sums,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=400_000)
    return run_job("04_aggregations_at_scale", SECTIONS, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
