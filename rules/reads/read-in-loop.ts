import { type Call, defineRule, type Loop, type Plan, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { namesIn } from "../shared/collected.ts"
import { childrenOf } from "../shared/next-steps.ts"
import { harmlessProjections } from "../shared/numbers.ts"

const FILES: ReadonlySet<string> = new Set(["parquet", "orc", "csv", "json", "avro", "text", "xml"])
/** Steps that a part may go through before it is united with the others. */
const STEPS: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "loop", "either"])
/** Steps that are looked at for a union. */
const FAR = 100

/** The loop around a read; undefined where its rounds are few. */
function loopOf(call: Call): Loop | undefined {
  const loop = call.loops.at(-1)
  if (!loop || (loop.kind !== "for" && loop.kind !== "comprehension")) return undefined
  return loop.rounds.max <= harmlessProjections.value ? undefined : loop
}

/** A loop's own names, and those that its body makes of them: `path = f"{base}/{day}"`. */
function namesOf(loop: Loop, call: Call, ctx: RuleContext): ReadonlySet<string> {
  const names = new Set(loop.targets)
  const body = ctx.text({ ...loop.body, end: call.site.start })
  for (const [, made, of] of body.matchAll(/^\s*(\w+)\s*=([^=].*)$/gm))
    if (namesIn(of!).some((name) => names.has(name))) names.add(made!)
  return names
}

/** The union of all parts after the loop; none where a loop grows it round by round: union-in-loop speaks there. */
function isUnited(read: Plan, ctx: RuleContext): boolean {
  const seen = new Set<Plan>([read])
  const queue = [read]
  for (let at = 0; at < queue.length && at < FAR; at++) {
    for (const next of childrenOf(queue[at]!, ctx.program)) {
      if (next.op === "union") return !(next.call?.loops ?? []).some(({ kind }) => kind === "for" || kind === "while")
      if (!STEPS.has(next.op) || seen.has(next)) continue
      seen.add(next)
      queue.push(next)
    }
  }
  return false
}

/** Each part says which it is: one read tells by the name of the file. */
function isMarked(read: Plan, names: ReadonlySet<string>, ctx: RuleContext): boolean {
  return childrenOf(read, ctx.program).some(
    ({ op, call }) =>
      op === "project" &&
      call !== null &&
      call.args.some(({ site }) => namesIn(ctx.text(site)).some((name) => names.has(name))),
  )
}

function check(read: Plan, ctx: RuleContext): void {
  const { call, source } = read
  if (read.op !== "read" || !call || !source || read.streaming || call.inUdf) return
  if (!FILES.has(source.format ?? "")) return
  const loop = loopOf(call)
  const path = call.args[0]
  if (!loop || !path) return
  const names = namesOf(loop, call, ctx)
  if (!namesIn(ctx.text(path.site)).some((name) => names.has(name)) || !isUnited(read, ctx)) return
  const marked = isMarked(read, names, ctx)
  const list = source.format === "parquet" || source.format === "orc" ? "(*paths)" : "(paths, …)"
  const one = `spark.read.${call.name === "load" ? `load(paths)` : `${call.name}${list}`}`
  const anew = source.schema ? "lists files anew" : "lists files and finds out a schema of its own"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Every round of this loop ${anew}, and the union of all parts has a plan that grows with them. The reader takes all paths at once: one listing, one scan${marked ? "; `F.input_file_name()` tells which file a row is of" : ""}.`,
    evidence: [{ message: "one read for each round", site: loop.header }],
    confidence: source.schema || source.format === "parquet" || source.format === "orc" ? "likely" : "possible",
    fixes: [
      {
        title: `Read all of them at once: ${one}${marked ? ", with F.input_file_name()" : ""}`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const readInLoop = defineRule({
  name: "read-in-loop",
  family: "reads",
  severity: "warning",
  flags: "One read for each path of a list, and then a union of all parts.",
  why: "Each `read` asks the file system for its files and finds out their schema, one after the other, on the driver; the union of hundreds of parts then takes Spark long to plan. A reader takes a list of paths, and makes one scan of it.",
  bad: `from functools import reduce
from pyspark.sql import DataFrame

spark.read.parquet("events").repartition("kind").write.partitionBy("kind").parquet("kinds")
parts = [spark.read.parquet(f"kinds/kind={kind}") for kind in ["view", "click", "cart", "buy"]]
result = reduce(DataFrame.union, parts).groupBy("user_id").count()
`,
  good: `spark.read.parquet("events").repartition("kind").write.partitionBy("kind").parquet("kinds")
paths = [f"kinds/kind={kind}" for kind in ["view", "click", "cart", "buy"]]
result = spark.read.parquet(*paths).groupBy("user_id").count()
`,
  whenNot:
    "The files have different columns, so that each part is brought into shape before the union; or there are two or three of them.",
  fix: {
    safety: "suggestion",
    note: "The rows are the same where all files have the same columns in the same order, which nothing here can know.",
  },
  references: ["https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html"],
  proof: { rows: "same" },
  deliberateWords: /different (schema|columns)|schemas? differ|one by one/i,
  on: { plan: check },
})
