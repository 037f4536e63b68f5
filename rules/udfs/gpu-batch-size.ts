import { type Argument, type Call, defineRule, type Report, type RuleContext } from "../api.ts"
import { arrowBatchRows } from "../shared/arrow.ts"
import { argument, integerOf, isDefault, udfMadeBy } from "../shared/calls.ts"
import { inferenceBatch, tinyInferenceBatch } from "../shared/numbers.ts"
import { onlyOverLittle } from "../shared/udf-data.ts"

const rows = (count: number): string => count.toLocaleString("en-US")

function check(call: Call, ctx: RuleContext): void {
  const given = argument(call, "batch_size")
  const size = integerOf(given?.value)
  if (!given || size === undefined) return
  const report = tooLarge(call, given, size, ctx) ?? tooSmall(call, given, size, ctx)
  if (report) ctx.report(report)
}

/** More than Spark ever hands over: the number says what doesn't happen. */
function tooLarge(call: Call, given: Argument, size: number, ctx: RuleContext): Report | undefined {
  const { rows: most, setting } = arrowBatchRows(ctx)
  if (most === undefined || size <= most) return undefined
  return {
    at: given.site,
    about: call,
    message: `The model never gets ${rows(size)} rows: predict_batch_udf cuts its batches out of Arrow batches, and those have at most ${rows(most)}. Write \`batch_size=${most}\`, or raise \`spark.sql.execution.arrow.maxRecordsPerBatch\` with it.`,
    evidence: [
      setting
        ? { message: `\`${setting.key}\` is set to ${rows(most)}`, site: setting.site }
        : { message: `\`spark.sql.execution.arrow.maxRecordsPerBatch\` is ${rows(most)} by default` },
    ],
    confidence: "certain",
    fixes: [
      {
        title: `Write batch_size=${most}: the size that its batches have already`,
        safety: "safe",
        edits: [{ site: given.site, text: String(most) }],
      },
    ],
  }
}

/** So few that the time goes into starting each call. One row is another rule's. */
function tooSmall(call: Call, given: Argument, size: number, ctx: RuleContext): Report | undefined {
  if (size <= 1 || size >= tinyInferenceBatch.value || onlyOverLittle(udfMadeBy(ctx, call))) return undefined
  return {
    at: given.site,
    about: call,
    message: `The model gets ${size} rows a call: most of its time goes into starting the call, and a GPU stays nearly idle. Start from ${inferenceBatch.value} and double it while the memory lasts.`,
    evidence: [{ message: `an Arrow batch of thousands of rows becomes a call for every ${size} of them` }],
    confidence: isDefault(ctx, given) ? "possible" : "certain",
    fixes: [
      {
        title: `Give it ${inferenceBatch.value} rows a call: a call then needs the memory of ${inferenceBatch.value} inputs at once`,
        safety: "unsafe",
        edits: [{ site: given.site, text: String(inferenceBatch.value) }],
      },
    ],
  }
}

export const gpuBatchSize = defineRule({
  name: "gpu-batch-size",
  family: "udfs",
  severity: "information",
  flags: "`predict_batch_udf(batch_size=…)` above the rows of an Arrow batch, or under eight.",
  why: "predict_batch_udf cuts the batches that it gets from Arrow: a larger number changes nothing, whatever it promises about the GPU. A very small one gives each call of the model so few rows that starting it costs more than its work.",
  bad: `import onnxruntime
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql.types import FloatType

model_bytes = open("model.onnx", "rb").read()

def make_score():
    session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])

    def predict(features):
        return session.run(["y"], {"x": features})[0][:, 0]

    return predict

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=65536, input_tensor_shapes=[[4]])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  good: `import onnxruntime
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql.types import FloatType

model_bytes = open("model.onnx", "rb").read()

def make_score():
    session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])

    def predict(features):
        return session.run(["y"], {"x": features})[0][:, 0]

    return predict

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=10000, input_tensor_shapes=[[4]])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  whenNot: "The memory of the device holds only a handful of inputs, such as long videos or volumes.",
  fix: {
    safety: "safe",
    note: "A number above the Arrow batch becomes the Arrow batch, which changes nothing. One under eight becomes a usual start, which needs more memory for each call and is unsafe.",
  },
  spark: { min: "3.4" },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html",
    "https://spark.apache.org/docs/latest/api/python/tutorial/sql/arrow_pandas.html#setting-arrow-batch-size",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { calls: { "ml.functions.predict_batch_udf": check } },
})
