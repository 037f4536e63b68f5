import { rowLoopInPandasUdf } from "../../../rules/udfs/row-loop-in-pandas-udf.ts"
import { describeRule } from "../harness.ts"

const READ = `from typing import Iterator
import numpy as np
import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(rowLoopInPandasUdf, ({ fires, silent, suggests }) => {
  fires(
    "a comprehension over zipped columns",
    `${READ}@pandas_udf("double")
def total(a: pd.Series, q: pd.Series) -> pd.Series:
    return pd.Series([x * y for x, y in zip(a, q)])
#                           ^^^^^^^^^^^^^^^^^^^^^ \`total\` gets whole batches, and this loop takes one value at a time
#                           | \`total\` gets a batch at a time
#                           | applied here

orders.select(total("amount", "qty")).write.parquet("out")
`,
  )
  fires(
    "apply of a lambda to a Series",
    `${READ}@pandas_udf("string")
def clean(s: pd.Series) -> pd.Series:
    return s.apply(lambda x: x.strip().lower())
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`apply\` calls Python for every value

orders.select(clean("status")).write.parquet("out")
`,
  )
  fires(
    "apply by rows in applyInPandas",
    `${READ}def score(pdf):
    pdf["s"] = pdf.apply(lambda r: r.amount * r.qty, axis=1)
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ with \`axis=1\` makes a Series of every row
    return pdf

orders.groupBy("country").applyInPandas(score, "s double").write.parquet("out")
`,
  )
  fires(
    "iterrows in mapInPandas",
    `${READ}def walk(batches):
    for pdf in batches:
        for _, row in pdf.iterrows():
#                         ^^^^^^^^^^ \`iterrows\` makes an object of every row
            yield pd.DataFrame({"id": [row["id"]]})

orders.mapInPandas(walk, "id bigint").write.parquet("out")
`,
  )
  fires(
    "a loop over positions",
    `${READ}@pandas_udf("double")
def total(a: pd.Series, q: pd.Series) -> pd.Series:
    out = []
    for i in range(len(a)):
#   ^^^^^^^^^^^^^^^^^^^^^^ one value at a time
        out.append(a[i] * q[i])
    return pd.Series(out)

orders.select(total("amount", "qty")).write.parquet("out")
`,
  )
  fires(
    "a library that takes single items, said so",
    `${READ}import json

@pandas_udf("string")
def city(s: pd.Series) -> pd.Series:
    return s.apply(lambda x: json.loads(x)["city"])
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`loads\` may take single items only

orders.select(city("status")).write.parquet("out")
`,
  )
  fires(
    "a comprehension in each batch of an iterator",
    `${READ}@pandas_udf("double")
def twice(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for batch in batches:
        yield pd.Series([x * 2 for x in batch])
#                              ^^^^^^^^^^^^^^ one value at a time

orders.select(twice("amount")).write.parquet("out")
`,
  )

  silent(
    "operations on whole Series",
    `${READ}@pandas_udf("double")\ndef total(a: pd.Series, q: pd.Series) -> pd.Series:\n    return np.where(q > 3, a * q, a)\n\norders.select(total("amount", "qty")).write.parquet("out")\n`,
  )
  silent(
    "a loop over the batches",
    `${READ}@pandas_udf("double")\ndef twice(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:\n    for batch in batches:\n        yield batch * 2\n\norders.select(twice("amount")).write.parquet("out")\n`,
  )
  silent(
    "portions of the batch, as large as the other side takes",
    `${READ}@pandas_udf("double")
def ask(texts: pd.Series) -> pd.Series:
    portions = [texts.iloc[i : i + 150] for i in range(0, len(texts), 150)]
    return pd.concat([portion * 2 for portion in portions])

orders.select(ask("amount")).write.parquet("out")
`,
  )
  silent(
    "a loop over columns",
    `${READ}def scale(pdf):\n    for name in pdf.columns:\n        pdf[name] = pdf[name] * 2\n    return pdf\n\norders.groupBy("country").applyInPandas(scale, "amount double").write.parquet("out")\n`,
  )
  silent(
    "a loop over groups",
    `${READ}def scale(pdf):\n    parts = []\n    for key, part in pdf.groupby("status"):\n        parts.append(part)\n    return pd.concat(parts)\n\norders.groupBy("country").applyInPandas(scale, "amount double").write.parquet("out")\n`,
  )
  silent(
    "apply by columns",
    `${READ}def scale(pdf):\n    return pdf.apply(lambda c: c - c.mean())\n\norders.groupBy("country").applyInPandas(scale, "amount double").write.parquet("out")\n`,
  )
  silent(
    "map by a dict",
    `${READ}@pandas_udf("string")\ndef name(code: pd.Series) -> pd.Series:\n    return code.map({"AT": "Austria"})\n\norders.select(name("country")).write.parquet("out")\n`,
  )
  silent(
    "pandas on the driver",
    `${READ}pdf = orders.limit(100).toPandas()\npdf["s"] = pdf.apply(lambda r: r.amount * r.qty, axis=1)\nfor _, row in pdf.iterrows():\n    print(row)\n`,
  )
  silent(
    "a few names that are written out",
    `${READ}@pandas_udf("double")\ndef total(a: pd.Series) -> pd.Series:\n    out = a\n    for factor in [1.1, 1.2]:\n        out = out * factor\n    return out\n\norders.select(total("amount")).write.parquet("out")\n`,
  )
  silent(
    "a plain UDF has one row anyway",
    `${READ}f = F.udf(lambda xs: [x * 2 for x in xs], "array<int>")\norders.select(f("tags")).write.parquet("out")\n`,
  )
  silent(
    "apply to each group",
    `${READ}def top(pdf):\n    return pdf.groupby("status").apply(lambda part: part.head(1))\n\norders.groupBy("country").applyInPandas(top, "amount double").write.parquet("out")\n`,
  )
  silent(
    "a scikit-learn model gets one item at a time, which another rule tells",
    `${READ}import joblib\nmodel = joblib.load("m")\n\n@pandas_udf("float")\ndef score(s: pd.Series) -> pd.Series:\n    return pd.Series([model.predict([[x]])[0] for x in s])\n\norders.select(score("amount")).write.parquet("out")\n`,
  )
  silent(
    "a library of somebody else that takes single items",
    `${READ}from bs4 import BeautifulSoup

@pandas_udf("string")
def clean(s: pd.Series) -> pd.Series:
    return s.apply(lambda x: BeautifulSoup(x, "html.parser").get_text())

orders.select(clean("status")).write.parquet("out")
`,
  )
  silent(
    "rows that are made up",
    `${READ}@pandas_udf("double")
def price(ids: pd.Series) -> pd.Series:
    return pd.Series([round(i * 1.5, 2) for i in ids])

spark.range(10**6).select(price("id")).write.parquet("out")
`,
  )
  silent(
    "whole files, which pandas reads one by one",
    `${READ}import io

def read(batches):
    for batch in batches:
        yield pd.concat([pd.read_excel(io.BytesIO(content)) for content in batch["content"]])

spark.read.format("binaryFile").load("books").mapInPandas(read, "a long").write.parquet("out")
`,
  )
  silent(
    "a model works on the items, which another rule tells",
    `${READ}import torch\nmodel = torch.jit.load("m.pt")\n\n@pandas_udf("float")\ndef score(s: pd.Series) -> pd.Series:\n    return s.apply(lambda x: float(model(torch.tensor([x]))))\n\norders.select(score("amount")).write.parquet("out")\n`,
  )

  suggests(
    "whole Series",
    `${READ}@pandas_udf("double")\ndef twice(s: pd.Series) -> pd.Series:\n    return pd.Series([x * 2 for x in s])\n\norders.select(twice("amount")).write.parquet("out")\n`,
    "np.where(condition, a, b)",
  )
})
