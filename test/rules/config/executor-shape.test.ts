import { executorShape } from "../../../rules/config/executor-shape.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const session = (...confs: readonly (readonly [key: string, value: string])[]): string =>
  `${HEAD}spark = SparkSession.builder${confs.map(([key, value]) => `.config("${key}", "${value}")`).join("")}.getOrCreate()\n`
const CORES = "spark.executor.cores"
const MEMORY = "spark.executor.memory"
const DYNAMIC = "spark.dynamicAllocation.enabled"
const EXECUTOR_GPU = "spark.executor.resource.gpu.amount"
const TASK_GPU = "spark.task.resource.gpu.amount"
const MODEL = `import pandas as pd
import torch
from typing import Iterator
from pyspark.sql.functions import pandas_udf

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    model = torch.load("m.pt")
    for x in batches:
        yield model(x)

spark.read.parquet("events").select(score("value")).write.parquet("out")
`
const NODE = { executors: 20, cores: 4, manager: "yarn" as const, node: { cores: 16, memory: 65_536, gpus: 0 } }

describeRule(executorShape, ({ fires, silent, suggests }) => {
  fires(
    "one core an executor",
    `${HEAD}spark = (
    SparkSession.builder.config("spark.executor.cores", 1)
#                                                       ^ Of the 2,432 MiB that it books, 43% are left to the task; with 4 cores and 8g it would be 53% a task
#                                                       | \`spark.executor.memory\` is 2g
    .config("spark.executor.memory", "2g")
    .getOrCreate()
)
`,
  )
  fires(
    "more tasks than one collector serves, by a SparkConf",
    `${HEAD}conf = SparkConf().set("spark.executor.memory", "31g")
conf.set("spark.executor.cores", "24")
#                                ^^^^ 24 cores in one executor: one JVM serves 24 tasks at once
spark = SparkSession.builder.config(conf=conf).getOrCreate()
`,
  )
  fires(
    "a heap just over 32 GiB",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.cores", "5").config("spark.executor.memory", "36g").getOrCreate()
#                                                                                                ^^^^^ A heap of 36g holds no more than one of 31g
`,
  )
  fires(
    "a heap below Spark's least, whatever runs it",
    `${HEAD}spark = SparkSession.builder.master("local[2]").config("spark.executor.memory", "4").getOrCreate()
#                                                                               ^^^ Spark refuses to start with executors of 4 MiB (a number without a unit counts MiB): the least is 450, 1.5 x 300 MiB
`,
  )
  fires(
    "more memory than a machine's executors can have",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.cores", "4").config("spark.executor.memory", "56g").getOrCreate()
#                                                                                                ^^^^^ asks for 63,078 MiB (heap + overhead + offHeap.size + pyspark.memory). A machine of 'prod' has 65,536, of which executors can have 57,344
#                                                                                                | a machine of 'prod' has 65,536 MiB
`,
    { cluster: NODE },
  )
  fires(
    "more cores than a machine has",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.cores", "32").getOrCreate()
#                                                           ^^^^ fits no machine of 'prod', which has 16: none starts
`,
    { cluster: NODE },
  )
  fires(
    "set by the script that launches it",
    `${HEAD}spark = SparkSession.builder.appName("job").getOrCreate()
#                                           ^^^^^^^^^^^ A heap of 40g holds no more than one of 31g
#                                           | \`spark.executor.memory\` is 40g
`,
    { launch: { [MEMORY]: "40g", [CORES]: "5" } },
  )
  fires(
    "two things that a script sets, told at once",
    `${HEAD}spark = SparkSession.builder.appName("job").getOrCreate()
#                                           ^^^^^^^^^^^ One core an executor: every task has a JVM to itself, with its own copy of each broadcast. Of the 4,505 MiB that it books, 51% are left to the task; with 4 cores and 16g it would be 54% a task, and one copy for 4. Dynamic allocation has no upper bound here
#                                           | \`spark.executor.cores\` is 1
#                                           | \`spark.dynamicAllocation.enabled\` is true
`,
    { launch: { [CORES]: "1", [MEMORY]: "4g", [DYNAMIC]: "true", "spark.dynamicAllocation.minExecutors": "2" } },
  )
  fires(
    "set by the team's configuration",
    `${HEAD}spark = SparkSession.builder.appName("job").getOrCreate()
#                                           ^^^^^^^^^^^ One core an executor
#                                           | \`spark.executor.cores\` is 1 by the configuration
`,
    { conf: { [CORES]: "1", [MEMORY]: "4g" } },
  )
  fires(
    "no bound above, where one below is set",
    `${HEAD}spark = SparkSession.builder.config("spark.dynamicAllocation.enabled", "true").config("spark.dynamicAllocation.minExecutors", "2").getOrCreate()
#                                                                      ^^^^^^ \`spark.dynamicAllocation.maxExecutors\` is infinity
#                                                                      | \`spark.dynamicAllocation.minExecutors\` is 2
`,
  )
  fires(
    "bounds that cross",
    `${HEAD}spark = SparkSession.builder.config("spark.dynamicAllocation.enabled", True).config("spark.dynamicAllocation.minExecutors", 10).config("spark.dynamicAllocation.maxExecutors", 4).getOrCreate()
#                                                                      ^^^^ Spark refuses to start: at least 10 executors are asked for, and at most 4
`,
  )
  fires(
    "a share of a GPU that leaves cores idle",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.cores", "8").config("${EXECUTOR_GPU}", "1").config("${TASK_GPU}", "1").getOrCreate()
#                                                                                                                                                           ^^^ The GPUs let one task run on an executor at a time, where its cores would take 8
#                                                                                                                                                           | \`spark.executor.cores\` is 8
`,
  )
  fires(
    "a share of a GPU that 3.5 refuses",
    `${HEAD}spark = SparkSession.builder.config("${TASK_GPU}", "0.7").getOrCreate()
#                                                                     ^^^^^ Spark 3.5 takes at most 0.5 or whole numbers
`,
    { min: "3.5", target: "4.3" },
  )
  fires(
    "models beside a small heap",
    `${HEAD}spark = SparkSession.builder.master("yarn").config("spark.executor.cores", "4").config("spark.executor.memory", "8g").getOrCreate()
#                                                                                                               ^^^^ in an overhead of 819 MiB (max(floor(heap x factor), minimum)): 204 MiB for each of 4 workers of \`score\`
#                                                                                                               | a model is loaded in each worker
${MODEL}`,
  )
  fires(
    "one core where nothing says how much memory, in the strict profile",
    `${session(["spark.app.name", "job"])}conf = SparkConf().set("spark.executor.cores", "1")
#                                              ^^^ Of the 1,408 MiB that it books, 31% are left to the task
`,
    { show: "possible" },
  )

  silent("a usual executor", session([CORES, "5"], [MEMORY, "20g"], [DYNAMIC, "false"]))
  silent("one core of a small demo", session([CORES, "1"], [MEMORY, "512m"]))
  silent("too few executors to join", session([CORES, "1"], [MEMORY, "4g"], ["spark.executor.instances", "2"]))
  silent(
    "without dynamic allocation and a number there may be only two",
    session([CORES, "1"], [MEMORY, "2g"], [DYNAMIC, "false"]),
  )
  silent("one core that needs the memory of many", session([CORES, "1"], [MEMORY, "24g"]))
  silent("one core for a GPU", session([CORES, "1"], [MEMORY, "8g"], [EXECUTOR_GPU, "1"], [TASK_GPU, "1"]))
  silent(
    "one machine",
    `${HEAD}spark = SparkSession.builder.master("local[*]").config("${MEMORY}", "40g").getOrCreate()\n`,
  )
  silent(
    "many cores of which each task takes several",
    session([CORES, "32"], ["spark.task.cpus", "8"], [MEMORY, "30g"]),
  )
  silent("a heap of 31g", session([MEMORY, "31g"], [CORES, "5"]))
  silent(
    "somebody chose a collector without short pointers",
    session([MEMORY, "36g"], ["spark.executor.extraJavaOptions", "-XX:+UseZGC"]),
  )
  silent(
    "dynamic allocation with its bound",
    session([DYNAMIC, "true"], ["spark.dynamicAllocation.maxExecutors", "20"]),
  )
  silent(
    "Standalone bounds an application by its cores",
    session([DYNAMIC, "true"], ["spark.dynamicAllocation.minExecutors", "1"], ["spark.cores.max", "40"]),
  )
  silent("dynamic allocation is off", session([DYNAMIC, "false"], ["spark.dynamicAllocation.minExecutors", "1"]))
  silent("an executor that fits the machine", session([MEMORY, "16g"], [CORES, "5"]), { cluster: NODE })
  silent("nothing is known of machines", session([MEMORY, "30g"], [CORES, "16"]))
  silent(
    "a value from outside",
    `${HEAD}import sys\nspark = SparkSession.builder.config("${CORES}", sys.argv[1]).config("${MEMORY}", "2g").getOrCreate()\n`,
  )
  silent(
    "sessions in branches that exclude each other",
    `${HEAD}import sys
if len(sys.argv) > 1:
    spark = SparkSession.builder.config("${CORES}", "8").config("${EXECUTOR_GPU}", "1").getOrCreate()
else:
    spark = SparkSession.builder.config("${TASK_GPU}", "1").getOrCreate()
`,
  )
  silent(
    "Databricks' clusters are described elsewhere",
    `# Databricks notebook source\n${session([MEMORY, "40g"], [CORES, "1"])}`,
  )
  silent(
    "a comment says why",
    `${HEAD}# one executor a core, since the library is not thread-safe\nspark = SparkSession.builder.config("${CORES}", "1").config("${MEMORY}", "4g").getOrCreate()\n`,
  )
  silent(
    "the running session's conf changes no executor",
    `${session()}spark.conf.set("${CORES}", "1")\nspark.conf.set("${MEMORY}", "2g")\n`,
  )
  silent(
    "the overhead makes room for models",
    `${HEAD}spark = SparkSession.builder.master("yarn").config("${CORES}", "4").config("${MEMORY}", "8g").config("spark.executor.memoryOverhead", "6g").getOrCreate()\n${MODEL}`,
  )
  silent(
    "Kubernetes gives Python 40% in cluster mode",
    `${HEAD}spark = SparkSession.builder.master("k8s://https://host").config("spark.submit.deployMode", "cluster").config("${CORES}", "4").config("${MEMORY}", "16g").getOrCreate()\n${MODEL}`,
  )
  silent("another library's setting", `import ray\nray.init(config={"${CORES}": 1})\n`)

  suggests(
    "an overhead that grows along",
    session([CORES, "1"], [MEMORY, "2g"], ["spark.executor.memoryOverhead", "1g"]),
    "spark.executor.memory=8g, spark.executor.memoryOverhead=4g",
  )
  suggests(
    "executors that lose no core",
    session([CORES, "20"], [MEMORY, "30g"]),
    "spark.executor.cores=5 and spark.executor.memory=7680m: 4 of them",
  )
  suggests(
    "as many cores as share a JVM",
    session([CORES, "1"], [MEMORY, "2g"]),
    "Set spark.executor.cores=4, spark.executor.memory=8g: one executor in the place of 4",
  )
  suggests(
    "several executors of one",
    session([CORES, "32"], [MEMORY, "30g"]),
    "spark.executor.cores=8 and spark.executor.memory=7680m: 4 of them book the 33,792 MiB",
  )
  suggests(
    "a heap with short pointers",
    session([CORES, "10"], [MEMORY, "40g"]),
    "spark.executor.memory=31g, or make 2 executors of it: spark.executor.cores=5, spark.executor.memory=20g",
  )
  suggests("as much as fits a machine", session([CORES, "4"], [MEMORY, "56g"]), "at most 52131m", { cluster: NODE })
  suggests("the cluster's executors as a bound", session([DYNAMIC, "true"]), "maxExecutors=20", { cluster: NODE })
  suggests(
    "room for each worker",
    `${HEAD}spark = SparkSession.builder.master("yarn").config("${CORES}", "4").config("${MEMORY}", "8g").getOrCreate()\n${MODEL}`,
    "spark.executor.memoryOverhead=5120m: 819 MiB for the JVM, and 1024 MiB for each of 4 workers",
  )
})
