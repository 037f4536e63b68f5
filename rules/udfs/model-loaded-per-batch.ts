import { type Call, type Confidence, defineRule, type Fix, type RuleContext, type Udf, type UdfKind } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { namesIn } from "../shared/collected.ts"
import { hoistOutOfLoop, toIteratorUdf } from "../shared/iterator-udf.ts"
import { keptAcrossCalls } from "../shared/kept.ts"
import { loadsModel, unpickles } from "../shared/models.ts"
import { udfName } from "../shared/udf-text.ts"

/** How often the body runs, in words; kinds that are not here run it once a partition. */
const RUNS: Partial<Record<UdfKind, string>> = {
  row: "for every row",
  arrow: "for every row",
  rdd: "for every element",
  foreach: "for every row",
  pandas: "for every Arrow batch",
  "pandas-aggregate": "for every group",
  "grouped-map": "for every group",
  "predict-batch": "for every batch",
}
/** Kinds whose body runs once a partition and goes through batches or rows in a loop. */
const LOOPS: Partial<Record<UdfKind, string>> = {
  "pandas-iterator": "for every batch of the loop",
  "map-in-pandas": "for every batch of the loop",
  "rdd-partition": "for every element of the loop",
}

function check(udf: Udf, ctx: RuleContext): void {
  for (const call of udf.calls) {
    const confidence = sure(call, udf, ctx)
    if (confidence === null || keptAcrossCalls(call, udf, ctx) || fillsLoaded(call, udf)) continue
    const own = call.loops.filter((loop) => udf.loops.includes(loop))
    const often = RUNS[udf.kind] ?? (own.length > 0 ? LOOPS[udf.kind] : undefined)
    if (often === undefined) continue
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: `${udfName(udf)} loads its model with \`${call.name}\` ${often}: reading and building it takes longer than using it. Load it once per task, before the first batch.`,
      evidence: [
        { message: `${udfName(udf)} runs on executors, ${often}`, site: udf.made },
        ...udf.applied.slice(0, 1).map((applied) => ({ message: "applied here", site: applied.nameSite })),
      ],
      confidence,
      fixes: fixes(udf, call, ctx),
    })
  }
}

/** A name for something that predicts, encodes or scales. */
const MODEL_NAME =
  /model|clf|classif|regress|predict|estimat|pipeline|forest|booster|xgb|lgb|svm|kmeans|cluster|scaler|vectori[sz]er|tfidf|encoder|embed|tokeni[sz]er|weights|net(work)?\b|\.(pkl|joblib|pt|pth|onnx|h5)/i
/** Methods of such things. */
const MODEL_METHOD = /\.(predict\w*|transform|decision_function|score_samples|encode|infer_vector|eval)$/

/** How surely a model is loaded: what is unpickled may be anything, but for its name or what is done with it. */
function sure(call: Call, udf: Udf, ctx: RuleContext): Confidence | null {
  const confidence = loadsModel(call)
  if (confidence !== "likely" || !unpickles(call)) return confidence
  if (call.name === "loads" && isOfRow(call, udf, ctx)) return null
  const named = MODEL_NAME.test(ctx.text(call.statement.site))
  const used = udf.calls.some(({ api }) => api.startsWith(`${call.api}()`) && MODEL_METHOD.test(api))
  return named || used ? "likely" : "possible"
}

/** What is unpickled came with the rows: another object for each of them. */
function isOfRow(call: Call, udf: Udf, ctx: RuleContext): boolean {
  const ofRows = new Set(udf.params)
  for (const loop of udf.loops)
    if (namesIn(ctx.text(loop.header)).some((name) => ofRows.has(name)))
      for (const target of loop.targets) ofRows.add(target)
  return call.args.some(({ site }) => namesIn(ctx.text(site)).some((name) => ofRows.has(name)))
}

/** `model.load_state_dict(state)` of a state that the body loads too: that is where to speak. */
function fillsLoaded(call: Call, udf: Udf): boolean {
  return (
    call.name === "load_state_dict" && udf.calls.some((other) => other.index < call.index && loadsModel(other) !== null)
  )
}

function fixes(udf: Udf, call: Call, ctx: RuleContext): Fix[] {
  const edits =
    udf.kind === "pandas"
      ? toIteratorUdf(udf, call, ctx)
      : udf.kind in LOOPS
        ? hoistOutOfLoop(udf, call, ctx)
        : undefined
  if (edits)
    return [
      {
        title:
          udf.kind === "pandas"
            ? `Make ${udfName(udf)} an iterator UDF that loads first: one instance then serves all batches of a task`
            : "Load before the loop: one instance then serves all batches of a task",
        safety: "unsafe",
        edits,
      },
    ]
  const how =
    udf.kind === "predict-batch"
      ? "Move the load into the make_predict_fn around it: that runs once per Python worker"
      : udf.kind === "grouped-map" || udf.kind === "pandas-aggregate"
        ? "Keep the model in a module-level variable that is filled on first use: `if _model is None: _model = …`"
        : `Turn ${udfName(udf)} into an iterator pandas UDF (Iterator[pd.Series] -> Iterator[pd.Series]): load the model, then loop over the batches`
  return [{ title: how, safety: "suggestion", edits: [] }]
}

export const modelLoadedPerBatch = defineRule({
  name: "model-loaded-per-batch",
  family: "udfs",
  severity: "warning",
  flags:
    "A model, tokenizer, session or pipeline that is loaded in the body of a row or Series UDF, or inside the batch loop of an iterator UDF.",
  why: "The body of a UDF runs for every row or every Arrow batch, and so does the load: seconds of reading weights, allocating memory and warming up, for a batch that takes milliseconds.",
  bad: `import numpy as np
import onnxruntime
import pandas as pd
from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(features: pd.Series) -> pd.Series:
    session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])
    return pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  good: `from typing import Iterator

import numpy as np
import onnxruntime
import pandas as pd
from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    session = onnxruntime.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  whenNot:
    "The model is loaded before the loop of an iterator UDF, in `make_predict_fn`, or kept across calls (a module-level variable filled on first use, `functools.lru_cache`).",
  fix: {
    safety: "unsafe",
    note: "A Series UDF becomes an iterator UDF that loads first; a load inside a batch loop moves before it. One instance then serves all batches: it must keep no state between them.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/user_guide/sql/arrow_pandas.html#iterator-of-series-to-iterator-of-series",
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { udf: check },
})
