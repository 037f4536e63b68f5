import { type Call, defineRule, type Evidence, type Loop, type RuleContext, type Udf, type UdfKind } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { computesOnBatches, libraryOf, readsInBatches } from "../shared/models.ts"
import { inferenceBatch } from "../shared/numbers.ts"
import { predictBatchText } from "../shared/predict-batch.ts"
import { blockHeaders, parameters, udfName } from "../shared/udf-text.ts"

/** Kinds whose body sees one row. */
const PER_ROW: ReadonlySet<UdfKind> = new Set(["row", "arrow", "rdd", "foreach"])
/** Kinds whose body has many rows, and may take them one by one in a loop. */
const LOOPED: ReadonlySet<UdfKind> = new Set([
  "pandas",
  "pandas-aggregate",
  "grouped-map",
  "predict-batch",
  "pandas-iterator",
  "map-in-pandas",
  "rdd-partition",
])
/** Kinds whose outermost loop goes over batches, not items. */
const OVER_BATCHES: ReadonlySet<UdfKind> = new Set(["pandas-iterator", "map-in-pandas"])

/** A loop that takes several items a round: a step, slices, chunks, a loader. */
function takesSeveral(loop: Loop, ctx: RuleContext): boolean {
  const header = ctx.text(loop.header)
  const parts = /^(?:async )?for\s+(.+?)\s+in\s+(.+)$/s.exec(header)
  if (!parts) return false
  const [, target, iterable] = parts
  return (
    /^\(?(\w+,\s*)?(mini_?)?(batch|chunk|block)/i.test(target!) ||
    /^range\((?:[^,()]|\([^()]*\))*,(?:[^,()]|\([^()]*\))*,/.test(iterable!) ||
    /\b(DataLoader|batched|chunked|chunks|batches|islice|array_split|split)\(/.test(iterable!)
  )
}

/** The loop over single items that a call stands in; undefined where it gets batches. */
function itemLoop(call: Call, udf: Udf, ctx: RuleContext): Loop | undefined {
  const own = call.loops.filter((loop) => udf.loops.includes(loop))
  // the outermost loop of an iterator UDF goes over batches
  const inner = OVER_BATCHES.has(udf.kind) ? own.slice(1) : own
  const loop = inner.at(-1)
  if (!loop || inner.some((candidate) => takesSeveral(candidate, ctx))) return undefined
  if (/^for\s+(_|epoch|step|layer|i|k)\s+in\s+range/.test(ctx.text(loop.header)) && !reachesItem(call, loop, ctx))
    return undefined
  return collects(call, loop, ctx) ? undefined : loop
}

/** The call's arguments mention what the loop binds. */
function reachesItem(call: Call, loop: Loop, ctx: RuleContext): boolean {
  const text = ctx.text({ ...call.nameSite, end: call.site.end })
  return loop.targets.some((target) => new RegExp(`\\b${target}\\b`).test(text))
}

/** Items are gathered in the loop and the call runs on the gathered ones, under an `if len(buffer) == n:`. */
function collects(call: Call, loop: Loop, ctx: RuleContext): boolean {
  if (loop.kind === "comprehension" || loop.body.top !== call.site.top) return false
  const headers = blockHeaders(ctx.text({ ...loop.site, end: call.site.start }), call.site.start - loop.site.start)
  return headers.some((header) => /^(if|elif)\b.*\blen\(/.test(header))
}

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
    const items = LOOPED.has(udf.kind) ? itemLoop(call, udf, ctx) : undefined
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
        title: predictBatchText(udf, call, items, parameters(udf, ctx), inferenceBatch.value, ctx),
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
