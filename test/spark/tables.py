"""Makes the tables and the model that the rules' examples run on. README.md tells what is in them."""

import os
import shutil

from pyspark.sql import functions as F

TABLES = ["orders", "customers", "events"]
COUNTRIES = [
    ("AT", "Austria", "south", 20),
    ("BE", "Belgium", "west", 21),
    ("CH", "Switzerland", "south", 8),
    ("CZ", "Czechia", "east", 21),
    ("DE", "Germany", "west", 19),
    ("DK", "Denmark", "north", 25),
    ("ES", "Spain", "south", 21),
    ("FR", "France", "west", 20),
    ("IT", "Italy", "south", 22),
    ("NL", "Netherlands", "west", 21),
    ("PL", "Poland", "east", 23),
    ("SE", "Sweden", "north", 25),
]


def number(salt, below):
    """A number from 0 to `below` - 1 that the row's id and the salt decide."""
    return F.pmod(F.xxhash64("id", F.lit(salt)), F.lit(below))


def pick(salt, values):
    return F.element_at(F.array(*[F.lit(value) for value in values]), (number(salt, len(values)) + 1).cast("int"))


def unless(one_in, salt, value):
    """The value, but null in one row of `one_in`."""
    return F.when(number(salt, one_in) > 0, value)


def moment(salt):
    """A second of the year 2025."""
    return (F.lit(1735689600) + number(salt, 365 * 86400)).cast("timestamp")


def orders(spark):
    codes = [row[0] for row in COUNTRIES]
    rows = spark.range(0, 200_000, 1, 8)
    rows = rows.select(
        "id",
        unless(100, 1, F.when(number(2, 5) == 0, F.lit(7)).otherwise(number(3, 19_000) + 1)).alias("customer_id"),
        unless(50, 4, pick(5, codes)).alias("country"),
        unless(200, 6, ((number(7, 4_000) + 1) / 4).cast("double")).alias("amount"),
        (number(8, 10) + 1).cast("int").alias("qty"),
        moment(9).alias("ts"),
        F.to_date(moment(9)).alias("day"),
        pick(10, ["new", "paid", "shipped", "returned", "cancelled"]).alias("status"),
    )
    return rows.union(rows.filter("id % 400 = 3")).coalesce(8)


def customers(spark):
    codes = [row[0] for row in COUNTRIES]
    return spark.range(1, 20_001, 1, 2).select(
        "id",
        F.concat(F.lit("customer "), "id").alias("name"),
        unless(100, 21, pick(22, codes)).alias("country"),
        pick(23, ["consumer", "business", "public"]).alias("segment"),
        F.concat(F.lit("c"), "id", F.lit("@example.com")).alias("email"),
        F.date_sub(F.lit("2025-01-01").cast("date"), number(24, 3_000).cast("int")).alias("signup"),
    )


def events(spark):
    features = F.array(*[((number(salt, 64) - 32) / 8).cast("float") for salt in (35, 36, 37, 38)])
    return spark.range(0, 100_000, 1, 4).select(
        "id",
        (number(31, 20_000) + 1).alias("user_id"),
        pick(32, ["view", "click", "cart", "buy"]).alias("kind"),
        unless(50, 33, (number(34, 1_000) / 8).cast("double")).alias("value"),
        features.alias("features"),
        moment(39).alias("ts"),
        F.to_date(moment(39)).alias("day"),
    )


def write_model(path):
    """y = x · (0.5, -1, 2, 0.25) + 0.125: exact in 32 bits for features that are multiples of 1/8."""
    import onnx
    from onnx import TensorProto, helper

    weights = helper.make_tensor("w", TensorProto.FLOAT, [4, 1], [0.5, -1.0, 2.0, 0.25])
    bias = helper.make_tensor("b", TensorProto.FLOAT, [1], [0.125])
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])],
        "score",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
        [weights, bias],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model)
    onnx.save(model, path)


def make(spark, cache):
    """Puts everything into the working folder; `cache` keeps it between runs."""
    ready = os.path.join(cache, "ready")
    if not os.path.exists(ready):
        shutil.rmtree(cache, ignore_errors=True)
        os.makedirs(cache)
        for name, table in {"orders": orders, "customers": customers, "events": events}.items():
            table(spark).write.parquet(os.path.join(cache, name))
        with open(os.path.join(cache, "countries.csv"), "w") as file:
            file.write("code,name,region,vat\n")
            file.writelines(",".join(map(str, row)) + "\n" for row in COUNTRIES)
        write_model(os.path.join(cache, "model.onnx"))
        open(ready, "w").close()
    for name in [*TABLES, "countries.csv", "model.onnx"]:
        source = os.path.join(cache, name)
        (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, name)


def register(spark):
    """Temporary views of the tables, for `spark.table` and SQL."""
    for name in TABLES:
        spark.read.parquet(name).createOrReplaceTempView(name)
    schema = "code string, name string, region string, vat int"
    spark.read.csv("countries.csv", header=True, schema=schema).createOrReplaceTempView("countries")
