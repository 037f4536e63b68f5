"""Prints what only a running Spark tells, as JSON: its configuration keys, and the kinds of its SQL functions.

Facts only: defaults, versions, types, groups. scripts/generate.ts runs it in one environment per version and merges
the answers.
"""

import json
import os
import re
import sys
import tempfile

# The JVM learns where it is from these, and some defaults show it.
os.environ["TZ"] = "UTC"
os.chdir(tempfile.mkdtemp(prefix="shufflewise-generate-"))

import pyspark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

# The objects of Spark that register configuration keys when they are loaded.
HOLDERS = [
    *(
        "org.apache.spark.internal.config." + name
        for name in "package Kryo Network UI History Worker Deploy Python R Status Streaming".split()
    ),
    "org.apache.spark.sql.internal.SQLConf",
    "org.apache.spark.sql.internal.StaticSQLConf",
    "org.apache.spark.deploy.k8s.Config",
    "org.apache.spark.deploy.yarn.config.package",
    "org.apache.spark.streaming.StreamingConf",
    "org.apache.spark.sql.hive.HiveUtils",
    "org.apache.spark.sql.connect.config.Connect",
]

# Their defaults tell of this machine.
LOCAL_DEFAULTS = {"spark.sql.warehouse.dir", "spark.sql.session.timeZone"}


class Spark:
    """A small session, and a way to Scala's objects."""

    def __init__(self):
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("OFF")
        self.jvm = self.session._jvm
        self.loader = self.jvm.Thread.currentThread().getContextClassLoader()

    def object(self, name):
        return self.loader.loadClass(name + "$").getField("MODULE$").get(None)

    def hidden(self, owner, method):
        """Calls a method without parameters that only Scala may see."""
        found = owner.getClass().getDeclaredMethod(method, None)
        found.setAccessible(True)
        return found.invoke(owner, None)


def items(scala_collection):
    iterator = scala_collection.iterator()
    while iterator.hasNext():
        yield iterator.next()


def minor(version):
    """`3.3` of `3.3.0`; a patch release stays."""
    return re.sub(r"^(\d+\.\d+)\.0$", r"\1", version) if version else None


def confs(spark):
    for holder in HOLDERS:
        try:
            spark.object(holder)
        except Exception:  # not in this version, or not in a build from PyPI
            print(f"no holder of configuration keys: {holder}", file=sys.stderr)
    sql = spark.object("org.apache.spark.sql.internal.SQLConf")
    known = spark.hidden(spark.object("org.apache.spark.internal.config.ConfigEntry"), "knownConfigs")
    return {entry.key(): conf(entry, spark, sql) for entry in known.values()}


def conf(entry, spark, sql):
    key = entry.key()
    if spark.session.conf.isModifiable(key):
        scope = "session"
    else:
        scope = "static" if sql.isStaticConfigKey(key) else "application"
    return {
        "default": default(entry),
        "since": minor(entry.version()),
        "scope": scope,
        "type": type_of(entry),
        "internal": not entry.isPublic(),
        "formerly": sorted(items(entry.alternatives())),
    }


def default(entry):
    """The default as text; `$key` where another key gives it; None where there is none, or it is this machine's."""
    text = entry.defaultValueString()
    if text is None:
        return None
    fallback = re.fullmatch(r"<value of (\S+)>", text)
    if fallback:
        return "$" + fallback.group(1)
    if text == "<undefined>" or entry.key() in LOCAL_DEFAULTS or os.getcwd() in text or "/tmp/" in text:
        return None
    return text


def example_of(entry):
    """The default as a value of its type, or None."""
    found = entry.defaultValue()
    try:
        return found.get() if found.isDefined() else None
    except ValueError:  # py4j takes a BigDecimal for an integer
        return 0.0


TIME_UNITS = {3_600_000_000: "us", 3_600_000: "ms", 3_600: "s", 60: "min"}
BYTE_UNITS = {1 << 30: "B", 1 << 20: "KiB", 1 << 10: "MiB", 1: "GiB"}


def type_of(entry):
    """`boolean`, `int`, `double`, `string`, `choice`, or a quantity with the unit of a bare number: `bytes MiB`, `time s`."""
    optional = entry.getClass().getSimpleName() == "OptionalConfigEntry"
    converter = entry.rawValueConverter() if optional else entry.valueConverter()

    def read(text):
        """What the key makes of a text; None where it refuses it. A refusal costs milliseconds."""
        try:
            return converter.apply(text)
        except Exception:
            return None

    example = example_of(entry)
    if type(example) in (bool, float):
        return "boolean" if type(example) is bool else "double"
    if type(example) is not str:
        size = read("1g")
        if type(size) is int and size in BYTE_UNITS:
            return "bytes " + BYTE_UNITS[size]
        span = read("1h")
        if type(span) is int and span in TIME_UNITS:
            return "time " + TIME_UNITS[span]
    if type(example) is int:
        return "int"
    if read("no such value") is not None:
        return "string"
    if example is None:
        if type(read("true")) is bool:
            return "boolean"
        if type(read("7")) is int:
            return "int"
        if type(read("0.5")) is float:
            return "double"
    return "choice"


def gone(spark):
    """Keys that this version still knows by name only: version that deprecated or removed them, and what replaced them."""
    out = {}
    sql = spark.object("org.apache.spark.sql.internal.SQLConf")
    for pair in items(sql.removedSQLConfigs()):
        out[pair._1()] = {"removed": minor(pair._2().version())}
    for pair in items(sql.deprecatedSQLConfigs()):
        out[pair._1()] = {"deprecated": minor(pair._2().version())}
    core = spark.object("org.apache.spark.SparkConf")
    for pair in items(field(core, "deprecatedConfigs")):
        out[pair._1()] = {"deprecated": minor(pair._2().version())}
    for pair in items(field(core, "configsWithAlternatives")):
        for alternative in items(pair._2()):
            out[alternative.key()] = {"deprecated": minor(alternative.version()), "now": pair._1()}
    return {key: facts for key, facts in out.items() if key.startswith("spark.")}


def field(owner, name):
    """A private field; Scala may have put its owner's name before it."""
    for found in owner.getClass().getDeclaredFields():
        if found.getName() == name or found.getName().endswith("$" + name):
            found.setAccessible(True)
            return found.get(owner)
    raise LookupError(f"{owner.getClass().getName()} has no field {name}")


def function_kinds(spark):
    """SQL function to its group: `agg_funcs`, `window_funcs`, `generator_funcs`…"""
    registry = spark.object("org.apache.spark.sql.catalyst.analysis.FunctionRegistry")
    return {pair._1(): pair._2()._1().getGroup() for pair in items(registry.expressions())}


def main():
    spark = Spark()
    answer = {
        "spark": pyspark.__version__,
        "confs": confs(spark),
        "gone": gone(spark),
        "functions": function_kinds(spark),
    }
    spark.session.stop()
    json.dump(answer, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main()
