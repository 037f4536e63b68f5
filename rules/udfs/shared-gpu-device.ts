import { type Call, defineRule, type Evidence, type RuleContext, type Udf } from "../api.ts"
import { argument, integerOf, isDefault, underline } from "../shared/calls.ts"
import {
  choosesDevice,
  deviceUse,
  executorCalls,
  executorSetting,
  gpuAmounts,
  isLocal,
  isManaged,
} from "../shared/gpus.ts"
import { udfName } from "../shared/udf-text.ts"

function check(udf: Udf, ctx: RuleContext): void {
  device(udf, ctx)
  for (const call of executorCalls(udf)) if (call.api === "torch.utils.data.DataLoader") loader(udf, call, ctx)
}

/** The same GPU for every task of an executor. */
function device(udf: Udf, ctx: RuleContext): void {
  const use = deviceUse(udf, ctx)
  if (!use || choosesDevice(udf, ctx) || isLocal(ctx) || isManaged(ctx)) return
  const { executor, task } = gpuAmounts(ctx)
  const several = executor?.value !== undefined && executor.value > 1
  // one GPU an executor: its tasks share it on purpose, or have it one after the other
  if (!several && (executor || task)) return
  // executors are described, and no GPU is asked for: gpu-without-resources says so
  if (!several && executorSetting(ctx)) return
  const name = udfName(udf)
  const fixed = /\d/.test(use.device)
  const evidence: Evidence[] = several
    ? [{ message: `an executor has ${executor.value} GPUs`, site: executor.setting.site }]
    : [{ message: "nothing in sight gives each task a GPU of its own" }]
  ctx.report({
    at: use.at,
    about: use.call,
    message: `${name} takes ${fixed ? `GPU \`${use.device}\`` : "the first GPU"} in every task: tasks that run at the same time on a node all land on it, fill its memory, and leave the others idle. Take the address that Spark gave the task, from \`TaskContext.get().resources()["gpu"]\`.`,
    evidence: [...evidence, { message: `${name} runs in tasks on executors`, site: udf.made }],
    confidence: several ? "certain" : "likely",
    fixes: [
      {
        title:
          'Ask for the task\'s own GPU: `device = "cuda:" + TaskContext.get().resources()["gpu"].addresses[0]`, with spark.task.resource.gpu.amount and spark.executor.resource.gpu.amount set',
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

/** Processes beside each task. */
function loader(udf: Udf, call: Call, ctx: RuleContext): void {
  const workers = argument(call, "num_workers")
  const count = integerOf(workers?.value)
  if (!workers || count === undefined || count <= 0) return
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`num_workers=${count}\` starts ${count} more processes in every task of ${udfName(udf)}: Spark runs as many tasks as an executor has cores, so they fight for the same cores and memory. Write \`num_workers=0\`; the tasks are the workers.`,
    evidence: [{ message: `${udfName(udf)} runs in tasks on executors`, site: udf.made }],
    confidence: isDefault(ctx, workers) ? "possible" : "certain",
    fixes: [{ title: "Write num_workers=0: Spark's tasks run side by side already", safety: "suggestion", edits: [] }],
  })
}

export const sharedGpuDevice = defineRule({
  name: "shared-gpu-device",
  family: "udfs",
  severity: "warning",
  flags:
    'Plain `"cuda"` or a fixed device number in code that runs in tasks, where several GPUs or tasks share a node; `DataLoader(num_workers=…)` inside a task.',
  why: "An executor runs as many tasks at a time as it has cores, and each loads its own copy of the model. With a fixed device all of them take the same GPU: its memory runs out while the others idle. Spark knows which GPU belongs to which task, and tells it.",
  bad: `import numpy as np
import onnxruntime
from typing import Iterator

import pandas as pd
from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    providers = [("CUDAExecutionProvider", {"device_id": 0}), "CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(model_bytes, providers=providers)
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  good: `import numpy as np
import onnxruntime
from typing import Iterator

import pandas as pd
from pyspark import TaskContext
from pyspark.sql.functions import pandas_udf

model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    gpu = TaskContext.get().resources().get("gpu")
    providers = ["CPUExecutionProvider"]
    if gpu is not None:
        providers.insert(0, ("CUDAExecutionProvider", {"device_id": int(gpu.addresses[0])}))
    session = onnxruntime.InferenceSession(model_bytes, providers=providers)
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  whenNot:
    "Each task has a GPU to itself, by the settings or by the platform (Databricks numbers a task's own GPUs from zero), or the job runs on one machine.",
  fix: { safety: "suggestion", note: "The device is the address that Spark assigned to the task." },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#custom-resource-scheduling-and-configuration-overview",
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.TaskContext.resources.html",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { udf: check },
})
