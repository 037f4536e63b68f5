import {
  type Argument,
  type Call,
  defineRule,
  type Evidence,
  type RuleContext,
  type Udf,
  type UdfKind,
} from "../api.ts"
import { argument, integerOf, isDefault, udfMadeBy, underline } from "../shared/calls.ts"
import { deviceOf, executorCalls } from "../shared/gpus.ts"
import { itemLoop } from "../shared/item-loops.ts"
import { keptAcrossCalls } from "../shared/kept.ts"
import { isSpacy, loadsModel, predictsRows } from "../shared/models.ts"
import { inferenceBatch } from "../shared/numbers.ts"
import { perProgram } from "../shared/per-program.ts"
import { onlyOverLittle } from "../shared/udf-data.ts"
import { udfName } from "../shared/udf-text.ts"

/** Libraries whose `batch_size` is that of a model. */
const BATCHED =
  /^(transformers|torch\.utils\.data|sentence_transformers|(tensorflow\.)?keras|tensorflow|onnxruntime|mlflow)\b/

/** Kinds whose body gets one row. */
const PER_ROW: ReadonlySet<UdfKind> = new Set(["row", "arrow", "rdd", "foreach"])

function check(udf: Udf, ctx: RuleContext): void {
  for (const call of udf.calls) {
    if (!predictsRows(call)) continue
    const items = itemLoop(call, udf, ctx)
    if (!items && !PER_ROW.has(udf.kind)) continue
    // a load for every row is the first thing to change: model-loaded-per-batch tells how
    if (!items && udf.calls.some((load) => loadsModel(load) !== null && !keptAcrossCalls(load, udf, ctx))) return
    oneByOne(udf, call, items ? items.header : udf.made, ctx)
    return
  }
  for (const call of [...executorCalls(udf), ...captured(udf, ctx)]) {
    const size = argument(call, "batch_size")
    if (!size || integerOf(size.value) !== 1 || !BATCHED.test(call.api)) continue
    ofOne(size, call, udfName(udf), ctx)
    return
  }
  pipelineOfOne(udf, ctx)
}

/** A pipeline of transformers on a GPU that nobody told how many inputs to take at once: it takes one. */
function pipelineOfOne(udf: Udf, ctx: RuleContext): void {
  const made = [...executorCalls(udf), ...captured(udf, ctx)].find(({ api }) => api === "transformers.pipeline")
  const run = udf.calls.find(({ api }) => api === "transformers.pipeline()")
  if (!made || !run || itemLoop(run, udf, ctx) || PER_ROW.has(udf.kind)) return
  const gpu = deviceOf(made, ctx)
  const told = [made, run].some(
    (call) => argument(call, "batch_size") || call.args.some(({ name }) => name.startsWith("**")),
  )
  if (!gpu || told) return
  ctx.report({
    at: underline(ctx, run),
    about: run,
    message: `${udfName(udf)} takes \`${run.name}\`'s inputs one by one, although it hands over a whole batch: a pipeline's \`batch_size\` is 1 unless it is given, and the GPU stays nearly idle. Write \`${run.name}(…, batch_size=${inferenceBatch.value})\`.`,
    evidence: [{ message: "the pipeline runs on a GPU, and is told no batch size", site: made.nameSite }],
    confidence: "likely",
    fixes: [
      {
        title: `Give \`${run.name}\` batch_size=${inferenceBatch.value}, and double it while the memory lasts`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

/** What runs models, made on the driver: few, so that each of many UDFs can look through them. */
const madeOnDriver = perProgram((program) =>
  program.calls.filter(({ api, inUdf }) => inUdf === null && (BATCHED.test(api) || api === "transformers.pipeline")),
)

/** Models made on the driver that the UDF takes along. */
function captured(udf: Udf, ctx: RuleContext): readonly Call[] {
  return madeOnDriver(ctx.program).filter(({ statement }) => statement.targets.some((name) => udf.captures.has(name)))
}

function oneByOne(udf: Udf, call: Call, where: Evidence["site"], ctx: RuleContext): void {
  const name = udfName(udf)
  const spacy = isSpacy(call)
  const row = PER_ROW.has(udf.kind)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name} calls \`${call.name}\` once for every ${row || udf.kind === "rdd-partition" ? "row" : "item of the batch"}: checking and converting one input takes longer than predicting it. ${spacy ? `Give it all texts at once, with \`${call.name}.pipe(…)\`.` : "Give it the whole batch in one call."}`,
    evidence: [
      {
        message: row ? `${name} gets one row at a time` : "this loop takes one item at a time",
        ...(where ? { site: where } : {}),
      },
      ...udf.applied.slice(0, 1).map((use) => ({ message: `${name} is applied here`, site: use.nameSite })),
    ],
    confidence: "likely",
    fixes: [{ title: advice(udf, call, spacy), safety: "suggestion", edits: [] }],
  })
}

function advice(udf: Udf, call: Call, spacy: boolean): string {
  if (spacy)
    return `Loop over \`${call.name}.pipe(texts, batch_size=${inferenceBatch.value})\` instead of calling \`${call.name}\` for each text`
  if (udf.kind === "row" || udf.kind === "arrow")
    return `Write ${udfName(udf)} as a pandas UDF, and call \`${call.name}\` once on the columns that it gets`
  if (udf.kind === "rdd" || udf.kind === "foreach")
    return `Use \`mapInPandas\`, and call \`${call.name}\` once for each frame that it gets`
  return `Build one array or frame of the batch, call \`${call.name}\` on it once, and spread the result`
}

function ofOne(size: Argument, call: Call, name: string, ctx: RuleContext): void {
  ctx.report({
    at: size.site,
    about: call,
    message: `\`batch_size=1\` in ${name} runs the model once for every row, although whole batches are at hand: nearly all of each call's time goes into starting it. Start from ${inferenceBatch.value} and double it while the memory lasts.`,
    evidence: [{ message: `an Arrow batch of thousands of rows becomes a call for each of them` }],
    confidence: isDefault(ctx, size) ? "possible" : "certain",
    fixes: [
      {
        title: `Write batch_size=${inferenceBatch.value}, and double it while the memory lasts`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function predictBatch(call: Call, ctx: RuleContext): void {
  const size = argument(call, "batch_size")
  const maker = call.args[0]?.value
  if (size && integerOf(size.value) === 1 && !onlyOverLittle(udfMadeBy(ctx, call)))
    ofOne(size, call, maker?.kind === "function" ? `\`${maker.name}\`` : "predict_batch_udf", ctx)
}

export const unbatchedInference = defineRule({
  name: "unbatched-inference",
  family: "udfs",
  severity: "warning",
  flags:
    "A model that predicts one item at a time, in a plain UDF or a loop over a batch or partition (scikit-learn, XGBoost, LightGBM, MLflow, spaCy, unpickled models), or with `batch_size=1`.",
  why: "Each call checks, converts and copies its input and starts the model, whether it gets one row or a thousand. Spark hands a UDF thousands of rows at once, so that the model may have them at once.",
  bad: `import onnxruntime
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql.types import FloatType

model_bytes = open("model.onnx", "rb").read()

def make_score():
    session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])

    def predict(features):
        return session.run(["y"], {"x": features})[0][:, 0]

    return predict

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=1, input_tensor_shapes=[[4]])

events = spark.read.parquet("events").where("kind = 'buy'")
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

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=64, input_tensor_shapes=[[4]])

events = spark.read.parquet("events").where("kind = 'buy'")
result = events.select("id", score("features").alias("score"))
`,
  whenNot: "The items differ in shape so that no batch can be made, or the device holds only one of them.",
  fix: {
    safety: "suggestion",
    note: "How to write the batch depends on the model's input. For torch, TensorFlow, onnxruntime and transformers `row-at-a-time-gpu-udf` speaks, with a rewrite.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { udf: check, calls: { "ml.functions.predict_batch_udf": predictBatch } },
})
