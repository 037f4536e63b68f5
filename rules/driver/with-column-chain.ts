import { type Call, defineRule, type Fix, type Plan, type Program, type RuleContext } from "../api.ts"
import { argument, atLeast, beforeName } from "../shared/calls.ts"
import { samePlace } from "../shared/collected.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { consumersOf } from "../shared/frames.ts"
import { longChain } from "../shared/numbers.ts"

/** `withColumn` with the columns it writes and reads, as far as they are known. */
interface Step {
  readonly call: Call
  readonly writes: string | undefined
  readonly reads: ReadonlySet<string> | undefined
}

function isStep(plan: Plan | undefined): plan is Plan {
  const call = plan?.call
  if (call?.api !== "DataFrame.withColumn" || plan?.inputs.length !== 1 || call.args.length !== 2) return false
  // generators of test data have a method of this name that takes types and templates
  const column = argument(call, "col")?.value.kind
  return column === "column" || column === "unknown"
}

/** Both are written in one function: steps of a helper can't join those of its caller. */
function sameFunction(one: Plan, other: Plan): boolean {
  const [a, b] = [one.call?.function?.site, other.call?.function?.site]
  return a === b || (a !== undefined && b !== undefined && samePlace(a, b))
}

/** The steps in a row that end here, first one first. */
function chainTo(last: Plan): Step[] {
  const steps: Step[] = []
  for (
    let plan: Plan | undefined = last;
    isStep(plan) && sameFunction(plan, last) && steps.length < 500;
    plan = plan.inputs[0]
  ) {
    const call = plan.call!
    const given = argument(call, "colName")?.value
    const name = given?.kind === "constant" && typeof given.value === "string" ? given.value : undefined
    const [expr] = plan.exprs ?? []
    steps.unshift({
      call,
      writes: name === undefined ? undefined : foldedName(name),
      reads: expr ? columnReads(expr) : undefined,
    })
  }
  return steps
}

/** Projections that are left when each step joins the one before wherever it may; `proven`: all fit into one. */
function levels(steps: readonly Step[]): { count: number; proven: boolean } {
  let count = 1
  let proven = true
  let written = new Set<string>()
  for (const { writes, reads } of steps) {
    if (writes === undefined || reads === undefined) proven = false
    const clashes =
      (writes !== undefined && written.has(writes)) || [...(reads ?? [])].some((name) => written.has(name))
    if (clashes) {
      count++
      written = new Set()
    }
    if (writes !== undefined) written.add(writes)
  }
  return { count, proven: proven && count === 1 }
}

/** One expression from the first step to the last. */
function inOneChain(steps: readonly Step[]): boolean {
  return steps.every(
    ({ call }, i) => i === 0 || (call.receiverSite !== null && samePlace(call.receiverSite, steps[i - 1]!.call.site)),
  )
}

function fixOf(steps: readonly Step[], proven: boolean, ctx: RuleContext): Fix {
  const first = steps[0]!.call
  const last = steps.at(-1)!.call
  const title = `Do them in one withColumns({…})`
  const suggestion: Fix = { title: `${title} where none reads what another writes`, safety: "suggestion", edits: [] }
  if (!proven || !inOneChain(steps) || !first.receiverSite || !atLeast(ctx.world.min, "3.3")) return suggestion
  const site = { ...first.site, start: first.receiverSite.end, end: last.site.end }
  // a comment between the steps would be lost
  if (ctx.text(site).includes("#")) return suggestion
  const dot = beforeName(ctx, first).slice(ctx.text(first.receiverSite).length)
  const line = dot.includes("\n")
    ? dot
    : ctx.text({ ...first.site, start: -first.site.top.offset, end: first.site.start })
  const indent = /^[ \t]*/.exec(line.slice(line.lastIndexOf("\n") + 1))![0]
  const entries: string[] = []
  for (const { call } of steps) {
    const name = argument(call, "colName")
    const column = argument(call, "col")
    if (!name || !column) return suggestion
    entries.push(`${indent}    ${ctx.text(name.site)}: ${ctx.text(column.site)},\n`)
  }
  return { title, safety: "safe", edits: [{ site, text: `${dot}withColumns({\n${entries.join("")}${indent}})` }] }
}

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) {
    if (!isStep(plan) || consumersOf(plan).some((next) => isStep(next) && sameFunction(next, plan))) continue
    const steps = chainTo(plan)
    const { count, proven } = levels(steps)
    // with-column-loop speaks of loops; a chain whose steps need each other can't be joined
    if (steps.length < longChain.value || steps.length - count < longChain.value - 2) continue
    if (steps.some(({ call }) => call.loops.some(({ carried }) => carried.length > 0) || call.inUdf)) continue
    const first = steps[0]!.call
    ctx.report({
      at: first.nameSite,
      about: first,
      message: `${steps.length} \`withColumn\` in a row: each one makes a new DataFrame and has Spark analyse the whole plan again, on the driver. One \`withColumns({…})\` adds ${count === 1 ? "all" : "those that don't need each other"} at once.`,
      evidence: steps.slice(1, 5).map(({ call }) => ({ message: "and here", site: call.nameSite })),
      confidence: "likely",
      fixes: [fixOf(steps, proven, ctx)],
    })
  }
}

export const withColumnChain = defineRule({
  name: "with-column-chain",
  family: "driver",
  severity: "information",
  flags: "Five or more `withColumn` in a row, of which several could be one `withColumns`.",
  why: "Each `withColumn` is a projection of its own, analysed with everything below it. Catalyst merges them when the plan runs, so that the rows cost the same; what grows is the time that the driver takes to plan.",
  bad: `from pyspark.sql import functions as F

result = (
    spark.read.parquet("customers")
    .withColumn("upper", F.upper("name"))
    .withColumn("where", F.lower("country"))
    .withColumn("host", F.substring_index("email", "@", -1))
    .withColumn("year", F.year("signup"))
    .withColumn("kind", F.initcap("segment"))
)
`,
  good: `from pyspark.sql import functions as F

result = (
    spark.read.parquet("customers")
    .withColumns({
        "upper": F.upper("name"),
        "where": F.lower("country"),
        "host": F.substring_index("email", "@", -1),
        "year": F.year("signup"),
        "kind": F.initcap("segment"),
    })
)
`,
  whenNot: "The steps need each other's columns, or the chain reads better and its plan is small.",
  fix: {
    safety: "safe",
    note: "One chain becomes one `withColumns({…})` (Spark 3.3) where it is proven that no step reads or overwrites what another writes; else the change is only described.",
  },
  spark: { min: "3.3" },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.withColumns.html",
  ],
  proof: { rows: "same" },
  on: { program: check },
})
