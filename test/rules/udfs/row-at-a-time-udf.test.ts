import { rowAtATimeUdf } from "../../../rules/udfs/row-at-a-time-udf.ts"
import { describeRule } from "../harness.ts"

const READ = `import statistics
import unicodedata
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")
`
const MIDDLE = `
@udf("double")
def middle(xs):
    return float(statistics.median(xs))
`

describeRule(rowAtATimeUdf, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a decorated function in select",
    `${READ}@udf("double")
def middle(xs):
#   ^^^^^^ \`middle\` is a plain UDF: \`events\` goes to Python as pickled rows
#   | \`middle\` is applied here
#   | Arrow is off for UDFs before Spark 4.2
    return float(statistics.median(xs))

events.select(middle("features")).write.parquet("out")
`,
  )
  fires(
    "a lambda in withColumn",
    `${READ}normal = F.udf(lambda s: unicodedata.normalize("NFKD", s), T.StringType())
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ This lambda is a plain UDF
events.withColumn("kind", normal("kind")).write.parquet("out")
`,
  )
  fires(
    "a loop that Spark has no function for",
    `${READ}def runs(s):
#   ^^^^ \`runs\` is a plain UDF
    out = []
    last = None
    for c in s:
        if c != last:
            out.append(c)
        last = c
    return "".join(out)

runs_udf = udf(runs)
events.select(runs_udf(events.kind)).write.parquet("out")
`,
  )
  fires(
    "a function of a class",
    `${READ}class Text:
    @staticmethod
    def normal(s):
#       ^^^^^^ \`normal\` is a plain UDF
        return unicodedata.normalize("NFKD", s)

normal = udf(Text.normal)
events.select(normal("kind")).write.parquet("out")
`,
  )
  fires(
    "Arrow switched off by the conf",
    `${READ}spark.conf.set("spark.sql.execution.pythonUDF.arrow.enabled", "false")
@udf("double")
def middle(xs):
#   ^^^^^^ \`middle\` is a plain UDF
    return float(statistics.median(xs))

events.select(middle("features")).write.parquet("out")
`,
    { target: "4.3", min: "4.3" },
  )

  silent(
    "useArrow",
    `${READ}${MIDDLE.replace('udf("double")', 'udf("double", useArrow=True)')}\nevents.select(middle("features")).write.parquet("out")\n`,
  )
  silent(
    "the conf turns Arrow on",
    `${READ}spark.conf.set("spark.sql.execution.pythonUDF.arrow.enabled", "true")\n${MIDDLE}\nevents.select(middle("features")).write.parquet("out")\n`,
  )
  silent("Arrow is on by itself", `${READ}${MIDDLE}\nevents.select(middle("features")).write.parquet("out")\n`, {
    target: "4.3",
    min: "4.2",
  })
  silent(
    "few rows",
    `${READ}${MIDDLE}\nspark.createDataFrame([([1.0],)], "xs array<double>").select(middle("xs")).show()\n`,
  )
  silent(
    "a library that takes single objects",
    `${READ}import nltk\n\n@udf("string")\ndef stem(s):\n    return nltk.stem.PorterStemmer().stem(s)\n\nevents.select(stem("kind")).write.parquet("out")\n`,
  )
  silent(
    "Spark's functions can say it, which another rule tells",
    `${READ}clean = udf(lambda s: s.strip().lower())\nevents.select(clean("kind")).write.parquet("out")\n`,
  )
  silent(
    "a pandas UDF",
    `${READ}import pandas as pd\n\n@F.pandas_udf("string")\ndef normal(s: pd.Series) -> pd.Series:\n    return s.str.normalize("NFKD")\n\nevents.select(normal("kind")).write.parquet("out")\n`,
  )
  silent(
    "it filters, which another rule tells",
    `${READ}@udf("boolean")\ndef plain(s):\n    return unicodedata.normalize("NFKD", s) == s\n\nevents.filter(plain("kind")).write.parquet("out")\n`,
  )
  silent("it is never used in a projection here", `${READ}${MIDDLE}\n`)
  silent(
    "an RDD's function",
    `${READ}events.rdd.map(lambda row: float(statistics.median(row.features))).saveAsTextFile("out")\n`,
  )
  silent(
    "a model runs in it",
    `${READ}import torch\nmodel = torch.jit.load("m.pt")\n\n@udf("float")\ndef score(x):\n    return float(model(x))\n\nevents.select(score("value")).write.parquet("out")\n`,
  )

  fixes(
    "Arrow in a decorator",
    `${READ}${MIDDLE}\nevents.select(middle("features")).write.parquet("out")\n`,
    `${READ}${MIDDLE.replace('udf("double")', 'udf("double", useArrow=True)')}\nevents.select(middle("features")).write.parquet("out")\n`,
    { safety: "unsafe", title: "Use Arrow for `middle`" },
  )
  fixes(
    "Arrow in a call",
    `${READ}normal = F.udf(lambda s: unicodedata.normalize("NFKD", s), T.StringType())\nevents.select(normal("kind")).write.parquet("out")\n`,
    `${READ}normal = F.udf(lambda s: unicodedata.normalize("NFKD", s), T.StringType(), useArrow=True)\nevents.select(normal("kind")).write.parquet("out")\n`,
    { safety: "unsafe" },
  )
  suggests(
    "a pandas UDF instead",
    `${READ}${MIDDLE}\nevents.select(middle("features")).write.parquet("out")\n`,
    "as a pandas UDF",
  )
})
