import { unpersistTooEarly } from "../../../rules/lineage/unpersist-too-early.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(unpersistTooEarly, ({ fires, silent }) => {
  fires(
    "before the write of what is made of it",
    `${READ}orders.cache()
totals = orders.groupBy("country").count()
orders.unpersist()
#      ^^^^^^^^^^^ \`orders\` is let go before anything has computed it
#      | this is lazy
totals.write.parquet("out")
`,
  )
  fires(
    "before two actions",
    `${READ}paid = orders.filter("status = 'paid'").persist()
a = paid.groupBy("country").count()
b = paid.groupBy("day").count()
paid.unpersist()
#    ^^^^^^^^^^^ \`parquet\` runs only later
#    | the first action that computes \`paid\`
a.write.parquet("a")
b.write.parquet("b")
`,
  )
  fires(
    "in a function",
    `${READ}def run():
    part = orders.distinct().cache()
    joined = part.join(part.groupBy("id").count(), "id")
    part.unpersist()
#        ^^^^^^^^^^^ finds no cache
    joined.write.csv("out")
run()
`,
  )
  fires(
    "with arguments",
    `${READ}orders.cache()
top = orders.orderBy("amount").limit(3)
orders.unpersist(blocking=True)
#      ^^^^^^^^^^^^^^^^^^^^^^^^ \`collect\` runs only later
rows = top.collect()
`,
  )
  fires(
    "an RDD",
    `${READ}words = spark.sparkContext.textFile("w").cache()
pairs = words.map(lambda w: (w, 1))
words.unpersist()
#     ^^^^^^^^^^^ \`saveAsTextFile\` runs only later
pairs.saveAsTextFile("out")
`,
  )

  fires(
    "by the methods of an object that wraps it",
    `from pyspark.sql import SparkSession
from dataset import Dataset
spark = SparkSession.builder.getOrCreate()
loci = Dataset(spark.read.parquet("loci")).persist()
totals = loci.df.groupBy("study").count()
loci.unpersist()
#^^^^^^^^^^^^^^^ \`loci\` is let go before anything has computed it
totals.write.parquet("out")
`,
    {
      files: {
        "/w/dataset.py": `from pyspark.sql import DataFrame
class Dataset:
    def __init__(self, df: DataFrame):
        self.df = df
    def persist(self):
        self.df = self.df.persist()
        return self
    def unpersist(self):
        self.df = self.df.unpersist()
        return self
`,
      },
    },
  )
  fires(
    "by the name of an alias of what is cached, and the function gives away what is made of it",
    `${READ}class Result:
    def __init__(self, df):
        self.df = df
def build(other):
    days = orders.filter("x > 1").cache().alias("d")
    joined = days.join(other.withColumn("y", F.lit(1)), "id")
    if other.columns:
        joined = joined.filter("y > 0")
    days.unpersist()
#        ^^^^^^^^^^^ is let go before what is made of it has run
    return Result(joined)
`,
  )
  fires(
    "the cache is filled, but what is made of it has not run",
    `${READ}orders.cache()
print(orders.count())
daily = orders.groupBy("day").count()
orders.unpersist()
#      ^^^^^^^^^^^ let go before what is made of it has run: \`daily\` is lazy
#      | the first action
daily.write.csv("daily")
`,
  )
  fires(
    "a smaller frame is cached from it, and not filled yet",
    `${READ}orders.cache()
orders.show(2)
paid = orders.filter("status = 'paid'")
paid.cache()
orders.unpersist()
#      ^^^^^^^^^^^ \`paid\` is lazy, and \`count\` computes it only later
print(paid.count())
`,
  )
  fires(
    "a function gives away what it made of a cache that it let go",
    `${READ}def daily(spark):
    rows = spark.read.parquet("orders").distinct().cache()
    print(rows.count())
    result = rows.groupBy("day").count()
    rows.unpersist()
#        ^^^^^^^^^^^ whoever gets the result computes it only later
    return result
`,
  )
  silent(
    "the object's frame was computed before",
    `${READ}class Dataset:
    def __init__(self, df):
        self.df = df
    def persist(self):
        self.df = self.df.persist()
        return self
    def unpersist(self):
        self.df = self.df.unpersist()
        return self
loci = Dataset(orders.distinct()).persist()
loci.df.groupBy("country").count().write.parquet("out")
loci.unpersist()
`,
  )
  silent(
    "what is made of it has run too",
    `${READ}orders.cache()\nprint(orders.count())\ndaily = orders.groupBy("day").count().cache()\ndaily.count()\norders.unpersist()\ndaily.write.csv("daily")\n`,
  )
  silent(
    "an action filled it first",
    `${READ}orders.cache()\norders.count()\norders.unpersist()\norders.groupBy("day").count().show()\n`,
  )
  silent("after the write", `${READ}orders.cache()\norders.groupBy("day").count().write.csv("o")\norders.unpersist()\n`)
  silent("nothing runs it afterwards", `${READ}orders.cache()\nt = orders.groupBy("day").count()\norders.unpersist()\n`)
  silent("never cached here", `${READ}orders.unpersist()\norders.count()\n`)
  silent(
    "a helper may have run it",
    `${READ}from helpers import save\norders.cache()\nt = orders.groupBy("day").count()\nsave(t)\norders.unpersist()\nt.show()\n`,
  )
  silent(
    "cached again with another level",
    `${READ}from pyspark import StorageLevel\norders.cache()\nt = orders.distinct()\norders.unpersist()\norders.persist(StorageLevel.DISK_ONLY)\norders.count()\nt.count()\n`,
  )
  silent(
    "on some ways only",
    `${READ}import cfg\norders.cache()\nt = orders.distinct()\nif cfg.low_memory:\n    orders.unpersist()\nt.count()\n`,
  )
  silent(
    "a checkpoint in between has run it",
    `${READ}orders.cache()\nt = orders.distinct().localCheckpoint()\norders.unpersist()\nt.count()\n`,
  )
  silent(
    "rows of a Python list",
    `${READ}few = spark.createDataFrame([(1,)], ["id"]).cache()\nt = few.distinct()\nfew.unpersist()\nt.count()\n`,
  )
  silent("pandas has no such thing", `import pandas as pd\ndf = pd.read_csv("x")\ndf.cache = None\ndf.describe()\n`)
})
