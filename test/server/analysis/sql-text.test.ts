import assert from "node:assert/strict"
import { aggregatesInSql, readSql } from "../../../server/src/analysis/sql-text.ts"
import { callTo, planNamed, programOf } from "./sketch.ts"

describe("analysis: SQL texts", () => {
  it("an aggregate of everything gives one row", () => {
    for (const text of [
      "select count(*) from t",
      "SELECT max(day) AS day FROM t WHERE country = 'DE'",
      "select round(sum(amount), 2) total, min(day) from {} where day > '{}'",
      "with big as (select * from t where n > 3) select avg(n) from big",
      "select count(distinct id) from (select id from t group by id)",
      "select current_user()",
    ])
      assert.equal(readSql(text).oneRow, true, text)
  })
  it("groups, windows, subqueries and unions don't", () => {
    for (const text of [
      "select country, count(*) from t group by country",
      "select id, sum(amount) over (partition by id) from t",
      "select id, (select max(day) from d) from t",
      "select count(*) from a union all select count(*) from b",
      "select explode(sequence(1, 100000))",
      "select * from t",
      "select amount as count from t",
      "{}",
    ])
      assert.equal(readSql(text).oneRow, false, text)
  })
  it("commands give no rows of data", () => {
    for (const text of ["SHOW TABLES", " describe t", "insert into a select * from b", "CREATE TABLE t AS SELECT 1"])
      assert.equal(readSql(text).command, true, text)
    assert.equal(readSql("select * from shown").command, false)
  })
  it("the limit at its end", () => {
    assert.equal(readSql("select * from t limit 10;").limit, 10)
    assert.equal(readSql("select * from (select * from t limit 10) x").limit, undefined)
    assert.equal(readSql("select * from t limit {}").limit, undefined)
  })
  it("what it groups by", () => {
    assert.deepEqual(readSql("select year(d), k, sum(x) from t group by year(d), k having sum(x) > 1").groups, [
      "year(d)",
      "k",
    ])
    assert.deepEqual(readSql("select distinct country from t").groups, ["country"])
    assert.equal(readSql("select * from (select k from t group by k) x join y on x.k = y.k").groups, undefined)
  })
  it("the tables that it names", () => {
    assert.deepEqual(readSql("with w as (select * from A.b) select * from w join `c` on 1 = 1, d x, e").tables, [
      "a.b",
      "c",
      "d",
      "e",
    ])
    assert.deepEqual(readSql("select * from {} -- from x\n where a = 'from y'").tables, ["{}"])
  })
  it("aggregates inside of expressions", () => {
    assert.equal(aggregatesInSql("100 * sum(a) / count(*)"), true)
    assert.equal(aggregatesInSql("sum(a) over w"), false)
    assert.equal(aggregatesInSql("summary"), false)
  })

  it("f-strings, sums of texts and formats keep what is known", async () => {
    for (const text of [
      'f"select count(*) from {t}"',
      '"select count(*) from " + t',
      '"select count(*) from {}".format(t)',
    ])
      assert.equal(
        planNamed(await programOf(`t = str(x)\ndf = spark.sql(${text})\n`), "df").sql,
        "select count(*) from {}",
      )
    const formatted = planNamed(await programOf(`df = spark.sql("select * from %s limit 5" % t)\n`), "df")
    assert.equal(formatted.sql, "select * from {} limit 5")
    assert.equal(formatted.size.rows.max, 5)
  })
  it("a text put together with what is not known is a text with a hole", async () => {
    const text = `import pandas as pd
for day in pd.read_csv("days").day.to_list():
    df = spark.sql("select * from t where day = '" + day + "' and kind = '" + kind_of(day) + "'")
`
    assert.equal(planNamed(await programOf(text), "df").sql, "select * from t where day = '{}' and kind = '{}'")
  })
  it("an f-string without holes is a text", async () => {
    assert.equal(planNamed(await programOf(`df = spark.sql(f"show tables")\n`), "df").size.rows.max, 10_000)
  })
  it("views over small frames make small results", async () => {
    const program = await programOf(`spark.createDataFrame([(1, "a")], ["id", "k"]).createOrReplaceTempView("v")
df = spark.sql("select k, count(*) from v group by k")
other = spark.sql("select * from v join elsewhere using (id)")
`)
    assert.equal(planNamed(program, "df").size.rows.max, 1)
    assert.equal(planNamed(program, "other").size.rows.max, Infinity)
  })
  it("an index into a result is a use of its own", async () => {
    const use = callTo(await programOf(`n = spark.table("t").collect()[0]\n`), "DataFrame.collect").resultUses[0]
    assert.equal(use?.kind, "index")
  })
})
