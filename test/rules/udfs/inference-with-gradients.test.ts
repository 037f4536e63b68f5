import { inferenceWithGradients } from "../../../rules/udfs/inference-with-gradients.ts"
import { describeRule } from "../harness.ts"

const READ = `from typing import Iterator
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torchvision
from transformers import AutoModel, AutoTokenizer, pipeline
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`
const NET = `${READ}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 1)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(self.fc(x))

`
const APPLY = `\nevents.select(score("features")).write.parquet("out")\n`
const udf = (body: string, head = READ): string =>
  `${head}@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n${body}${APPLY}`

describeRule(inferenceWithGradients, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a saved model in a pandas UDF",
    `${READ}model = torch.jit.load("model.pt").eval()

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(model(torch.tensor(x.tolist())).detach().numpy())
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`score\` runs \`model\` with gradients on
#                    | nothing in it calls
#                    | \`score\` is applied here
${APPLY}`,
  )
  fires(
    "a module of one's own that stays in training mode too",
    `${NET}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    net = Net()
    net.load_state_dict(torch.load("net.pt"))
    y = net(torch.tensor(x.tolist()))
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Nothing calls \`net.eval()\` either
    return pd.Series(y.detach().numpy())
${APPLY}`,
  )
  fires(
    "gradients are off, but dropout is on",
    `${NET}@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    net = Net()
    net.load_state_dict(torch.load("net.pt"))
    with torch.no_grad():
        y = net(torch.tensor(x.tolist()))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs \`net\` as in training
    return pd.Series(y.numpy())
${APPLY}`,
  )
  fires(
    "a torchvision model in an iterator UDF",
    `${READ}@pandas_udf("float")
def score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    resnet = torchvision.models.resnet50(weights="DEFAULT").to("cuda")
    resnet.eval()
    for x in batches:
        y = resnet(torch.stack(list(x)).to("cuda"))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ with gradients on
        yield pd.Series(y.detach().cpu().numpy()[:, 0])
${APPLY}`,
  )
  fires(
    "a Hugging Face model in a partition",
    `${READ}def embed(rows):
    tokenizer = AutoTokenizer.from_pretrained("bert")
    bert = AutoModel.from_pretrained("bert")
    for row in rows:
        yield bert(**tokenizer(row.kind, return_tensors="pt")).last_hidden_state.tolist()
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`embed\` runs \`bert\` with gradients on

events.rdd.mapPartitions(embed).saveAsTextFile("out")
`,
  )
  fires(
    "in the predict function of predict_batch_udf",
    `${READ}def make():
    model = torch.load("model.pt").to("cuda")
    def predict(x):
        return model(torch.tensor(x)).detach().cpu().numpy()
#              ^^^^^^^^^^^^^^^^^^^^^^ with gradients on
    return predict

score = predict_batch_udf(make, return_type=T, batch_size=64)
events.select(score("features")).write.parquet("out")
`,
  )
  fires(
    "in a helper that the UDF calls",
    `${READ}model = torch.load("model.pt")

def run(x):
    return model.forward(torch.tensor(x))
#                ^^^^^^^^^^^^^^^^^^^^^^^^ with gradients on

@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(run(x.tolist()).detach().numpy())
${APPLY}`,
  )

  silent(
    "under no_grad",
    udf(
      `    model = torch.load("m.pt")\n    with torch.no_grad():\n        y = model(torch.tensor(x.tolist()))\n    return pd.Series(y.numpy())\n`,
    ),
  )
  silent(
    "under inference_mode around the loop, the model run in a helper",
    `${READ}def run(model, x):\n    return model(torch.tensor(x.tolist()))\n\n@pandas_udf("float")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    model = torch.load("m.pt")\n    with torch.inference_mode():\n        for x in batches:\n            yield pd.Series(run(model, x).numpy())\n${APPLY}`,
  )
  silent(
    "a decorator switches them off",
    `${READ}model = torch.load("m.pt")\n\n@torch.no_grad()\ndef run(x):\n    return model(torch.tensor(x))\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    return pd.Series(run(x.tolist()).numpy())\n${APPLY}`,
  )
  silent(
    "switched off by a statement",
    udf(
      `    torch.set_grad_enabled(False)\n    model = torch.load("m.pt")\n    return pd.Series(model(torch.tensor(x.tolist())).numpy())\n`,
    ),
  )
  silent(
    "it trains a model for each group",
    `${NET}def train(pdf: pd.DataFrame) -> pd.DataFrame:\n    net = Net()\n    opt = torch.optim.Adam(net.parameters())\n    loss = nn.MSELoss()(net(torch.tensor(pdf.values)), torch.zeros(1))\n    loss.backward()\n    opt.step()\n    return pdf\n\nevents.groupBy("kind").applyInPandas(train, events.schema).write.parquet("out")\n`,
  )
  silent(
    "it trains by a loss that comes from outside",
    `${NET}def trainer(loss_fn):\n    def train(pdf: pd.DataFrame) -> pd.DataFrame:\n        net = Net()\n        net.train()\n        loss = loss_fn(net(torch.tensor(pdf.values)))\n        loss.backward()\n        return pdf\n    return train\n\nevents.groupBy("kind").applyInPandas(trainer(mse), events.schema).write.parquet("out")\n`,
  )
  silent(
    "the gradient of the input is what it wants",
    udf(
      `    model = torch.load("m.pt").eval()\n    t = torch.tensor(x.tolist(), requires_grad=True)\n    score = model(t).sum()\n    return pd.Series(torch.autograd.grad(score, t)[0].numpy()[:, 0])\n`,
    ),
  )
  silent(
    "a pipeline switches them off by itself",
    udf(
      `    pipe = pipeline("sentiment-analysis")\n    return pd.Series([r["score"] for r in pipe(x.tolist(), batch_size=64)])\n`,
    ),
  )
  silent(
    "generate switches them off by itself",
    udf(
      `    model = AutoModel.from_pretrained("t5")\n    return pd.Series(model.generate(torch.tensor(x.tolist())).tolist())\n`,
    ),
  )
  silent(
    "tensor arithmetic has no parameters",
    udf(`    t = torch.tensor(x.tolist())\n    return pd.Series(torch.sum(t, dim=1).numpy())\n`),
  )
  silent(
    "the parameters need none",
    udf(
      `    model = torch.load("m.pt")\n    for p in model.parameters():\n        p.requires_grad = False\n    return pd.Series(model(torch.tensor(x.tolist())).numpy())\n`,
    ),
  )
  silent(
    "training on the driver",
    `${NET}net = Net()\nnet.train()\nfor epoch in range(3):\n    loss = net(torch.randn(10, 4)).sum()\n    loss.backward()\n`,
  )
  silent(
    "a Keras model keeps none",
    udf(
      `    model = tf.keras.models.load_model("m")\n    return pd.Series(model(np.stack(x)).numpy()[:, 0])\n`,
      `import tensorflow as tf\n${READ}`,
    ),
  )
  silent(
    "a module of one's own without layers that mind the mode",
    `${READ}class Line(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(4, 1)\n\n    def forward(self, x):\n        return self.fc(x)\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    line = Line()\n    with torch.no_grad():\n        return pd.Series(line(torch.tensor(x.tolist())).numpy())\n${APPLY}`,
  )
  silent(
    "a tokenizer is no model",
    udf(
      `    tokenizer = AutoTokenizer.from_pretrained("bert")\n    return pd.Series([len(i) for i in tokenizer(x.tolist())["input_ids"]])\n`,
    ),
  )

  fixes(
    "the statement goes under inference_mode",
    udf(
      `    model = torch.load("m.pt")\n    y = model(\n        torch.tensor(x.tolist()),\n    )\n    return pd.Series(y.detach().numpy())\n`,
    ),
    udf(
      `    model = torch.load("m.pt")\n    with torch.inference_mode():\n        y = model(\n            torch.tensor(x.tolist()),\n        )\n    return pd.Series(y.detach().numpy())\n`,
    ),
    { safety: "unsafe", title: "torch.inference_mode()" },
  )
  fixes(
    "torch is imported in the body",
    udf(
      `    import torch\n    model = torch.load("m.pt")\n    return pd.Series(model(torch.tensor(x.tolist())).detach().numpy())\n`,
      READ.replace("import torch\n", ""),
    ),
    udf(
      `    import torch\n    model = torch.load("m.pt")\n    with torch.inference_mode():\n        return pd.Series(model(torch.tensor(x.tolist())).detach().numpy())\n`,
      READ.replace("import torch\n", ""),
    ),
    { safety: "unsafe" },
  )
  suggests(
    "a yield stays where it is",
    `${READ}@pandas_udf("float")\ndef score(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    model = torch.load("m.pt")\n    for x in batches:\n        yield pd.Series(model(torch.tensor(x.tolist())).detach().numpy())\n${APPLY}`,
    "with torch.inference_mode()",
  )
  suggests(
    "a model that stays in training mode",
    `${NET}net = Net()\n\n@pandas_udf("float")\ndef score(x: pd.Series) -> pd.Series:\n    with torch.no_grad():\n        return pd.Series(net(torch.tensor(x.tolist())).numpy())\n${APPLY}`,
    "Call `net.eval()`",
  )
})
