import assert from "node:assert/strict"
import { planNamed, programOf } from "./sketch.ts"

describe("analysis: sizes", () => {
  const size = async (text: string, name = "df") => planNamed(await programOf(text), name).size

  it("counts literal rows, through projections and filters", async () => {
    const found = await size(`rows = [("a", 1), ("b", 2), ("c", 3)]
df = spark.createDataFrame(rows, ["k", "v"]).filter("v > 1").select("k")
`)
    assert.deepEqual(found.rows, { min: 0, max: 3 })
    assert.equal(found.confidence, "certain")
    assert.equal(found.sparkKnows, false)
    assert.match(found.evidence[0]!.message, /3 rows/)
  })
  it("knows a limit, and that Spark knows it too", async () => {
    const found = await size(`df = spark.read.parquet("a").limit(10)\n`)
    assert.deepEqual(found.rows, { min: 0, max: 10 })
    assert.equal(found.sparkKnows, true)
  })
  it("takes a global aggregate for one row", async () => {
    assert.deepEqual((await size(`df = spark.read.parquet("a").groupBy().count()\n`)).rows, { min: 1, max: 1 })
    assert.deepEqual(
      (await size(`from pyspark.sql import functions as F\ndf = spark.read.parquet("a").agg(F.max("x"))\n`)).rows,
      { min: 1, max: 1 },
    )
  })
  it("takes groups by few-valued expressions for likely small", async () => {
    const found = await size(
      `from pyspark.sql import functions as F\ndf = spark.table("t").groupBy(F.year("d"), F.month("d")).count()\n`,
    )
    assert.equal(found.confidence, "likely")
    assert.ok(found.rows.max < 10_000)
  })
  it("looks for the few values of a grouping key where the column was computed", async () => {
    const text = (value: string, between = "") => `from pyspark.sql import functions as F
df = (spark.table("t").withColumn("t_id", F.when(F.col("n") < 3, ${value}).otherwise(F.lit("B")))${between}
      .groupBy("t_id").count())
`
    const found = await size(text('F.lit("A")', '.filter("n > 0").select("t_id", "n")'))
    assert.ok(found.rows.max < 10)
    assert.equal(found.confidence, "likely")
    for (const [value, between] of [
      ['F.col("user_id")', ""],
      ['F.lit("A")', '.withColumn("t_id", F.col("user_id"))'],
      ['F.lit("A")', ".withColumn(name, value)"],
      ['F.lit("A")', '.join(spark.table("u"), "t_id")'],
      ['F.lit("A")', '.withColumnRenamed("user_id", "t_id")'],
    ] as const)
      assert.equal((await size(text(value, between))).rows.max, Infinity, `${value}${between}`)
  })
  it("takes the catalog's own metadata for small", async () => {
    for (const made of [
      'spark.table("system.information_schema.tables").filter("a > 1")',
      'spark.sql(f"select t.a from {c}.information_schema.tables t join `x`.information_schema.columns u on t.a = u.a")',
    ]) {
      const found = await size(`df = ${made}\n`)
      assert.equal(found.rows.max, 10_000, made)
      assert.equal(found.confidence, "likely")
    }
    const joined = `df = spark.sql("select * from information_schema.tables join sales using (name)")\n`
    assert.equal((await size(joined)).rows.max, Infinity)
  })
  it("knows nothing of groups by a plain column", async () => {
    assert.equal((await size(`df = spark.table("t").groupBy("user_id").count()\n`)).rows.max, Infinity)
  })
  it("takes the configured size of a table", async () => {
    const program = await programOf(`df = spark.table("db.dim").select("a")\n`, {
      tables: new Map([["db.dim", { rows: 50, bytes: 2000 }]]),
    })
    const { size } = planNamed(program, "df")
    assert.equal(size.bytes.max, 2000)
    assert.equal(size.confidence, "certain")
  })
  it("takes a select of aggregates for one row, and windows over them not", async () => {
    const imports = "from pyspark.sql import functions as F, Window\n"
    assert.deepEqual((await size(`${imports}df = spark.table("t").select(F.max("x"), F.min("y") + 1)\n`)).rows, {
      min: 1,
      max: 1,
    })
    assert.deepEqual((await size(`df = spark.table("t").selectExpr("count(*) as n")\n`)).rows, { min: 1, max: 1 })
    const each = await size(`${imports}df = spark.table("t").select([F.count(F.col(c)).alias(c) for c in columns])\n`)
    assert.deepEqual(each.rows, { min: 1, max: 1 })
    const over = await size(`${imports}df = spark.table("t").select(F.max("x").over(Window.partitionBy("k")))\n`)
    assert.equal(over.rows.max, Infinity)
  })
  it("follows the rows of an RDD through its operations", async () => {
    const rows = async (chain: string) => (await size(`df = sc.parallelize([1, 2, 3])${chain}\n`)).rows.max
    assert.equal(await rows(".map(f).filter(g).keyBy(h).reduceByKey(add)"), 3)
    assert.equal(await rows(".flatMap(f)"), 30)
    assert.equal(await rows(".map(f).toDF()"), 3)
    assert.equal(await rows(".cartesian(sc.parallelize([1, 2]))"), 6)
  })
  it("bounds the matches of an equi-join, and likely the rows of an explode", async () => {
    const text = `from pyspark.sql import functions as F
a = spark.createDataFrame([(i, i) for i in range(5000)], ["id", "x"])
b = spark.createDataFrame([(i, i) for i in range(5000)], ["id", "y"])
`
    const joined = await size(`${text}df = a.join(b, "id")\n`)
    assert.equal(joined.rows.max, 100_000)
    assert.equal(joined.confidence, "likely")
    assert.equal((await size(`${text}df = a.crossJoin(b)\n`)).rows.max, 25_000_000)
    const exploded = await size(`${text}df = a.select(F.explode("x"))\n`)
    assert.equal(exploded.rows.max, 50_000)
    assert.equal(exploded.confidence, "likely")
  })
  it("does not bound what Python code makes of a range of numbers", async () => {
    const text = `spark_range = spark.range(0, 512).repartition(50)\n`
    assert.equal((await size(`${text}df = spark_range.mapInPandas(generate, schema="a int")\n`)).rows.max, Infinity)
    const local = await size(`df = spark.createDataFrame([(1,)], ["a"]).mapInPandas(f, schema="a int")\n`)
    assert.ok(local.rows.max < 100)
  })
  it("lets a loop's growth stay unbounded", async () => {
    assert.equal((await size(`df = spark.range(3)\nfor i in range(9):\n    df = df.union(df)\n`)).rows.max, Infinity)
  })
})
