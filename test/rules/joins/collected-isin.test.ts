import { collectedIsin } from "../../../rules/joins/collected-isin.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
vip = spark.read.parquet("vip")
`

describeRule(collectedIsin, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a comprehension over collected rows",
    `${READ}ids = [row.id for row in vip.collect()]
kept = orders.filter(F.col("customer_id").isin(ids))
#                                         ^^^^^^^^^ The values of \`ids\` were collected from \`vip\`
#                                         | \`collect\` brings them to the driver
#                                         | \`vip\` is read from parquet 'vip'
`,
  )
  fires(
    "spread into arguments",
    `${READ}ids = [row[0] for row in vip.select("id").collect()]
kept = orders.where(orders.customer_id.isin(*ids))
#                                      ^^^^^^^^^^ A \`left_semi\` join
`,
  )
  fires(
    "negated, through an RDD",
    `${READ}kept = orders.filter(~F.col("id").isin(vip.select("id").rdd.flatMap(lambda r: r).collect()))
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ A \`left_anti\` join with \`vip\`
`,
  )
  fires(
    "negated in a larger condition",
    `${READ}gone = [row.id for row in vip.collect()]
kept = orders.filter(F.col("id").isNull() | ~F.col("id").isin(gone))
#                                                        ^^^^^^^^^^ A \`left_anti\` join with \`vip\`
`,
  )
  fires(
    "a pandas column as a list",
    `${READ}ids = vip.toPandas()["id"].tolist()
kept = orders.filter(F.col("id").isin(ids))
#                                ^^^^^^^^^ collected from \`vip\`
#                                | \`toPandas\` brings them
`,
  )
  fires(
    "a list that a loop fills",
    `${READ}ids = []
for row in vip.collect():
    ids.append(row["id"])
kept = orders.filter(F.col("id").isin(ids))
#                                ^^^^^^^^^ The values of \`ids\`
`,
  )
  fires(
    "one row that holds the whole column",
    `${READ}ids = vip.agg(F.collect_set("id")).first()[0]
kept = orders.filter(F.col("id").isin(ids))
#                                ^^^^^^^^^ collected from \`vip\`
`,
  )
  fires(
    "distinct identifiers, in a helper",
    `${READ}def keys(df, name):
    return [r[name] for r in df.select(name).distinct().collect()]

wanted = keys(vip, "customer_id")
kept = orders.filter((F.col("amount") > 0) & F.col("customer_id").isin(wanted))
#                                                                 ^^^^^^^^^^^^ The values of \`wanted\`
`,
  )
  fires(
    "keys of a collected map",
    `${READ}names = vip.rdd.map(lambda r: (r.id, r.name)).collectAsMap()
kept = orders.filter(F.col("id").isin(list(names.keys())))
#                                ^^^^^^^^^^^^^^^^^^^^^^^^ collected from \`vip\`
`,
  )
  fires(
    "a list written into SQL text",
    `${READ}ids = ",".join([str(row.id) for row in vip.collect()])
kept = orders.filter(f"id in ({ids})")
#                    ^^^^^^^^^^^^^^^^ The list in this text was collected from \`vip\`
#                    | brings the values to the driver
`,
  )
  fires(
    "a query with a list, negated",
    `${READ}ids = [str(row.id) for row in vip.collect()]
kept = spark.sql("select * from orders where id not in (%s)" % ",".join(ids))
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ A \`left_anti\` join with \`vip\`
`,
  )
  fires(
    "more than a hundred by a limit",
    `${READ}ids = [r.id for r in vip.limit(5000).collect()]
kept = orders.filter(F.col("id").isin(ids))
#                                ^^^^^^^^^ The values of \`ids\`
`,
  )
  fires(
    "a few groups by their name, only in the strict profile",
    `${READ}codes = [r.country for r in vip.select("country").distinct().collect()]
kept = orders.filter(F.col("country").isin(codes))
#                                     ^^^^^^^^^^^ The values of \`codes\`
`,
    { show: "possible" },
  )

  silent("a literal list", `${READ}orders.filter(F.col("status").isin(["new", "paid"])).write.parquet("out")\n`)
  silent("literal arguments", `${READ}orders.filter(F.col("status").isin("new", "paid")).write.parquet("out")\n`)
  silent(
    "bounded by limit",
    `${READ}ids = [r.id for r in vip.limit(50).collect()]\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent(
    "bounded by take",
    `${READ}ids = [r.id for r in vip.orderBy(F.desc("score")).take(20)]\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent(
    "a slice of the list",
    `${READ}ids = [r.id for r in vip.collect()][:10]\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent(
    "one row of an aggregate",
    `${READ}last = vip.agg(F.max("day")).collect()[0][0]\norders.filter(F.col("day").isin([last])).write.parquet("out")\n`,
  )
  silent(
    "one value of each collected row",
    `${READ}for row in vip.collect():\n    orders.filter(F.col("id").isin(row.id, row.other)).write.parquet("out")\n`,
  )
  silent(
    "groups by an expression with few values",
    `${READ}years = [r.y for r in vip.groupBy(F.year("day").alias("y")).count().collect()]\norders.filter(F.year("day").isin(years)).write.parquet("out")\n`,
  )
  silent(
    "few groups by the column's name",
    `${READ}codes = [r.country for r in vip.select("country").distinct().collect()]\norders.filter(F.col("country").isin(codes)).write.parquet("out")\n`,
  )
  silent(
    "the first of a ranking, as many as the code asks for",
    `${READ}from pyspark.sql import Window\nbest = vip.withColumn("rn", F.row_number().over(Window.orderBy("score"))).filter(F.col("rn") <= top)\nids = [r.id for r in best.collect()]\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent(
    "one cell of a pandas frame",
    `${READ}first = vip.toPandas()["id"].iloc[0]\norders.filter(F.col("id").isin(first)).write.parquet("out")\n`,
  )
  silent(
    "one value of a row in SQL text",
    `${READ}for row in vip.collect():\n    orders.filter(f"id = {row.id} and kind in ('a', '{row.kind}')").write.parquet("out")\n`,
  )
  silent(
    "rows deleted by a list",
    `${READ}ids = ",".join([str(row.id) for row in vip.collect()])\nspark.sql(f"delete from orders where id in ({ids})")\n`,
  )
  silent(
    "a short list in SQL text",
    `${READ}days = ",".join([row.day for row in vip.select("day").distinct().limit(7).collect()])\norders.filter(f"day in ({days})").write.parquet("out")\n`,
  )
  silent(
    "names of tables",
    `${READ}tables = [r.tableName for r in spark.sql("show tables in sales").collect()]\norders.filter(F.col("source").isin(tables)).write.parquet("out")\n`,
  )
  silent(
    "rows that Python built",
    `${READ}rates = spark.createDataFrame([("EUR", 1.0), ("USD", 1.1)], ["c", "r"])\nnames = [r.c for r in rates.collect()]\norders.filter(F.col("c").isin(names)).write.parquet("out")\n`,
  )
  silent(
    "pandas has an isin of its own",
    `${READ}pdf = vip.toPandas()\nids = pdf["id"].tolist()\nsmall = pdf[pdf["other"].isin(ids)]\n`,
  )
  silent(
    "the list is made from settings",
    `${READ}import json\nids = json.load(open("ids.json"))\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent(
    "a list of column names",
    `${READ}names = vip.columns\norders.filter(F.col("name").isin(names)).write.parquet("out")\n`,
  )
  silent(
    "a portion at a time",
    `${READ}SIZE = 200
names = [r.name for r in vip.select("name").distinct().collect()]
for start in range(0, len(names), SIZE):
    part = names[start : start + SIZE]
    orders.filter(F.col("name").isin(part)).write.mode("append").parquet("out")
`,
  )
  silent(
    "a comment says that it is small",
    `${READ}ids = [r.id for r in vip.collect()]\n# only a few ids\norders.filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )

  fixes(
    "joins instead",
    `${READ}vips = vip.select("customer_id")
ids = [r.customer_id for r in vips.collect()]
kept = orders.filter(F.col("customer_id").isin(ids)).select("id")
`,
    `${READ}vips = vip.select("customer_id")
ids = [r.customer_id for r in vips.collect()]
kept = orders.join(F.broadcast(vips), "customer_id", "left_semi").select("id")
`,
    { safety: "unsafe", title: "Join with `vips` by `left_semi`" },
  )
  fixes(
    "renames the column, and negates",
    `${READ}ids = vip.select("id").rdd.flatMap(lambda r: r).collect()
kept = orders.where(~F.col("customer_id").isin(ids))
`,
    `${READ}ids = vip.select("id").rdd.flatMap(lambda r: r).collect()
kept = orders.join(F.broadcast(vip.select("id").withColumnRenamed("id", "customer_id")), "customer_id", "left_anti")
`,
    { safety: "unsafe", title: "rows without a value are kept" },
  )
  suggests(
    "where the condition says more",
    `${READ}ids = [r.id for r in vip.collect()]\nkept = orders.filter((F.col("a") > 1) & F.col("id").isin(ids))\n`,
    "Join with `vip` by `left_semi`",
  )
})
