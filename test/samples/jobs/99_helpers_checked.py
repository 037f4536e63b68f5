"""A job whose sections end in every way a section can, to see what the helpers make of them."""

import itertools
import sys

from measuring import Section, Skip, argument_parser, run_job
from pyspark.sql import functions as F


def section(first, second):
    return Section(
        question="do they agree?",
        variants={"first": first, "second": second},
        before="first",
        after="second",
        takeaway="none",
        elsewhere="Nowhere.",
    )


def total(job, to):
    return job.spark.range(to).agg(F.sum("id")).first()[0]


def same(job):
    return section(lambda: total(job, 10), lambda: total(job, 10))


def different(job):
    return section(lambda: total(job, 10), lambda: total(job, 11))


def changing(job):
    """Both give 1, 2, 3…: the last runs agree, the runs among themselves don't."""
    first, second = itertools.count(1), itertools.count(1)
    return section(lambda: next(first), lambda: next(second))


def skipped(job):
    raise Skip("a thing that nobody has")


def settings_kept(job):
    """Fails when a section before has left its settings behind."""
    assert job.spark.conf.get("spark.sql.autoBroadcastJoinThreshold") != "-1"
    job.use({"spark.sql.autoBroadcastJoinThreshold": -1})
    return section(lambda: 1, lambda: 1)


SECTIONS = {
    "same": same,
    "different": different,
    "changing": changing,
    "skipped": skipped,
    "settings": settings_kept,
    "settings-again": settings_kept,
}

if __name__ == "__main__":
    sys.exit(run_job("99_helpers_checked", SECTIONS, argument_parser(__doc__, list(SECTIONS), 1_000).parse_args()))
