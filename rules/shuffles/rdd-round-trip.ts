import { type Call, type Confidence, defineRule, type Plan, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { madeHere, nameOf, receiverPlan } from "../shared/frames.ts"
import { functionsOf, isColumnar, type Trip, tripOf, usesLibraries } from "../shared/rdd-trips.ts"
import { isSmall } from "../shared/sizes.ts"

/** Rows that go on as a DataFrame, or end as one figure or one for each key. */
const AGGREGATES = ["sum", "max", "min", "mean", "stdev", "variance", "count", "countByValue", "countByKey", "reduce"]

/** Ways to the driver, for what is folded before: rows of each key, distinct rows. */
const BRINGS = ["collect", "collectAsMap", "take", "takeOrdered", "top", "first"]
const FOLDS = /^(reduceByKey|foldByKey|aggregateByKey|combineByKey|distinct)$/

/** The step where the rows become Python's: what to underline. */
function firstStep(trip: Trip, end: Call): Call {
  return trip.steps[0]?.call ?? end
}

/** The nearest variable that a frame was made from in one chain, else the frame itself. */
function nearestNamed(plan: Plan): Plan {
  let step: Plan = plan
  for (let i = 0; step.names.length === 0 && step.inputs.length === 1 && i < 50; i++) step = step.inputs[0]!
  return step.names.length > 0 ? step : plan
}

function report(trip: Trip, end: Call, confidence: Confidence, back: boolean, ctx: RuleContext): void {
  const name = nameOf(nearestNamed(trip.from))
  const steps = trip.steps.map(({ call }) => call!.name).filter((step) => !/^(cache|persist)$/.test(step))
  const through = ["rdd", ...steps].join(".")
  const first = firstStep(trip, end)
  ctx.report({
    at: underline(ctx, first),
    about: first,
    message: `\`${through}\` hands every row of ${name} to Python and takes it back, pickled both ways, and Spark sees nothing through it: it reads all columns and pushes no filter down. ${advice(trip, back)}`,
    evidence: [
      madeHere(nearestNamed(trip.from), name),
      {
        message: back ? "here it becomes a DataFrame again" : "only what is left of it comes out here",
        site: end.nameSite,
      },
    ],
    confidence,
    fixes: [{ title: fixTitle(trip, back), safety: "suggestion", edits: [] }],
  })
}

function has(trip: Trip, api: RegExp): boolean {
  return trip.steps.some(({ call }) => api.test(call!.name))
}

function advice(trip: Trip, back: boolean): string {
  if (back && trip.steps.length === 0)
    return "`to(schema)`, or a `select` with casts, gives the same columns without leaving Spark."
  if (!back || has(trip, /ByKey$|^distinct$/)) return "`groupBy` and `agg` say the same in columns."
  if (has(trip, /^(map|flatMap|mapValues|keyBy)$/))
    return "Column expressions in a `select` say the same; what only Python can do fits a pandas UDF or `mapInPandas`."
  return "The same steps exist on the DataFrame."
}

function fixTitle(trip: Trip, back: boolean): string {
  if (back && trip.steps.length === 0) return "Use to(schema) (Spark 3.4), or select the columns with casts"
  if (!back || has(trip, /ByKey$|^distinct$/)) return "Use groupBy(…).agg(…) on the DataFrame"
  return has(trip, /^(map|flatMap|mapValues|keyBy)$/)
    ? "Use select(…) with column expressions, or mapInPandas for what only Python can do"
    : `Call ${trip.steps.map(({ call }) => call!.name).join(".")} on the DataFrame itself`
}

/** The rows come back as a DataFrame. */
function checkReturn(call: Call, rdd: Plan | undefined, ctx: RuleContext): void {
  const trip = rdd?.kind === "RDD" ? tripOf(rdd) : undefined
  if (!trip || call.inUdf || isSmall(trip.from)) return
  // group-by-key speaks of the values that it ships
  if (trip.steps.some(({ call: step }) => step!.name === "groupByKey")) return
  const { udfs, known } = functionsOf(trip, ctx.program)
  const foreign = udfs.some(usesLibraries)
  report(trip, call, known && !foreign ? "likely" : "possible", true, ctx)
}

/** The rows end as a figure that an aggregate gives. */
function checkAggregate(call: Call, ctx: RuleContext): void {
  const rdd = receiverPlan(call)
  const trip = rdd && tripOf(rdd)
  if (!trip || call.inUdf || isSmall(trip.from) || ctx.program.isNotebook) return
  // one short column is brought to the driver as fast either way
  if (BRINGS.includes(call.name) && !has(trip, FOLDS)) return
  const { udfs, known } = functionsOf(trip, ctx.program)
  if (!known || !udfs.every(({ body }) => body !== undefined && isColumnar(body))) return
  report(trip, call, "likely", false, ctx)
}

export const rddRoundTrip = defineRule({
  name: "rdd-round-trip",
  family: "shuffles",
  severity: "information",
  flags:
    "A DataFrame turned into an RDD, worked on row by row and turned back, or aggregated there, where columns would do.",
  why: "Each row is pickled for a Python worker, made a `Row`, worked on, and pickled back. Spark cannot look into it: columns are not pruned, filters are not pushed to the source, and nothing is compiled. Doubling a column of 200,000 rows took 2.1 to 2.3 s through the RDD and 0.1 to 0.2 s as a column (3.5.9 and 4.3.0).",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
doubled = orders.filter("qty is not null").rdd.map(lambda r: (r.id, r.qty * 2)).toDF("id bigint, qty int")
result = doubled.filter(F.col("id") < 1000)
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
doubled = orders.filter("qty is not null").select("id", (F.col("qty") * 2).alias("qty"))
result = doubled.filter(F.col("id") < 1000)
`,
  whenNot:
    "The RDD has what DataFrames lack (`mapPartitions` with a connection, `zipWithIndex`, a custom partitioner), the program is written in RDDs, or one short column is brought to the driver.",
  fix: { safety: "suggestion", note: "Which columns say the same depends on what the functions do." },
  references: [
    "https://spark.apache.org/docs/latest/sql-programming-guide.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.mapInPandas.html",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["Scan ExistingRDD"], lacks: ["PushedFilters"] },
      good: { has: ["LessThan(id,1000)"], lacks: ["ExistingRDD"] },
    },
  },
  deliberateWords: /\brdd\b|lineage|nullab/i,
  on: {
    calls: {
      "RDD.toDF": (call, ctx) => checkReturn(call, receiverPlan(call), ctx),
      "SparkSession.createDataFrame": (call, ctx) => {
        const data = argument(call, "data")?.value
        checkReturn(call, data?.kind === "frame" ? data.plan : undefined, ctx)
      },
      ...Object.fromEntries([...AGGREGATES, ...BRINGS].map((name) => [`RDD.${name}`, checkAggregate])),
    },
  },
})
