import { type Call, defineRule, type Fix, type RuleContext, type Udf } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { forwardOf, gradientsOff, MODE_LAYERS, startsInTraining, wantsGradients } from "../shared/torch.ts"
import { indentAt, udfName } from "../shared/udf-text.ts"

/** Torch records every step for `backward()` unless told not to. */
function recordsGradients(call: Call, udf: Udf, ctx: RuleContext): boolean {
  if (gradientsOff(call, udf)) return false
  // `for p in model.parameters(): p.requires_grad = False`, here or where the model is made
  return !ctx.program.calls.some(
    (other) => other.api.endsWith(".parameters") && /\brequires_grad\b/.test(around(other, ctx)),
  )
}

/** The loop that a call heads, or its statement. */
function around(call: Call, ctx: RuleContext): string {
  const loop = ctx.program.loops.find(
    ({ header }) => header.top === call.site.top && header.start <= call.site.start && call.site.end <= header.end,
  )
  return ctx.text(loop?.site ?? call.statement.site)
}

/** Nothing puts the module into evaluation mode, and it has layers that need it. */
function staysInTraining(root: string, ctx: RuleContext): boolean {
  if (!startsInTraining(root)) return false
  const { calls } = ctx.program
  if (calls.some(({ api }) => /\.(eval|train)$/.test(api))) return false
  return !root.startsWith("torch.nn.Module") || calls.some(({ api }) => MODE_LAYERS.test(api))
}

function check(udf: Udf, ctx: RuleContext): void {
  if (wantsGradients(udf, ctx.text(udf.site))) return
  for (const call of udf.calls) {
    const root = forwardOf(call)
    if (root === undefined) continue
    const gradients = recordsGradients(call, udf, ctx)
    const training = staysInTraining(root, ctx)
    if (!gradients && !training) continue
    const name = udfName(udf)
    const model = /^(.+?)\s*(\.\s*forward\s*)?\(/s.exec(ctx.text(call.site))?.[1] ?? "the model"
    const shown = /^[\w.]{1,40}$/.test(model) ? `\`${model}\`` : "its model"
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: gradients
        ? `${name} runs ${shown} with gradients on: torch keeps what every layer computed for a backward pass that never comes, which takes memory and time for each batch.${training ? ` Nothing calls \`${model}.eval()\` either, so dropout and batch statistics are as in training.` : ""} Run it under \`torch.inference_mode()\`.`
        : `${name} runs ${shown} as in training: nothing calls \`.eval()\`, so dropout and batch statistics change what it predicts. Call \`${model}.eval()\` once after making it.`,
      evidence: [
        { message: `${name} only predicts: nothing in it calls \`backward()\``, site: udf.made },
        ...udf.applied.slice(0, 1).map((use) => ({ message: `${name} is applied here`, site: use.nameSite })),
      ],
      confidence: gradients ? "certain" : "likely",
      fixes: gradients
        ? [inference(call, udf, ctx)]
        : [{ title: `Call \`${model}.eval()\` where the model is made`, safety: "suggestion", edits: [] }],
    })
    return
  }
}

/** Puts the statement of a call under `torch.inference_mode()`, where it is one that can be. */
function inference(call: Call, udf: Udf, ctx: RuleContext): Fix {
  const { site } = call.statement
  const text = ctx.text(site)
  const indent = indentAt(ctx.text({ ...site, start: 0 }), site.start)
  const plain =
    indent !== undefined &&
    !/\byield\b|\blambda\b|"""|'''|\\\n/.test(text) &&
    /^(return\b|[\w., ]+=[^=]|[\w.]+\()/.test(text)
  if (!plain || site.top !== call.site.top)
    return {
      title:
        "Run the model under `with torch.inference_mode():`, or put `@torch.inference_mode()` on the function that calls it",
      safety: "suggestion",
      edits: [],
    }
  const step = indent.includes("\t") ? "\t" : "    "
  // a body that imports torch for itself has it on executors only
  const torch = /^\s+import torch$/m.test(ctx.text(udf.site))
    ? { text: "torch.inference_mode", edits: [] }
    : ctx.imported("torch", "inference_mode")
  return {
    title: "Run it under `torch.inference_mode()`: the same values, which can no longer be differentiated",
    safety: "unsafe",
    edits: [
      ...torch.edits,
      { site, text: `with ${torch.text}():\n${indent}${step}${text.replaceAll("\n", `\n${step}`)}` },
    ],
  }
}

export const inferenceWithGradients = defineRule({
  name: "inference-with-gradients",
  family: "udfs",
  severity: "information",
  flags:
    "A torch model that predicts in a UDF without `inference_mode` or `no_grad`, or that nothing puts into evaluation mode.",
  why: "With gradients on, torch keeps what every layer computed until the result is gone: several times the memory of the batch, and time to write it down. In training mode dropout and batch statistics are on, and the predictions are others for each batch.",
  bad: `from typing import Iterator

import pandas as pd
from pyspark.sql.functions import pandas_udf

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    import torch

    model = torch.jit.load("model.pt").eval()
    for features in batches:
        predicted = model(torch.tensor(features.tolist()))
        yield pd.Series(predicted.detach().numpy()[:, 0])

events = spark.read.parquet("events")
scored = events.select("id", score("features").alias("score"))
result = scored.schema.simpleString()
`,
  good: `from typing import Iterator

import pandas as pd
from pyspark.sql.functions import pandas_udf

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    import torch

    model = torch.jit.load("model.pt").eval()
    for features in batches:
        with torch.inference_mode():
            predicted = model(torch.tensor(features.tolist()))
        yield pd.Series(predicted.numpy()[:, 0])

events = spark.read.parquet("events")
scored = events.select("id", score("features").alias("score"))
result = scored.schema.simpleString()
`,
  whenNot:
    "The UDF trains, or needs the gradient itself (saliency, attacks); the model's parameters have `requires_grad` off.",
  fix: {
    safety: "unsafe",
    note: "The statement that runs the model moves under `torch.inference_mode()`. The values are the same, but such tensors can't take part in a backward pass later.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html",
  ],
  // torch is not in the environments that the examples run in: Spark plans both, and runs neither
  proof: { rows: "same", needs: ["pandas", "pyarrow"] },
  on: { udf: check },
})
