import { type Confidence, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { consumersOf } from "../shared/frames.ts"
import { inference, sameRead } from "../shared/same-source.ts"
import { isSmall } from "../shared/sizes.ts"

const FILES = new Set(["parquet", "orc", "csv", "json", "avro", "text", "xml", "delta", "jdbc"])

/** The variable that holds the read, or the first step after it that has one. */
function variable(read: Plan): string | undefined {
  let step: Plan | undefined = read
  for (let i = 0; step && step.names.length === 0 && i < 20; i++) {
    const next: Plan[] = consumersOf(step)
    step = next.length === 1 ? next[0] : undefined
  }
  return step?.names[0]
}

const PUSHED: ReadonlySet<Plan["op"]> = new Set(["project", "filter"])

/** Every use takes some columns or rows first, so that each reads a part of its own. */
function isPruned(read: Plan): boolean {
  const next = consumersOf(read)
  return next.length > 0 && next.every((step) => PUSHED.has(step.op) && !/^with/.test(step.call?.name ?? ""))
}

function isCandidate(plan: Plan): boolean {
  const { call, source } = plan
  if (plan.op !== "read" || !call || !source || call.inUdf || plan.streaming || isSmall(plan)) return false
  return FILES.has(source.format ?? "") && call.statement.targets.length > 0
}

function check(program: Program, ctx: RuleContext): void {
  const reads = program.plans.filter(isCandidate)
  const told = new Set<Plan>()
  for (const [i, read] of reads.entries()) {
    if (told.has(read)) continue
    const again = reads.slice(i + 1).filter((other) => alike(read, other) && sameRead(read, other, ctx))
    for (const other of again) told.add(other)
    const [second] = again.filter((other) => apart(read, other))
    if (second) report(read, second, again.length + 1, ctx)
  }
}

/** Cheap to ask, and said of few pairs. */
function alike({ source: a }: Plan, { source: b }: Plan): boolean {
  return a?.format === b?.format && a?.path === b?.path && a?.options.size === b?.options.size
}

/** Two variables hold them, and each is used. */
function apart(a: Plan, b: Plan): boolean {
  const [one, other] = [variable(a), variable(b)]
  return one !== undefined && other !== undefined && one !== other && a.uses.length > 0 && b.uses.length > 0
}

function confidenceOf(first: Plan, second: Plan, ctx: RuleContext): Confidence | undefined {
  if (inference(first)) return "likely"
  // without a schema to find, a second read only lists the files again
  if (isPruned(first) || isPruned(second)) return undefined
  return ctx.program.isNotebook || first.source?.format === "jdbc" ? "possible" : "likely"
}

function report(first: Plan, second: Plan, times: number, ctx: RuleContext): void {
  const confidence = confidenceOf(first, second, ctx)
  if (!confidence) return
  const [one, other] = [variable(first)!, variable(second)!]
  const call = second.call!
  const pass = inference(first)
  const path = first.source?.path
  const what = path === undefined ? "The same source" : `'${path}'`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${what} is read ${times === 2 ? "twice" : `${times} times`} with the same options, into \`${one}\` and \`${other}\`: each time Spark ${
      pass ?? "lists the files and reads their schema"
    } again. Read it once, and use \`${one}\` for both.`,
    evidence: [{ message: `read into \`${one}\` here`, site: first.call!.nameSite }],
    confidence,
    fixes: [{ title: `Use ${one} instead of reading it again into ${other}`, safety: "suggestion", edits: [] }],
  })
}

export const duplicateRead = defineRule({
  name: "duplicate-read",
  family: "shuffles",
  severity: "information",
  flags: "The same files, with the same options, read twice in one run into two variables.",
  why: "Each `read` lists the files and finds out their schema anew: one job for Parquet, and a pass over all of the data for JSON and for CSV with `inferSchema`. One DataFrame can be used any number of times; it is also the one place to cache.",
  bad: `customers = spark.read.parquet("customers")
again = spark.read.parquet("customers")
result = customers.groupBy("segment").count().union(again.groupBy("country").count())
`,
  good: `customers = spark.read.parquet("customers")
result = customers.groupBy("segment").count().union(customers.groupBy("country").count())
`,
  whenNot:
    "Each use takes other columns or rows of Parquet, ORC or a database, something is written there in between, or the options differ.",
  fix: { safety: "suggestion", note: "Which of the two variables stays is a matter of names." },
  references: ["https://spark.apache.org/docs/latest/sql-data-sources-csv.html"],
  proof: { rows: "same" },
  deliberateWords: /again|re-?read|reload|fresh|twice|self.?join/i,
  on: { program: check },
})
