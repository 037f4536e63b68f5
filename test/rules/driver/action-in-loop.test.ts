import { actionInLoop } from "../../../rules/driver/action-in-loop.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(actionInLoop, ({ fires, silent, suggests }) => {
  fires(
    "a count for each value",
    `${READ}for country in countries:
    n = orders.filter(F.col("country") == country).count()
#                                                  ^^^^^^^ starts a job in every round, and each goes through all of \`orders\`
#                                                  | the loop that starts the jobs
#                                                  | each round filters \`orders\` anew
    print(country, n)
`,
  )
  fires(
    "rows for each value, by a condition made before",
    `${READ}for day in days:
    wanted = F.col("day") == day
    part = orders.filter(wanted).select("id", "amount")
    pdf = part.toPandas()
#              ^^^^^^^^^^ a job in every round
    train(pdf)
`,
  )
  fires(
    "a look-up by key",
    `${READ}for edge in edges:
    user = orders.filter(F.col("user_id") == edge.src).first()
#                                                      ^^^^^^^ One join with a frame of the keys
    print(user)
`,
  )
  fires(
    "a number of rounds that is known, and a write",
    `${READ}for year in range(2000, 2020):
    orders.filter(F.year("ts") == year).write.parquet(f"out/{year}")
#                                             ^^^^^^^^^^^^^^^^^^^^^^ up to 20 jobs, one a round
`,
    { show: "certain" },
  )
  fires(
    "in a function that the loop calls",
    `${READ}def total(df, country):
    return df.filter(df.country == country).agg(F.sum("amount")).first()[0]
#                                                                ^^^^^^^ a job in every round

for c in countries:
    print(c, total(orders, c))
`,
  )
  fires(
    "in another file's function that the loop calls",
    `from pyspark.sql import SparkSession
from checks import rows_in
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
for country in countries:
    print(country, rows_in(orders.filter(orders.country == country)))
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count\` starts a job in every round
`,
    { files: { "/w/checks.py": "def rows_in(df):\n    return df.count()\n" } },
  )
  fires(
    "a query for each value",
    `${READ}for day in days:
    rows = spark.sql(f"select id, amount from sales.orders where day = '{day}'").collect()
#                                                                                ^^^^^^^^^ each goes through all of \`sales.orders\` to find the rows of one \`day\`
#                                                                                | each round puts its own value into the query
    send(rows)
`,
  )
  fires(
    "a query for each value, in a function with a text of its own",
    `${READ}def rows_of(day):
    query = f"""
        select id, amount
        from sales.orders
        where day = '{day}' and amount > 0
    """
    return spark.sql(query).toPandas()
#                           ^^^^^^^^^^ a job in every round

for day in days:
    plot(rows_of(day))
`,
  )
  fires(
    "a table that each round reads, to take another part of it",
    `${READ}for day in days:
    n = spark.table("sales.orders").filter(F.col("day") == day).count()
#                                                               ^^^^^^^ One \`groupBy("day").count()\`
    print(day, n)
`,
  )
  silent(
    "a table for each round",
    `${READ}for name in names:
    print(name, spark.table(name).filter(F.col("table") == name).count())
    print(spark.sql(f"select count(*) from {name} where table = '{name}'").collect())
`,
  )
  silent(
    "a command, or a query that is the same in each round",
    `${READ}for name in names:
    spark.sql(f"describe detail {name}").collect()
    spark.sql("select count(*) from sales.orders where day = '2024-01-01'").collect()
`,
  )
  silent(
    "a query of a small table",
    `${READ}for name in names:
    row = spark.sql(f"select value from ops.job_config where name = '{name}'").first()
    apply(row)
`,
  )
  fires(
    "a condition in text",
    `${READ}for s in statuses:
    rows = orders.where(f"status = '{s}'").orderBy("id").collect()
#                                                        ^^^^^^^^^ find the rows of one \`status\`
    save(s, rows)
`,
  )
  fires(
    "over a cached frame only in the strict profile",
    `${READ}orders.cache()
for c in countries:
    print(c, orders.filter(orders.country == c).count())
#                                               ^^^^^^^ a job in every round
`,
    { show: "possible" },
  )

  silent(
    "each round reads data of its own",
    `${READ}for path in paths:\n    n = spark.read.parquet(path).filter(F.col("p") == path).count()\n`,
  )
  silent(
    "the loop's own iterable runs once",
    `${READ}for row in orders.filter("amount > 10").take(10):\n    print(row)\n`,
  )
  silent(
    "the loop waits for rows",
    `${READ}import time\nwhile orders.filter("status = 'new'").count() < 10:\n    time.sleep(60)\n`,
  )
  silent(
    "it tries again",
    `${READ}for attempt in range(10):\n    try:\n        n = orders.filter("amount > 0").count()\n        break\n    except Exception:\n        pass\n`,
  )
  silent(
    "three rounds are a handful",
    `${READ}for s in ["train", "val", "test"]:\n    print(s, orders.filter(F.col("split") == s).count())\n`,
  )
  silent(
    "an iteration carries the frame on",
    `${READ}df = orders\nfor i in range(10):\n    df = df.filter(F.col("n") > i)\n    print(df.count())\n`,
  )
  silent(
    "small rows from Python",
    `${READ}few = spark.createDataFrame([(1, "a")], ["id", "k"])\nfor k in keys:\n    print(few.filter(few.k == k).count())\n`,
  )
  silent(
    "nothing runs in the loop",
    `${READ}parts = {}\nfor c in countries:\n    parts[c] = orders.filter(orders.country == c)\n`,
  )
  silent(
    "write-in-loop speaks of one write for each collected key",
    `${READ}keys = [r.k for r in orders.select("k").distinct().collect()]\nfor k in keys:\n    orders.filter(orders.k == k).write.parquet(k)\n`,
  )
  silent(
    "count-per-condition speaks of one count a column",
    `${READ}for c in orders.columns:\n    print(c, orders.filter(F.col(c).isNull()).count())\n`,
  )
  silent("a glance at some rows", `${READ}for c in countries:\n    orders.filter(orders.country == c).show(5)\n`)
  silent(
    "rows of a read that each round makes of its own day",
    `${READ}for d in days:
    pings = spark.read.format("bigquery").option("query", f"select * from pings where day = '{d}'").load()
    some = pings.rdd.filter(lambda p: p.day == d)
    save(d, some.count())
`,
  )
  silent(
    "a function of its own in each round",
    `${READ}def empty(df, c):
    return df.filter(F.col(c).isNull()).count()
def short(df, c):
    return df.filter(F.length(c) < 3).count()
for check in (empty, short, other, more):
    save(check(orders, "country"))
`,
  )
  silent(
    "the catalog's own metadata, asked for each table",
    `${READ}for name in names:
    found = spark.sql(f"select column_name from system.information_schema.columns where table_name = '{name}'").collect()
`,
  )
  silent(
    "a loop over frames, each counted by what it is",
    `${READ}parts = []
for i in range(n):
    parts.append(orders.select(names[i * 5 : (i + 1) * 5]))
for i, part in enumerate(parts):
    few = part.filter(F.size("tags") < len(part.columns)).count()
`,
  )
  silent(
    "pandas filters in memory",
    `import pandas as pd\ndf = pd.read_csv("a")\nfor c in cs:\n    print(df[df.c == c].count())\n`,
  )

  suggests(
    "one groupBy",
    `${READ}for c in countries:\n    print(orders.filter(orders.country == c).count())\n`,
    'groupBy("country").count()',
  )
  suggests(
    "one partitioned write",
    `${READ}for d in days:\n    orders.filter(orders.day == d).write.parquet(d)\n`,
    'write.partitionBy("day")',
  )
})
