import { modelLoadedPerBatch } from "../../../rules/udfs/model-loaded-per-batch.ts"
import { describeRule } from "../harness.ts"

const READ = `from functools import lru_cache
from typing import Iterator
import joblib
import onnxruntime
import pandas as pd
import torch
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`

describeRule(modelLoadedPerBatch, ({ fires, silent, fixes, suggests }) => {
  fires(
    "in the body of a row UDF",
    `${READ}@udf("float")
def score(x):
    model = torch.load("model.pt")
#                 ^^^^^^^^^^^^^^^^ \`score\` loads its model with \`load\` for every row
#                 | applied here
    return float(model(x))

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "in the body of a pandas UDF",
    `${READ}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    session = onnxruntime.InferenceSession("model.onnx")
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for every Arrow batch
    return pd.Series(session.run(None, {"x": x.to_numpy()})[0])

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "inside the batch loop of an iterator UDF",
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for x in batches:
        model = torch.jit.load("model.pt")
#                         ^^^^^^^^^^^^^^^^ for every batch of the loop
        yield pd.Series(model(x.to_numpy()))

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "a tokenizer in an RDD's map",
    `${READ}from transformers import AutoTokenizer

def tokens(row):
    tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for every element
    return tokenizer(row.kind)

events.rdd.map(tokens).saveAsTextFile("out")
`,
  )
  fires(
    "through a helper that keeps nothing",
    `${READ}def open_model():
    return joblib.load("model.joblib")
#                 ^^^^^^^^^^^^^^^^^^^^ for every Arrow batch

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(open_model().predict(x.to_numpy()))

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "in the loop of mapInPandas",
    `${READ}def run(frames):
    for frame in frames:
        model = joblib.load("model.joblib")
#                      ^^^^^^^^^^^^^^^^^^^^ for every batch of the loop
        yield frame.assign(y=model.predict(frame))

events.mapInPandas(run, "id long, y double").write.parquet("out")
`,
  )
  fires(
    "in the predict function of predict_batch_udf",
    `${READ}from pyspark.ml.functions import predict_batch_udf

def make():
    def predict(x):
        session = onnxruntime.InferenceSession("model.onnx")
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for every batch
        return session.run(None, {"x": x})[0]
    return predict

score = predict_batch_udf(make, return_type="float", batch_size=64)
events.select(score("features")).write.parquet("out")
`,
  )

  fires(
    "a pickled model, by what is done with it",
    `${READ}import pickle

@udf("float")
def score(x):
    with open("m.bin", "rb") as file:
        m = pickle.load(file)
#                  ^^^^^^^^^^ for every row
    return float(m.predict([[x]])[0])

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "bytes of a model, unpickled for every batch",
    `${READ}import cloudpickle

def scored(pipelines, frame):
    parts = [cloudpickle.dumps(pipeline) for pipeline in pipelines]

    @pandas_udf("double")
    def score(*cols: pd.Series) -> pd.Series:
        found = []
        for part in parts:
            local = cloudpickle.loads(part)
#                               ^^^^^^^^^^^ for every Arrow batch
            found.append(local.score_samples(pd.concat(cols, axis=1)))
        return pd.Series(sum(found))

    return frame.withColumn("score", score("value"))

scored([], events).write.parquet("out")
`,
  )
  fires(
    "of a library that no list names, by what it calls it",
    `${READ}import ourmodels

@pandas_udf("double")
def score(data: pd.Series) -> pd.Series:
    scorer = ourmodels.Scorer.from_pretrained("s3://models/scorer")
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for every Arrow batch
    return pd.Series(scorer(data))

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "a broadcast of a pickled model",
    `${READ}import pickle

def detector(path):
    with open(path, "rb") as file:
        bytes_of = spark.sparkContext.broadcast(file.read())

    @pandas_udf("double")
    def detect(data: pd.Series) -> pd.Series:
        local_model = pickle.loads(bytes_of.value)
#                            ^^^^^^^^^^^^^^^^^^^^^ for every Arrow batch
        return pd.Series(local_model.predict(data))

    return detect

events.select(detector("m.pkl")("value")).write.parquet("out")
`,
  )
  fires(
    "a network that is built and filled for every batch",
    `${READ}class Net(torch.nn.Module):
    def forward(self, x):
        return x

weights = spark.sparkContext.broadcast(torch.load("net.pt"))

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    net = Net()
    net.load_state_dict(weights.value)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for every Arrow batch
    return pd.Series(net(torch.tensor(x.to_numpy())).numpy())

events.select(score("value")).write.parquet("out")
`,
  )
  fires(
    "its weights are loaded in the body: once is enough to say",
    `${READ}class Net(torch.nn.Module):
    def forward(self, x):
        return x

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    net = Net()
    net.load_state_dict(torch.load("net.pt"))
#                             ^^^^^^^^^^^^^^ for every Arrow batch
    return pd.Series(net(torch.tensor(x.to_numpy())).numpy())

events.select(score("value")).write.parquet("out")
`,
  )

  silent(
    "before the loop of an iterator UDF",
    `${READ}@pandas_udf("float")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    model = torch.jit.load("model.pt")\n    for x in batches:\n        yield pd.Series(model(x.to_numpy()))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "in make_predict_fn",
    `${READ}from pyspark.ml.functions import predict_batch_udf\n\ndef make():\n    session = onnxruntime.InferenceSession("model.onnx")\n    return lambda x: session.run(None, {"x": x})[0]\n\nscore = predict_batch_udf(make, return_type="float", batch_size=64)\nevents.select(score("features")).write.parquet("out")\n`,
  )
  silent(
    "behind a module-level variable",
    `${READ}_model = None\n\ndef model():\n    global _model\n    if _model is None:\n        _model = torch.load("model.pt")\n    return _model\n\n@udf("float")\ndef score(x):\n    return float(model()(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "in a function whose result Python keeps",
    `${READ}@lru_cache(maxsize=1)\ndef model():\n    return torch.load("model.pt")\n\n@udf("float")\ndef score(x):\n    return float(model()(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "kept in a dict by its path",
    `${READ}MODELS = {}\n\n@udf("float")\ndef score(x):\n    if "m" not in MODELS:\n        MODELS["m"] = torch.load("model.pt")\n    return float(MODELS["m"](x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "on the driver, and captured",
    `${READ}model = joblib.load("model.joblib")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(model.predict(x.to_numpy()))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "once a partition, before its loop",
    `${READ}def run(rows):\n    model = joblib.load("model.joblib")\n    for row in rows:\n        yield model.predict([row])\n\nevents.rdd.mapPartitions(run).saveAsTextFile("out")\n`,
  )
  silent(
    "reading JSON per row loads no model",
    `${READ}import json\n\n@udf("string")\ndef name(x):\n    return json.loads(x)["name"]\n\nevents.select(name("kind")).write.parquet("out")\n`,
  )
  silent(
    "unpickling a row's own bytes is no model",
    `${READ}import pickle\n\n@udf("float")\ndef value(x):\n    return pickle.loads(x)[0]\n\nevents.select(value("kind")).write.parquet("out")\n`,
  )
  silent(
    "of such a library, before the loop of an iterator UDF",
    `${READ}from typing import Iterator\nimport ourmodels\n\n@pandas_udf("double")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    scorer = ourmodels.Scorer.from_pretrained("s")\n    for data in batches:\n        yield pd.Series(scorer(data))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "each row brings a model of its own",
    `${READ}import pickle\n\n@pandas_udf("double")\ndef score(models: pd.Series, value: pd.Series) -> pd.Series:\n    found = []\n    for one, x in zip(models, value):\n        model = pickle.loads(one)\n        found.append(model.predict([[x]])[0])\n    return pd.Series(found)\n\nevents.select(score("model", "value")).write.parquet("out")\n`,
  )
  silent(
    "a function that is no UDF",
    `${READ}def evaluate(x):\n    model = torch.load("model.pt")\n    return model(x)\n\nprint(evaluate(1))\n`,
  )
  silent(
    "torch.tensor is no load",
    `${READ}@pandas_udf("float")\ndef double(x: pd.Series) -> pd.Series:\n    return pd.Series((torch.tensor(x.to_numpy()) * 2).numpy())\n\nevents.select(double("value")).write.parquet("out")\n`,
  )
  silent(
    "kept on its class",
    `${READ}class Models:\n    _model = None\n\n    @classmethod\n    def get(cls):\n        if cls._model is None:\n            cls._model = torch.load("model.pt")\n        return cls._model\n\n@udf("float")\ndef score(x):\n    return float(Models.get()(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "kept by a path that comes as a parameter",
    `${READ}MODELS = {}\n\ndef model(path):\n    if path not in MODELS:\n        MODELS[path] = torch.load(path)\n    return MODELS[path]\n\n@udf("float")\ndef score(x):\n    return float(model("m.pt")(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "loaded where there is none yet",
    `${READ}model = None\n\n@udf("float")\ndef score(x):\n    global model\n    model = model or torch.load("model.pt")\n    return float(model(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )
  silent(
    "what is unpickled may be a table of settings",
    `${READ}import pickle\n\n@udf("string")\ndef name(x):\n    with open("codes", "rb") as file:\n        codes = pickle.load(file)\n    return codes[x]\n\nevents.select(name("kind")).write.parquet("out")\n`,
  )
  silent(
    "after a look-up that failed",
    `${READ}_models = {}\n\n@udf("float")\ndef score(x):\n    try:\n        model = _models["m"]\n    except KeyError:\n        model = _models["m"] = torch.load("model.pt")\n    return float(model(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )

  fixes(
    "a pandas UDF becomes an iterator UDF",
    `${READ}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    session = onnxruntime.InferenceSession("model.onnx")
    values = x.to_numpy()
    return pd.Series(session.run(None, {"x": values})[0])

events.select(score("value")).write.parquet("out")
`,
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    session = onnxruntime.InferenceSession("model.onnx")
    for x in batches:
        values = x.to_numpy()
        yield pd.Series(session.run(None, {"x": values})[0])

events.select(score("value")).write.parquet("out")
`,
    { safety: "unsafe", title: "iterator UDF" },
  )
  fixes(
    "two columns, an import to add",
    `${READ.replace("from typing import Iterator\n", "")}@pandas_udf("float")
def score(a: pd.Series, b: pd.Series) -> pd.Series:
    model = torch.load("model.pt")  # weights
    if len(a) == 0:
        b = b + 1
    return pd.Series(model(a.to_numpy(), b.to_numpy()))

events.select(score("value", "id")).write.parquet("out")
`,
    `${READ.replace("from typing import Iterator\n", "").replace("spark = ", "from typing import Iterator\nspark = ")}@pandas_udf("float")
def score(batches: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
    model = torch.load("model.pt")
    for a, b in batches:
        if len(a) == 0:
            b = b + 1
        yield pd.Series(model(a.to_numpy(), b.to_numpy()))

events.select(score("value", "id")).write.parquet("out")
`,
    { safety: "unsafe" },
  )
  fixes(
    "out of a batch loop",
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for x in batches:
        model = torch.jit.load("model.pt")
        yield pd.Series(model(x.to_numpy()))

events.select(score("value")).write.parquet("out")
`,
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    model = torch.jit.load("model.pt")
    for x in batches:
        yield pd.Series(model(x.to_numpy()))

events.select(score("value")).write.parquet("out")
`,
    { safety: "unsafe", title: "Load before the loop" },
  )
  suggests(
    "a load that depends on the batch",
    `${READ}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    model = torch.load(x[0])
    return pd.Series(model(x.to_numpy()))

events.select(score("value")).write.parquet("out")
`,
    "into an iterator pandas UDF",
  )
  suggests(
    "a row UDF",
    `${READ}@udf("float")\ndef score(x):\n    return float(torch.load("model.pt")(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
    "Turn `score` into an iterator pandas UDF",
  )
})
