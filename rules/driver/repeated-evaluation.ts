import { defineRule, type Program, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { repeatedEvaluations } from "../shared/evaluations.ts"
import { madeHere, nameAt } from "../shared/frames.ts"

function check(program: Program, ctx: RuleContext): void {
  for (const { plan, first, others } of repeatedEvaluations(program)) {
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
