import { missingBroadcast } from "../../../rules/joins/missing-broadcast.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
rates = spark.createDataFrame([("EUR", 1.0), ("USD", 1.1)], ["currency", "rate"])
`
const MIB = 1024 * 1024

describeRule(missingBroadcast, ({ fires, silent, fixes }) => {
  fires(
    "rows of a Python list, whose size Spark doesn't know",
    `${READ}priced = orders.join(rates, "currency")
#                    ^^^^^ \`rates\` has 2 rows, but no statistics say so: Spark plans to shuffle and sort all of \`orders\`
#                    | 2 rows built in Python
#                    | nothing says that \`orders\` is small
`,
  )
  fires(
    "the small side on the left of an inner join",
    `${READ}priced = rates.join(orders, "currency")
#        ^^^^^ all of \`orders\`
`,
  )
  fires(
    "an aggregate with few groups, by a left join",
    `${READ}by_year = orders.groupBy(F.year("day").alias("y")).agg(F.avg("amount").alias("usual"))
compared = orders.join(by_year, F.year("day") == F.col("y"), "left")
#                      ^^^^^^^ \`by_year\` has at most
#                      | grouped by expressions with few values
`,
  )
  fires(
    "a table of known size over Spark's threshold",
    `${READ}customers = spark.table("sales.customers")
joined = orders.join(customers, "customer_id")
#                    ^^^^^^^^^ \`customers\` has 40 MiB, more than the 10 MiB up to which Spark broadcasts by itself
#                    | the configuration gives the size of table sales.customers
`,
    { tables: { "sales.customers": { bytes: 40 * MIB } } },
  )
  fires(
    "a semi join with a filtered list",
    `${READ}wanted = rates.filter("rate > 1")
kept = orders.join(wanted, "currency", "left_semi")
#                  ^^^^^^ Broadcast \`wanted\`
`,
  )
  fires(
    "an expression as the small side",
    `${READ}joined = orders.join(spark.createDataFrame([(1, "a")], ["id", "kind"]), "id")
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ What \`createDataFrame\` gives has 1 row
`,
  )
  fires(
    "Spark's own broadcasting switched off",
    `${READ}spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
statuses = spark.table("statuses")
joined = orders.join(statuses, "status")
#                    ^^^^^^^^ Spark's own broadcasting is switched off
#                    | switched off, as set here
`,
    { tables: { statuses: { rows: 5, bytes: 2000 } } },
  )
  fires(
    "inside a helper, by what the caller gives",
    `${READ}def enrich(left, right):
    return left.join(right, "currency")
#                    ^^^^^ has 2 rows

enrich(orders, rates).write.parquet("out")
`,
  )
  fires(
    "by a name alone, only in the strict profile",
    `${READ}dim_country = spark.read.parquet("warehouse/dim_country")
joined = orders.join(dim_country, "country")
#                    ^^^^^^^^^^^ looks like a small lookup table by its name
`,
    { show: "possible" },
  )

  fires(
    "a pandas frame on Spark 3.5, which has no size for it",
    `${READ}import pandas as pd
plans = spark.createDataFrame(pd.read_csv("plans.csv"))
joined = orders.join(plans, "plan")
#                    ^^^^^ at most 100,000 rows
#                    | made from a pandas frame that the driver holds
`,
    { target: "3.5" },
  )

  silent(
    "a pandas frame comes through Arrow with its size",
    `${READ}import pandas as pd\nplans = spark.createDataFrame(pd.read_csv("plans.csv"))\norders.join(plans, "plan").write.parquet("out")\n`,
    { target: "4.3" },
  )
  silent("broadcast right here", `${READ}orders.join(F.broadcast(rates), "currency").write.parquet("out")\n`)
  silent(
    "broadcast at its definition",
    `${READ}rates = F.broadcast(rates)\norders.join(rates, "currency").write.parquet("out")\n`,
  )
  silent(
    "broadcast, and projected after it",
    `${READ}rates = F.broadcast(rates).select("currency", "rate")\norders.join(rates, "currency").write.parquet("out")\n`,
  )
  silent("hinted by .hint()", `${READ}orders.join(rates.hint("broadcast"), "currency").write.parquet("out")\n`)
  silent(
    "hinted in a helper",
    `${READ}def small(df):\n    return F.broadcast(df)\n\norders.join(small(rates), "currency").write.parquet("out")\n`,
  )
  silent(
    "another strategy is chosen by hand",
    `${READ}orders.hint("merge").join(rates, "currency").write.parquet("out")\n`,
  )
  silent(
    "the small side is the preserved one of a left join",
    `${READ}rates.join(orders, "currency", "left").write.parquet("out")\n`,
  )
  silent("a full outer join can't broadcast", `${READ}orders.join(rates, "currency", "outer").write.parquet("out")\n`)
  silent(
    "both sides are small",
    `${READ}names = spark.createDataFrame([("EUR", "Euro")], ["currency", "name"])\nnames.join(rates, "currency").write.parquet("out")\n`,
  )
  silent(
    "a hint that a variable names may be any",
    `${READ}orders.join(rates.hint(how), "currency").write.parquet("out")\n`,
  )
  silent("Spark knows the size of a range", `${READ}orders.join(spark.range(100), "id").write.parquet("out")\n`)
  silent(
    "Spark knows the size after a limit",
    `${READ}orders.join(spark.read.parquet("c").limit(10), "id").write.parquet("out")\n`,
  )
  silent(
    "Spark knows a table under its threshold",
    `${READ}orders.join(spark.table("statuses"), "status").write.parquet("out")\n`,
    { tables: { statuses: { bytes: 2000 } } },
  )
  silent(
    "a table over the rule's own limit",
    `${READ}orders.join(spark.table("big"), "status").write.parquet("out")\n`,
    { tables: { big: { bytes: 500 * MIB } } },
  )
  silent(
    "the limit of the rule is lowered",
    `${READ}orders.join(spark.table("middle"), "status").write.parquet("out")\n`,
    { tables: { middle: { bytes: 40 * MIB } }, options: { maxBytes: 20 * MIB } },
  )
  silent(
    "nothing is known of either side",
    `${READ}orders.join(spark.read.parquet("customers"), "id").write.parquet("out")\n`,
  )
  silent(
    "a name alone is only a hint",
    `${READ}dim_country = spark.read.parquet("dim_country")\norders.join(dim_country, "country").write.parquet("out")\n`,
  )
  silent(
    "pandas joins in memory",
    `import pandas as pd\na = pd.read_csv("a.csv")\nb = pd.DataFrame([(1, 2)], columns=["id", "x"])\na.join(b, on="id")\n`,
  )
  silent("strings join too", `${READ}parts = ["a", "b"]\nprint(",".join(parts))\n`)
  silent("the kind of join is not known", `${READ}def f(how):\n    return orders.join(rates, "currency", how)\n`)
  silent(
    "two streams",
    `${READ}a = spark.readStream.format("rate").load()\nb = spark.readStream.format("rate").load()\na.join(b, "value")\n`,
  )
  silent(
    "a comment explains the sort-merge join",
    `${READ}# no broadcast here: the measurement needs the sort-merge join\norders.join(rates, "currency").write.parquet("out")\n`,
  )

  fixes(
    "wraps the argument",
    `${READ}priced = orders.join(rates, "currency")\n`,
    `${READ}priced = orders.join(F.broadcast(rates), "currency")\n`,
    { safety: "safe", title: "Broadcast `rates`" },
  )
  fixes(
    "wraps the receiver",
    `${READ}priced = rates.join(orders, "currency")\n`,
    `${READ}priced = F.broadcast(rates).join(orders, "currency")\n`,
    { safety: "safe" },
  )
  fixes(
    "adds the import",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rates = spark.createDataFrame([("EUR", 1.0)], ["currency", "rate"])
priced = spark.read.parquet("orders").join(other=rates, on="currency")
`,
    `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
rates = spark.createDataFrame([("EUR", 1.0)], ["currency", "rate"])
priced = spark.read.parquet("orders").join(other=F.broadcast(rates), on="currency")
`,
    { safety: "safe" },
  )
  fixes(
    "unsafe where the size is an estimate",
    `${READ}by_year = orders.groupBy(F.year("day").alias("y")).count()\norders.join(by_year, F.year("day") == F.col("y"))\n`,
    `${READ}by_year = orders.groupBy(F.year("day").alias("y")).count()\norders.join(F.broadcast(by_year), F.year("day") == F.col("y"))\n`,
    { safety: "unsafe", title: "fails for lack of memory" },
  )
})
