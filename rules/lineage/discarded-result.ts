import {
  type Call,
  type Confidence,
  defineRule,
  type Fix,
  type Plan,
  type Program,
  type RuleContext,
  type UncalledMethod,
} from "../api.ts"
import { callsAround } from "../shared/call-index.ts"
import { argument, point, targetSite, underline } from "../shared/calls.ts"
import { madeHere, nameAt, receiverPlan, resultPlan } from "../shared/frames.ts"
import { headersAround, isQuoted, isShownByNotebook, mentions } from "../shared/source-text.ts"

/** These change the RDD or DataFrame that they are called on, or run the user's own code at once. */
const IN_PLACE =
  /^(DataFrame|RDD)\.(cache|persist|unpersist|setName|checkpoint|localCheckpoint|transform|observe|foreach\w*)$/
/** Steps that keep all rows, so that assigning them back changes nothing but how the rows are computed. */
const KEEPS_ROWS =
  /^(DataFrame\.(checkpoint|localCheckpoint|hint|repartition|repartitionByRange|coalesce|sort|sortWithinPartitions|alias)|functions\.broadcast)$/

function lazyStep(call: Call): boolean {
  if (call.api === "functions.broadcast") return true
  if (!/^(DataFrame|RDD|GroupedData|DataFrameNaFunctions|DataFrameStatFunctions)\./.test(call.api)) return false
  if (call.api === "DataFrame.checkpoint" || call.api === "DataFrame.localCheckpoint") return true
  if (call.action || IN_PLACE.test(call.api)) return false
  return call.result.kind === "frame" || call.result.kind === "grouped"
}

/** Whether a name resolves is what these blocks are there to find out. */
function isProbe(call: Call, ctx: RuleContext): boolean {
  const [header] = headersAround(ctx, call.statement.site)
  return header !== undefined && /^try\b|^with\b.*(raises|warns|assert)/i.test(header)
}

/** The frame that the chain of a call begins with, as written: `orders`, `self.orders`. */
function rootOf(call: Call, ctx: RuleContext): { text: string; plan: Plan } | undefined {
  if (call.api === "functions.broadcast") {
    const given = argument(call, "df") ?? call.args[0]
    if (given?.value.kind !== "frame") return undefined
    return { text: ctx.text(given.site), plan: given.value.plan }
  }
  const { statement } = call
  const text = /^((self|cls)\.)?[A-Za-z_]\w*(?=\s*\.)(?!\s*\.rdd\b)/.exec(ctx.text(statement.site))?.[0]
  const first = callsAround(ctx.program, call).find(({ receiverSite }) => receiverSite?.start === statement.site.start)
  const { receiver } = first ?? call
  const plan = receiver.kind === "spark" ? receiver.plan : first && receiverPlan(first)
  if (text === undefined || !plan) return undefined
  return plan.names.includes(text) || plan.op === "param" || text.includes(".") ? { text, plan } : undefined
}

function checkStatement(call: Call, ctx: RuleContext): void {
  const { site } = call.statement
  // only the last call of the statement makes what is thrown away
  if (!call.statement.bare || call.site.start !== site.start || call.site.end !== site.end || call.inUdf) return
  if (!lazyStep(call) || isShownByNotebook(ctx, call) || isProbe(call, ctx)) return
  const root = rootOf(call, ctx)
  const name = root ? `\`${root.text}\`` : nameAt(ctx, call.receiverSite, receiverPlan(call) ?? resultPlan(call)!)
  const made = call.api === "functions.broadcast" ? "a hinted copy" : "a new DataFrame"
  const cut = /checkpoint/i.test(call.name)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: cut
      ? `\`${call.name}\` writes the rows and gives a new DataFrame that reads them; it is thrown away here, and ${name} keeps its whole plan. Assign it back.`
      : `\`${call.name}\` gives ${call.api.startsWith("RDD") ? "a new RDD" : made} and leaves ${name} as it is: this line has no effect. Assign the result, or drop the line.`,
    evidence: root ? [madeHere(root.plan, name)] : [],
    confidence: "certain",
    fixes: root ? [assignBack(call, root.text)] : [],
  })
}

function assignBack(call: Call, root: string): Fix {
  const { site } = call.statement
  const safe = KEEPS_ROWS.test(call.api) && !/\bgroup/i.test(call.name)
  return {
    title: safe ? `Assign it back to ${root}` : `Assign it back to ${root}: what follows then sees the changed rows`,
    safety: safe ? "safe" : "unsafe",
    edits: call.result.kind === "grouped" ? [] : [{ site: point(site, site.start), text: `${root} = ` }],
  }
}

const CHANGES: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "distinct", "checkpoint", "sample", "limit"])

/** `deduped = raw.dropDuplicates()`, and then only `raw` again. */
function checkVariable(plan: Plan, ctx: RuleContext): void {
  const { call } = plan
  const [name] = plan.names
  const [input] = plan.inputs
  if (!call || !name || plan.names.length > 1 || plan.inputs.length !== 1 || !CHANGES.has(plan.op)) return
  if (plan.uses.length > 0 || plan.escapes || plan.streaming || call.inUdf || ctx.program.isNotebook) return
  if (name.startsWith("_") || !/^\w+$/.test(name) || call.statement.targets.join() !== name) return
  const source = firstNamed(input!)
  if (!source || call.via.length > 0) return
  const later = source.uses.filter(
    ({ call: use }) =>
      use.index > call.index && use.function === call.function && !ctx.program.exclusive(use.path, call.path),
  )
  const lasting = later.filter(({ call: use }) => !/^(show|printSchema|explain|count|head|take)$/.test(use.name))
  if (lasting.length === 0) return
  // whatever reads the name is out of sight of the plan: an attribute, a test, another module
  if (mentions(ctx, call.site, name) > 1 || isQuoted(ctx, call.site, name)) return
  const confidence: Confidence = call.loops.length > 0 ? "possible" : "likely"
  const from = source.names.find((each) => each !== name)!
  const at = targetSite(ctx, call.statement.site, name)
  ctx.report({
    at: at ?? call.nameSite,
    about: call,
    message: `Nothing reads \`${name}\`: the steps after it go on from \`${from}\`, without this \`${call.name}\`. Use \`${name}\` there, or drop the line.`,
    evidence: [{ message: `\`${from}\` is used again here`, site: lasting[0]!.call.nameSite }],
    confidence,
    fixes: at
      ? [
          {
            title: `Assign it to ${from}: what follows then sees the changed rows`,
            safety: "unsafe",
            edits: [{ site: at, text: from }],
          },
        ]
      : [],
  })
}

/** The nearest variable that a frame was made from in one chain. */
function firstNamed(plan: Plan): Plan | undefined {
  let step: Plan | undefined = plan
  for (let i = 0; step && step.names.length === 0 && i < 50; i++)
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  return step && step.names.length > 0 ? step : undefined
}

/** Methods that are called for what they do to the frame, or for the frame they give: naming one does nothing. */
const MEANT_AS_CALLS = /^(cache|persist|unpersist|checkpoint|localCheckpoint)$/

/** `orders.cache` without brackets. */
function checkUncalled(method: UncalledMethod, ctx: RuleContext): void {
  const { name, plan, site, statement } = method
  if (!MEANT_AS_CALLS.test(name) || method.inUdf) return
  const owner = ctx.text({ ...site, end: site.end - name.length - 1 }).trim()
  const cut = /checkpoint/i.test(name) && plan.kind === "DataFrame"
  const done = cut ? "cut" : name === "unpersist" ? "released" : "cached"
  ctx.report({
    at: { ...site, start: site.end - name.length },
    about: method,
    message: `This only names the method \`${name}\` and does not call it: nothing is ${done} here.`,
    evidence: [madeHere(plan, `\`${owner}\``)],
    confidence: "certain",
    fixes: [
      {
        title: cut ? `Call it, and assign the result to ${owner}` : `Call it: ${owner}.${name}()`,
        safety: "safe",
        edits: [
          ...(cut ? [{ site: point(statement.site, statement.site.start), text: `${owner} = ` }] : []),
          { site: point(site, site.end), text: "()" },
        ],
      },
    ],
  })
}

function check(program: Program, ctx: RuleContext): void {
  const told = new Set<string>()
  for (const method of program.uncalled) {
    const place = `${method.site.path ?? ""}:${method.site.top.offset + method.site.start}`
    if (!told.has(place)) checkUncalled(method, ctx)
    told.add(place)
  }
  for (const call of program.calls) checkStatement(call, ctx)
  for (const plan of program.plans) checkVariable(plan, ctx)
}

export const discardedResult = defineRule({
  name: "discarded-result",
  family: "lineage",
  severity: "warning",
  flags:
    "A transformation, `checkpoint()` or `broadcast(df)` whose result is thrown away, `cache` without its brackets, or a result kept in a name that nothing reads while the next steps go on from the original.",
  why: "A DataFrame never changes: each method gives a new one. A filter, a `dropDuplicates()` or a `checkpoint()` that stands alone does nothing for the frame it was called on, and the job goes on with the rows, or the plan, that it was meant to replace.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
orders.dropDuplicates()
result = orders.groupBy("country").agg(F.count("id").alias("orders"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
orders = orders.dropDuplicates()
result = orders.groupBy("country").agg(F.count("id").alias("orders"))
`,
  whenNot:
    "Methods that work in place: `cache()`, `persist()`, `unpersist()`, `createOrReplaceTempView()`; the last line of a notebook's cell; a `try` that asks whether a column exists.",
  fix: {
    safety: "unsafe",
    note: "Assigns the result back. Safe where the step keeps all rows (`checkpoint`, `broadcast`, `repartition`); elsewhere what follows sees other rows, as was meant.",
  },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-operations"],
  proof: { rows: { differ: "the bad example counts the 500 duplicates that it was meant to drop" } },
  on: { program: check },
})
