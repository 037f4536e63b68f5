import { defineRule, type Plan, type RuleContext, type Source } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { scanSplit } from "../shared/numbers.ts"
import { bytesText, isSmall } from "../shared/sizes.ts"

const TEXTUAL: ReadonlySet<string> = new Set(["csv", "json", "text", "xml"])

/** Why one task must read a whole file; undefined where files can be split. */
function whole({ format, path, options }: Source): string | undefined {
  if (format === undefined || !TEXTUAL.has(format) || path === undefined) return undefined
  const compressed = /\.(gz|gzip|snappy|deflate|zst)$/.exec(path)?.[1]
  if (compressed) return `a .${compressed} file can't be split`
  const lines = options.get("multiline")
  const several = lines?.kind === "constant" && String(lines.value).toLowerCase() === "true"
  return several && /\.(csv|json|txt|xml)$/.test(path)
    ? "records that span lines (`multiLine`) can't be split"
    : undefined
}

/** Whatever is done next spreads the rows out first. */
function isSpread(plan: Plan): boolean {
  const next = consumersOf(plan)
  return next.length > 0 && next.every((step) => step.op === "repartition" || (step.op === "project" && isSpread(step)))
}

function check(plan: Plan, ctx: RuleContext): void {
  const { call, source } = plan
  if (plan.op !== "read" || !call || !source || plan.streaming || call.inUdf || isSmall(plan)) return
  const why = whole(source)
  // many files are many tasks
  if (why === undefined || /[*?{[]/.test(source.path!) || isSpread(plan)) return
  const large = plan.size.bytes.min > scanSplit.value
  const size = large ? `, ${bytesText(plan.size.bytes.min)},` : ""
  const name = nameOf(plan)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `'${source.path}'${size} is read by one task, since ${why}; the steps after it work on that one partition until the first shuffle. Write it as many files, or in a format that splits, or \`repartition\` ${name} right after the read.`,
    evidence: large ? plan.size.evidence.slice(0, 1) : [{ message: "one file is read here", site: call.nameSite }],
    confidence: large ? "certain" : /multiLine/.test(why) || ctx.program.isNotebook ? "possible" : "likely",
    fixes: [],
  })
}

export const unsplittableInput = defineRule({
  name: "unsplittable-input",
  family: "reads",
  severity: "information",
  flags: "One compressed text file, or one file of records that span lines: a single task reads all of it.",
  why: "A gzip stream can only be read from its start, and where a record may span lines no task can know where one begins. Such a file is one partition, whatever `spark.sql.files.maxPartitionBytes` says: the other slots wait, and the task holds all that the next steps make of it.",
  bad: `import gzip

with open("countries.csv", "rb") as plain, gzip.open("countries.csv.gz", "wb") as packed:
    packed.write(plain.read())
countries = spark.read.csv("countries.csv.gz", header=True)
result = countries.groupBy("region").count()
`,
  good: `countries = spark.read.csv("countries.csv", header=True)
result = countries.groupBy("region").count()
`,
  whenNot:
    "The file is small, it comes among many that are read together, or the rows are spread out right after the read.",
  fix: { safety: "none", note: "How the file is written is up to whoever writes it." },
  references: ["https://spark.apache.org/docs/latest/sql-data-sources-csv.html"],
  proof: { rows: "same" },
  deliberateWords: /single file|one file|small|gz/i,
  on: { plan: check },
})
