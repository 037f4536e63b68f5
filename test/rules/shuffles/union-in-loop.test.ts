import { unionInLoop } from "../../../rules/shuffles/union-in-loop.ts"
import { describeRule } from "../harness.ts"

const READ = `from functools import reduce
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
orders = spark.read.parquet("orders")
`

describeRule(unionInLoop, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a file per round",
    `${READ}result = orders
for path in paths:
    result = result.unionByName(spark.read.parquet(path))
#   ^^^^^^ \`result\` grows by a \`unionByName\` each round, over rounds that nothing here bounds
#   | \`result\` enters each round as the round before left it
#   | each round appends a part
#   | which the round reads or computes itself
`,
  )
  fires(
    "None first, then a union",
    `${READ}result = None
for path in paths:
    part = spark.read.csv(path, header=True)
    if result is None:
        result = part
    else:
        result = result.union(part)
#       ^^^^^^ grows by a \`union\` each round
`,
  )
  fires(
    "None first, in one expression",
    `${READ}result = None
for path in paths:
    part = spark.read.csv(path, header=True)
    result = part if result is None else result.union(part)
#   ^^^^^^ grows by a \`union\` each round
`,
  )
  fires(
    "made in the first round",
    `${READ}for i, path in enumerate(paths):
    part = spark.read.csv(path, header=True)
    if i == 0:
        result = part
    else:
        result = result.union(part)
#       ^^^^^^ grows by a \`union\` each round
`,
  )
  fires(
    "an empty list first",
    `${READ}result = []
for path in paths:
    if len(result) == 0:
        result = spark.read.csv(path)
    else:
        result = result.union(spark.read.csv(path))
#       ^^^^^^ grows by a \`union\` each round
`,
  )
  fires(
    "parts that an earlier loop read",
    `${READ}frames = []
for path in paths:
    frames.append(spark.read.parquet(path))
result = frames[0]
for frame in frames[1:]:
    result = result.unionByName(frame)
#   ^^^^^^ grows by a \`unionByName\` each round
`,
  )
  fires(
    "reduce that reads in each round",
    `${READ}result = reduce(lambda df, path: df.union(spark.read.parquet(path)), paths, orders)
#                                   ^^^^^ \`df\` grows by a \`union\` each round
`,
  )
  fires(
    "starting from an empty frame",
    `${READ}result = spark.createDataFrame([], orders.schema)
for n in range(100):
    result = result.union(orders.filter(F.col("qty") == n))
#   ^^^^^^ over 100 rounds
`,
  )
  fires(
    "with columns added to each part and to the whole",
    `${READ}def load(day):
    return spark.read.parquet(day).withColumn("day", F.lit(day))

total = load("2025-01-01")
for day in days:
    total = total.unionAll(load(day)).filter("amount > 0")
#   ^^^^^ grows by a \`unionAll\` each round
`,
  )
  fires(
    "cached in each round, which leaves the plan as deep",
    `${READ}for day in days:
    orders = orders.union(spark.read.parquet(day)).cache()
#   ^^^^^^ grows by a \`union\`
`,
  )
  fires(
    "an RDD",
    `${READ}lines = sc.textFile("a")
for path in paths:
    lines = lines.union(sc.textFile(path))
#   ^^^^^ One \`sc.union(parts)\` after the loop is flat
`,
  )
  fires(
    "in a while loop",
    `${READ}page = 1
rows = spark.createDataFrame([], "id int")
while has_more(page):
    rows = rows.union(spark.createDataFrame(fetch(page), "id int"))
#   ^^^^ rounds that nothing here bounds
    page += 1
`,
  )

  silent("three rounds", `${READ}for p in ["a", "b", "c"]:\n    orders = orders.union(spark.read.parquet(p))\n`)
  silent("the parts are collected", `${READ}parts = []\nfor p in paths:\n    parts.append(spark.read.parquet(p))\n`)
  silent(
    "a checkpoint in the loop",
    `${READ}for i, p in enumerate(paths):\n    orders = orders.union(spark.read.parquet(p))\n    if i % 10 == 9:\n        orders = orders.localCheckpoint()\n`,
  )
  silent(
    "a round needs all rows so far: unchecked-lineage's",
    `${READ}for i in range(20):\n    orders = orders.union(orders.filter(F.col("qty") == i))\n`,
  )
  silent(
    "what is appended is made of another frame that the loop carries",
    `${READ}seen = orders\nlast = orders\nfor i in range(20):\n    last = last.join(edges(spark, i), "id").localCheckpoint()\n    last = last.join(seen, "id", "left_anti")\n    seen = seen.union(last)\n`,
  )
  silent(
    "pairwise already",
    `${READ}parts = [spark.read.parquet(p) for p in paths]\nwhile len(parts) > 1:\n    parts = [a.union(b) for a, b in zip(parts[::2], parts[1::2])] + parts[len(parts) // 2 * 2 :]\n`,
  )
  silent("sets of Python", `names = set()\nfor p in paths:\n    names = names.union(read(p))\n`)
  silent(
    "each round's union is its own",
    `${READ}for day in days:\n    both = orders.union(spark.read.parquet(day))\n    both.write.parquet(day)\n`,
  )
  silent(
    "reduce over a list of unknown length, mostly short",
    `${READ}everything = reduce(DataFrame.union, [spark.read.parquet(p) for p in paths])\n`,
  )
  silent(
    "frames that are there already, mostly few",
    `${READ}frames = [orders.filter("qty > 3"), orders.filter("qty < 2"), *more(orders)]\nall = frames[0]\nfor frame in frames[1:]:\n    all = all.unionByName(frame)\n`,
  )
  silent(
    "each round joins what there is so far: unchecked-lineage's",
    `${READ}seen = orders\nfor p in paths:\n    new = spark.read.parquet(p)\n    new.join(seen, "id", "left_anti").write.parquet(p + ".new")\n    seen = seen.union(new)\n`,
  )
  silent(
    "reduce over frames, with columns chosen",
    `${READ}result = reduce(lambda a, b: a.select("id").union(b.select("id")), [spark.read.parquet(p) for p in paths])\n`,
  )
  silent("pandas", `import pandas as pd\ndf = pd.DataFrame()\nfor p in paths:\n    df = df.append(pd.read_csv(p))\n`)
  silent(
    "the author knows",
    `${READ}for p in paths:\n    # only a few files ever\n    orders = orders.union(spark.read.parquet(p))\n`,
  )
  silent("a test loops as it likes", `${READ}for p in paths:\n    orders = orders.union(spark.read.parquet(p))\n`, {
    path: "tests/test_orders.py",
  })
  silent(
    "a stream is built once",
    `${READ}stream = spark.readStream.format("rate").load()\nfor t in topics:\n    stream = stream.union(spark.readStream.format("rate").load())\n`,
  )

  fixes(
    "collects the parts",
    `${READ}result = orders
for path in paths:
    part = spark.read.parquet(path)
    result = result.union(part)
result.write.parquet("out")
`,
    `${READ}result = orders
parts = [result]
for path in paths:
    part = spark.read.parquet(path)
    parts.append(part)
while len(parts) > 1:
    parts = [a.union(b) for a, b in zip(parts[::2], parts[1::2])] + parts[len(parts) // 2 * 2 :]
result = parts[0]
result.write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "keeps options, and finds a free name, in a function",
    `${READ}def load(paths, parts):
    total = spark.read.parquet("first")
    for path in paths:
        total = total.unionByName(spark.read.parquet(path), allowMissingColumns=True)
    return total
`,
    `${READ}def load(paths, parts):
    total = spark.read.parquet("first")
    total_parts = [total]
    for path in paths:
        total_parts.append(spark.read.parquet(path))
    while len(total_parts) > 1:
        total_parts = [a.unionByName(b, allowMissingColumns=True) for a, b in zip(total_parts[::2], total_parts[1::2])] + total_parts[len(total_parts) // 2 * 2 :]
    total = total_parts[0]
    return total
`,
    { safety: "safe" },
  )
  suggests(
    "only a text where each round looks at what there is",
    `${READ}for p in paths:\n    orders = orders.union(spark.read.parquet(p))\n    print(orders.count())\n`,
    "union them pairwise after the loop",
  )
  suggests(
    "one read of all paths",
    `${READ}for p in paths:\n    orders = orders.union(spark.read.parquet(p))\n`,
    "Hand all paths to one read",
  )
})
