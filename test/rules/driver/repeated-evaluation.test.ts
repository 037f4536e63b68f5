import { repeatedEvaluation } from "../../../rules/driver/repeated-evaluation.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator, MulticlassClassificationEvaluator
spark = SparkSession.builder.getOrCreate()
train = spark.read.parquet("train")
test = spark.read.parquet("test")
model = LogisticRegression().fit(train)
predictions = model.transform(test)
ev = MulticlassClassificationEvaluator()
`

describeRule(repeatedEvaluation, ({ fires, silent, suggests }) => {
  fires(
    "two metrics by two evaluators",
    `${READ}auc = BinaryClassificationEvaluator().evaluate(predictions)
f1 = ev.evaluate(predictions)
#       ^^^^^^^^^^^^^^^^^^^^^ \`predictions\` is not cached, and 2 evaluations compute it
#       | \`predictions\` is evaluated here
`,
  )
  fires(
    "one evaluator, another metric each time",
    `${READ}f1 = ev.evaluate(predictions)
acc = ev.setMetricName("accuracy").evaluate(predictions)
#                                  ^^^^^^^^^^^^^^^^^^^^^ 2 evaluations
`,
  )
  fires(
    "metrics as parameters",
    `${READ}f1 = ev.evaluate(predictions)
a = ev.evaluate(predictions, {ev.metricName: "accuracy"})
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 3 evaluations
b = ev.evaluate(predictions, {ev.metricName: "recall"})
`,
  )
  fires(
    "a loop over metrics",
    `${READ}for name in ["f1", "accuracy"]:
    print(name, ev.setMetricName(name).evaluate(predictions))
#                                      ^^^^^^^^^^^^^^^^^^^^^ in every round of a loop
`,
  )
  fires(
    "a comprehension over metrics",
    `${READ}scores = {m: ev.evaluate(predictions, {ev.metricName: m}) for m in ["f1", "accuracy"]}
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in every round of a loop
`,
  )
  fires(
    "in a helper that is called for each",
    `${READ}def score(name):
    return MulticlassClassificationEvaluator(metricName=name).evaluate(predictions)

for name in names:
    print(score(name))
f1 = ev.evaluate(predictions)
#       ^^^^^^^^^^^^^^^^^^^^^ 2 evaluations
`,
  )

  silent(
    "cached",
    `${READ}predictions.cache()\na = ev.evaluate(predictions)\nb = ev.setMetricName("f1").evaluate(predictions)\n`,
  )
  silent(
    "cached where they are made",
    `${READ}p = model.transform(test).persist()\na = ev.evaluate(p)\nb = ev.setMetricName("f1").evaluate(p)\n`,
  )
  silent(
    "made from what a checkpoint keeps",
    `${READ}p = predictions.checkpoint()\na = ev.evaluate(p)\nb = ev.setMetricName("f1").evaluate(p)\n`,
  )
  silent("one evaluation", `${READ}a = ev.evaluate(predictions)\n`)
  silent("other predictions each", `${READ}a = ev.evaluate(predictions)\nb = ev.evaluate(model.transform(train))\n`)
  silent(
    "branches that exclude each other",
    `${READ}if binary:\n    a = BinaryClassificationEvaluator().evaluate(predictions)\nelse:\n    a = ev.evaluate(predictions)\n`,
  )
  silent(
    "small rows",
    `${READ}p = model.transform(spark.createDataFrame([(1, 2)], ["a", "b"]))\na = ev.evaluate(p)\nb = ev.setMetricName("f1").evaluate(p)\n`,
  )
  silent("each round predicts anew", `${READ}for m in models:\n    p = m.transform(test)\n    print(ev.evaluate(p))\n`)
  silent(
    "another library's evaluate",
    `import torchmetrics\nm = torchmetrics.Accuracy()\na = m.evaluate(x)\nb = m.evaluate(x)\n`,
  )
  silent(
    "under a debug flag",
    `${READ}a = ev.evaluate(predictions)\nif debug:\n    b = ev.setMetricName("f1").evaluate(predictions)\n`,
  )

  suggests(
    "cache",
    `${READ}a = ev.evaluate(predictions)\nb = ev.setMetricName("f1").evaluate(predictions)\n`,
    "cache()",
  )
})
