"""What the example jobs share: fair timing, the verdict, and running the sections that were asked for.

A section holds a few variants of the same work. Each is a plain function that runs its own Spark actions and returns
its answer; one of them is the "before", one the "after".

This file, spark_figures.py and reporting.py must lie beside the job. Where only the job itself is copied to the
driver (cluster deploy mode), send them along: spark-submit --py-files measuring.py,reporting.py,spark_figures.py
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, ContextManager, Iterator
from urllib.parse import urlparse

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from reporting import print_section, print_table, speed_up, write_report
from spark_figures import Figures, SparkStatus

# A smaller difference is called none: two runs of the very same code differ as much.
NOISE = 1.1


# ---------------------------------------------------------------- what a job describes


class Skip(Exception):
    """Raised by a section that cannot run here, or cannot go on. The text says what it needs."""


@dataclass(frozen=True)
class Claim:
    """A rule of thumb that people quote, and the speed-up that it promises, if it promises one."""

    text: str
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None:
            return self.text
        return f"{self.text}: {self.low:g}{'' if self.low == self.high else f' to {self.high:g}'}x"


@dataclass(frozen=True)
class Answer:
    """What a variant found, where the variants need to share only a part of it, as with estimates."""

    checked: Any
    # For notes.
    told: Any
    # What counts of the variant's time, where not all of it does.
    seconds: float | None = None


@dataclass(frozen=True)
class Section:
    """One question and the ways to answer it. All variants must give the same answer."""

    question: str
    variants: dict[str, Callable[[], Any]]
    before: str
    after: str
    takeaway: str
    # Why a machine may not show the difference, and where it would show.
    elsewhere: str
    claim: Claim | None = None
    # Fewer runs than were asked for, where each takes long and differs much from the other variants'.
    most_runs: int | None = None
    # Makes further lines out of what was measured, once, while the section's session and files are still there.
    notes: Callable[[dict[str, Measured]], list[str]] = lambda measured: []


@dataclass(frozen=True)
class Job:
    """What a section sets itself up with. `cleanup` is closed when the section is over."""

    spark: SparkSession
    options: argparse.Namespace
    cleanup: contextlib.ExitStack

    @property
    def slots(self) -> int:
        """How many tasks can run at once here, as Spark counts them."""
        return self.spark.sparkContext.defaultParallelism

    def use(self, values: dict[str, Any]) -> None:
        """Sets Spark SQL settings until the section is over."""
        self.cleanup.enter_context(settings(self.spark, values))


@contextlib.contextmanager
def settings(spark: SparkSession, values: dict[str, Any]) -> Iterator[None]:
    """Runs a block under other Spark SQL settings, and puts the old ones back."""
    old = {key: spark.conf.get(key) for key in values}
    try:
        for key, value in values.items():
            spark.conf.set(key, str(value))
        yield
    finally:
        for key, value in old.items():
            spark.conf.set(key, value)


# ---------------------------------------------------------------- made-up data


def noise(seed: int, salt: int) -> Column:
    """A number that looks random, and is the same for the same id, seed and salt wherever it is computed."""
    return F.xxhash64(F.col("id"), F.lit(seed), F.lit(salt))


def sorted_rows(frame: DataFrame) -> list[tuple]:
    """A small result in an order of its own, so that two of them can be compared."""
    return sorted(tuple(row) for row in frame.collect())


def temporary_database(job: Job) -> str:
    """A database in a folder of its own, below `--tables` if given. It is dropped, with its files, with the section."""
    clean_up_warehouse(job)
    if job.options.tables:
        folder = f"{job.options.tables.rstrip('/')}/{uuid.uuid4().hex}"
    elif is_local(job.spark):
        folder = job.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="tables-"))
    else:
        raise Skip("--tables: a folder that the driver and all executors reach")
    database = f"tables_{uuid.uuid4().hex}"
    job.spark.sql(f"CREATE DATABASE {database} LOCATION '{folder}'")
    job.cleanup.callback(job.spark.sql, f"DROP DATABASE {database} CASCADE")
    return database


def clean_up_warehouse(job: Job) -> None:
    """Spark makes an empty folder for the default database as soon as one asks for any. Removes it if it is new."""
    folder = Path(urlparse(job.spark.conf.get("spark.sql.warehouse.dir")).path)
    if folder.exists():
        return

    def remove() -> None:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()

    job.cleanup.callback(remove)


# ---------------------------------------------------------------- timing


@dataclass
class Measured:
    """The runs of one variant. `answer`, `figures` and `plans` are those of the last one."""

    seconds: list[float] = field(default_factory=list)
    checksums: set[str] = field(default_factory=set)
    answer: Any = None
    figures: Figures = field(default_factory=Figures)
    # The executed plan of each of its queries, as Spark prints it.
    plans: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def checksum(answer: Any) -> str:
    checked = answer.checked if isinstance(answer, Answer) else answer
    return f"{zlib.crc32(repr(checked).encode()):08x}"


def measure(spark: SparkSession, section: Section, runs: int) -> dict[str, Measured]:
    """Times every variant `runs` times, after a warm-up that does not count.

    The variants take turns, so that a machine that slows down or warms up does so for all of them. Nothing stays
    cached between runs, so each begins at the source.
    """
    status = SparkStatus(spark)
    measured = {name: Measured() for name in section.variants}
    for turn in range(runs + 1):
        for name, run in section.variants.items():
            spark.catalog.clearCache()
            mark = status.mark()
            start = time.perf_counter()
            answer = run()
            elapsed = time.perf_counter() - start
            if isinstance(answer, Answer) and answer.seconds is not None:
                elapsed = answer.seconds
            one = measured[name]
            one.checksums.add(checksum(answer))
            if turn > 0:
                one.seconds.append(elapsed)
            if turn == runs:
                one.answer, one.figures, one.plans = answer, status.since(mark), status.plans_since(mark)
    return measured


def agree(measured: dict[str, Measured]) -> bool:
    """Every run of every variant gave the same answer. If not, their times cannot be compared."""
    return len(set().union(*(one.checksums for one in measured.values()))) == 1


def judge(section: Section, measured: dict[str, Measured]) -> tuple[str, str]:
    """What the pair shows: a word for programs, and a sentence for people.

    A difference counts when it is at least NOISE and the median run after is faster than every run before.
    """
    before, after = measured[section.before], measured[section.after]
    ratio = before.median / after.median
    if not agree(measured):
        return "disagrees", "the variants gave different answers, so their times mean nothing."
    if ratio <= 1 / NOISE and after.median > max(before.seconds):
        return "reversed", f"not shown here: the other way round, {speed_up(1 / ratio)} slower. {section.elsewhere}"
    if ratio < NOISE or after.median >= min(before.seconds):
        return "not shown", f"not shown here: {speed_up(ratio)} is within the noise of the runs. {section.elsewhere}"
    one_run = len(before.seconds) == 1
    found = f"{speed_up(ratio)}, {'in one run each, which may be noise' if one_run else 'beyond the noise of the runs'}"
    low, high = (section.claim.low, section.claim.high) if section.claim else (None, None)
    # Compared to one decimal, as people quote them.
    if low is not None and round(ratio, 1) < low:
        return "less", f"{found}, but less than the rule promises. {section.elsewhere}"
    if high is not None and round(ratio, 1) > high:
        return "more", f"{found}, and more than the rule promises."
    return "shown", f"{found}{', as the rule promises' if low is not None else ''}."


# ---------------------------------------------------------------- arguments


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> Any:
        self.exit(2, f"{self.prog}: {message}\n")


def argument_parser(description: str, sections: list[str], scale: int) -> argparse.ArgumentParser:
    """The arguments that every job takes; a job adds its own."""
    parser = OneLineParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=whole_number(1_000), default=scale, help=f"rows to make (default {scale:,})")
    parser.add_argument("--section", action="append", choices=sections, metavar="NAME", help=", ".join(sections))
    parser.add_argument("--report", type=new_file, metavar="FILE.json", help="write the figures as JSON")
    parser.add_argument("--seed", type=whole_number(0, 2**31 - 1), default=1, help="of the made-up data (default 1)")
    parser.add_argument("--runs", type=whole_number(1, 100), default=3, help="timed runs per variant (default 3)")
    return parser


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """A type for argparse: a whole number between the bounds, both included."""
    wanted = f"of at least {low:,}" if high is None else f"from {low:,} to {high:,}"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {wanted}")
        return number

    return parse


def new_file(text: str) -> str:
    """A type for argparse: a path that a file can be written to. Better to fail now than after the work."""
    folder = os.path.dirname(text) or "."
    if not text or os.path.isdir(text) or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: name a file in a folder that exists")
    return text


# ---------------------------------------------------------------- running


@dataclass
class Outcome:
    """What became of a section. `section` is None when it was skipped, and `statement` then says what it needs."""

    name: str
    verdict: str
    statement: str
    section: Section | None = None
    measured: dict[str, Measured] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def run_section(
    name: str, build: Callable[[Job], Section], spark: SparkSession, options: argparse.Namespace
) -> Outcome:
    """Sets a section up, measures it and judges it."""
    with contextlib.ExitStack() as cleanup:
        job = Job(spark, options, cleanup)
        # Spark's default of 200 is meant for a cluster. On two cores, opening 200 files per task would be most of
        # what is measured, and would make every shuffle look worse than it is.
        job.use({"spark.sql.shuffle.partitions": 4 * job.slots})
        print(f"\n{name}", end=": ", flush=True)
        try:
            section = build(job)
            print(section.question, flush=True)
            measured = measure(spark, section, min(options.runs, section.most_runs or options.runs))
            return Outcome(name, *judge(section, measured), section, measured, section.notes(measured))
        except Skip as needs:
            return Outcome(name, "skipped", f"needs {needs}")


# A session for some sections, from its beginning to its end.
Sessions = Callable[[], ContextManager[SparkSession]]


def run_job(
    name: str,
    sections: dict[str, Callable[[Job], Section]],
    options: argparse.Namespace,
    clusters: dict[str, Sessions] | None = None,
) -> int:
    """Runs the sections, prints their figures, writes the report. Returns the exit code: 0 when all answers agree.

    `clusters` names the sections that local mode cannot show, with a session of their own. They come last.
    """
    ordinary = functools.partial(own_session, name)
    chosen = [section for section in sections if not options.section or section in options.section]
    start = time.perf_counter()
    outcomes: list[Outcome] = []
    with ordinary() as spark:
        environment = environment_of(spark)
        print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in environment.items()), flush=True)
        # Whoever brings a cluster gets all sections there.
        elsewhere = clusters if clusters and is_local(spark) else {}
        for section in chosen:
            if section not in elsewhere:
                outcomes.append(run_section(section, sections[section], spark, options))
                print_section(outcomes[-1])
    for session, members in itertools.groupby((one for one in chosen if one in elsewhere), elsewhere.get):
        names = list(members)
        try:
            with session() as spark:
                for section in names:
                    outcomes.append(run_section(section, sections[section], spark, options))
                    print_section(outcomes[-1])
        except Skip as needs:
            done = {outcome.name for outcome in outcomes}
            outcomes += [Outcome(one, "skipped", f"needs {needs}") for one in names if one not in done]
    print_table(outcomes)
    if options.report:
        settled = {key: value for key, value in vars(options).items() if key not in ("report", "section")}
        write_report(options.report, name, environment, settled, outcomes, time.perf_counter() - start)
    differing = [outcome.name for outcome in outcomes if outcome.verdict == "disagrees"]
    if differing:
        print(f"{name}: different answers within {', '.join(differing)}", file=sys.stderr)
    return 1 if differing else 0


@contextlib.contextmanager
def own_session(name: str) -> Iterator[SparkSession]:
    # No master here: whoever starts the job says where it runs, and Spark takes local[*] when nobody does.
    spark = SparkSession.builder.appName(name).config("spark.ui.showConsoleProgress", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def is_local(spark: SparkSession) -> bool:
    """One process on one machine. `local-cluster` has executors of its own."""
    return spark.sparkContext.master.split("[")[0] == "local"


def environment_of(spark: SparkSession) -> dict[str, Any]:
    return {
        "spark": spark.version,
        "python": platform.python_version(),
        "master": spark.sparkContext.master,
        "slots": spark.sparkContext.defaultParallelism,
        "driver_memory": spark.conf.get("spark.driver.memory", "1g"),
    }
