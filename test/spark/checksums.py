"""Tells what a value holds, without regard to the order of its rows."""

import datetime
import decimal
import hashlib
import itertools

from pyspark import RDD
from pyspark.resultiterable import ResultIterable
from pyspark.sql import DataFrame

SHOWN = 20


def describe(value):
    """`kind`, number of `rows`, `checksum`, the first rows in sorted order as a `sample`, and a str as `text`."""
    kind, rows = rows_of(value)
    total = 0
    count = 0
    texts = []
    for row in rows:
        text = canonical(row)
        total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        count += 1
        if count <= 200_000:
            texts.append(text)
    # A sum, so that the order does not matter and a row that stands there twice does.
    return {
        "kind": kind,
        "rows": count,
        "checksum": f"{total % (1 << 256):064x}",
        "sample": sorted(texts)[:SHOWN],
        "text": value if isinstance(value, str) else None,
    }


def rows_of(value):
    if isinstance(value, DataFrame):
        # The frame's own plan runs, so that its executed plan can be asked for afterwards.
        return "DataFrame", (tuple(row) for row in value.collect())
    if isinstance(value, RDD):
        return "RDD", value.collect()
    if type(value).__module__.startswith("pandas."):
        rows = value.itertuples(index=False) if hasattr(value, "itertuples") else value.items()
        return "pandas", (tuple(row) for row in rows)
    if isinstance(value, (list, set, tuple)) and not hasattr(value, "_fields"):
        return type(value).__name__, value
    return type(value).__name__, [value]


def canonical(value):
    """The same text for equal values, another for others: 1 and 1.0 differ, as do None and NaN."""
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, float):
        return repr(value + 0.0)  # -0.0 is 0.0
    if isinstance(value, decimal.Decimal):
        return f"decimal {value.normalize()}"
    if isinstance(value, (datetime.date, datetime.datetime, datetime.timedelta)):
        return repr(value)
    if isinstance(value, (bytes, bytearray)):
        return f"bytes {bytes(value).hex()}"
    if isinstance(value, dict):
        pairs = sorted((canonical(key), canonical(item)) for key, item in value.items())
        return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
    if isinstance(value, (ResultIterable, set, frozenset)):
        return "<" + ", ".join(sorted(map(canonical, value))) + ">"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if hasattr(value, "tolist"):
        return canonical(value.tolist())  # numpy
    if hasattr(value, "__iter__"):
        return "[" + ", ".join(map(canonical, itertools.islice(value, 1_000_000))) + "]"
    raise TypeError(f"cannot compare a {type(value).__name__}")
