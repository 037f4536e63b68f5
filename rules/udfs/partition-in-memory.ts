import {
  type Call,
  type Confidence,
  defineRule,
  type Loop,
  type RuleContext,
  type Site,
  type Udf,
  type UdfKind,
  type Value,
} from "../api.ts"
import { underline } from "../shared/calls.ts"
import { receiverPlan, sourcesOf } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"
import { udfName } from "../shared/udf-text.ts"

/** What one step of such an iterator gives. */
const STEPS: Partial<Record<UdfKind, string>> = {
  "rdd-partition": "row",
  "map-in-pandas": "frame",
  "pandas-iterator": "batch",
}
/** Calls that take an iterator and hold all of it. */
const HOLD_ALL =
  /^(builtins\.(list|tuple|sorted)|(pandas|polars)\.(DataFrame(\.from_records)?|concat)|pyarrow\.(Table\.from_batches|concat_tables)|numpy\.(array|vstack|concatenate))$/
/** Names of functions that show a partition to a person who looks for a mistake. */
const FOR_LOOKING = /(^|_)(debug|print|show|dump|inspect|peek)/i
/** Signs that a loop gives away what it gathered, in portions. */
const PORTIONS = /\blen\(|\.clear\(|%|\byield\b|\bislice\b|\w+\s*=\s*\[\s*\]/

/** What leaves little of a batch: its totals, its first rows. */
const SHRINKS =
  /\blen\(|\.(groupby|agg|sum|mean|median|std|min|max|count|size|nunique|describe|value_counts|head|nlargest|iloc|sample)\b/

interface Place {
  readonly at: Site
  readonly about: Call | Loop
  readonly how: string
  readonly confidence: Confidence
}

const throughPartition = (value: Value): boolean => value.kind === "sequence" && value.partition === true

/** The first place where a body holds its whole partition. */
function find(udf: Udf, ctx: RuleContext): Place | undefined {
  const places: Place[] = []
  for (const call of udf.calls) {
    if (!HOLD_ALL.test(call.api) || !call.args.some((arg) => throughPartition(arg.value))) continue
    places.push({ at: underline(ctx, call), about: call, how: `\`${call.name}\``, confidence: "certain" })
  }
  for (const loop of udf.loops) {
    if (!throughPartition(loop.iterable)) continue
    const place = loop.kind === "comprehension" ? listOf(loop, ctx) : gathered(loop, udf, ctx)
    if (place) places.push(place)
  }
  return places.sort((a, b) => a.at.start - b.at.start)[0]
}

/** `[row.asDict() for row in rows]`. */
function listOf(loop: Loop, ctx: RuleContext): Place | undefined {
  const text = ctx.text(loop.site)
  if (!text.startsWith("[") || SHRINKS.test(ctx.text(loop.body))) return undefined
  return {
    at: text.includes("\n") ? loop.header : loop.site,
    about: loop,
    how: "a list comprehension",
    // a condition may leave only a few
    confidence: /\bif\b/.test(ctx.text(loop.header)) ? "possible" : "likely",
  }
}

/** `for row in rows: out.append(…)`, with nothing that empties `out` on the way. */
function gathered(loop: Loop, udf: Udf, ctx: RuleContext): Place | undefined {
  const body = ctx.text(loop.body)
  const append = /^[ \t]*([A-Za-z_]\w*)\.append\(/m.exec(body)
  if (!append || PORTIONS.test(body) || SHRINKS.test(body) || loop.body.top !== udf.site.top) return undefined
  const after = ctx.text({ ...udf.site, start: Math.min(loop.site.end, udf.site.end) })
  if (!new RegExp(`\\b${append[1]}\\b`).test(after)) return undefined
  // what stands under an `if` may be a few of them
  const conditional = /^[ \t]*(if|elif|else|try|except|for|while)\b/m.test(body)
  const start = loop.body.start + append.index + append[0].indexOf(append[1]!)
  return {
    at: { ...loop.body, start, end: start + `${append[1]}.append`.length },
    about: loop,
    how: `\`${append[1]}\``,
    confidence: conditional ? "possible" : "likely",
  }
}

/** Every frame that it runs over is small, or came whole from the driver. */
function overLittle(udf: Udf): boolean {
  return udf.applied.every((call) => {
    const plan = receiverPlan(call)
    return plan !== undefined && (isSmall(plan) || sourcesOf(plan).every(({ op }) => op === "local" || op === "range"))
  })
}

function check(udf: Udf, ctx: RuleContext): void {
  const step = STEPS[udf.kind]
  if (step === undefined || (udf.applied.length > 0 && overLittle(udf))) return
  const place = find(udf, ctx)
  if (!place) return
  const name = udfName(udf)
  ctx.report({
    at: place.at,
    about: place.about,
    message: `${name} holds its whole partition in Python's memory: ${place.how} takes every ${step} before anything goes on, and a large partition then gets the worker killed. Go through it ${step} by ${step} and \`yield\`, or in portions with \`itertools.islice\`.`,
    evidence: [
      { message: `${name} gets an iterator, so that it need not hold more than one ${step}`, site: udf.made },
      ...udf.applied.slice(0, 1).map((use) => ({ message: "applied here", site: use.nameSite })),
    ],
    confidence: FOR_LOOKING.test(udf.name) ? "possible" : place.confidence,
    fixes: [{ title: advice(udf), safety: "suggestion", edits: [] }],
  })
}

function advice(udf: Udf): string {
  const [rows = "rows"] = udf.params.slice(-1)
  return udf.kind === "rdd-partition"
    ? `Take portions: \`while chunk := list(itertools.islice(${rows}, 1000)):\` and work on each chunk`
    : `Work on one batch at a time: \`for batch in ${rows}:\`, and \`yield\` its result inside the loop`
}

export const partitionInMemory = defineRule({
  name: "partition-in-memory",
  family: "udfs",
  severity: "warning",
  flags:
    "`list(iterator)`, `pd.DataFrame(list(iterator))`, `pd.concat(iterator)` or a list filled row by row, of a whole partition in `mapPartitions`, `foreachPartition`, `mapInPandas` or an iterator UDF.",
  why: "Spark hands a partition over as an iterator, so that Python holds a row or a batch at a time. A list of all of them takes the memory of the whole partition, in the Python worker, where Spark neither counts nor spills it.",
  bad: `import pandas as pd

def revenue(rows):
    frame = pd.DataFrame(list(rows), columns=["country", "amount"]).dropna()
    for country, total in frame.groupby("country")["amount"].sum().items():
        yield country, total

orders = spark.read.parquet("orders").select("country", "amount")
result = orders.rdd.mapPartitions(revenue).reduceByKey(lambda a, b: a + b)
`,
  good: `from collections import defaultdict

def revenue(rows):
    totals = defaultdict(float)
    for country, amount in rows:
        if country is not None and amount is not None:
            totals[country] += amount
    yield from totals.items()

orders = spark.read.parquet("orders").select("country", "amount")
result = orders.rdd.mapPartitions(revenue).reduceByKey(lambda a, b: a + b)
`,
  whenNot: "The partitions are known to be small, or the work needs all rows of one at once (sorting, a fit).",
  fix: { safety: "suggestion", note: "Portions by `itertools.islice`, or a generator that yields as it goes." },
  references: ["https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.RDD.mapPartitions.html"],
  proof: { rows: "same", needs: ["pandas"] },
  on: { udf: check },
})
