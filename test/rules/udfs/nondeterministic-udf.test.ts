import { nondeterministicUdf } from "../../../rules/udfs/nondeterministic-udf.ts"
import { describeRule } from "../harness.ts"

const READ = `import datetime
import random
import time
import uuid
import numpy as np
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(nondeterministicUdf, ({ fires, silent, fixes }) => {
  fires(
    "a new id for each row",
    `${READ}new_id = F.udf(lambda: str(uuid.uuid4()))
#                               ^^^^^^^ This lambda gives other values each time (\`uuid4\`)
#                               | this lambda is made here
#                               | used here
orders.withColumn("id", new_id()).write.parquet("out")
`,
  )
  fires(
    "a random choice in a decorated function",
    `${READ}@udf("string")
def group(status):
    return random.choice(["a", "b"])
#                 ^^^^^^^^^^^^^^^^^^ \`group\` gives other values each time

orders.select(group("status")).write.parquet("out")
`,
  )
  fires(
    "the time of day",
    `${READ}@udf("string")
def stamp(status):
    return status + datetime.datetime.now().isoformat()
#                                     ^^^^^ F.current_timestamp()

orders.select(stamp("status")).write.parquet("out")
`,
  )
  fires(
    "a counter in the module",
    `${READ}n = 0

@udf("int")
def number(status):
#   ^^^^^^ \`number\` counts in \`n\`, a copy of its own in each worker
    global n
    n += 1
    return n

orders.select(number("status")).write.parquet("out")
`,
  )
  fires(
    "NumPy's random numbers",
    `${READ}noise = udf(lambda x: float(x + np.random.normal()), "double")
#                                         ^^^^^^^^ other values each time
orders.select(noise("amount")).write.parquet("out")
`,
  )
  fires(
    "a helper that draws",
    `${READ}def draw():
    return random.random()
#                 ^^^^^^^^ F.rand(seed)

@udf("boolean")
def sampled(status):
    return draw() < 0.1

orders.filter(sampled("status")).write.parquet("out")
`,
  )

  silent(
    "it is marked",
    `${READ}new_id = F.udf(lambda: str(uuid.uuid4())).asNondeterministic()\norders.withColumn("id", new_id()).write.parquet("out")\n`,
  )
  silent(
    "it is marked in a line of its own",
    `${READ}@udf("double")\ndef draw():\n    return random.random()\n\ndraw = draw.asNondeterministic()\norders.select(draw()).write.parquet("out")\n`,
  )
  silent(
    "a seed from a column",
    `${READ}@udf("double")\ndef draw(key):\n    return random.Random(key).random()\n\norders.select(draw("id")).write.parquet("out")\n`,
  )
  silent(
    "a generator that the row seeds",
    `${READ}@udf("double")\ndef draw(key):\n    rng = np.random.default_rng(key)\n    return float(rng.normal())\n\norders.select(draw("id")).write.parquet("out")\n`,
  )
  silent(
    "an id that is made of its input",
    `${READ}key = F.udf(lambda s: str(uuid.uuid5(uuid.NAMESPACE_DNS, s)))\norders.select(key("status")).write.parquet("out")\n`,
  )
  silent(
    "a time that was taken before, on the driver",
    `${READ}now = datetime.datetime.now()\nage = F.udf(lambda d: (now - d).days, "int")\norders.select(age("ts")).write.parquet("out")\n`,
  )
  silent(
    "an RDD's function has no such mark",
    `${READ}orders.rdd.map(lambda row: (random.random(), row)).saveAsTextFile("out")\n`,
  )
  silent("a function that is no UDF", `${READ}def draw():\n    return random.random()\n\nprint(draw())\n`)
  silent(
    "made-up rows that get made-up values",
    `${READ}name = udf(lambda: random.choice(["a", "b"]))
people = spark.range(1000).withColumn("name", name()).withColumn("upper", F.upper("name"))
people.filter("id > 3").write.parquet("out")
`,
  )
  fires(
    "made-up values that a filter chooses from",
    `${READ}name = udf(lambda: random.choice(["a", "b"]))
#                         ^^^^^^^^^^^^^^^^^^ other values each time
people = spark.range(1000).withColumn("name", name()).withColumn("upper", F.upper("name"))
people.filter("name = 'a'").write.parquet("out")
`,
  )
  silent("Spark's own random numbers", `${READ}orders.withColumn("r", F.rand(7)).write.parquet("out")\n`)
  silent(
    "a sum over its own elements counts nothing outside",
    `${READ}@udf("int")\ndef total(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n\norders.select(total("tags")).write.parquet("out")\n`,
  )
  silent(
    "parsing a time",
    `${READ}@udf("timestamp")\ndef parsed(s):\n    return datetime.datetime.strptime(s, "%Y")\n\norders.select(parsed("status")).write.parquet("out")\n`,
  )

  fixes(
    "the call that makes it",
    `${READ}new_id = F.udf(lambda: str(uuid.uuid4()))\norders.withColumn("id", new_id()).write.parquet("out")\n`,
    `${READ}new_id = F.udf(lambda: str(uuid.uuid4())).asNondeterministic()\norders.withColumn("id", new_id()).write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "a decorated function",
    `${READ}@udf("double")\ndef draw():\n    return random.random()\n\norders.select(draw()).write.parquet("out")\n`,
    `${READ}@udf("double")\ndef draw():\n    return random.random()\n\ndraw = draw.asNondeterministic()\n\norders.select(draw()).write.parquet("out")\n`,
    { safety: "safe" },
  )
})
