/** Modules that import each other, and random edits of them as an editor sends them. */
import type { TextDocumentContentChangeEvent } from "vscode-languageserver"
import type { TextDocument } from "vscode-languageserver-textdocument"
import { mutate, pick, type Random, tokensOf, upTo } from "./tokens.ts"

const SOURCES = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
countries = spark.createDataFrame([("de", "Germany")], ["code", "name"])

def load(name):
    return spark.read.parquet(name).repartition(8)
`
const STEPS = `from pyspark.sql import functions as F
from sources import countries

class Step:
    def __init__(self, frame):
        self.frame = frame

def check(data):
    if data.count() == 0:
        raise ValueError("none")
    return data.groupBy("country").agg(F.sum("amount").alias("amount"))

def widen(data, names):
    for name in names:
        data = data.withColumn(name, F.lit(1))
    return data
`
const JOB = `from sources import load, spark
from steps import Step, check, widen
import sources

orders = load("orders")
checked = check(orders)
rows = widen(checked, ["a", "b", "c", "d"]).collect()
joined = orders.join(sources.countries, orders.country == sources.countries.code)
joined.write.parquet("joined")
step = Step(joined)
if step.frame.count() == 0:
    print("none")
`

/** The modules as they are opened, by file name. */
export const modules: ReadonlyMap<string, string> = new Map([
  ["sources.py", SOURCES],
  ["steps.py", STEPS],
  ["job.py", JOB],
])

/** Lines that change what a module knows, takes or gives. */
const LINES = [
  "from sources import *",
  "from steps import check, widen",
  "from job import orders as again",
  "import steps",
  "import job as main",
  "check(countries)",
  "check([1, 2])",
  "widen(spark.table('t'), ['a'])",
  "steps.check(spark.range(10))",
  "    data = data.cache()",
  "    data = load('other')",
  "    return data.toPandas()",
  "    return [data]",
  "def load(name):\n    return [name]",
  "def check(data):\n    return data.collect()",
  "def again(data):\n    return check(data)",
  "orders = orders.repartition(1)",
  "orders.count()",
  "spark = None",
  "load = check",
  "countries = spark.table('countries')",
  "__all__ = ['load']",
  "  # shufflewise: ignore",
  "# shufflewise: ignore-file",
  '"""',
  "if orders.count() == 0:",
]
const LETTERS = [..."()[]'\"#:.,=\n x", "    ", "\r\n", "é😀", ".cache()", ".count() == 0", "orders", "data"]

/** One change of a document; the whole text as it was at first now and then, so that it is mostly code. */
export function randomChange(
  document: TextDocument,
  others: readonly string[],
  start: string,
  random: Random,
): TextDocumentContentChangeEvent {
  const text = document.getText()
  const change = (from: number, to: number, inserted: string): TextDocumentContentChangeEvent => ({
    range: { start: document.positionAt(from), end: document.positionAt(to) },
    text: inserted,
  })
  const lineStart = (offset: number): number => text.lastIndexOf("\n", offset - 1) + 1
  const lineEnd = (offset: number): number => (text.indexOf("\n", offset) + 1 || text.length + 1) - 1
  const at = upTo(random, text.length + 1)
  const kind = random()
  if (kind < 0.1 || text.length > 2500) return { text: start }
  if (kind < 0.35) return change(lineStart(at), lineStart(at), `${pick(random, LINES)}\n`)
  if (kind < 0.45) return change(lineStart(at), Math.min(text.length, lineEnd(at) + 1), "")
  if (kind < 0.55) return change(lineStart(at), lineStart(at), `${text.slice(lineStart(at), lineEnd(at))}\n`)
  if (kind < 0.7) {
    const end = Math.min(text.length, at + upTo(random, 4))
    return change(at, end, pick(random, LETTERS))
  }
  // One line, mutated token by token, perhaps with some of another module's.
  const tokens = tokensOf(text.slice(lineStart(at), lineEnd(at)))
  const strange = tokensOf(pick(random, others))
  mutate(tokens, strange.slice(upTo(random, strange.length)), random)
  return change(lineStart(at), lineEnd(at), tokens.join(""))
}

/** A place inside of a name, where an editor would show something; the text's start where it has no names. */
export function randomName(document: TextDocument, random: Random): { line: number; character: number } {
  const names = [...document.getText().matchAll(/[A-Za-z_]\w*/g)]
  const name = names.length > 0 ? pick(random, names) : undefined
  return document.positionAt(name === undefined ? 0 : name.index + upTo(random, name[0].length))
}
