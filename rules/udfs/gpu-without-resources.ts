import { defineRule, type Evidence, type RuleContext, type Udf } from "../api.ts"
import {
  type Amount,
  amount,
  type DeviceUse,
  deviceUse,
  executorSetting,
  gpuAmounts,
  idleByGpus,
  isLocal,
  isManaged,
} from "../shared/gpus.ts"
import { udfName } from "../shared/udf-text.ts"

const EXECUTOR = "spark.executor.resource.gpu.amount"
const TASK = "spark.task.resource.gpu.amount"

interface Problem {
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly advice: string
}

/** What the settings in sight say of GPUs against what the code takes; undefined where they agree, or say nothing. */
function problem(name: string, ctx: RuleContext): Problem | undefined {
  const { executor, task } = gpuAmounts(ctx)
  if (!executor && !task) {
    const shape = executorSetting(ctx)
    if (!shape) return undefined
    return {
      message: `${name} takes a GPU, but the settings ask for none: Spark then starts executors anywhere, and as many tasks on each as it has cores, all on the same GPU. Set \`${EXECUTOR}\` and \`${TASK}\`.`,
      evidence: [{ message: `executors are described here, without GPUs (\`${shape.key}\`)`, site: shape.site }],
      advice: `Set ${EXECUTOR}=1 and ${TASK}=1, or a fraction of it where several tasks may share the GPU's memory`,
    }
  }
  if (executor && !task)
    return {
      message: `${name} takes a GPU and \`${EXECUTOR}\` is set, but \`${TASK}\` isn't: executors get GPUs, and tasks are started without regard to them, as many as there are cores. Set both.`,
      evidence: [{ message: `GPUs for executors only`, site: executor.setting.site }],
      advice: `Set ${TASK}=1, or a fraction of it where several tasks may share the GPU's memory`,
    }
  if (task && !executor)
    return {
      message: `${name} takes a GPU and \`${TASK}\` is set, but \`${EXECUTOR}\` isn't: Spark refuses to start. Set both.`,
      evidence: [{ message: "GPUs for tasks only", site: task.setting.site }],
      advice: `Set ${EXECUTOR} to the GPUs of one executor`,
    }
  if (executor?.value !== undefined && task?.value !== undefined && task.value > executor.value)
    return {
      message: `A task of ${name} asks for ${task.value} GPUs and an executor has ${executor.value}: Spark refuses to start.`,
      evidence: [
        { message: `${task.value} for a task`, site: task.setting.site },
        { message: `${executor.value} for an executor`, site: executor.setting.site },
      ],
      advice: `Set ${TASK} to at most ${executor.value}`,
    }
  return executor && task ? idle(name, executor, task, ctx) : undefined
}

/** GPUs let far fewer tasks run on an executor than its cores would. */
function idle(name: string, executor: Amount, task: Amount, ctx: RuleContext): Problem | undefined {
  const cores = amount(ctx, "spark.executor.cores")
  const cpus = amount(ctx, "spark.task.cpus")
  if (!cores?.value || !executor.value || !task.value || (cpus && !cpus.value)) return undefined
  const waste = idleByGpus(ctx, { cores: cores.value, taskCpus: cpus?.value, gpus: executor.value, share: task.value })
  if (!waste) return undefined
  const { byGpus, byCores } = waste
  return {
    message: `The GPUs let ${byGpus === 1 ? "one task" : `${byGpus} tasks`} of ${name} run on an executor at a time, where its cores would take ${byCores}: the other cores are idle in every stage, those without a GPU too. Let tasks share the GPU, or give each task more cores.`,
    evidence: [
      { message: `${cores.value} cores an executor`, site: cores.setting.site },
      { message: `${task.value} GPU a task, of ${executor.value}`, site: task.setting.site },
    ],
    advice: waste.advice,
  }
}

function check(udf: Udf, ctx: RuleContext): void {
  if (isLocal(ctx) || isManaged(ctx)) return
  const use: DeviceUse | undefined = deviceUse(udf, ctx)
  const found = use && problem(udfName(udf), ctx)
  if (!use || !found) return
  ctx.report({
    at: use.at,
    about: use.call,
    message: found.message,
    evidence: found.evidence,
    confidence: "likely",
    fixes: [{ title: found.advice, safety: "suggestion", edits: [] }],
    sizing: { inference: true },
  })
}

export const gpuWithoutResources = defineRule({
  name: "gpu-without-resources",
  family: "udfs",
  severity: "information",
  flags:
    "GPU code in a UDF while the settings in sight describe executors and ask for no GPU, or ask for one only for executors, only for tasks, for more a task than an executor has, or for so much a task that cores stay idle.",
  why: "Spark schedules GPUs only when it is asked to: `spark.executor.resource.gpu.amount` puts executors where GPUs are, `spark.task.resource.gpu.amount` keeps more tasks from starting than the GPUs can take. Without them a task's GPU is a matter of luck.",
  bad: `import numpy as np
import onnxruntime
import pandas as pd
from typing import Iterator

from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf

spark = (
    SparkSession.builder.appName("scores")
    .config("spark.executor.cores", "4")
    .config("spark.executor.memory", "16g")
    .getOrCreate()
)
model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    providers = ["CUDAExecutionProvider", "CPUExecutionProvider"]
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

from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf

spark = (
    SparkSession.builder.appName("scores")
    .config("spark.executor.cores", "4")
    .config("spark.executor.memory", "16g")
    .config("spark.executor.resource.gpu.amount", "1")
    .config("spark.task.resource.gpu.amount", "0.25")
    .getOrCreate()
)
model_bytes = open("model.onnx", "rb").read()

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    providers = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(model_bytes, providers=providers)
    for features in batches:
        yield pd.Series(session.run(["y"], {"x": np.stack(features).astype("float32")})[0][:, 0])

events = spark.read.parquet("events")
result = events.select("id", score("features").alias("score"))
`,
  whenNot: "The cluster's profile or `spark-submit` asks for the GPUs, or the library schedules them itself (RAPIDS).",
  fix: { safety: "suggestion", note: "The two amounts, to be set where the executors are described." },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#custom-resource-scheduling-and-configuration-overview",
  ],
  proof: { rows: "same", needs: ["onnxruntime", "numpy", "pandas", "pyarrow"] },
  on: { udf: check },
})
