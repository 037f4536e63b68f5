import { unbatchedInference } from "../../../rules/udfs/unbatched-inference.ts"
import { describeRule } from "../harness.ts"

const READ = `from typing import Iterator
import joblib
import mlflow
import numpy as np
import pandas as pd
import pickle
import spacy
import torch
from transformers import pipeline
from sklearn.linear_model import LogisticRegression
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`
const APPLY = `events.select(score("value")).write.parquet("out")\n`

describeRule(unbatchedInference, ({ fires, silent, suggests }) => {
  fires(
    "an unpickled model in a comprehension over a batch",
    `${READ}model = joblib.load("model.joblib")

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series([model.predict([[v]])[0] for v in x])
#                           ^^^^^^^^^^^^^^ \`score\` calls \`predict\` once for every item of the batch
#                           | this loop takes one item at a time
#                           | \`score\` is applied here

${APPLY}`,
  )
  fires(
    "in an apply",
    `${READ}bc = spark.sparkContext.broadcast(pickle.load(open("m.pkl", "rb")))

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return x.apply(lambda v: bc.value.predict_proba([[v]])[0][1])
#                                     ^^^^^^^^^^^^^^^^^^^^ once for every item

${APPLY}`,
  )
  fires(
    "what NumPy calls a vectorized function is a loop",
    `${READ}model = joblib.load("model.joblib")

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(np.vectorize(lambda v: model.predict([[v]])[0])(x))
#                                                 ^^^^^^^^^^^^^^ once for every item of the batch

${APPLY}`,
  )
  fires(
    "an MLflow model row by row in a partition",
    `${READ}def work(rows):
    model = mlflow.pyfunc.load_model("models:/m/1")
    for row in rows:
        yield model.predict(pd.DataFrame([row.asDict()]))[0]
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once for every row

events.rdd.mapPartitions(work).saveAsTextFile("out")
`,
  )
  fires(
    "an RDD's map",
    `${READ}model = LogisticRegression().fit(x, y)
events.rdd.map(lambda row: float(model.predict([[row.value]])[0])).saveAsTextFile("out")
#                                      ^^^^^^^^^^^^^^^^^^^^^^ This lambda calls \`predict\` once for every row
`,
  )
  fires(
    "a plain UDF",
    `${READ}clf = LogisticRegression().fit(x, y)
bc = spark.sparkContext.broadcast(clf)

def predict(a, b):
    return float(bc.value.predict([[a, b]])[0])
#                         ^^^^^^^^^^^^^^^^^ \`predict\` calls \`predict\` once for every row
#                         | \`predict\` gets one row at a time

score = udf(predict, "float")
events.select(score("value", "id")).write.parquet("out")
`,
  )
  fires(
    "spaCy text by text",
    `${READ}@pandas_udf("array<string>")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    nlp = spacy.load("en_core_web_sm")
    for texts in batches:
        yield texts.apply(lambda text: [e.text for e in nlp(text).ents])
#                                                       ^^^^^^^^^ with \`nlp.pipe(…)\`

${APPLY}`,
  )
  fires(
    "a pipeline's batch of one",
    `${READ}pipe = pipeline("sentiment-analysis", device=0, batch_size=1)
#                                                          ^ \`batch_size=1\` in \`score\` runs the model once for every row

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series([r["score"] for r in pipe(x.tolist())])

${APPLY}`,
  )
  fires(
    "a pipeline on a GPU that was told no batch size",
    `${READ}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    pipe = pipeline("sentiment-analysis", device="cuda")
    return pd.Series([r["score"] for r in pipe(x.tolist())])
#                                         ^^^^^^^^^^^^^^^^ takes \`pipe\`'s inputs one by one
#                                         | on a GPU

${APPLY}`,
  )
  fires(
    "predict_batch_udf with one row",
    `${READ}score = predict_batch_udf(make, return_type=T, batch_size=1)
#                                                         ^ runs the model once for every row
`,
  )

  silent(
    "a handful of rows, batch by batch of one",
    `${READ}few = spark.createDataFrame([(1.0,), (2.0,)], ["x"])\nscore = predict_batch_udf(lambda: np.sum, return_type=T, batch_size=1)\nfew.select(score("x")).show()\n`,
  )
  silent(
    "a default that callers may change",
    `${READ}def scores(df, batch_size=1):\n    pipe = pipeline("sentiment-analysis", batch_size=batch_size)\n    @pandas_udf("float")\n    def score(x: pd.Series) -> pd.Series:\n        return pd.Series([r["score"] for r in pipe(x.tolist())])\n    return df.select(score("value"))\n`,
  )
  silent(
    "the whole batch at once",
    `${READ}model = joblib.load("m")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(model.predict(x.to_frame()))\n\n${APPLY}`,
  )
  silent(
    "frame by frame",
    `${READ}def work(frames):\n    model = joblib.load("m")\n    for frame in frames:\n        yield frame.assign(y=model.predict(frame[["value"]]))\n\nevents.mapInPandas(work, "value double, y double").write.parquet("out")\n`,
  )
  silent(
    "each model of an ensemble gets the batch",
    `${READ}@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    models = [joblib.load("a"), joblib.load("b")]\n    return pd.Series(np.mean([model.predict(x.to_frame()) for model in models], axis=0))\n\n${APPLY}`,
  )
  silent(
    "models that the loop unpickles",
    `${READ}blobs = [open("a", "rb").read(), open("b", "rb").read()]\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    frame = x.to_frame()\n    scores = []\n    for blob in blobs:\n        model = pickle.loads(blob)\n        scores.append(model.score_samples(frame))\n    return pd.Series(np.mean(scores, axis=0))\n\n${APPLY}`,
  )
  silent(
    "slices of a batch",
    `${READ}model = joblib.load("m")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    out = []\n    for start in range(0, len(x), 512):\n        out.extend(model.predict(x[start : start + 512].to_frame()))\n    return pd.Series(out)\n\n${APPLY}`,
  )
  silent(
    "torch one by one, which another rule tells",
    `${READ}model = torch.jit.load("m.pt")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([float(model(torch.tensor([v]))) for v in x])\n\n${APPLY}`,
  )
  silent(
    "a load for every row comes first, which another rule tells",
    `${READ}@udf("float")\ndef score(x):\n    model = joblib.load("m")\n    return float(model.predict([[x]])[0])\n\n${APPLY}`,
  )
  silent(
    "spaCy's own batches",
    `${READ}@pandas_udf("int")\ndef score(texts: pd.Series) -> pd.Series:\n    nlp = spacy.load("en_core_web_sm")\n    return pd.Series([len(doc.ents) for doc in nlp.pipe(texts)])\n\n${APPLY}`,
  )
  silent(
    "on the driver",
    `${READ}model = joblib.load("m")\nfor row in events.limit(10).collect():\n    print(model.predict([[row.value]]))\npipe = pipeline("sentiment-analysis", batch_size=1)\nprint(pipe("good"))\n`,
  )
  silent(
    "a method of one's own called predict",
    `${READ}class Rules:\n    def predict(self, v):\n        return v * 2\n\nrules = Rules()\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([rules.predict(v) for v in x])\n\n${APPLY}`,
  )
  silent(
    "a batch of 32",
    `${READ}pipe = pipeline("sentiment-analysis", batch_size=32)\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([r["score"] for r in pipe(x.tolist())])\n\n${APPLY}`,
  )
  silent(
    "a pipeline on the CPU gains little by batches",
    `${READ}pipe = pipeline("sentiment-analysis")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([r["score"] for r in pipe(x.tolist())])\n\n${APPLY}`,
  )
  silent(
    "told in the call",
    `${READ}pipe = pipeline("sentiment-analysis", device=0)\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([r["score"] for r in pipe(x.tolist(), batch_size=16)])\n\n${APPLY}`,
  )
  silent(
    "a writer's batch of one",
    `${READ}import requests\n\ndef send(rows):\n    for row in rows:\n        requests.post("https://example.com", json=row.asDict(), batch_size=1)\n\nevents.foreachPartition(send)\n`,
  )

  suggests(
    "one call for a batch",
    `${READ}model = joblib.load("m")\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series([model.predict([[v]])[0] for v in x])\n\n${APPLY}`,
    "call `predict` on it once",
  )
  suggests("a usual start", `${READ}score = predict_batch_udf(make, return_type=T, batch_size=1)\n`, "batch_size=64")
})
