import { type Call, defineRule, type Fix, type Plan, type RuleContext, type Udf } from "../api.ts"
import { link, underline } from "../shared/calls.ts"
import { copiesGroup, type Fold, foldOf, foldOfPairs, listAppender, makesLists } from "../shared/folds.ts"
import { madeHere, nameAt, receiverPlan, resultPlan, sourcesOf } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** The function that a step hands to executors. */
function functionOf(step: Call, ctx: RuleContext): Udf | undefined {
  return ctx.program.udfs.find((udf) => udf.applied.includes(step))
}

/** The fold that a step applies to each group, or undefined where it needs the group whole. */
function foldStep(step: Call, ctx: RuleContext): Fold | undefined {
  const udf = functionOf(step, ctx)
  return step.name === "mapValues" ? foldOf(step.args[0]?.value, udf) : foldOfPairs(udf)
}

/** `groupByKey().mapValues(list)`: the group as a list; what follows may still fold it. */
function throughList(step: Call, ctx: RuleContext): Plan | undefined {
  const copies = step.name === "mapValues" && copiesGroup(step.args[0]?.value, functionOf(step, ctx))
  return copies ? resultPlan(step) : undefined
}

/** The groups are only counted or looked at, and printed for a person to see. */
function onlyShown(step: Call): boolean {
  return (
    /^(count|take|first|collect|isEmpty)$/.test(step.name) &&
    !step.resultEscapes &&
    step.resultUses.length > 0 &&
    step.resultUses.every(({ kind }) => kind === "print")
  )
}

function checkGroup(call: Call, ctx: RuleContext): void {
  const groups = resultPlan(call)
  const input = receiverPlan(call)
  if (!groups || !input || groups.escapes || sourcesOf(input).every(isSmall)) return
  const folds: { step: Call; fold: Fold; direct: boolean }[] = []
  const steps = groups.uses.map((use) => ({ step: use.call, direct: true }))
  let shown = false
  for (const { step, direct } of steps) {
    if (onlyShown(step)) {
      shown = true
      continue
    }
    if (step.name !== "mapValues" && step.name !== "map") return
    const list = throughList(step, ctx)
    if (list && direct) {
      if (list.escapes || list.uses.length === 0) return
      steps.push(...list.uses.map((use) => ({ step: use.call, direct: false })))
      continue
    }
    const fold = foldStep(step, ctx)
    if (!fold) return
    folds.push({ step, fold, direct })
  }
  const only = folds[0]
  if (!only) return
  const name = nameAt(ctx, call.receiverSite, input)
  const what = folds.map(({ fold }) => `\`${fold.name}\``).join(" and ")
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Every value of ${name} is shuffled and held as one group per key, only to be folded by ${what}. \`reduceByKey\` or \`aggregateByKey\` folds on each executor first, and sends one value per key and partition.`,
    evidence: [
      madeHere(input, name),
      ...folds.map(({ step, fold }) => ({
        message: `each group is folded by \`${fold.name}\` here`,
        site: step.nameSite,
      })),
    ],
    confidence: shown ? "likely" : "certain",
    fixes: [
      folds.length === 1 && !shown ? fix(call, only.step, only.fold, ctx) : describeAll(folds.map(({ fold }) => fold)),
    ],
  })
}

/** Replaces the links from `groupByKey` to the fold. `collectAsMap` right after a count becomes `countByKey`. */
function fix(call: Call, step: Call, fold: Fold, ctx: RuleContext): Fix {
  const chained =
    step.site.top === call.site.top && step.site.start <= call.site.start && call.site.end <= step.site.end
  if (!chained) return describeAll([fold])
  const rest = call.args.map((arg) => (arg.keyword ? `${arg.name}=${ctx.text(arg.site)}` : ctx.text(arg.site)))
  const last = resultPlan(step)?.uses
  const end = last?.length === 1 && last[0]!.call.name === "collectAsMap" ? last[0]!.call : undefined
  const dot = /^\s*/.exec(ctx.text(link(ctx, call)))?.[0] ?? ""
  if (fold.name === "len" && end && rest.length === 0 && end.receiverSite?.end === step.site.end)
    return {
      title: "Count with `countByKey()`",
      safety: "safe",
      edits: [{ site: { ...link(ctx, call), end: end.site.end }, text: `${dot}.countByKey()` }],
    }
  return {
    title: `Fold with \`${fold.method}\``,
    safety: "safe",
    edits: [
      {
        site: { ...link(ctx, call), end: step.site.end },
        text: fold
          .chain(rest)
          .map((part) => dot + part)
          .join(""),
      },
    ],
  }
}

function describeAll(folds: readonly Fold[]): Fix {
  const methods =
    folds.length === 1 ? folds[0]!.chain([]).join("") : ".aggregateByKey(…) with one fold that keeps all of them"
  return { title: `Replace groupByKey and what folds it with ${methods}`, safety: "suggestion", edits: [] }
}

/** Steps that hand on the elements they get. */
const HANDS_ON = /^RDD\.(distinct|filter|repartition|coalesce|sample|union|partitionBy)$/

/** The function that made what an RDD holds, whatever was left out or moved since. */
function makerOf(plan: Plan, ctx: RuleContext): Udf | undefined {
  let at = plan
  for (let i = 0; i < 20 && at.call && HANDS_ON.test(at.call.api) && at.inputs[0]; i++) at = at.inputs[0]
  // the list that `flatMap` is given is none of what it hands on
  return at.call && at.call.api !== "RDD.flatMap" ? functionOf(at.call, ctx) : undefined
}

/** `reduceByKey` whose function appends lists: nothing is combined, and each step copies what it has so far. */
function checkReduce(call: Call, ctx: RuleContext): void {
  const input = receiverPlan(call)
  if (!input || sourcesOf(input).every(isSmall)) return
  const does = listAppender(functionOf(call, ctx))
  const made = makerOf(input, ctx)
  if (does === undefined || (does === "appends" && !(made && makesLists(made)))) return
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`reduceByKey\` only ${does === "sorts" ? "sorts and joins" : "joins"} lists here: nothing gets smaller before the shuffle, and each step copies the whole list it has so far.`,
    evidence: [madeHere(input)],
    confidence: "certain",
    fixes: [
      {
        title:
          does === "sorts"
            ? "Keep the values single, and write groupByKey().mapValues(sorted); for the largest few, aggregateByKey with heapq.nlargest"
            : "Keep the values single, and write groupByKey().mapValues(list)",
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const groupByKey = defineRule({
  name: "group-by-key",
  family: "shuffles",
  severity: "warning",
  flags:
    "RDD `groupByKey` whose groups are only folded (summed, counted, averaged…), and `reduceByKey` that builds lists.",
  why: "`groupByKey` sends every value over the network and holds all values of a key in one task's memory: a frequent key ends in spilling or a lost executor. A fold combines on each executor first, so that one value per key and partition is sent.",
  bad: `orders = spark.read.parquet("orders")
amounts = orders.dropna(subset=["country", "amount"]).rdd.map(lambda row: (row.country, row.amount))
result = amounts.groupByKey().mapValues(sum)
`,
  good: `orders = spark.read.parquet("orders")
amounts = orders.dropna(subset=["country", "amount"]).rdd.map(lambda row: (row.country, row.amount))
result = amounts.reduceByKey(lambda a, b: a + b)
`,
  whenNot: "The group is needed whole: sorted, written as one record, compared pairwise.",
  fix: {
    safety: "safe",
    note: "`sum`, `len`, `max`, `min` and the mean become `reduceByKey`, `countByKey` or `aggregateByKey`, with the number of partitions kept. Sums of floats may differ in the last digits, as they do between any two runs.",
  },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#working-with-key-value-pairs"],
  proof: { rows: "same" },
  on: {
    calls: {
      "RDD.groupByKey": checkGroup,
      "RDD.reduceByKey": checkReduce,
    },
  },
})
