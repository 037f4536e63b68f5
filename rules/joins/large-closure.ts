import {
  type Confidence,
  defineRule,
  type Evidence,
  type Loop,
  type RuleContext,
  type Site,
  type Udf,
  type Value,
} from "../api.ts"
import { arrival } from "../shared/arrival.ts"
import { broughtRows } from "../shared/brought.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import { harmlessClosure, harmlessEntries } from "../shared/numbers.ts"
import { udfName } from "../shared/udf-text.ts"

/** What a captured collection holds, and how sure it is that it is large. */
interface Load {
  /** "was collected from `codes`", "is read from a file". */
  readonly how: string
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
}

/** What a file gives, by the path of the call: lines, a parsed document, a table. */
const FILES: readonly { readonly path: RegExp; readonly confidence: Confidence }[] = [
  { path: /^builtins\.open\(\)\.(readlines\(\)|read\(\)\.split(lines)?\(\))$/, confidence: "likely" },
  { path: /^csv\.(reader|DictReader)\(\)$/, confidence: "likely" },
  {
    path: /^pandas\.read_(csv|parquet|json|excel|table|pickle|feather|fwf|orc)\(\)(\[\]|\.(set_index|reset_index|dropna|fillna|drop_duplicates|astype|rename|drop|to_dict|tolist|to_list|unique|to_numpy|squeeze|sort_values|query|merge)\(\)|\.(values|T))*$/,
    confidence: "likely",
  },
  { path: /^(json|ujson|orjson|simplejson)\.load\(\)(\.(items|keys|values)\(\))?$/, confidence: "likely" },
  { path: /^numpy\.(load|loadtxt|genfromtxt|fromfile)\(\)$/, confidence: "likely" },
  // a pickle may be anything, and often is a model
  { path: /^(c?[pP]ickle|joblib|dill|cloudpickle)\.load\(\)/, confidence: "possible" },
]
/** Names of what is read from files and stays small. */
const SETTINGS =
  /(^|_)(conf|config|cfg|settings?|params?|parameters|options?|args|schema|creds?|credentials|secrets?|env)(_|$)/i

/** How surely a value holds what a file does, itself or by its elements: `set(file.read().split())`. */
function fileOf(value: Value): Confidence | undefined {
  if (value.kind === "sequence") {
    const { element } = value
    return element.kind === "foreign" && element.path.endsWith("[]") ? byPath(element.path.slice(0, -2)) : undefined
  }
  return value.kind === "foreign" ? byPath(value.path) : undefined
}

function byPath(path: string): Confidence | undefined {
  return FILES.find((file) => file.path.test(path))?.confidence
}

/** A collection that a loop fills: from a file, or in many rounds. */
function filled(loop: Loop, evidence: readonly Evidence[]): Load | undefined {
  const lines = loop.iterable.kind === "foreign" && loop.iterable.path === "builtins.open()"
  const read = lines ? "likely" : fileOf(loop.iterable)
  if (read) return { how: "is read from a file", confidence: read, evidence }
  if (loop.rounds.min > harmlessEntries.value)
    return { how: `is filled in ${loop.rounds.min.toLocaleString("en-US")} rounds`, confidence: "certain", evidence }
  return undefined
}

function loadOf(value: Value, name: string, ctx: RuleContext): Load | undefined {
  const brought = broughtRows(value)
  if (brought) {
    const { call, plan } = brought
    if (plan.size.bytes.max <= harmlessClosure.value || brought.most <= harmlessEntries.value) return undefined
    const confidence = arrival(call, plan, ctx)
    const frame = nameAt(ctx, call.receiverSite, plan)
    const evidence = [
      { message: `\`${call.name}\` brings it to the driver`, site: call.nameSite },
      madeHere(plan, frame),
    ]
    return confidence === null ? undefined : { how: `was collected from ${frame}`, confidence, evidence }
  }
  if (SETTINGS.test(name)) return undefined
  const read = fileOf(value)
  if (read) return { how: "is read from a file", confidence: read, evidence: [] }
  if ((value.kind !== "sequence" && value.kind !== "dict") || !value.filledIn) return undefined
  return filled(value.filledIn, [{ message: `\`${name}\` is filled here`, site: value.filledIn.header }])
}

/** Where the function first speaks of the name, else the function's header. */
function placeOf(udf: Udf, name: string, ctx: RuleContext): Site {
  const text = ctx.text(udf.site)
  const match = new RegExp(`(?<![\\w.'"])${name.replace(".", "\\.")}\\b`).exec(text)
  if (!match) return udf.made
  const start = udf.site.start + match.index
  return { ...udf.site, start, end: start + name.length }
}

function check(udf: Udf, ctx: RuleContext): void {
  if (udf.site.path !== undefined) return
  for (const [name, value] of udf.captures) {
    const load = loadOf(value, name, ctx)
    if (!load) continue
    const handle = `${name.split(".").at(-1)}_broadcast`
    ctx.report({
      at: placeOf(udf, name, ctx),
      about: udf,
      message: `\`${name}\` ${load.how} and travels inside ${udfName(udf)}: it is pickled with the function, and every task unpickles all of it before its first row. \`sc.broadcast(${name})\` has each Python worker open it once, and a join does without it.`,
      evidence: load.evidence,
      confidence: load.confidence,
      fixes: [
        {
          title: `Broadcast it: \`${handle} = spark.sparkContext.broadcast(${name})\`, and read \`${handle}.value\` in ${udfName(udf)}; or join with it as a DataFrame`,
          safety: "suggestion",
          edits: [],
        },
      ],
    })
  }
}

export const largeClosure = defineRule({
  name: "large-closure",
  family: "joins",
  severity: "warning",
  flags:
    "A Python collection that was collected, read from a file or built in a long loop, and is captured by a UDF or a function of an RDD.",
  why: "A function takes along what it captures. The collection is pickled with it, and each task unpickles the whole of it before it sees its first row, however few rows it has. A dict of a million names captured by a function of 32 short tasks took 4.4 to 7.9 s, the same dict in a broadcast variable 1.0 to 2.8 s (3.5.9 and 4.3.0, two cores); with a hundred thousand entries they were closer. A broadcast variable is sent once, and each Python worker opens it once.",
  bad: `import pandas as pd
from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
segments = pd.read_parquet("customers").set_index("id")["segment"].to_dict()


@F.udf("string")
def segment_of(customer_id):
    return segments.get(customer_id)


result = orders.select("id", segment_of("customer_id").alias("segment"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers").select(F.col("id").alias("customer_id"), "segment")
result = orders.join(customers, "customer_id", "left").select(orders["id"], "segment")
`,
  whenNot: "The collection is small: a literal, settings, a few hundred entries.",
  fix: { safety: "suggestion", note: "Broadcast the collection, or join with it." },
  references: [
    "https://spark.apache.org/docs/latest/rdd-programming-guide.html#broadcast-variables",
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.SparkContext.broadcast.html",
  ],
  proof: { rows: "same", plan: { bad: { has: ["EvalPython"] }, good: { lacks: ["EvalPython"] } } },
  deliberateWords: /small|tiny|\bfew\b|closure|captured/i,
  on: { udf: check },
})
