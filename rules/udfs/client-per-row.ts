import { defineRule, type RuleContext, type Udf } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { keptAcrossCalls } from "../shared/kept.ts"
import { opens, opensByName, PER_ROW, runsModel } from "../shared/udf-concerns.ts"
import { udfName } from "../shared/udf-text.ts"

function check(udf: Udf, ctx: RuleContext): void {
  const item = PER_ROW[udf.kind]
  if (item === undefined || runsModel(udf)) return
  for (const call of udf.calls) {
    const known = opens(call)
    const what = known ?? (opensByName(call) ? `a client (\`${call.name}\`)` : undefined)
    if (what === undefined || keptAcrossCalls(call, udf, ctx)) continue
    const instead =
      udf.kind === "foreach"
        ? "`foreachPartition`"
        : udf.kind === "rdd"
          ? "`mapPartitions`"
          : "`mapInPandas`, or an iterator pandas UDF"
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: `${udfName(udf)} opens ${what} for every ${item}: setting it up takes longer than using it, and all tasks together can exhaust the other side. Open it once per partition, with ${instead}.`,
      evidence: [
        { message: `${udfName(udf)} runs once for every ${item}`, site: udf.made },
        ...udf.applied.slice(0, 1).map((applied) => ({ message: "applied here", site: applied.nameSite })),
      ],
      confidence: known ? "certain" : "likely",
      fixes: [{ title: title(udf, ctx.text(call.site)), safety: "suggestion", edits: [] }],
    })
    return
  }
}

/** The shape of the rewrite, with the user's own call. */
function title(udf: Udf, opening: string): string {
  const session = /^requests\.\w+\(/.test(opening) ? "requests.Session()" : opening
  if (udf.kind === "foreach")
    return `def save(rows):\n    client = ${session}\n    for row in rows:\n        …\n\ndf.foreachPartition(save)`
  if (udf.kind === "rdd")
    return `def ask(rows):\n    client = ${session}\n    for row in rows:\n        yield …\n\nrdd.mapPartitions(ask)`
  return `def ask(batches):\n    client = ${session}\n    for batch in batches:\n        yield batch.assign(…)\n\ndf.mapInPandas(ask, schema)`
}

export const clientPerRow = defineRule({
  name: "client-per-row",
  family: "udfs",
  severity: "warning",
  flags:
    "An HTTP, database, broker or cloud client opened for every row: in a UDF, in `rdd.map` and its like, in `foreach`.",
  why: "Opening a connection costs a handshake, a login and often TLS: milliseconds, for every one of millions of rows. Thousands of short connections from all executors at once also exhaust ports, pools and quotas of the service.",
  bad: `import sqlite3

def rate(row):
    connection = sqlite3.connect(":memory:")
    vat = connection.execute("SELECT 20").fetchone()[0]
    connection.close()
    return (row.id, vat)

orders = spark.read.parquet("orders").limit(2000)
result = orders.rdd.map(rate).toDF(["id", "vat"])
`,
  good: `import sqlite3

def rates(rows):
    connection = sqlite3.connect(":memory:")
    for row in rows:
        yield (row.id, connection.execute("SELECT 20").fetchone()[0])
    connection.close()

orders = spark.read.parquet("orders").limit(2000)
result = orders.rdd.mapPartitions(rates).toDF(["id", "vat"])
`,
  whenNot:
    "The client is made once per partition, or kept across calls in a module-level variable or a cached function.",
  fix: { safety: "suggestion", note: "Shows the same work per partition, with one client for all of its rows." },
  references: [
    "https://spark.apache.org/docs/latest/streaming-programming-guide.html#design-patterns-for-using-foreachrdd",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.mapInPandas.html",
  ],
  proof: { rows: "same" },
  on: { udf: check },
})
