"""
Calls into the JVM that neither start a job nor note a call site, told by the source file that makes them. Programs make
them by the thousand, so they are let through without a look at the stack.
"""
import os

# By file of PySpark or Py4J: all of its calls, or those of the JVM's methods named here.
_ALL = "all"
_FRAME = frozenset(
    """agg alias apply as coalesce col colRegex columns crossJoin distinct drop dropDuplicates dropDuplicatesWithinWatermark
    dtypes except exceptAll filter groupBy hint intersect intersectAll join json limit offset orderBy printSchema repartition
    repartitionByRange sample schema select selectExpr sort sortWithinPartitions sparkSession to toDF union unionByName where
    withColumn withColumnRenamed withColumns withColumnsRenamed withMetadata withWatermark write""".split()
)
# All but pivot, which looks for the values.
_GROUP = frozenset("agg avg count max mean min sum".split())
_IDLE = {
    "py4j/java_collections.py": _ALL,
    "pyspark/conf.py": _ALL,
    # tells the JVM where columns were made, for its error messages
    "pyspark/errors/utils.py": _ALL,
    "pyspark/sql/conf.py": _ALL,
    "pyspark/sql/types.py": _ALL,
    "pyspark/sql/column.py": _ALL,
    "pyspark/sql/classic/column.py": _ALL,
    "pyspark/sql/window.py": _ALL,
    "pyspark/sql/classic/window.py": _ALL,
    "pyspark/sql/functions.py": _ALL,
    "pyspark/sql/functions/builtin.py": _ALL,
    "pyspark/sql/functions/partitioning.py": _ALL,
    "pyspark/sql/dataframe.py": _FRAME,
    "pyspark/sql/classic/dataframe.py": _FRAME,
    "pyspark/sql/group.py": _GROUP,
}

# By the name in code objects.
_seen = {}


def is_idle(name, file):
    """Whether the call of the JVM's method `name` out of the source file `file` is one of those."""
    idle = _seen.get(file)
    if idle is None:
        idle = _seen[file] = _calls_of(file.replace(os.sep, "/"))
    return idle is _ALL or name in idle


def _calls_of(path):
    for package in ("/pyspark/", "/py4j/"):
        _, found, rest = path.rpartition(package)
        if found:
            return _IDLE.get(package[1:] + rest, frozenset())
    return frozenset()
