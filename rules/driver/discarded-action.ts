import { type Call, defineRule, type Fix, type Plan, type RuleContext } from "../api.ts"
import { arrival } from "../shared/arrival.ts"
import { underline } from "../shared/calls.ts"
import { discardedJob } from "../shared/discards.ts"
import { madeHere, nameAt, receiverPlan } from "../shared/frames.ts"
import { indentAt } from "../shared/udf-text.ts"

/** These bring all rows before they are thrown away. */
const BRINGS_ALL: ReadonlySet<string> = new Set(["collect", "toPandas"])

/** Another statement stands next to it at the same depth, so that its block isn't left empty. */
function hasNeighbour(call: Call, ctx: RuleContext): boolean {
  const { site } = call.statement
  const before = ctx.text({ ...site, start: -site.top.offset, end: site.start })
  const indent = indentAt(before, before.length)
  if (indent === undefined) return false
  if (indent === "") return true
  const above = before.trimEnd().split("\n").at(-1) ?? ""
  return /^\s*/.exec(above)![0] === indent && !/:\s*(#.*)?$/.test(above)
}

function fixOf(call: Call, name: string, ctx: RuleContext): Fix {
  const title = `Remove \`${call.name}()\`: what else it does goes with it, such as failing early or filling an accumulator`
  if (!hasNeighbour(call, ctx)) return { title, safety: "suggestion", edits: [] }
  const { site } = call.statement
  const before = ctx.text({ ...site, start: -site.top.offset, end: site.start })
  const start = before.lastIndexOf("\n") + 1 - site.top.offset
  const rest = /^[ \t]*(?:\r?\n)?/.exec(ctx.text({ ...site, start: site.end, end: site.end + 200 }))![0]
  if (!rest.endsWith("\n") || name === "") return { title, safety: "suggestion", edits: [] }
  return { title, safety: "unsafe", edits: [{ site: { ...site, start, end: site.end + rest.length }, text: "" }] }
}

function message(call: Call, plan: Plan, name: string, ctx: RuleContext): { text: string; severe: boolean } {
  const severe = BRINGS_ALL.has(call.name) && arrival(call, plan, ctx) === "likely"
  const text = severe
    ? `\`${call.name}()\` brings every row of ${name} to the driver, and nothing uses them. To run the plan, write to the \`noop\` format; else leave it out.`
    : `\`${call.name}()\` runs all of ${name}, and nothing uses what it gives: with no cache to fill, the next action does the same work again.`
  return { text, severe }
}

/** Speaks in the place of collect-on-driver where the rows are thrown away. */
function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const confidence = plan && discardedJob(call, plan, ctx)
  if (!plan || !confidence) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const { text, severe } = message(call, plan, name, ctx)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: text,
    evidence: [madeHere(plan, name)],
    confidence,
    ...(severe ? { severity: "warning" as const } : {}),
    fixes: [fixOf(call, name, ctx)],
  })
}

export const discardedAction = defineRule({
  name: "discarded-action",
  family: "driver",
  severity: "information",
  flags: "An action as a statement of its own, whose result nothing uses: `df.count()`.",
  why: "An action runs the whole plan. Where the frame is not cached, nothing is kept of it: the next action starts at the sources again. `collect()` and `toPandas()` moreover bring every row to the driver; they are reported as warnings, in the place of collect-on-driver.",
  bad: `orders = spark.read.parquet("orders").filter("status = 'returned'")
orders.count()
result = orders.select("id", "amount")
`,
  good: `orders = spark.read.parquet("orders").filter("status = 'returned'")
result = orders.select("id", "amount")
`,
  whenNot:
    "It fills a cache or a checkpoint, an accumulator or an `observe()`, its time is measured, or it is there to fail early.",
  fix: {
    safety: "unsafe",
    note: "Removes the statement. What the action does besides (filling an accumulator, failing early) goes with it.",
  },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-operations"],
  proof: { rows: "same" },
  deliberateWords: /materiali[sz]e|warm|force|trigger|evaluat|execut|action|check|valid|cache/i,
  on: {
    calls: Object.fromEntries(
      ["count", "collect", "toPandas", "take", "head", "first", "tail"]
        .flatMap((name) => [`DataFrame.${name}`, `RDD.${name}`])
        .map((api) => [api, check]),
    ),
  },
})
