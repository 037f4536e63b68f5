import { udfReimplementsBuiltin } from "../../../rules/udfs/udf-reimplements-builtin.ts"
import { describeRule } from "../harness.ts"

const READ = `import datetime
import json
import math
import re
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const typed = `${READ}small = spark.createDataFrame(rows, "id bigint, name string, qty int, day date, amount double")\n`

describeRule(udfReimplementsBuiltin, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a decorated function of text methods",
    `${READ}@udf("string")
def clean(s):
#   ^^^^^ \`clean\` does in Python what \`upper\` and \`trim\` do in the JVM
#   | F.upper(F.trim(s))
#   | \`clean\` is used here
    return s.strip().upper()

orders.select(clean(F.col("status"))).write.parquet("out")
`,
  )
  fires(
    "a lambda",
    `${READ}last = F.udf(lambda s: s[-3:], T.StringType())
#            ^^^^^^^^^^^^^^^^ This lambda does in Python what \`substring\` does
orders.withColumn("end", last("country")).write.parquet("out")
`,
  )
  fires(
    "a chain of conditions",
    `${READ}def band(amount):
#   ^^^^ what \`when\` does
#   | F.when(amount < 10, "small").when(amount < 100, "medium").otherwise("large")
    if amount < 10:
        return "small"
    elif amount < 100:
        return "medium"
    else:
        return "large"

band_udf = F.udf(band, T.StringType())
orders.withColumn("band", band_udf(orders.amount)).write.parquet("out")
`,
  )
  fires(
    "a function behind a lambda",
    `${READ}def title(s):
    if s is None:
        return None
    return s.lower()

clean = udf(lambda s: title(s))
#           ^^^^^^^^^^^^^^^^^^ what \`lower\` does
#           | the same with columns: F.lower(s)
orders.select(clean(F.col("status"))).write.parquet("out")
`,
  )
  fires(
    "a UDF with a name in SQL",
    `${READ}def area(code):
#   ^^^^ what \`substring\` does
#   | it gets a name in SQL here
    return code[:2]

spark.udf.register("area", area)
spark.sql("SELECT area(country) FROM orders").write.parquet("out")
`,
  )
  fires(
    "mathematics of a module",
    `${READ}@F.udf(returnType=T.DoubleType())
def distance(x, y):
#   ^^^^^^^^ what \`sqrt\` does
    return math.sqrt(x * x + y * y)

orders.select(distance(F.col("amount"), F.col("qty"))).write.parquet("out")
`,
  )
  fires(
    "a loop over an array",
    `${READ}@udf("array<string>")
def shout(words):
#   ^^^^^ what \`transform\`, \`filter\`, \`isNotNull\` and \`upper\` do
    out = []
    for word in words:
        if word is not None:
            out.append(word.upper())
    return out

orders.select(shout(F.split("status", "-"))).write.parquet("out")
`,
  )
  fires(
    "text that an error stands in for",
    `${READ}@udf("double")
def number(s):
#   ^^^^^^ what \`cast\` does
    try:
        return float(s)
    except ValueError:
        return None

orders.select(number(F.col("status"))).write.parquet("out")
`,
  )

  fires(
    "a pattern that was compiled before",
    `${READ}DIGITS = re.compile("[0-9]+")
plain = udf(lambda s: DIGITS.sub("", s))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ what \`regexp_replace\` does
#           | F.regexp_replace(s, "[0-9]+", "")
orders.select(plain(F.col("status"))).write.parquet("out")
`,
  )
  fires(
    "a template",
    `${READ}@udf("string")
def label(code, name):
#   ^^^^^ what \`concat\` does
#   | F.concat(code, F.lit(" ("), name, F.lit(")"))
    return "{} ({})".format(code, name)

orders.select(label(F.col("country"), F.col("status"))).write.parquet("out")
`,
  )
  fires(
    "a default for what is no number",
    `${READ}@udf("int")
def number(s):
#   ^^^^^^ what \`coalesce\` does
    try:
        return int(s)
    except (TypeError, ValueError):
        return 0

orders.select(number(F.col("status"))).write.parquet("out")
`,
  )

  fires(
    "texts put together, of whose parts nothing else is known",
    `${READ}def with_prefix(frame, prefix):
    add = udf(lambda name: prefix + name, T.StringType())
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^ what \`concat\` does
#             | F.concat(F.lit(prefix), name)
    return frame.withColumn("name", add(F.col("name")))

with_prefix(orders, given).write.parquet("out")
`,
  )
  silent(
    "a number with a width of its own",
    `${READ}month = udf(lambda y, m: f"{y}-{m:02d}")\norders.select(month("qty", "qty")).write.parquet("out")\n`,
  )
  silent(
    "a conversion that is made for its error alone",
    `${READ}@udf("boolean")\ndef is_number(s):\n    try:\n        _ = float(s)\n    except ValueError:\n        return False\n    return True\n\norders.select(is_number("status")).write.parquet("out")\n`,
  )
  silent(
    "any number of columns",
    `${READ}largest = udf(lambda *columns: max(columns), "double")\norders.select(largest("qty", "amount")).write.parquet("out")\n`,
  )
  silent(
    "a library that Spark has nothing for",
    `${READ}import nltk\n\n@udf("string")\ndef stem(s):\n    return nltk.stem.PorterStemmer().stem(s)\n\norders.select(stem("status")).write.parquet("out")\n`,
  )
  silent(
    "state from outside",
    `${READ}seen = set()\n\n@udf("boolean")\ndef fresh(s):\n    if s in seen:\n        return False\n    seen.add(s)\n    return True\n\norders.select(fresh("status")).write.parquet("out")\n`,
  )
  silent(
    "a pattern that Java has not",
    `${READ}@udf("string")\ndef part(s):\n    return re.sub(r"(?P<a>x)(?<=y)", r"\\g<a>", s)\n\norders.select(part("status")).write.parquet("out")\n`,
  )
  silent("a function that is no UDF", `${READ}def clean(s):\n    return s.strip().upper()\n\nprint(clean(" a "))\n`)
  silent(
    "a function of columns already",
    `${READ}def clean(s):\n    return F.upper(F.trim(s))\n\norders.select(clean("status")).write.parquet("out")\n`,
  )
  silent(
    "a pandas UDF works on whole batches",
    `${READ}import pandas as pd\n\n@F.pandas_udf("string")\ndef clean(s: pd.Series) -> pd.Series:\n    return s.str.strip()\n\norders.select(clean("status")).write.parquet("out")\n`,
  )
  silent(
    "a loop that needs what it found before",
    `${READ}@udf("string")\ndef walk(s):\n    out = ""\n    for c in s.split(","):\n        out = c + out[:3]\n    return out\n\norders.select(walk("status")).write.parquet("out")\n`,
  )
  silent(
    "an RDD's lambda is no expression of a query",
    `${READ}names = spark.sparkContext.textFile("names").map(lambda s: s.strip().upper())\nnames.saveAsTextFile("out")\n`,
  )
  silent(
    "it gives other values each time",
    `${READ}import random\n\npick = udf(lambda s: s.upper() if random.random() > 0.5 else s)\norders.select(pick("status")).write.parquet("out")\n`,
  )
  silent(
    "it only hands its input on",
    `${READ}same = udf(lambda x: x, T.StringType())\norders.select(same("status")).write.parquet("out")\n`,
  )
  silent(
    "a model's prediction",
    `${READ}import torch\nmodel = torch.jit.load("m.pt")\n\n@udf("float")\ndef score(x):\n    return float(model(x))\n\norders.select(score("amount")).write.parquet("out")\n`,
  )
  silent(
    "Unicode rules that no function has",
    `${READ}import unicodedata\n\n@udf("string")\ndef plain(s):\n    return unicodedata.normalize("NFKD", s)\n\norders.select(plain("status")).write.parquet("out")\n`,
  )

  fixes(
    "a decorated function, null in and null out",
    `${READ}@udf("string")
def clean(s):
    """Status in capitals."""
    if s is None:
        return None
    return s.replace("-", " ").upper()

orders.select(clean("status")).write.parquet("out")
`,
    `${READ}def clean(s):
    """Status in capitals."""
    return F.upper(F.replace(s, F.lit("-"), F.lit(" ")))

orders.select(clean("status")).write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "names of columns become columns where an operator needs them",
    `${typed}@udf("string")
def band(qty):
    if qty is None:
        return "none"
    return "big" if qty > 5 else "small"

small.select(band("qty")).write.parquet("out")
`,
    `${typed}def band(qty):
    return F.when(F.col(qty).isNull(), "none").when(F.col(qty) > 5, "big").otherwise("small")

small.select(band("qty")).write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "a default for null",
    `${typed}label = F.udf(lambda s: "unknown" if s is None else s.lower(), "string")
small.select(label(small.name)).write.parquet("out")
`,
    `${typed}label = lambda s: F.when(s.isNull(), "unknown").otherwise(F.lower(s))
small.select(label(small.name)).write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "a length has the declared type",
    `${READ}size = udf(lambda s: len(s.strip("-")) if s is not None else None, T.LongType())
orders.select(size("status")).write.parquet("out")
`,
    `${READ}size = lambda s: F.length(F.btrim(s, F.lit("-"))).cast("bigint")
orders.select(size("status")).write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "a function that fails on null",
    `${READ}@udf("string")
def area(code):
    return code.split("-")[0].lower()

orders.select(area(orders.country)).write.parquet("out")
`,
    `${READ}def area(code):
    return F.lower(F.split(code, "-")[0])

orders.select(area(orders.country)).write.parquet("out")
`,
    { safety: "unsafe", title: "a null gives null, where the UDF fails" },
  )
  fixes(
    "a date's part",
    `${typed}month = udf(lambda d: d.strftime("%Y-%m") if d else None)
small.select(month("day")).write.parquet("out")
`,
    `${typed}month = lambda d: F.date_format(d, "yyyy-MM")
small.select(month("day")).write.parquet("out")
`,
    { safety: "safe" },
  )
  fixes(
    "a pattern with a group",
    `${READ}@udf("string")
def swap(s):
    if s is None:
        return None
    return re.sub("([a-z]+)-([a-z]+)", r"\\2 \\1", s)

orders.select(swap("status")).write.parquet("out")
`,
    `${READ}def swap(s):
    return F.regexp_replace(s, "([a-z]+)-([a-z]+)", "$2 $1")

orders.select(swap("status")).write.parquet("out")
`,
    { safety: "safe" },
  )
  suggests(
    "a field of a JSON text",
    `${READ}@udf("string")
def city(s):
    return json.loads(s)["address"]["city"]

orders.select(city("status")).write.parquet("out")
`,
    `F.get_json_object(s, "$.address.city")`,
  )
  suggests(
    "a dict of constants",
    `${READ}names = {"AT": "Austria", "DE": "Germany"}
country = udf(lambda code: names.get(code, "other"))
orders.select(country(F.col("country"))).write.parquet("out")
`,
    "F.create_map(*[F.lit(part) for pair in names.items() for part in pair])[code]",
  )
  suggests(
    "an ML vector as an array",
    `${READ}as_list = F.udf(lambda v: [float(x) for x in v], "array<double>")
orders.select(as_list("features")).write.parquet("out")
`,
    "vector_to_array(v)",
  )
  suggests(
    "a UDF used in SQL",
    `${READ}spark.udf.register("area", lambda code: code[:2])
spark.sql("SELECT area(country) FROM orders").show()
`,
    "In SQL and in columns, write F.substring(code, 1, 2)",
  )
})
