"""The executed plan of a frame, as text."""

import re

from pyspark import RDD
from pyspark.sql import DataFrame


def plan_of(value):
    """The plan after AQE of a DataFrame that has run, the debug string of an RDD, else None."""
    if isinstance(value, DataFrame):
        return final_only(value._jdf.queryExecution().executedPlan().toString())
    if isinstance(value, RDD):
        return value.toDebugString().decode()
    return None


def final_only(text):
    """AQE tells the plan that it began with beside the one that ran: only the latter counts."""
    kept = []
    dropped_from = None
    for line in text.splitlines():
        depth = len(re.match(r"[\s:+-]*", line).group())
        if dropped_from is not None and depth >= dropped_from:
            continue
        dropped_from = depth if "== Initial Plan ==" in line else None
        if dropped_from is None:
            kept.append(line)
    return "\n".join(kept)
