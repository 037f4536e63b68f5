import { jdbcFetchSize } from "../../../rules/reads/jdbc-fetch-size.ts"
import { describeRule } from "../harness.ts"

const SPARK = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`
const PARTS = `"id", 0, 1000, 8`

describeRule(jdbcFetchSize, ({ fires, silent, suggests }) => {
  fires(
    "Oracle's ten rows a trip",
    `${SPARK}orders = spark.read.jdbc("jdbc:oracle:thin:@//db:1521/shop", "orders", ${PARTS})
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`orders\` is read with no \`fetchsize\`: Oracle's driver fetches 10 rows a round trip
#                   | read over JDBC here
orders.write.parquet("out")
`,
  )
  fires(
    "PostgreSQL's all at once",
    `${SPARK}orders = spark.read.jdbc("jdbc:postgresql://db/shop", "orders", ${PARTS})
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes the whole result of a partition into memory
orders.write.parquet("out")
`,
  )
  fires(
    "MySQL by options",
    `${SPARK}reader = spark.read.format("jdbc").option("url", "jdbc:mysql://db/shop").option("dbtable", "t")
rows = reader.option("partitionColumn", "id").option("lowerBound", 1).option("upperBound", 9).option("numPartitions", 3).load()
#                                                                                                                        ^^^^^^ MySQL's driver
rows.write.parquet("out")
`,
  )
  fires(
    "predicates divide it, and each part comes at once",
    `${SPARK}rows = spark.read.jdbc("jdbc:redshift://db/shop", "t", predicates=["a < 1", "a >= 1"])
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Redshift's driver
rows.write.parquet("out")
`,
  )
  fires(
    "an address that nobody knows",
    `${SPARK}import sys
rows = spark.read.jdbc(sys.argv[1], "t", ${PARTS})
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the driver decides how many rows come
rows.write.parquet("out")
`,
    { show: "possible" },
  )

  silent(
    "an option says it",
    `${SPARK}spark.read.option("fetchsize", 5000).jdbc("jdbc:oracle:thin:@db", "t", ${PARTS}).write.parquet("out")\n`,
  )
  silent(
    "the properties say it",
    `${SPARK}spark.read.jdbc("jdbc:oracle:thin:@db", "t", ${PARTS}, properties={"fetchsize": "5000"}).write.parquet("out")\n`,
  )
  silent(
    "in another case",
    `${SPARK}spark.read.option("fetchSize", 5000).jdbc("jdbc:mysql://db", "t", ${PARTS}).write.parquet("out")\n`,
  )
  silent(
    "nothing divides it: another rule speaks",
    `${SPARK}spark.read.jdbc("jdbc:oracle:thin:@db", "t").write.parquet("out")\n`,
  )
  silent(
    "SQL Server streams by itself",
    `${SPARK}spark.read.jdbc("jdbc:sqlserver://db", "t", ${PARTS}).write.parquet("out")\n`,
  )
  silent(
    "an address that nobody knows is only possible",
    `${SPARK}import sys\nspark.read.jdbc(sys.argv[1], "t", ${PARTS}).write.parquet("out")\n`,
  )
  silent(
    "a table of known size",
    `${SPARK}spark.read.jdbc("jdbc:oracle:thin:@db", "countries", ${PARTS}).write.parquet("out")\n`,
    { tables: { countries: { rows: 200, bytes: 20_000 } } },
  )
  silent(
    "a few rows",
    `${SPARK}spark.read.jdbc("jdbc:oracle:thin:@db", "(select * from t where rownum < 10) x", ${PARTS}).show()\n`,
  )
  silent("a write", `${SPARK}spark.range(10).write.jdbc("jdbc:oracle:thin:@db", "t")\n`)

  suggests(
    "a few thousand",
    `${SPARK}spark.read.jdbc("jdbc:oracle:thin:@db", "t", ${PARTS}).write.parquet("out")\n`,
    "a few thousand rows",
  )
})
