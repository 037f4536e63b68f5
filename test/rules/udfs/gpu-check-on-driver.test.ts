import { gpuCheckOnDriver } from "../../../rules/udfs/gpu-check-on-driver.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from typing import Iterator
import onnxruntime
import pandas as pd
import tensorflow as tf
import torch
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
`
const READ = `${HEAD}spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`
const APPLY = `events.select(score("value")).write.parquet("out")\n`

describeRule(gpuCheckOnDriver, ({ fires, silent, suggests }) => {
  fires(
    "a device that a UDF captures",
    `${READ}device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
#                                          ^^^^^^^^^^^^^^ \`device\` says what GPUs the driver has, and \`score\` follows it
#                                          | this runs on the driver
#                                          | \`score\` takes \`device\` along

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    model = torch.load("m.pt").to(device)
    return pd.Series(model(torch.tensor(x.to_numpy()).to(device)).cpu().numpy())

${APPLY}`,
  )
  fires(
    "a flag by another name",
    `${READ}try:
    GPU_AVAILABLE = torch.cuda.is_available()
#                              ^^^^^^^^^^^^^^ \`GPU_AVAILABLE\` says what GPUs the driver has
except ImportError:
    GPU_AVAILABLE = False

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(torch.tensor(x.to_numpy()).to("cuda" if GPU_AVAILABLE else "cpu").cpu().numpy())

${APPLY}`,
  )
  fires(
    "a model that was moved on the driver",
    `${READ}device = "cuda" if torch.cuda.is_available() else "cpu"
#                             ^^^^^^^^^^^^^^ \`model\` was made for the GPUs that the driver has
model = torch.load("m.pt").to(device)

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(model(torch.tensor(x.to_numpy())).numpy())

${APPLY}`,
  )
  fires(
    "in a function around the UDF",
    `${READ}def run(df):
    gpus = tf.config.list_physical_devices("GPU")
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`gpus\` says what GPUs the driver has

    def work(frames):
        for frame in frames:
            yield frame * len(gpus)

    return df.mapInPandas(work, df.schema)

run(events).write.parquet("out")
`,
  )
  fires(
    "another UDF by the driver's GPU",
    `${READ}@pandas_udf("float")
def on_gpu(x: pd.Series) -> pd.Series:
    return x

if torch.cuda.is_available():
#             ^^^^^^^^^^^^^^ by the answer executors get other work
#             | it decides what executors do here
    events.select(on_gpu("value")).write.parquet("out")
else:
    events.select("value").write.parquet("out")
`,
  )
  fires(
    "what executors ask for",
    `${HEAD}builder = SparkSession.builder
use_gpu = torch.cuda.is_available()
#                    ^^^^^^^^^^^^^^ by the answer executors get other work
if use_gpu:
    builder = builder.config("spark.executor.resource.gpu.amount", "1")
spark = builder.getOrCreate()
`,
  )

  silent(
    "asked in the UDF",
    `${READ}@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    device = "cuda" if torch.cuda.is_available() else "cpu"\n    return pd.Series(torch.tensor(x.to_numpy()).to(device).cpu().numpy())\n\n${APPLY}`,
  )
  silent("only printed", `${READ}print("GPU:", torch.cuda.is_available())\nevents.write.parquet("out")\n`)
  silent(
    "training on the driver",
    `${READ}device = "cuda" if torch.cuda.is_available() else "cpu"\nmodel = torch.load("m.pt").to(device)\nx = torch.tensor(events.limit(100).toPandas().values).to(device)\nprint(model(x))\n`,
  )
  silent(
    "once a worker, in the function that makes the predict function",
    `${READ}def make():\n    device = "cuda" if torch.cuda.is_available() else "cpu"\n    model = torch.load("m.pt").to(device)\n    def predict(x):\n        return model(torch.tensor(x).to(device)).cpu().numpy()\n    return predict\n\nscore = predict_batch_udf(make, return_type=T, batch_size=64)\n${APPLY}`,
  )
  silent(
    "one machine for driver and tasks",
    `${HEAD}spark = SparkSession.builder.master("local[4]").getOrCreate()\nevents = spark.read.parquet("events")\ndevice = "cuda" if torch.cuda.is_available() else "cpu"\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(torch.tensor(x.to_numpy()).to(device).cpu().numpy())\n\n${APPLY}`,
  )
  silent(
    "a module that executors import as well",
    `${HEAD}DEVICE = "cuda" if torch.cuda.is_available() else "cpu"\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(torch.tensor(x.to_numpy()).to(DEVICE).cpu().numpy())\n\ndef add_scores(df):\n    return df.withColumn("score", score("value"))\n`,
    { path: "lib/scoring.py" },
  )
  silent(
    "a name of the UDF's own",
    `${READ}device = "cuda" if torch.cuda.is_available() else "cpu"\nprint(device)\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    device = "cpu"\n    return pd.Series(torch.tensor(x.to_numpy()).to(device).numpy())\n\n${APPLY}`,
  )
  silent(
    "a helper that executors call",
    `${READ}def device():\n    return "cuda" if torch.cuda.is_available() else "cpu"\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(torch.tensor(x.to_numpy()).to(device()).cpu().numpy())\n\n${APPLY}`,
  )
  silent(
    "a function's own name, of which the UDF has another",
    `${READ}model = torch.load("m.pt")\n\ndef serve():\n    device = "cuda" if torch.cuda.is_available() else "cpu"\n    model = torch.load("m.pt").to(device)\n    print(model)\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(model(torch.tensor(x.to_numpy())).numpy())\n\nserve()\n${APPLY}`,
  )
  silent(
    "a maker's own model, of the same name as the driver's",
    `${READ}device = "cuda" if torch.cuda.is_available() else "cpu"\nmodel = torch.load("m.pt").to(device)\npath = "models/{}/model.pt".format("a")\n\ndef make():\n    model = torch.load(path)\n    def predict(x):\n        return model(torch.tensor(x)).cpu().numpy()\n    return predict\n\nscore = predict_batch_udf(make, return_type=T, batch_size=64)\n${APPLY}`,
  )
  silent(
    "an if that guards only the driver's own work",
    `${READ}if torch.cuda.is_available():\n    torch.cuda.empty_cache()\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return x\n\n${APPLY}`,
  )

  suggests(
    "moves the question",
    `${READ}device = "cuda" if torch.cuda.is_available() else "cpu"\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(torch.tensor(x.to_numpy()).to(device).cpu().numpy())\n\n${APPLY}`,
    "into `score`",
  )
  suggests(
    "a setting instead of a question",
    `${HEAD}builder = SparkSession.builder\nif torch.cuda.is_available():\n    builder = builder.config("spark.task.resource.gpu.amount", "1")\nspark = builder.getOrCreate()\n`,
    "in a setting",
  )
})
