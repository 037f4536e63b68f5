import { gpuWithoutResources } from "../../../rules/udfs/gpu-without-resources.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from typing import Iterator
import cupy
import onnxruntime
import pandas as pd
import torch
from pyspark import SparkConf
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
`
const GPU = `events = spark.read.parquet("events")

@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    model = torch.load("m.pt").to("cuda")
`
const REST = `    for x in batches:
        yield x

events.select(score("value")).write.parquet("out")
`
const session = (...confs: [string, string][]): string =>
  `${HEAD}spark = SparkSession.builder${confs.map(([key, value]) => `.config("${key}", "${value}")`).join("")}.getOrCreate()\n`
const EXECUTOR = "spark.executor.resource.gpu.amount"
const TASK = "spark.task.resource.gpu.amount"

describeRule(gpuWithoutResources, ({ fires, silent, suggests }) => {
  fires(
    "executors without GPUs",
    `${session(["spark.executor.cores", "8"])}${GPU}#                                 ^^^^^^ \`score\` takes a GPU, but the settings ask for none
#                                 | without GPUs (\`spark.executor.cores\`)
${REST}`,
  )
  fires(
    "by a SparkConf",
    `${HEAD}conf = SparkConf().setAll([("spark.executor.memory", "8g"), ("spark.executor.instances", "4")])
spark = SparkSession.builder.config(conf=conf).getOrCreate()
${GPU}#                                 ^^^^^^ the settings ask for none
${REST}`,
  )
  fires(
    "GPUs for executors only",
    `${session([EXECUTOR, "1"])}${GPU}#                                 ^^^^^^ tasks are started without regard to them
#                                 | GPUs for executors only
${REST}`,
  )
  fires(
    "GPUs for tasks only",
    `${session([TASK, "1"])}${GPU}#                                 ^^^^^^ Spark refuses to start
#                                 | GPUs for tasks only
${REST}`,
  )
  fires(
    "more for a task than an executor has",
    `${session([EXECUTOR, "1"], [TASK, "2"])}${GPU}#                                 ^^^^^^ asks for 2 GPUs and an executor has 1
${REST}`,
  )
  fires(
    "cores that no GPU is left for",
    `${session(["spark.executor.cores", "8"], [EXECUTOR, "1"], [TASK, "1"])}${GPU}#                                 ^^^^^^ let one task of \`score\` run on an executor at a time, where its cores would take 8
#                                 | 8 cores an executor
${REST}`,
  )
  fires(
    "onnxruntime on CUDA",
    `${session(["spark.executor.instances", "4"])}events = spark.read.parquet("events")

def work(rows):
    session = onnxruntime.InferenceSession("m.onnx", providers=["CUDAExecutionProvider"])
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`work\` takes a GPU
    for row in rows:
        yield row

events.rdd.mapPartitions(work).saveAsTextFile("out")
`,
  )

  silent("both are set", `${session(["spark.executor.cores", "4"], [EXECUTOR, "1"], [TASK, "0.25"])}${GPU}${REST}`)
  silent(
    "one task with all the cores",
    `${session(["spark.executor.cores", "8"], ["spark.task.cpus", "8"], [EXECUTOR, "1"], [TASK, "1"])}${GPU}${REST}`,
  )
  silent("a GPU for each core", `${session(["spark.executor.cores", "4"], [EXECUTOR, "4"], [TASK, "1"])}${GPU}${REST}`)
  silent(
    "nothing describes the executors here",
    `${HEAD}spark = SparkSession.builder.appName("scores").getOrCreate()\n${GPU}${REST}`,
  )
  silent(
    "one machine",
    `${HEAD}spark = SparkSession.builder.master("local[*]").config("spark.executor.cores", "4").getOrCreate()\n${GPU}${REST}`,
  )
  silent("no GPU code", `${session(["spark.executor.cores", "8"])}${GPU.replace('.to("cuda")', "")}${REST}`)
  silent(
    "GPU code on the driver only",
    `${session(["spark.executor.cores", "8"])}model = torch.load("m.pt").to("cuda")\nspark.read.parquet("events").write.parquet("out")\n`,
  )
  silent("the cluster's configuration asks for them", `${session(["spark.executor.cores", "8"])}${GPU}${REST}`, {
    conf: { [EXECUTOR]: "1", [TASK]: "0.125" },
  })
  silent(
    "amounts that aren't known",
    `${HEAD}import sys\nspark = SparkSession.builder.config("spark.executor.cores", "4").config("${EXECUTOR}", sys.argv[1]).config("${TASK}", sys.argv[2]).getOrCreate()\n${GPU}${REST}`,
  )
  silent(
    "a notebook on a GPU cluster",
    `# Databricks notebook source\n${HEAD}spark.conf.set("spark.databricks.delta.optimizeWrite.enabled", "true")\nspark.conf.set("spark.executor.cores", "4")\n${GPU}${REST}`,
  )
  silent("several GPUs for a task of one executor", `${session([EXECUTOR, "4"], [TASK, "4"])}${GPU}${REST}`)

  suggests("both amounts", `${session(["spark.executor.cores", "8"])}${GPU}${REST}`, `Set ${EXECUTOR}=1 and ${TASK}=1`)
  suggests(
    "a share of the GPU, or more cores",
    `${session(["spark.executor.cores", "8"], [EXECUTOR, "1"], [TASK, "1"])}${GPU}${REST}`,
    `Set ${TASK}=0.125 if 8 models fit a GPU's memory, or spark.task.cpus=8`,
  )
})
