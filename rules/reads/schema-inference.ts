import { type Call, defineRule, type Plan, type RuleContext, type Source, type Value } from "../api.ts"
import { handsOnKeywords, underline } from "../shared/calls.ts"
import { nameOf, variableOf } from "../shared/frames.ts"
import { sameRead } from "../shared/same-source.ts"
import { isSmall } from "../shared/sizes.ts"

function isTrue(value: Value | undefined): boolean {
  return value?.kind === "constant" && String(value.value).toLowerCase() === "true"
}

/** Only a part of the rows is looked at. */
function isSampled({ options }: Source): boolean {
  const ratio = options.get("samplingratio")
  if (ratio === undefined) return false
  return ratio.kind !== "constant" || ratio.value === undefined || Number(ratio.value) <= 0.2
}

interface Pass {
  readonly what: string
  readonly instead: string
  readonly severity: "warning" | "information"
}

/** What Spark goes through the data for before it reads it; undefined where it does not. */
function passOf({ format, options, schema }: Source): Pass | undefined {
  if (schema || options.has("?")) return undefined
  if (format === "json")
    return {
      what: "reads all of the JSON once to find its columns and types, and then again for the rows; one odd record changes the type of a column",
      instead: "Give the reader a schema",
      severity: "warning",
    }
  if (format === "csv" && isTrue(options.get("inferschema")))
    return {
      what: "reads all of the CSV once to guess its types, and then again for the rows",
      instead: "Give the reader a schema",
      severity: "information",
    }
  if ((format === "parquet" || format === "orc") && isTrue(options.get("mergeschema")))
    return {
      what: "opens the footers of all files to merge their schemas before it reads a row",
      instead: "Give the reader the merged schema",
      severity: "information",
    }
  return undefined
}

/** Texts that the program holds, not files. */
function readsRows(call: Call): boolean {
  const [first] = call.args
  if (first === undefined) return false
  const values = first.value.kind === "sequence" ? [first.value.element, ...(first.value.items ?? [])] : [first.value]
  return values.some(({ kind }) => kind === "frame")
}

/** Spark's own example files are a few lines each; one document of many lines is one record. */
function isDocument({ path, format, options }: Source): boolean {
  if (path === undefined) return false
  if (/(^|\/)(examples\/src\/main\/resources|databricks-datasets\/samples|test(s|data)?)\//.test(path)) return true
  return format === "json" && isTrue(options.get("multiline")) && /\.json$/.test(path) && !path.includes("*")
}

function isBefore({ op, call: other, source }: Plan, call: Call): boolean {
  return op === "read" && source !== null && other !== null && other.index < call.index
}

function check(plan: Plan, ctx: RuleContext): void {
  const { call, source } = plan
  if (plan.op !== "read" || !call || !source || plan.streaming || call.inUdf || isSmall(plan)) return
  const pass = passOf(source)
  if (!pass || isSampled(source) || readsRows(call) || handsOnKeywords(ctx, call)) return
  // the first read of a source is where its schema goes; duplicate-read speaks of the others
  if (ctx.program.plans.some((other) => isBefore(other, call) && sameRead(other, plan, ctx))) return
  const name = nameOf(plan)
  const variable = variableOf(plan)?.replaceAll("`", "")
  const where = source.path === undefined ? "" : ` of '${source.path}'`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `To make ${name} Spark ${pass.what}. ${pass.instead}, as a StructType or as text ("id long, day date").`,
    evidence: [{ message: `the read${where} has no schema`, site: call.nameSite }],
    confidence: ctx.program.isNotebook || isDocument(source) ? "possible" : "likely",
    severity: pass.severity,
    fixes: [
      {
        title: `Read it once by hand, take ${variable === undefined ? "its schema" : `${variable}.schema`}, and give it to the reader`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const schemaInference = defineRule({
  name: "schema-inference",
  family: "reads",
  severity: "warning",
  flags:
    "JSON read without a schema, CSV with `inferSchema`, Parquet or ORC with `mergeSchema`: a pass over the data, or over all footers, before the read.",
  why: "Spark must know the columns before it plans anything, so `read` itself starts a job that goes through all of the files. What it finds depends on the rows of that day: a column of whole numbers is `bigint` until the first fraction comes, and fields that no record has are missing.",
  bad: `spark.read.parquet("customers").select("id", "segment").write.json("customers_json")
customers = spark.read.json("customers_json")
result = customers.select("id", "segment").groupBy("segment").count()
`,
  good: `spark.read.parquet("customers").select("id", "segment").write.json("customers_json")
customers = spark.read.json("customers_json", schema="id bigint, segment string")
result = customers.select("id", "segment").groupBy("segment").count()
`,
  whenNot:
    "The files are small, only a sample of the rows is looked at (`samplingRatio`), or the read explores data that nobody knows yet. CSV with `header` alone is not inferred: its columns are texts.",
  fix: {
    safety: "suggestion",
    note: "The schema is yours to say: what was inferred today is only what these rows had.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-data-sources-json.html",
    "https://spark.apache.org/docs/latest/sql-data-sources-csv.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /infer|explor|unknown schema|schema.*(changes|varies)|small/i,
  on: { plan: check },
})
