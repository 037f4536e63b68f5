import { sequentialTuning } from "../../../rules/driver/sequential-tuning.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder, TrainValidationSplit
spark = SparkSession.builder.getOrCreate()
data = spark.read.parquet("data")
lr = LogisticRegression()
ev = BinaryClassificationEvaluator()
grid = ParamGridBuilder().addGrid(lr.regParam, [0.1, 0.01]).build()
`

describeRule(sequentialTuning, ({ fires, silent, fixes, offers, suggests }) => {
  fires(
    "a cross-validation",
    `${READ}cv = CrossValidator(estimator=lr, estimatorParamMaps=grid, evaluator=ev)
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fits its models one after the other
`,
  )
  fires(
    "a split into training and validation",
    `${READ}tvs = TrainValidationSplit(estimator=lr, estimatorParamMaps=grid, evaluator=ev)
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one after the other
`,
  )
  fires(
    "set up by methods",
    `${READ}cv = CrossValidator().setEstimator(lr).setEstimatorParamMaps(grid).setEvaluator(ev)
#    ^^^^^^^^^^^^^^^^ one after the other
`,
  )
  fires(
    "fitted on what is not cached",
    `${READ}train = data.join(spark.read.parquet("labels"), "id")
cv = CrossValidator(estimator=lr, estimatorParamMaps=grid, evaluator=ev, numFolds=5, parallelism=4)
model = cv.fit(train)
#              ^^^^^ \`fit\` computes it at least 10 times
#              | the tuning is set up here
`,
  )
  fires(
    "fitted on text that is parsed each time",
    `${READ}train = spark.read.csv("data.csv", header=True)
model = TrainValidationSplit(estimator=lr, estimatorParamMaps=grid, evaluator=ev, parallelism=2).fit(train)
#                                                                                                    ^^^^^ reads csv
`,
  )

  const CV = "CrossValidator(estimator=lr, estimatorParamMaps=grid, evaluator=ev"
  fires(
    "fitted on a part of a split, which sorts before it",
    `${READ}train, test = data.randomSplit([0.8, 0.2], seed=7)
model = ${CV}, parallelism=4).fit(train)
#                                                                                              ^^^^^ sorts every partition to split it
`,
  )
  silent("parallelism is given", `${READ}cv = ${CV}, parallelism=4)\n`)
  silent("parallelism is set afterwards", `${READ}cv = ${CV})\ncv.setParallelism(4)\n`)
  silent("parallelism is set in the chain", `${READ}cv = CrossValidator().setEstimator(lr).setParallelism(8)\n`)
  silent(
    "parallelism is one of the params",
    `${READ}cv = CrossValidator()\ncv.setParams(estimator=lr, parallelism=4)\n`,
  )
  silent("a grid of one model", `${READ}cv = CrossValidator(estimator=lr, estimatorParamMaps=[{}], evaluator=ev)\n`)
  silent(
    "the input is cached",
    `${READ}train = data.join(spark.read.parquet("l"), "id").cache()\nm = ${CV}, parallelism=4).fit(train)\n`,
  )
  silent(
    "the input was checkpointed",
    `${READ}train = data.distinct().checkpoint()\nm = ${CV}, parallelism=4).fit(train)\n`,
  )
  silent("reading columns is cheap", `${READ}m = ${CV}, parallelism=4).fit(data.select("features", "label"))\n`)
  silent("a plain fit is one model", `${READ}m = lr.fit(data.distinct())\n`)
  silent(
    "another library's estimator may take the whole cluster",
    `${READ}from xgboost.spark import SparkXGBClassifier\ncv = CrossValidator(estimator=SparkXGBClassifier(), estimatorParamMaps=grid, evaluator=ev)\n`,
  )
  silent(
    "scikit-learn's own search",
    `from sklearn.model_selection import GridSearchCV\ncv = GridSearchCV(model, grid)\n`,
  )
  silent("a comment says that memory allows one at a time", `${READ}cv = ${CV})  # one at a time: memory\n`)

  fixes("adds the argument", `${READ}cv = ${CV})\n`, `${READ}cv = ${CV}, parallelism=4)\n`, { safety: "unsafe" })
  fixes("by the slots of the cluster", `${READ}cv = ${CV})\n`, `${READ}cv = ${CV}, parallelism=6)\n`, {
    safety: "unsafe",
    title: "6 slots",
    cluster: { executors: 3, cores: 2 },
  })
  offers("an empty call", `${READ}cv = CrossValidator()\n`, `${READ}cv = CrossValidator(parallelism=4)\n`, {
    safety: "unsafe",
  })
  suggests("cache before", `${READ}m = ${CV}, parallelism=4).fit(data.distinct())\n`, "cache()")
})
