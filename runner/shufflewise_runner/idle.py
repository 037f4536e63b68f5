"""
Calls into the JVM that neither start a job nor note a call site, told by the PySpark file that makes them. Programs make
them by the thousand, so they are let through without a look at the stack.
"""
import os

_FILES = frozenset(
    """conf.py sql/conf.py sql/types.py sql/column.py sql/classic/column.py sql/window.py sql/classic/window.py
    sql/functions.py sql/functions/builtin.py sql/functions/partitioning.py""".split()
)
_FRAMES = frozenset(["sql/dataframe.py", "sql/classic/dataframe.py"])
# Methods of the JVM's Dataset that only add to a plan, or read it.
_STEPS = frozenset(
    """agg alias apply as coalesce col colRegex columns crossJoin distinct drop dropDuplicates dropDuplicatesWithinWatermark
    dtypes except exceptAll filter groupBy hint intersect intersectAll join limit offset orderBy printSchema repartition
    repartitionByRange sample schema select selectExpr sort sortWithinPartitions to toDF union unionByName where withColumn
    withColumnRenamed withColumns withColumnsRenamed withMetadata withWatermark write""".split()
)

# By the name in code objects: whether all calls of that file are idle, or only these, or none.
_seen = {}
_ALL, _NONE = "all", frozenset()


def is_idle(name, file):
    """Whether the call of the JVM's method `name` out of the source file `file` is one of those."""
    idle = _seen.get(file)
    if idle is None:
        idle = _seen[file] = _calls_of(file)
    return idle is _ALL or name in idle


def _calls_of(file):
    _, pyspark, path = file.replace(os.sep, "/").rpartition("/pyspark/")
    if pyspark and path in _FILES:
        return _ALL
    return _STEPS if pyspark and path in _FRAMES else _NONE
