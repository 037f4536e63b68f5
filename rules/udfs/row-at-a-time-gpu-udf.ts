import { type Call, defineRule, type Evidence, type Loop, type RuleContext, type Udf, type UdfKind } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { itemLoop } from "../shared/item-loops.ts"
import { computesOnBatches, libraryOf, readsInBatches } from "../shared/models.ts"
import { inferenceBatch } from "../shared/numbers.ts"
import { predictBatchText } from "../shared/predict-batch.ts"
import { parameters, udfName } from "../shared/udf-text.ts"

/** Kinds whose body sees one row. */
const PER_ROW: ReadonlySet<UdfKind> = new Set(["row", "arrow", "rdd", "foreach"])
interface Place {
  readonly call: Call
  /** The loop that takes single items; none where the body itself gets one row. */
  readonly items: Loop | undefined
}

/** The first call of such a library that works on one item at a time. */
function find(udf: Udf, ctx: RuleContext): Place | undefined {
  if (readsInBatches(udf.calls)) return undefined
  for (const call of udf.calls) {
    if (!computesOnBatches(call)) continue
    if (PER_ROW.has(udf.kind)) return { call, items: undefined }
    const items = itemLoop(call, udf, ctx)
    if (items) return { call, items }
  }
  return undefined
}

function check(udf: Udf, ctx: RuleContext): void {
  const place = find(udf, ctx)
  if (!place) return
  const { call, items } = place
  const name = udfName(udf)
  const often = items && udf.kind !== "rdd-partition" ? "once for every item of the batch" : "once for every row"
  const evidence: Evidence = items
    ? { message: "this loop takes one item at a time", site: items.header }
    : { message: `${name} gets one row at a time`, site: udf.made }
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name} calls ${libraryOf(call)} ${often}: nearly all of each call's time goes into starting it, and on a GPU into moving one row there and back. Give it whole batches, with \`predict_batch_udf\`.`,
    evidence: [
      evidence,
      ...udf.applied.slice(0, 1).map((use) => ({ message: `${name} is applied here`, site: use.nameSite })),
    ],
    confidence: "certain",
    fixes: [
      {
        title: predictBatchText(udf, call, items, parameters(udf), inferenceBatch.value, ctx),
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const rowAtATimeGpuUdf = defineRule({
  name: "row-at-a-time-gpu-udf",
  family: "udfs",
  severity: "warning",
  flags:
    "torch, tensorflow, cupy, onnxruntime, transformers or ultralytics called for one row at a time: in a plain UDF, `rdd.map`, `foreach`, or a loop or `.apply` over the items of a pandas UDF's batch.",
  why: "Such libraries are built for batches: a call with one item costs nearly as much as one with a hundred, since the time goes into starting it. On a GPU the transfer and the kernel launch dominate, and on a CPU the vector units stay idle.",
  bad: `import numpy as np
import onnxruntime
from pyspark.sql.functions import udf

model_bytes = open("model.onnx", "rb").read()
session = None

@udf("float")
def score(features):
    global session
    if session is None:
        session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])
    return float(session.run(["y"], {"x": np.array([features], dtype="float32")})[0][0, 0])

events = spark.read.parquet("events").limit(5000)
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

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=1024, input_tensor_shapes=[[4]])

events = spark.read.parquet("events").limit(5000)
result = events.select("id", score("features").alias("score"))
`,
  whenNot: "The items differ in shape so that no batch can be made, or batches are gathered inside the loop.",
  fix: {
    safety: "suggestion",
    note: "Shows the same function written with `predict_batch_udf`: the model is loaded once per worker, and `predict` gets arrays of up to `batch_size` rows.",
  },
  spark: { min: "3.4" },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { udf: check },
})
