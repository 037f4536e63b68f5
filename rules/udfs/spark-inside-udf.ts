import { type Call, defineRule, type Evidence, type RuleContext, type Udf } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { capturedFromDriver, sparkInside } from "../shared/udf-concerns.ts"
import { nameOfUdf, udfName } from "../shared/udf-text.ts"

/** What is used, and what happens then. */
function trouble(call: Call): string {
  if (call.api === "UserDefinedFunction.__call__")
    return `calls another UDF, \`${call.name}\`, which makes a Column and not a value: keep the plain function beside the UDF and call that`
  if (call.api.startsWith("functions."))
    return `calls \`${call.name}\` of pyspark.sql.functions, which makes a Column and needs the driver's JVM: use Python's own functions here, or the column function outside of the UDF`
  return `uses \`${call.name}\`, which needs the Spark session of the driver; executors have none: join the data in before, or collect what is small and broadcast it`
}

function checkCaptured(udf: Udf, ctx: RuleContext): void {
  const captured = capturedFromDriver(udf)
  if (captured === undefined) return
  ctx.report({
    at: nameOfUdf(udf, ctx),
    about: udf,
    message: `${udfName(udf)} takes ${captured} along: sending it to executors means pickling it, and sessions and DataFrames can't be pickled. Take what it needs into a plain variable first.`,
    evidence: [{ message: `${udfName(udf)} runs on executors`, site: udf.made }],
    confidence: "likely",
  })
}

function check(udf: Udf, ctx: RuleContext): void {
  const call = sparkInside(udf)
  if (!call) {
    checkCaptured(udf, ctx)
    return
  }
  const evidence: Evidence[] = [{ message: `${udfName(udf)} runs on executors`, site: udf.made }]
  for (const applied of udf.applied.slice(0, 1)) evidence.push({ message: "applied here", site: applied.nameSite })
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${udfName(udf)} ${trouble(call)}. As it is, it ${/^(functions|UserDefinedFunction)\./.test(call.api) ? "fails when the first row comes" : "can't be pickled, and fails before the first row"}.`,
    evidence,
    confidence: "certain",
  })
}

export const sparkInsideUdf = defineRule({
  name: "spark-inside-udf",
  family: "udfs",
  severity: "warning",
  correctness: true,
  flags:
    "A session, a DataFrame, a function of columns or another UDF used inside a UDF or in a function handed to an RDD.",
  why: "The body of a UDF runs in a Python worker on an executor. There is no session and no JVM to talk to: pickling the session or a DataFrame is refused, and a function of columns fails or gives a Column where a value is meant.",
  bad: `from pyspark.sql import functions as F

@F.udf("string")
def code(country):
    return F.upper(country)

def codes(orders):
    try:
        return orders.select(code("country")).collect()
    except Exception:
        return ["it fails"]

result = codes(spark.read.parquet("orders").limit(10))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").limit(10)
result = orders.select(F.upper("country")).collect()
`,
  whenNot: "The code runs on the driver, as in `foreachBatch` or `transform`.",
  fix: {
    safety: "none",
    note: "What to write depends on what the code looks up: a join, a broadcast, or plain Python.",
  },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#passing-functions-to-spark"],
  proof: { rows: { differ: "the bad example fails" } },
  on: { udf: check },
})
