import { type Call, type ColumnExpr, defineRule, type Evidence, type Fix, type Plan, type RuleContext } from "../api.ts"
import { point, underline } from "../shared/calls.ts"
import { limitsColumn, valueOfRun } from "../shared/column-tests.ts"
import { variableOf, walkInputs } from "../shared/frames.ts"
import { manyValues } from "../shared/partition-columns.ts"
import { fileText } from "../shared/source-text.ts"
import { isFileFormat, onWrites, type Write, writeOf } from "../shared/writes.ts"

const MODE = "spark.sql.sources.partitionOverwriteMode"

/** The author, or the session, says which partitions are replaced. */
function isSaid(write: Write, ctx: RuleContext): boolean {
  const options = [...write.settings.keys()].map((key) => key.toLowerCase())
  if (options.some((key) => /partitionoverwritemode|replacewhere/.test(key))) return true
  return ctx.program.confs.some(({ key }) => key.toLowerCase() === MODE.toLowerCase())
}

/** `saveAsTable` drops a table of plain files and makes it anew, in dynamic mode too (seen on 3.5.9 and 4.3.0). */
function ignoresMode(write: Write, ctx: RuleContext): boolean {
  if ([...write.settings.keys()].some((key) => /replacewhere/i.test(key))) return false
  if (/^(parquet|orc|csv|json|text|avro)$/.test(write.format ?? "")) return true
  // the default of Databricks is Delta, which obeys
  return write.format === "table" && !/databricks|\bdbutils\b|delta|iceberg/i.test(fileText(ctx, write.plan.site))
}

/** What a query keeps, as a condition in SQL. */
function whereOf(step: Plan): ColumnExpr | undefined {
  const text = /\bwhere\b([\s\S]*?)(\b(group|order)\s+by\b|$)/i.exec(step.sql ?? "")?.[1]
  return text === undefined ? undefined : { op: "sql", text }
}

/** Why the frame holds only some of the partitions. */
function partOnly(write: Write, ctx: RuleContext): Evidence | undefined {
  for (const name of write.partitionBy!) {
    // nobody loads by customer: high-cardinality-partition-by speaks of such folders
    if ((manyValues(write.plan, name)?.confidence ?? "possible") !== "possible") continue
    const column = name.toLowerCase()
    let found: Evidence | undefined
    walkInputs(write.plan, (step) => {
      if (limitsColumn(step.op === "sql" ? whereOf(step) : step.condition, column))
        found ??= { message: `only some values of \`${name}\` are kept`, site: step.call?.nameSite ?? step.site }
      return found === undefined && step.inputs.length === 1 && step.op !== "aggregate"
    })
    const constant = found ? undefined : valueOfRun(write.plan, column, ctx.program)
    if (constant)
      found = {
        message: `\`${name}\` has the value of this run in all rows`,
        site: constant.call?.nameSite ?? constant.site,
      }
    if (found) return found
  }
  return undefined
}

function check(call: Call, ctx: RuleContext): void {
  const write = writeOf(call)
  if (write?.mode !== "overwrite" || !write.partitionBy || write.partitionBy.length === 0) return
  if (!isFileFormat(write.format) || call.inUdf || write.plan.streaming) return
  const part = partOnly(write, ctx)
  const table = call.name === "saveAsTable"
  const said = isSaid(write, ctx)
  if (said && !(part && table && ignoresMode(write, ctx))) return
  const name = variableOf(write.plan) ?? "this frame"
  const by = write.partitionBy.map((column) => `\`${column}\``).join(", ")
  const evidence: Evidence[] = [
    {
      message: said
        ? "saveAsTable makes the table anew, in dynamic mode as well"
        : `${MODE} is static by default, and nothing here sets it`,
    },
  ]
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `This deletes every partition of ${table ? "the table" : "the folder"} first, those that ${name} has no rows for as well${
      part ? `, and ${name} holds only some of ${by}` : ""
    }. With \`partitionOverwriteMode\` "dynamic"${table ? " and `insertInto`" : ""} only the partitions that are written are replaced.`,
    evidence: part ? [part, ...evidence] : evidence,
    confidence: part ? "likely" : "possible",
    fixes: [fix(call, table)],
  })
}

function fix(call: Call, table: boolean): Fix {
  // saveAsTable makes the table anew, whatever the mode
  if (table)
    return {
      title: `Set ${MODE} to "dynamic" and write with insertInto, or with writeTo(…).overwritePartitions()`,
      safety: "suggestion",
      edits: [],
    }
  return {
    title: `Replace only the partitions that are written: partitions without new rows then stay, old ones too`,
    safety: "unsafe",
    edits: [{ site: point(call.site, call.nameSite.start), text: `option("partitionOverwriteMode", "dynamic").` }],
  }
}

export const staticOverwrite = defineRule({
  name: "static-overwrite",
  family: "partitions",
  severity: "information",
  flags:
    'A write with `mode("overwrite")` and `partitionBy` of a part of the data, where nothing says which partitions it replaces.',
  why: "By default an overwrite deletes all that is in the folder before it writes, and not only the partitions that get new rows. A job that writes one day at a time so throws away all other days, without an error.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("day < '2025-01-04'")
orders.write.partitionBy("day").parquet("by_day")
today = orders.filter(F.col("day") == "2025-01-02")
today.write.mode("overwrite").partitionBy("day").parquet("by_day")
result = spark.read.parquet("by_day").select("day").distinct()
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("day < '2025-01-04'")
orders.write.partitionBy("day").parquet("by_day")
today = orders.filter(F.col("day") == "2025-01-02")
today.write.mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy("day").parquet("by_day")
result = spark.read.parquet("by_day").select("day").distinct()
`,
  whenNot:
    "The job writes all of the data each time, or says what it replaces (`partitionOverwriteMode`, Delta's `replaceWhere`).",
  fix: {
    safety: "unsafe",
    note: 'Adds `.option("partitionOverwriteMode", "dynamic")`: partitions that get no rows are then kept. A text for `saveAsTable`, which makes the table anew whatever the mode.',
  },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#runtime-sql-configuration",
    "https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html#save-modes",
  ],
  proof: { rows: { differ: "the bad example leaves one day of three" } },
  deliberateWords: /overwrit|replace|full (load|refresh)|rebuild|delete|truncate/i,
  on: { calls: onWrites(check) },
})
