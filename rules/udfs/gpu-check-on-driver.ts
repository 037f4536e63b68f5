import { type Call, type Confidence, defineRule, type Evidence, type RuleContext, type Site, type Udf } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { isLocal } from "../shared/gpus.ts"
import { blockHeaders, udfName } from "../shared/udf-text.ts"

/** Calls that ask what GPUs the machine that runs them has. */
const CHECKS = [
  /^torch\.cuda\.(is_available|device_count|current_device|get_device_name|is_bf16_supported)$/,
  /^torch\.backends\.mps\.is_available$/,
  /^tensorflow\.(config\.(experimental\.)?list_(physical|logical)_devices|test\.(is_gpu_available|gpu_device_name))$/,
  /^cupy\.(is_available|cuda\.(is_available|runtime\.getDeviceCount))$/,
  /^onnxruntime\.(get_available_providers|get_device)$/,
  /^numba\.cuda\.(is_available|detect)$/,
]

/** How far a choice is followed from name to name: `use_gpu`, `device`, `model`. */
const HOPS = 3

const asks = (call: Call): boolean => !call.spark && call.inUdf === null && CHECKS.some((check) => check.test(call.api))

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text)

/** Names that hold what a check decided, or what was made by it: `device`, then `model = model.to(device)`. */
function decided(call: Call, ctx: RuleContext): Set<string> {
  const names = new Set(call.statement.targets)
  for (let hop = 0; hop < HOPS; hop++) {
    const before = names.size
    for (const other of ctx.program.calls) {
      if (other.index < call.index || other.inUdf !== null || other.statement.targets.length === 0) continue
      if (other.function !== null && other.function !== call.function) continue
      const text = ctx.text(other.statement.site)
      const value = text.slice(text.indexOf("=") + 1).replace(/"[^"\n]*"|'[^'\n]*'/g, '""')
      if ([...names].some((name) => mentions(value, name))) for (const name of other.statement.targets) names.add(name)
    }
    if (names.size === before) break
  }
  return names
}

const standsIn = (site: Site, outer: Site): boolean =>
  site.top === outer.top && site.start >= outer.start && site.end <= outer.end

interface Decision {
  readonly name: string
  readonly udf: Udf
}

/** The UDF that takes the decision along, by a name that it captures. */
function taken(call: Call, names: ReadonlySet<string>, ctx: RuleContext): Decision | undefined {
  for (const udf of ctx.program.udfs) {
    // what a function holds goes along with the UDFs that stand in it
    if (call.function && !standsIn(udf.site, call.function.site)) continue
    for (const [name, value] of udf.captures) {
      const same = value.kind === "foreign" && value.path === `${call.api}()`
      if ((same || names.has(name)) && value.kind !== "module" && value.kind !== "function") return { name, udf }
    }
  }
  return undefined
}

/** A Spark step or setting that stands under an `if` on the check. */
function guarded(call: Call, names: ReadonlySet<string>, ctx: RuleContext): Site | undefined {
  const test = ctx.text(call.site)
  const stands = (site: Site): boolean => {
    if (site.top !== call.site.top && names.size === 0) return false
    const text = ctx.text({ ...site, start: 0, end: site.start })
    return blockHeaders(text, text.length).some(
      (header) =>
        /^(if|elif)\b/.test(header) && (header.includes(test) || [...names].some((name) => mentions(header, name))),
    )
  }
  for (const udf of ctx.program.udfs)
    for (const use of udf.applied) if (use.index > call.index && stands(use.site)) return use.nameSite
  for (const conf of ctx.program.confs) if (/gpu|rapids/i.test(conf.key) && stands(conf.site)) return conf.site
  return undefined
}

/** A module that others import is run by executors too: what stands at its top is asked there as well. */
function sure(call: Call, udf: Udf, ctx: RuleContext): Confidence {
  const { program } = ctx
  const script =
    program.isNotebook ||
    call.function !== null ||
    program.calls.some(({ api }) => api.endsWith(".getOrCreate") || api === "SparkContext") ||
    udf.applied.some((use) => use.function === null)
  return script ? "likely" : "possible"
}

function check(ctx: RuleContext): void {
  if (isLocal(ctx)) return
  for (const call of ctx.program.calls) {
    if (!asks(call)) continue
    const names = decided(call, ctx)
    const decision = taken(call, names, ctx)
    const under = decision ? undefined : guarded(call, names, ctx)
    if (!decision && !under) continue
    // `model`, moved to the `device` that the check chose
    const made = decision !== undefined && names.has(decision.name) && !call.statement.targets.includes(decision.name)
    const evidence: Evidence[] = decision
      ? [
          { message: "this runs on the driver" },
          {
            message: `${udfName(decision.udf)} takes \`${decision.name}\` along to the executors`,
            site: decision.udf.made,
          },
        ]
      : [{ message: "this runs on the driver" }, { message: "it decides what executors do here", site: under! }]
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: decision
        ? `\`${decision.name}\` ${made ? "was made for the GPUs that the driver has" : "says what GPUs the driver has"}, and ${udfName(decision.udf)} follows it on executors, whose machines may have others or none. ${made ? "Ask, and make it, inside" : "Ask inside"} ${udfName(decision.udf)}, where it runs.`
        : "This asks what GPUs the driver has, and by the answer executors get other work: their machines may have others or none. Ask inside the function that runs there.",
      evidence,
      confidence: decision ? sure(call, decision.udf, ctx) : "likely",
      fixes: [
        {
          title: decision
            ? `Move \`${ctx.text(call.statement.site).split("\n")[0]}\` into ${udfName(decision.udf)}${made ? `, and what makes \`${decision.name}\`` : ""}`
            : `Ask \`${ctx.text(call.site)}\` inside the UDF, or set what the cluster has in a setting`,
          safety: "suggestion",
          edits: [],
        },
      ],
    })
  }
}

export const gpuCheckOnDriver = defineRule({
  name: "gpu-check-on-driver",
  family: "udfs",
  severity: "warning",
  flags: "`torch.cuda.is_available()` and the like on the driver, deciding what executors do.",
  why: "The driver often runs on a machine without a GPU, and executors on machines with one, or the other way round. What the driver found travels with the function: executors then leave their GPU idle, or ask for one that isn't there.",
  bad: `import numpy as np
import onnxruntime
import pandas as pd
from typing import Iterator

from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()
on_gpu = "CUDAExecutionProvider" in onnxruntime.get_available_providers()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    providers = ["CUDAExecutionProvider"] if on_gpu else ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(model_bytes, providers=providers)
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  good: `import numpy as np
import onnxruntime
import pandas as pd
from typing import Iterator

from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    on_gpu = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    providers = ["CUDAExecutionProvider"] if on_gpu else ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(model_bytes, providers=providers)
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  whenNot: "Driver and executors are one machine (local mode), or the answer is only printed or used on the driver.",
  fix: { safety: "suggestion", note: "The same question, asked inside the function that runs on executors." },
  references: ["https://spark.apache.org/docs/latest/cluster-overview.html"],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { program: (_program, ctx) => check(ctx) },
})
