import { partitionInMemory } from "../../../rules/udfs/partition-in-memory.ts"
import { describeRule } from "../harness.ts"

const READ = `import itertools
from typing import Iterator
import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
events = spark.read.parquet("events")
`
const over = (body: string, apply = 'events.rdd.mapPartitions(work).saveAsTextFile("out")'): string =>
  `${READ}\ndef work(rows):\n${body}\n${apply}\n`

describeRule(partitionInMemory, ({ fires, silent, suggests }) => {
  fires(
    "a list of a partition's rows",
    `${READ}
def work(rows):
    rows = list(rows)
#          ^^^^^^^^^^ \`work\` holds its whole partition in Python's memory: \`list\` takes every row
#          | \`work\` gets an iterator
#          | applied here
    return iter([len(rows)])

events.rdd.mapPartitions(work).saveAsTextFile("out")
`,
  )
  fires(
    "a pandas frame of a partition's rows, for its effects",
    `${READ}
def send(rows):
    frame = pd.DataFrame([row.asDict() for row in rows])
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a list comprehension takes every row
    frame.to_csv("part.csv")

events.foreachPartition(send)
`,
  )
  fires(
    "every frame of mapInPandas put together",
    `${READ}
def scale(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    whole = pd.concat(frames)
#              ^^^^^^^^^^^^^^ \`concat\` takes every frame
    yield whole / whole.max()

events.select("value").mapInPandas(scale, "value double").write.parquet("out")
`,
  )
  fires(
    "an iterator UDF that waits for its last batch",
    `${READ}
@pandas_udf("double")
def scale(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for batch in list(batches):
#                ^^^^^^^^^^^^^ takes every batch
        yield batch / 2

events.select(scale("value")).write.parquet("out")
`,
  )
  fires(
    "a list that a loop fills",
    `${READ}
def work(rows):
    out = []
    for row in rows:
        out.append((row.id, row.value * 2))
#       ^^^^^^^^^^ \`out\` takes every row
    return iter(out)

events.rdd.mapPartitions(work).saveAsTextFile("out")
`,
  )
  fires(
    "what map passes on, in a lambda",
    `${READ}events.rdd.mapPartitions(lambda rows: list(map(str, rows))).saveAsTextFile("out")
#                                     ^^^^^^^^^^^^^^^^^^^^ This lambda holds its whole partition
`,
  )
  fires(
    "in a method of a class, with the partition's number",
    `${READ}
class Job:
    def run(self, df):
        df.rdd.mapPartitionsWithIndex(self.part).saveAsTextFile("out")

    def part(self, i, rows):
        ordered = sorted(rows, key=lambda row: row.value)
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes every row
        yield i, ordered[0]

Job().run(events)
`,
  )

  silent(
    "a function that shows a partition to who looks for a mistake",
    `${READ}\ndef debug_partition(rows):\n    print("partition:", list(rows))\n\nevents.rdd.foreachPartition(debug_partition)\n`,
  )
  silent("row by row", over("    for row in rows:\n        yield row.value * 2\n"))
  silent(
    "in portions",
    over(
      "    rows = iter(rows)\n    while chunk := list(itertools.islice(rows, 1000)):\n        yield sum(r.value for r in chunk)\n",
    ),
  )
  silent(
    "a buffer that is emptied on the way",
    over(
      "    buffer = []\n    for row in rows:\n        buffer.append(row)\n        if len(buffer) == 500:\n            send(buffer)\n            buffer = []\n    if buffer:\n        send(buffer)\n",
    ),
  )
  silent("a total of a generator", over("    return [sum(row.value for row in rows)]\n"))
  silent(
    "counts by key",
    over(
      "    counts = {}\n    for row in rows:\n        counts[row.kind] = counts.get(row.kind, 0) + 1\n    return iter(counts.items())\n",
    ),
  )
  silent(
    "each frame of mapInPandas by itself",
    `${READ}\ndef work(frames):\n    for frame in frames:\n        yield pd.concat([frame, frame])\n\nevents.mapInPandas(work, events.schema).write.parquet("out")\n`,
  )
  silent(
    "a list of something else",
    over("    names = list(range(10))\n    for row in rows:\n        yield names[row.id % 10]\n"),
  )
  silent(
    "few rows by a limit",
    over("    return iter(list(rows))\n", "events.limit(100).rdd.mapPartitions(work).collect()"),
  )
  silent(
    "values of the driver",
    `${READ}words = ["a", "b"]\nprint(sc.parallelize(words, 2).mapPartitions(lambda it: list(it)).collect())\n`,
  )
  silent(
    "a group is handed over whole anyway",
    `${READ}\ndef work(pdf):\n    return pd.DataFrame([r for r in pdf.itertuples()])\n\nevents.groupBy("kind").applyInPandas(work, events.schema).write.parquet("out")\n`,
  )
  silent(
    "the totals of each frame",
    `${READ}\ndef work(frames):\n    totals = []\n    for frame in frames:\n        totals.append(frame.groupby("kind").sum())\n    yield pd.concat(totals)\n\nevents.mapInPandas(work, "kind string, value double").write.parquet("out")\n`,
  )
  silent(
    "the largest of each frame",
    `${READ}\ndef work(frames):\n    yield pd.concat([frame.nlargest(5, "value") for frame in frames])\n\nevents.mapInPandas(work, events.schema).write.parquet("out")\n`,
  )
  silent("one row's own list", `${READ}events.rdd.map(lambda row: list(row)).saveAsTextFile("out")\n`)
  silent(
    "a list comprehension over one frame's rows",
    `${READ}\ndef work(frames):\n    for frame in frames:\n        yield pd.DataFrame({"x": [v * 2 for v in frame["value"]]})\n\nevents.mapInPandas(work, "x double").write.parquet("out")\n`,
  )
  silent("the driver's own list", `${READ}rows = events.limit(10).collect()\nvalues = list(rows)\n`)

  suggests(
    "rows in portions",
    over("    for row in list(rows):\n        yield row.value\n"),
    "itertools.islice(rows, 1000)",
  )
  suggests(
    "batch by batch",
    `${READ}\ndef work(frames):\n    yield pd.concat(frames)\n\nevents.mapInPandas(work, events.schema).write.parquet("out")\n`,
    "for batch in frames",
  )
})
