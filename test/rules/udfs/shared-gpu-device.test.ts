import { sharedGpuDevice } from "../../../rules/udfs/shared-gpu-device.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from typing import Iterator
import os
import cupy
import onnxruntime
import pandas as pd
import torch
from transformers import pipeline
from ultralytics import YOLO
from pyspark import TaskContext
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
`
const READ = `${HEAD}spark = SparkSession.builder.appName("scores").getOrCreate()
events = spark.read.parquet("events")
`
const APPLY = `events.select(score("value")).write.parquet("out")\n`
const body = (lines: string, head = READ): string =>
  `${head}\n@pandas_udf("float")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n${lines}    for x in batches:\n        yield x\n\n${APPLY}`
const cluster = (...confs: [string, string][]): string =>
  `${HEAD}spark = SparkSession.builder${confs.map(([key, value]) => `.config("${key}", "${value}")`).join("")}.getOrCreate()\nevents = spark.read.parquet("events")\n`

describeRule(sharedGpuDevice, ({ fires, silent, suggests }) => {
  fires(
    "plain cuda",
    body(`    model = torch.load("m.pt").to("cuda")
#                                 ^^^^^^ \`score\` takes the first GPU in every task
#                                 | nothing in sight gives each task a GPU
`),
  )
  fires(
    "a number",
    body(`    model = torch.load("m.pt")
    model.to(torch.device("cuda:0"))
#                         ^^^^^^^^ takes GPU \`cuda:0\` in every task
`),
  )
  fires(
    "if there is one",
    body(`    device = "cuda" if torch.cuda.is_available() else "cpu"
#            ^^^^^^ takes the first GPU in every task
    model = torch.load("m.pt").to(device)
`),
  )
  fires(
    "executors with several GPUs",
    body(
      `    model = torch.load("m.pt").cuda()
#                              ^^^^^^ takes the first GPU in every task
#                              | an executor has 4 GPUs
`,
      cluster(["spark.executor.resource.gpu.amount", "4"], ["spark.task.resource.gpu.amount", "1"]),
    ),
  )
  fires(
    "a pipeline's device by number",
    body(`    pipe = pipeline("sentiment-analysis", device=0, batch_size=32)
#                                                ^ takes GPU \`0\` in every task
`),
  )
  fires(
    "onnxruntime's device id",
    body(`    session = onnxruntime.InferenceSession("m.onnx", providers=[("CUDAExecutionProvider", {"device_id": 0})])
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes GPU \`cuda:0\`
`),
  )
  fires(
    "in the function that makes the predict function",
    `${READ}def make():
    model = torch.load("m.pt").to("cuda:1")
#                                 ^^^^^^^^ takes GPU \`cuda:1\`
    return lambda x: model(x)

score = predict_batch_udf(make, return_type=T, batch_size=64)
${APPLY}`,
  )
  fires(
    "in what a lambda calls to make the predict function",
    `${READ}def load(path):
    model = torch.load(path).cuda()
#                            ^^^^^^ takes the first GPU
    return lambda x: model(x)

score = predict_batch_udf(lambda: load("m.pt"), return_type=T, batch_size=64)
${APPLY}`,
  )
  fires(
    "a data loader's processes in each task",
    `${READ}def work(rows):
    for batch in torch.utils.data.DataLoader(Rows(rows), batch_size=64, num_workers=4):
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ starts 4 more processes in every task
        yield batch

events.rdd.mapPartitions(work).saveAsTextFile("out")
`,
  )

  silent(
    "the task's own GPU",
    body(
      `    gpu = TaskContext.get().resources()["gpu"].addresses[0]\n    model = torch.load("m.pt").to(f"cuda:{gpu}")\n    torch.zeros(1).to("cuda")\n`,
    ),
  )
  silent(
    "one GPU a task",
    body(
      `    model = torch.load("m.pt").to("cuda")\n`,
      cluster(["spark.executor.resource.gpu.amount", "1"], ["spark.task.resource.gpu.amount", "1"]),
    ),
  )
  silent(
    "a GPU that tasks share on purpose",
    body(
      `    model = torch.load("m.pt").to("cuda")\n`,
      cluster(["spark.executor.resource.gpu.amount", "1"], ["spark.task.resource.gpu.amount", "0.25"]),
    ),
  )
  silent(
    "no GPU is asked for, which another rule tells",
    body(`    model = torch.load("m.pt").to("cuda")\n`, cluster(["spark.executor.cores", "4"])),
  )
  silent("the CPU", body(`    model = torch.load("m.pt", map_location="cpu").to("cpu")\n`))
  silent(
    "the driver's own GPU",
    `${READ}model = torch.load("m.pt").to("cuda")\nprint(model(torch.zeros(1).cuda()))\nevents.write.parquet("out")\n`,
  )
  silent(
    "one machine",
    body(
      `    model = torch.load("m.pt").to("cuda")\n`,
      `${HEAD}spark = SparkSession.builder.master("local[4]").getOrCreate()\nevents = spark.read.parquet("events")\n`,
    ),
  )
  silent(
    "the platform numbers a task's GPUs from zero",
    `# Databricks notebook source\n${body(`    model = torch.load("m.pt").to("cuda:0")\n`, `${HEAD}events = spark.read.parquet("events")\n`)}`,
  )
  silent(
    "the environment names the device",
    body(`    os.environ["CUDA_VISIBLE_DEVICES"] = str(pick())\n    model = torch.load("m.pt").to("cuda")\n`),
  )
  silent(
    "a device by the partition",
    body(
      `    n = torch.cuda.device_count()\n    model = torch.load("m.pt").to(f"cuda:{TaskContext.get().partitionId() % n}")\n`,
    ),
  )
  silent(
    "a data loader without processes",
    `${READ}def work(rows):\n    for batch in torch.utils.data.DataLoader(list(rows), batch_size=64, num_workers=0):\n        yield batch\n\nevents.rdd.mapPartitions(work).saveAsTextFile("out")\n`,
  )
  silent(
    "a data loader on the driver",
    `${READ}for batch in torch.utils.data.DataLoader(events.limit(9).collect(), num_workers=4):\n    print(batch)\n`,
  )
  silent("another thing called to", body(`    names = pd.Series(["a"]).str.cat().to("cuda")\n`))

  suggests(
    "the address that Spark assigned",
    body(`    model = torch.load("m.pt").to("cuda")\n`),
    'resources()["gpu"].addresses[0]',
  )
})
