import { rowAtATimeGpuUdf } from "../../../rules/udfs/row-at-a-time-gpu-udf.ts"
import { describeRule } from "../harness.ts"

const READ = `import numpy as np
import onnxruntime
import pandas as pd
import torch
from typing import Iterator
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf, udf
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`

describeRule(rowAtATimeGpuUdf, ({ fires, silent, suggests }) => {
  fires(
    "a plain UDF that runs a captured model",
    `${READ}model = torch.jit.load("model.pt")

@udf("float")
def score(x):
    return float(model(torch.tensor([x])))
#                ^^^^^^^^^^^^^^^^^^^^^^^^ \`score\` calls torch once for every row
#                | \`score\` gets one row at a time
#                | \`score\` is applied here

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "a session per worker, one row a call",
    `${READ}session = None

@udf("float")
def score(x):
    global session
    if session is None:
        session = onnxruntime.InferenceSession("model.onnx")
    return float(session.run(["y"], {"x": [x]})[0][0])
#                        ^^^^^^^^^^^^^^^^^^^^^^ calls onnxruntime once for every row

events.select(score("features")).write.parquet("out")
`,
  )
  fires(
    "an RDD's map",
    `${READ}def predict(row):
    return torch.sigmoid(torch.tensor(row.value)).item()
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once for every row

events.rdd.map(predict).saveAsTextFile("out")
`,
  )
  fires(
    "a loop over the items of a pandas UDF's batch",
    `${READ}model = torch.jit.load("model.pt")

@pandas_udf("float")
def score(values: pd.Series) -> pd.Series:
    out = []
    for value in values:
        out.append(float(model(torch.tensor([value]))))
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once for every item of the batch
#                        | this loop takes one item at a time
    return pd.Series(out)

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "apply inside a pandas UDF",
    `${READ}model = torch.jit.load("model.pt")

@pandas_udf("float")
def score(values: pd.Series) -> pd.Series:
    return values.apply(lambda value: float(model(torch.tensor([value]))))
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once for every item of the batch

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "a comprehension inside an iterator UDF's batches",
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    session = onnxruntime.InferenceSession("model.onnx")
    for batch in batches:
        yield pd.Series([session.run(None, {"x": [x]})[0][0] for x in batch])
#                                ^^^^^^^^^^^^^^^^^^^^^ once for every item of the batch

events.select(score("features")).write.parquet("out")
`,
  )
  fires(
    "a UDF made from a function",
    `${READ}from transformers import pipeline
classify = pipeline("sentiment-analysis")
label = udf(lambda text: classify(text)[0]["label"])
#                        ^^^^^^^^^^^^^^ calls transformers once for every row
events.select(label("kind")).write.parquet("out")
`,
  )

  silent(
    "a tokenizer works on the CPU, text by text",
    `${READ}from transformers import AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("t")

@pandas_udf("int")
def tokens(texts: pd.Series) -> pd.Series:
    return texts.apply(lambda text: len(tokenizer.encode(text)))

events.select(tokens("text")).write.parquet("out")
`,
  )
  silent(
    "the function reads batches through a pipeline of its own",
    `${READ}import tensorflow as tf

def train(rows):
    def parse(example):
        return tf.image.resize(example["image"], (128, 128))
    for row in rows:
        data = tf.data.Dataset.list_files(row).map(parse).batch(64)
        resized = parse({"image": row})
    yield 1

spark.sparkContext.parallelize(range(4), 4).mapPartitions(train).collect()
`,
  )
  silent(
    "the whole batch goes in at once",
    `${READ}model = torch.jit.load("model.pt")\n\n@pandas_udf("float")\ndef score(values: pd.Series) -> pd.Series:\n    return pd.Series(model(torch.tensor(values.to_numpy())).numpy())\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "each batch of an iterator UDF goes in at once",
    `${READ}@pandas_udf("float")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    session = onnxruntime.InferenceSession("model.onnx")\n    for batch in batches:\n        yield pd.Series(session.run(None, {"x": np.stack(batch)})[0])\n\nevents.select(score("features")).write.parquet("out")\n`,
  )
  silent(
    "slices of a batch",
    `${READ}model = torch.jit.load("model.pt")\n\n@pandas_udf("float")\ndef score(values: pd.Series) -> pd.Series:\n    out = []\n    for start in range(0, len(values), 32):\n        out.extend(model(torch.tensor(values[start : start + 32].to_numpy())))\n    return pd.Series(out)\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "batches gathered inside the loop",
    `${READ}model = torch.jit.load("model.pt")\n\ndef run(rows):\n    buffer = []\n    for row in rows:\n        buffer.append(row.value)\n        if len(buffer) == 64:\n            yield from model(torch.tensor(buffer)).tolist()\n            buffer = []\n\nevents.rdd.mapPartitions(run).saveAsTextFile("out")\n`,
  )
  silent(
    "predict_batch_udf hands over arrays",
    `${READ}from pyspark.ml.functions import predict_batch_udf\n\ndef make():\n    session = onnxruntime.InferenceSession("model.onnx")\n    def predict(x):\n        return session.run(None, {"x": x})[0]\n    return predict\n\nscore = predict_batch_udf(make, return_type="float", batch_size=64)\nevents.select(score("features")).write.parquet("out")\n`,
  )
  silent(
    "NumPy per row is no GPU library",
    `${READ}@udf("float")\ndef norm(x):\n    return float(np.linalg.norm(x))\n\nevents.select(norm("features")).write.parquet("out")\n`,
  )
  silent(
    "a model on the driver",
    `${READ}model = torch.jit.load("model.pt")\nfor row in events.limit(10).collect():\n    print(model(torch.tensor(row.value)))\n`,
  )
  silent(
    "a function that is no UDF",
    `${READ}model = torch.jit.load("model.pt")\n\ndef score(x):\n    return model(torch.tensor(x))\n\nprint(score(1.0))\n`,
  )
  silent(
    "single tensors are stacked before the model sees them",
    `${READ}model = torch.jit.load("model.pt")\n\n@pandas_udf("float")\ndef score(values: pd.Series) -> pd.Series:\n    stacked = torch.stack([torch.tensor(value) for value in values])\n    return pd.Series(model(stacked).numpy())\n\nevents.select(score("features")).write.parquet("out")\n`,
  )
  silent(
    "a generator of one's own makes batches of a partition",
    `${READ}model = torch.jit.load("model.pt")

def yield_batch(rows, size):
    some = []
    for row in rows:
        some.append(row.value)
        if len(some) >= size:
            yield some
            some = []

def run(rows):
    for values in yield_batch(rows, 64):
        yield from model(torch.tensor(values)).tolist()

events.rdd.mapPartitions(run).saveAsTextFile("out")
`,
  )
  silent(
    "a data loader makes batches of a partition",
    `${READ}model = torch.jit.load("model.pt")\n\ndef run(rows):\n    for batch in torch.utils.data.DataLoader(list(rows), batch_size=64):\n        yield from model(batch).tolist()\n\nevents.rdd.mapPartitions(run).saveAsTextFile("out")\n`,
  )
  silent(
    "passes over the layers of one batch",
    `${READ}@pandas_udf("float")\ndef score(values: pd.Series) -> pd.Series:\n    x = torch.tensor(values.to_numpy())\n    for _ in range(3):\n        x = torch.relu(x)\n    return pd.Series(x.numpy())\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "writing records for later is no inference",
    `${READ}import tensorflow as tf\n\ndef record(row):\n    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[row.id]))\n    return tf.train.Example(features=tf.train.Features(feature={"id": feature})).SerializeToString()\n\nevents.rdd.map(record).saveAsTextFile("out")\n`,
  )
  silent(
    "asking for the device computes nothing",
    `${READ}@udf("boolean")\ndef has_gpu(x):\n    return torch.cuda.is_available()\n\nevents.select(has_gpu("id")).write.parquet("out")\n`,
  )

  silent(
    "a row's values only become a tensor",
    `${READ}def rows(it):\n    for row in it:\n        yield torch.Tensor(row.features), torch.zeros(1)\n\nevents.rdd.mapPartitions(rows).saveAsTextFile("out")\n`,
  )
  silent(
    "each model of an ensemble gets the whole batch",
    `${READ}models = [torch.jit.load("a.pt"), torch.jit.load("b.pt")]\n\n@pandas_udf("float")\ndef score(values: pd.Series) -> pd.Series:\n    x = torch.tensor(values.to_numpy())\n    return pd.Series(sum(model(x) for model in models).numpy())\n\nevents.select(score("value")).write.parquet("out")\n`,
  )

  suggests(
    "items that a loop took one by one",
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    session = onnxruntime.InferenceSession("model.onnx")
    for batch in batches:
        yield pd.Series([session.run(None, {"x": np.array([x])})[0][0] for x in batch])

events.select(score("features")).write.parquet("out")
`,
    `def make_score():
    session = onnxruntime.InferenceSession("model.onnx")  # once per Python worker

    def predict(x):  # one array for each column
        return session.run(None, {"x": np.array(x)})

    return predict

score = predict_batch_udf(make_score, return_type=FloatType(), batch_size=64)`,
  )
  suggests(
    "a whole predict_batch_udf with the user's names",
    `${READ}model = torch.jit.load("model.pt")

@udf("double")
def score(value, weight):
    return float(model(torch.tensor([value, weight])))

events.select(score("value", "id")).write.parquet("out")
`,
    `def make_score():
    model = torch.jit.load("model.pt")  # once per Python worker

    def predict(value, weight):  # one array for each column
        return model(torch.tensor([value, weight]))

    return predict

score = predict_batch_udf(make_score, return_type=DoubleType(), batch_size=64)`,
  )
})
