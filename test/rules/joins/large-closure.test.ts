import { largeClosure } from "../../../rules/joins/large-closure.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
orders = spark.read.parquet("orders")
codes = spark.read.parquet("codes")
`

describeRule(largeClosure, ({ fires, silent, suggests }) => {
  fires(
    "a dict of collected rows in a UDF",
    `${READ}names = {r.id: r.name for r in codes.collect()}

@F.udf("string")
def name_of(code):
    return names.get(code)
#          ^^^^^ \`names\` was collected from \`codes\` and travels inside \`name_of\`
#          | \`collect\` brings it to the driver

orders.select(name_of("code")).write.parquet("out")
`,
  )
  fires(
    "a collected map in a lambda of an RDD",
    `${READ}names = codes.rdd.map(lambda r: (r.id, r.name)).collectAsMap()
pairs = orders.rdd.map(lambda r: (r.id, names[r.code]))
#                                       ^^^^^ travels inside this lambda
`,
  )
  fires(
    "a set of collected identifiers in a filter",
    `${READ}known = set(codes.select("id").rdd.flatMap(lambda r: r).collect())
kept = orders.rdd.filter(lambda r: r.code in known)
#                                            ^^^^^ \`sc.broadcast(known)\`
`,
  )
  fires(
    "a dict that a loop fills from a file",
    `${READ}names = {}
with open("codes.csv") as lines:
    for line in lines:
        code, name = line.split(",")
        names[code] = name
lookup = F.udf(lambda code: names.get(code))
#                           ^^^^^ \`names\` is read from a file
#                           | is filled here
`,
  )
  fires(
    "the words of a file",
    `${READ}with open("stop.txt") as file:
    stop = set(file.read().split())
words = sc.textFile("text").filter(lambda word: word not in stop)
#                                                           ^^^^ \`stop\` is read from a file
`,
  )
  fires(
    "a parsed document",
    `${READ}import json
with open("codes.json") as file:
    names = json.load(file)

@F.udf("string")
def name_of(code):
    return names[code]
#          ^^^^^ \`names\` is read from a file
`,
  )
  fires(
    "a pandas frame in a pandas UDF",
    `${READ}import pandas as pd
table = codes.toPandas()

@F.pandas_udf("double")
def rate(code: pd.Series) -> pd.Series:
    return code.map(table.set_index("code")["rate"])
#                   ^^^^^ \`table\` was collected from \`codes\`
`,
  )
  fires(
    "an attribute that the constructor collected",
    `${READ}class Names:
    def __init__(self, spark):
        self.names = dict(spark.read.parquet("codes").rdd.collectAsMap())

    def add(self, df):
        return df.rdd.map(lambda r: self.names[r.code])
#                                   ^^^^^^^^^^ \`self.names\` was collected

Names(spark).add(orders).saveAsTextFile("out")
`,
  )
  fires(
    "built in many rounds",
    `${READ}squares = []
for i in range(100000):
    squares.append(i * i)
kept = orders.rdd.filter(lambda r: r.qty in squares)
#                                           ^^^^^^^ \`squares\` is filled in 100,000 rounds
`,
  )
  fires(
    "lists in a defaultdict",
    `${READ}from collections import defaultdict
groups = defaultdict(list)
for row in codes.collect():
    groups[row.kind].append(row.id)
lookup = F.udf(lambda kind: groups[kind], "array<string>")
#                           ^^^^^^ \`groups\` was collected from \`codes\`
`,
  )
  fires(
    "fixed by functools.partial",
    `${READ}from functools import partial
names = {r.id: r.name for r in codes.collect()}

def name_of(names, code):
#           ^^^^^ \`names\` was collected
    return names.get(code)

lookup = F.udf(partial(name_of, names))
`,
  )
  fires(
    "groups, which are usually few, only in the strict profile",
    `${READ}totals = {r.code: r.n for r in orders.groupBy("status").agg(F.count("id").alias("n")).collect()}
share = F.udf(lambda code: totals[code], "double")
#                          ^^^^^^ was collected
`,
    { show: "possible" },
  )

  silent(
    "broadcast",
    `${READ}names = sc.broadcast({r.id: r.name for r in codes.collect()})\nF.udf(lambda code: names.value.get(code))\n`,
  )
  silent(
    "the names of a table's columns, and of its sheets",
    `${READ}import pandas as pd
columns = list(pd.read_csv("header.csv").columns)
sc.parallelize(range(4)).map(lambda row: dict(zip(columns, [row]))).count()
for sheet, table in pd.read_excel("a.xlsx", sheet_name=None).items():
    sc.parallelize(range(4)).map(lambda row: (sheet, row)).count()
`,
  )
  silent("a literal", `${READ}names = {"AT": "Austria", "BE": "Belgium"}\nF.udf(lambda code: names.get(code))\n`)
  silent(
    "a loop over a few literals",
    `${READ}names = {}\nfor code in ["AT", "BE"]:\n    names[code] = code.lower()\nF.udf(lambda code: names.get(code))\n`,
  )
  silent(
    "collected, but bounded",
    `${READ}names = {r.id: r.name for r in codes.limit(20).collect()}\nF.udf(lambda code: names.get(code))\n`,
  )
  silent(
    "groups by the strict profile only",
    `${READ}totals = {r.status: r.n for r in orders.groupBy("status").agg(F.count("id").alias("n")).collect()}\nF.udf(lambda s: totals[s])\n`,
  )
  silent(
    "settings from a file",
    `${READ}import json\nconfig = json.load(open("job.json"))\nF.udf(lambda code: config["prefix"] + code)\n`,
  )
  silent(
    "used on the driver only",
    `${READ}names = {r.id: r.name for r in codes.collect()}\nprint(names["AT"])\norders.select("id").write.parquet("out")\n`,
  )
  silent(
    "read by the worker itself",
    `${READ}import json\n\n@F.udf("string")\ndef name_of(code):\n    names = json.load(open("codes.json"))\n    return names[code]\n`,
  )
  silent(
    "one value of the rows",
    `${READ}last = codes.agg(F.max("id")).collect()[0][0]\nF.udf(lambda code: code == last)\n`,
  )
  silent(
    "a parameter of the same name",
    `${READ}names = {r.id: r.name for r in codes.collect()}\nprint(len(names))\nF.udf(lambda names: names.upper())\n`,
  )
  silent(
    "rows that Python built",
    `${READ}rates = spark.createDataFrame([("EUR", 1.0)], ["c", "r"])\nby = {r.c: r.r for r in rates.collect()}\nF.udf(lambda c: by[c])\n`,
  )
  silent(
    "pandas has functions of its own",
    `${READ}names = {r.id: r.name for r in codes.collect()}\npdf = orders.limit(10).toPandas()\npdf["name"] = pdf["code"].apply(lambda code: names.get(code))\n`,
  )
  silent(
    "the header of a file",
    `${READ}import pandas as pd\nheader = pd.read_csv("a.csv").columns\nrows = sc.textFile("t").map(lambda line: dict(zip(header, line.split(","))))\n`,
  )
  silent(
    "one entry of a document",
    `${READ}import json\ndocument = json.load(open("job.json"))\nlimit = document["limit"]\nF.udf(lambda n: min(n, limit))\n`,
  )
  silent(
    "an open file is no collection",
    `${READ}log = open("log.txt", "a")\n\ndef note(row):\n    log.write(str(row))\n\norders.foreach(note)\n`,
  )
  silent(
    "a model is another thing",
    `${READ}import pickle\nmodel = pickle.load(open("model.pkl", "rb"))\nF.udf(lambda x: float(model.predict([[x]])[0]), "double")\n`,
  )

  suggests(
    "a broadcast variable",
    `${READ}names = {r.id: r.name for r in codes.collect()}\nF.udf(lambda code: names.get(code))\n`,
    "names_broadcast = spark.sparkContext.broadcast(names)",
  )
})
