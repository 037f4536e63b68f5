import { rddRoundTrip } from "../../../rules/shuffles/rdd-round-trip.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
orders = spark.read.parquet("orders")
`

describeRule(rddRoundTrip, ({ fires, silent, suggests }) => {
  fires(
    "a map, and back",
    `${READ}doubled = orders.rdd.map(lambda r: (r.id, r.qty * 2)).toDF(["id", "qty"])
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`rdd.map\` hands every row of \`orders\` to Python and takes it back
#                    | \`orders\` is read from parquet 'orders'
#                    | here it becomes a DataFrame again
`,
  )
  fires(
    "by createDataFrame, through a variable",
    `${READ}rows = orders.select("id", "qty").rdd.filter(lambda r: r.qty > 3).map(lambda r: Row(id=r.id))
#                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`rdd.filter.map\` hands every row of \`orders\`
small = spark.createDataFrame(rows)
`,
  )
  fires(
    "only to give it a schema",
    `${READ}fixed = spark.createDataFrame(orders.rdd, schema)
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`to(schema)\`, or a \`select\` with casts
`,
  )
  fires(
    "a step that the DataFrame has itself",
    `${READ}orders.rdd.repartition(8).toDF().write.parquet("out")
#          ^^^^^^^^^^^^^^ The same steps exist on the DataFrame
`,
  )
  fires(
    "counts by key",
    `${READ}counts = orders.rdd.map(lambda r: (r.country, 1)).reduceByKey(lambda a, b: a + b).toDF()
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`groupBy\` and \`agg\` say the same
`,
  )
  fires(
    "a maximum",
    `${READ}most = orders.rdd.map(lambda r: r.qty).max()
#                 ^^^^^^^^^^^^^^^^^^^^ \`groupBy\` and \`agg\`
#                 | only what is left of it comes out here
`,
  )
  fires(
    "counts by key that come to the driver",
    `${READ}pairs = orders.rdd.map(lambda r: (r.country, r.qty))
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`rdd.map.reduceByKey\` hands every row
#                  | only what is left of it comes out here
totals = pairs.reduceByKey(lambda a, b: a + b).collectAsMap()
`,
  )
  fires(
    "a function of several lines",
    `${READ}def clean(row):
    name = row["name"].strip().lower()
    if name == "":
        name = None
    return (row["id"], name)

def run(df):
    return df.filter("id > 3").rdd.map(clean).toDF(["id", "name"])
#                                  ^^^^^^^^^^ \`rdd.map\`

run(orders)
`,
  )

  silent("the number of partitions", `${READ}print(orders.rdd.getNumPartitions())\n`)
  silent("partitions with a connection", `${READ}orders.rdd.mapPartitions(with_connection).toDF()\n`)
  silent(
    "an RDD from the start",
    `${READ}sc.textFile("a").map(lambda line: line.split(",")).toDF(["a", "b"]).write.parquet("out")\n`,
  )
  silent(
    "lines of text, that have no columns yet",
    `${READ}lines = spark.read.text("a").rdd.map(lambda r: r[0])\nlines.flatMap(lambda x: x.split(" ")).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b).count()\n`,
  )
  silent("an index for each row", `${READ}orders.rdd.zipWithIndex().map(lambda p: (p[0].id, p[1])).toDF()\n`)
  silent("one column is brought to the driver", `${READ}ids = orders.select("id").rdd.flatMap(lambda r: r).collect()\n`)
  silent(
    "rows that the driver made",
    `${READ}spark.createDataFrame([(1, 2)], "a int, b int").rdd.map(lambda r: (r.a, r.b + 1)).toDF()\n`,
  )
  silent(
    "a library does the work",
    `${READ}import geopy\ndef locate(r):\n    return (r.id, geopy.locate(r.address))\norders.rdd.map(locate).toDF()\n`,
  )
  silent("what the function does is not known", `${READ}from lib import f\norders.rdd.map(f).toDF()\n`)
  silent("each row goes somewhere", `${READ}orders.rdd.foreach(lambda r: send(r))\n`)
  silent(
    "a figure that needs Python",
    `${READ}from lib import score\nbest = orders.rdd.map(lambda r: score(r.text)).max()\n`,
  )
  silent("few rows by a limit", `${READ}orders.limit(10).rdd.map(lambda r: (r.id, 1)).toDF()\n`)
  silent("values that pandas holds", `import pandas as pd\npd.read_csv("a").rdd.map(lambda r: r).toDF()\n`)
  silent(
    "a comment says why",
    `${READ}# the RDD cuts the lineage\nfixed = spark.createDataFrame(orders.rdd, orders.schema)\n`,
  )
  silent(
    "groups shipped whole are another rule's",
    `${READ}orders.rdd.map(lambda r: (r.k, r.v)).groupByKey().mapValues(sum).toDF()\n`,
  )

  suggests("columns", `${READ}orders.rdd.map(lambda r: (r.id, r.qty * 2)).toDF()\n`, "Use select(…)")
  suggests(
    "an aggregate",
    `${READ}orders.rdd.map(lambda r: (r.country, 1)).reduceByKey(lambda a, b: a + b).toDF()\n`,
    "Use groupBy(…).agg(…)",
  )
})
