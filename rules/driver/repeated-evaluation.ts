import { type Call, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { madeHere, nameAt, walkInputs } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

const EVALUATE = /^ml\.\w+\.evaluate$/

/** Nothing keeps the rows between here and their sources. */
function uncached(plan: Plan): boolean {
  let kept = false
  walkInputs(plan, (step) => {
    kept ||= step.caches.length > 0 || step.op === "checkpoint"
    return !kept
  })
  return !kept
}

/** The model that gives the predictions is applied anew in every round of a loop over metrics. */
function inLoop(call: Call, plan: Plan): boolean {
  const outside = new Set(plan.call?.loops.map(({ id }) => id))
  return call.loops.some((loop) => loop.rounds.max > 1 && !outside.has(loop.id))
}

/** Evaluations of each frame of predictions, each written place once. */
function evaluations(program: Program): Map<Plan, Call[]> {
  const found = new Map<Plan, Call[]>()
  const places = new Set<string>()
  for (const call of program.calls) {
    if (!EVALUATE.test(call.api) || call.inUdf || call.deliberate) continue
    const data = argument(call, "dataset")?.value
    if (data?.kind !== "frame" || !data.plan.call) continue
    const place = `${data.plan.id}:${call.site.path ?? ""}:${call.site.top.offset + call.site.start}`
    if (places.has(place)) continue
    places.add(place)
    found.set(data.plan, [...(found.get(data.plan) ?? []), call])
  }
  return found
}

function check(program: Program, ctx: RuleContext): void {
  for (const [plan, calls] of evaluations(program)) {
    if (isSmall(plan) || !uncached(plan)) continue
    const first = calls[0]!
    const others = calls.slice(1).filter((call) => !program.exclusive(call.path, first.path))
    if (others.length === 0 && !inLoop(first, plan)) continue
    const name = nameAt(ctx, argument(first, "dataset")!.site, plan)
    const times = others.length > 0 ? `${others.length + 1} evaluations` : "an evaluation in every round of a loop"
    ctx.report({
      at: underline(ctx, others[0] ?? first),
      about: others[0] ?? first,
      message: `${name} is not cached, and ${times} compute it: each one reads the data and applies the model to all of it again. Cache the predictions first.`,
      evidence: [
        ...[first, ...others]
          .slice(0, 4)
          .map(({ nameSite }) => ({ message: `${name} is evaluated here`, site: nameSite })),
        madeHere(plan, name),
      ],
      confidence: others.every(({ path }) => path.length <= first.path.length) ? "certain" : "likely",
      fixes: [
        {
          title: `Call cache() on ${name.replaceAll("`", "")} before the first evaluation, or compute the metrics in one aggregate`,
          safety: "suggestion",
          edits: [],
        },
      ],
    })
  }
}

export const repeatedEvaluation = defineRule({
  name: "repeated-evaluation",
  family: "driver",
  severity: "warning",
  flags: "Several `evaluate()` calls, or one for each metric, on predictions that are not cached.",
  why: "An evaluator runs a job over the predictions, and predictions are a recipe: each metric has the features computed and the model applied anew.",
  bad: `from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression

orders = spark.read.parquet("orders").filter("amount is not null")
features = VectorAssembler(inputCols=["qty"], outputCol="features")
model = LinearRegression(labelCol="amount").fit(features.transform(orders.limit(400)))
predictions = model.transform(features.transform(orders))
ev = RegressionEvaluator(labelCol="amount")
metrics = {m: ev.evaluate(predictions, {ev.metricName: m}) for m in ["rmse", "mae", "r2"]}
result = {"metrics": len(metrics)}
`,
  good: `from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression

orders = spark.read.parquet("orders").filter("amount is not null")
features = VectorAssembler(inputCols=["qty"], outputCol="features")
model = LinearRegression(labelCol="amount").fit(features.transform(orders.limit(400)))
predictions = model.transform(features.transform(orders)).cache()
ev = RegressionEvaluator(labelCol="amount")
metrics = {m: ev.evaluate(predictions, {ev.metricName: m}) for m in ["rmse", "mae", "r2"]}
predictions.unpersist()
result = {"metrics": len(metrics)}
`,
  whenNot: "The predictions are cached, small, or evaluated once in each run.",
  fix: {
    safety: "suggestion",
    note: "Cache the predictions before the first evaluation and release them after the last.",
  },
  references: ["https://spark.apache.org/docs/latest/api/python/reference/pyspark.ml.html#evaluation"],
  proof: { rows: "same" },
  deliberateWords: /cache|persist|recomput/i,
  on: { program: check },
})
