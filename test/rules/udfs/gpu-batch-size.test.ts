import { gpuBatchSize } from "../../../rules/udfs/gpu-batch-size.ts"
import { describeRule } from "../harness.ts"

const READ = `import onnxruntime
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.types import FloatType
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")

def make():
    session = onnxruntime.InferenceSession("model.onnx")
    return lambda x: session.run(None, {"x": x})[0]

`
const MADE = "score = predict_batch_udf(make, return_type=FloatType(), batch_size="

describeRule(gpuBatchSize, ({ fires, silent, fixes }) => {
  fires(
    "more than Spark hands over by default",
    `${READ}${MADE}50000)
#                                                                   ^^^^^ The model never gets 50,000 rows
#                                                                   | is 10,000 by default
`,
  )
  fires(
    "more than the conf lets through",
    `${READ}spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
${MADE}1024)
#                                                                   ^^^^ at most 500
#                                                                   | is set to 500
`,
  )
  fires(
    "a number in a variable",
    `${READ}size = 65536
${MADE}size)
#                                                                   ^^^^ never gets 65,536 rows
`,
  )
  fires(
    "four rows a call",
    `${READ}${MADE}4)
#                                                                   ^ The model gets 4 rows a call
`,
  )
  fires(
    "through the module's alias",
    `${READ}import pyspark.ml.functions as MF
score = MF.predict_batch_udf(make, return_type=FloatType(), batch_size=20_000)
#                                                                      ^^^^^^ never gets 20,000 rows
`,
  )

  silent(
    "a default that callers may change",
    `${READ}def scores(batch_size=4):\n    return predict_batch_udf(make, return_type=FloatType(), batch_size=batch_size)\n`,
  )
  silent(
    "a handful of rows",
    `${READ}few = spark.createDataFrame([(1.0,), (2.0,)], ["x"])\n${MADE}5)\nfew.select(score("x")).show()\n`,
  )
  silent("a usual size", `${READ}${MADE}256)\n`)
  silent("just the rows of an Arrow batch", `${READ}${MADE}10000)\n`)
  silent("eight rows of something large", `${READ}${MADE}8)\n`)
  silent("a size that nobody knows", `${READ}import sys\n${MADE}int(sys.argv[1]))\n`)
  silent("one row is unbatched inference, another rule's", `${READ}${MADE}1)\n`)
  silent(
    "the conf was raised with it",
    `${READ}spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 50000)\n${MADE}50000)\n`,
  )
  silent(
    "Arrow's batches have no bound",
    `${READ}spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "0")\n${MADE}50000)\n`,
  )
  silent(
    "the conf is set to something that isn't known",
    `${READ}import sys\nspark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", sys.argv[1])\n${MADE}50000)\n`,
  )
  silent("raised in the cluster's configuration", `${READ}${MADE}50000)\n`, {
    conf: { "spark.sql.execution.arrow.maxRecordsPerBatch": "100000" },
  })
  silent(
    "another library's batch_size",
    `${READ}from transformers import pipeline\npipe = pipeline("text-generation", batch_size=4)\n`,
  )

  fixes("writes what is", `${READ}${MADE}50000)\n`, `${READ}${MADE}10000)\n`, { safety: "safe" })
  fixes("a usual start", `${READ}${MADE}2)\n`, `${READ}${MADE}64)\n`, { safety: "unsafe", title: "64 rows a call" })
})
