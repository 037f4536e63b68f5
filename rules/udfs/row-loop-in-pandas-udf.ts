import {
  type Call,
  defineRule,
  type Loop,
  type RuleContext,
  type Site,
  type Udf,
  type UdfKind,
  type Value,
} from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { takesSeveral } from "../shared/item-loops.ts"
import { predictsRows } from "../shared/models.ts"
import { opens, runsModel, sparkInside } from "../shared/udf-concerns.ts"
import { onlyOverMadeUp } from "../shared/udf-data.ts"
import { udfName } from "../shared/udf-text.ts"

const BATCHED: ReadonlySet<UdfKind> = new Set([
  "pandas",
  "pandas-iterator",
  "pandas-aggregate",
  "grouped-map",
  "map-in-pandas",
])
/** A pandas object that holds one value for each row, or the rows. */
const ROWS =
  /^pandas\.(Series\(\)|DataFrame\(\)(\[\]|\.(loc|iloc)\[\])|DataFrame\(\)\.(iterrows|itertuples)\(\))(\.(values|items\(\)|tolist\(\)|to_numpy\(\)|to_list\(\)|array|index|astype\(\)|fillna\(\)|str\.\w+\(\)))*$/
const INDEX = /^pandas\.DataFrame\(\)\.(index|values|to_numpy\(\)|to_dict\(\))$/
/** Calls of a frame that go through its rows one by one. */
const BY_ROW = /^pandas\.DataFrame\(\)(\.\w+\(\)|\[\])*\.(iterrows|itertuples)$/
const APPLY = /^pandas\.(Series|DataFrame)\(\)(\[\]|\.\w+(\(\))?)*\.(apply|map|applymap|transform)$/
/** Groups and windows are handed over whole. */
const BY_GROUP = /\.(groupby|rolling|expanding|resample|ewm|str|dt)\b/
/** What has a counterpart on whole arrays. */
const ON_ARRAYS =
  /^(builtins\.(?!open|print|exec|eval|compile|input)|numpy\b|math\b|pandas\.(?!read_)|re\.(sub|search|match|fullmatch|findall|split)|datetime\b|operator\b|string\b|random\b)/

/** Of Python's own library: named only where nothing else is called. */
const PYTHONS_OWN = /^(io|os|sys|uuid|json|time|logging|collections|itertools|functools|string)\b/

interface Place {
  readonly at: Site
  readonly about: Call | Loop
  readonly how: string
  /** The calls that run for each row. */
  readonly calls: readonly Call[]
  /** What is called for each row isn't known. */
  readonly opaque: boolean
}

function isRows(value: Value): boolean {
  return value.kind === "foreign" && (ROWS.test(value.path) || INDEX.test(value.path))
}

/** An element of a pandas Series: what `zip` and `enumerate` hand over. */
function isElement(value: Value): boolean {
  return value.kind === "foreign" && value.path.endsWith("[]") && ROWS.test(value.path.slice(0, -2))
}

/** A loop over the values or rows of a batch. */
function overValues(loop: Loop, udf: Udf): boolean {
  const { iterable } = loop
  if (isRows(iterable)) return !(iterable.kind === "foreign" && /\.(iterrows|itertuples)\(\)$/.test(iterable.path))
  if (iterable.kind !== "sequence") return false
  const { element } = iterable
  if (element.kind === "sequence") return (element.items ?? []).some(isElement)
  // `range(len(s))`
  return (
    element.kind === "constant" &&
    element.type === "int" &&
    udf.calls.some(
      ({ api, site, args }) =>
        api === "builtins.len" &&
        site.top === loop.header.top &&
        site.start >= loop.header.start &&
        site.end <= loop.header.end &&
        args[0]?.value.kind === "foreign" &&
        (/^pandas\.DataFrame\(\)$/.test(args[0].value.path) || ROWS.test(args[0].value.path)),
    )
  )
}

/** A call that goes through rows: `iterrows`, `apply(…, axis=1)`, `apply` of a function to a Series. */
function callByRow(call: Call): string | undefined {
  if (call.spark || BY_GROUP.test(call.api)) return undefined
  if (BY_ROW.test(call.api)) return `\`${call.name}\` makes an object of every row`
  if (!APPLY.test(call.api)) return undefined
  const fn = call.args[0]?.value
  // a dict, a name of a pandas function, a NumPy function that takes arrays
  if (!fn || (fn.kind !== "function" && fn.kind !== "unknown") || (call.name === "map" && fn.kind === "unknown"))
    return undefined
  const frame = /^pandas\.DataFrame\(\)(\.\w+\(\))*\.(apply|transform)$/.test(call.api)
  if (!frame) return call.name === "transform" ? undefined : `\`${call.name}\` calls Python for every value`
  const axis = argument(call, "axis")?.value
  return axis?.kind === "constant" && (axis.value === 1 || axis.value === "columns")
    ? `\`${call.name}\` with \`axis=1\` makes a Series of every row`
    : undefined
}

function within(site: Site, outer: Site): boolean {
  return site.top === outer.top && site.start >= outer.start && site.end <= outer.end
}

/** Places that go through rows, outermost ones only. */
function places(udf: Udf, ctx: RuleContext): Place[] {
  const found: Place[] = []
  for (const call of udf.calls) {
    const how = callByRow(call)
    if (how === undefined) continue
    const loop = udf.loops.find(({ site, header }) => within(call.site, header) || within(site, call.site))
    const calls = loop ? udf.calls.filter(({ loops }) => loops.includes(loop)) : []
    found.push({ at: call.site, about: call, how, calls, opaque: call.args[0]?.value.kind === "unknown" })
  }
  for (const loop of udf.loops) {
    if (loop.kind === "while" || !overValues(loop, udf) || takesSeveral(loop, ctx)) continue
    if (found.some(({ about }) => "api" in about && within(loop.site, about.site))) continue
    const calls = udf.calls.filter(({ loops }) => loops.includes(loop))
    found.push({ at: loop.site, about: loop, how: "this loop takes one value at a time", calls, opaque: false })
  }
  return found.filter(
    (one) => !found.some((other) => other !== one && other.at.start < one.at.start && within(one.at, other.at)),
  )
}

function check(udf: Udf, ctx: RuleContext): void {
  if (!BATCHED.has(udf.kind) || runsModel(udf) || sparkInside(udf) || udf.calls.some((call) => opens(call))) return
  for (const { about, how, calls, opaque } of places(udf, ctx)) {
    // a model that takes many rows: unbatched-inference speaks
    if (calls.some(predictsRows)) continue
    const singles = calls.filter(({ api }) => !ON_ARRAYS.test(api))
    const single = singles.find(({ api }) => !PYTHONS_OWN.test(api)) ?? singles[0]
    const third = opaque || single !== undefined
    const foreign = opaque || (single !== undefined && !PYTHONS_OWN.test(single.api))
    const name = udfName(udf)
    ctx.report({
      at: "api" in about ? underline(ctx, about) : about.header,
      about,
      message: third
        ? `${name} gets whole batches, and ${how}. ${single ? `\`${single.name}\` may take single items only` : "What it calls may take single items only"}: then this is as fast as a plain UDF. Where it takes a list or an array, hand over the batch.`
        : `${name} gets whole batches, and ${how}: the batch is gone, and Python runs row by row, as in a plain UDF. Write it with operations on whole Series or NumPy arrays.`,
      evidence: [
        {
          message: `${name} gets a ${udf.kind === "grouped-map" || udf.kind === "pandas-aggregate" ? "group" : "batch"} at a time`,
          site: udf.made,
        },
        ...udf.applied.slice(0, 1).map((applied) => ({ message: "applied here", site: applied.nameSite })),
      ],
      // a program that makes up data takes the time it takes
      // nor is there another way where a library takes one item at a time, unless an object is made of every row besides
      confidence: onlyOverMadeUp(udf) || (foreign && !/of every row$/.test(how)) ? "possible" : "likely",
      severity: third ? "information" : "warning",
      fixes: [{ title: advice(about), safety: "suggestion", edits: [] }],
    })
  }
}

function advice(about: Call | Loop): string {
  if ("api" in about && about.name === "iterrows")
    return 'Use the columns as arrays: `pdf["a"] + pdf["b"]`, `np.where(…)`, `.str` and `.dt`; where rows are needed one by one, `itertuples()` is far faster'
  return "Use the whole Series: `a + b`, `np.where(condition, a, b)`, `np.select`, `.str.…`, `.dt.…`, `.map(dict)`"
}

export const rowLoopInPandasUdf = defineRule({
  name: "row-loop-in-pandas-udf",
  family: "udfs",
  severity: "warning",
  flags:
    "`apply(…, axis=1)`, `iterrows`, or a Python loop over the values of a batch, in a pandas UDF, `applyInPandas` or `mapInPandas`.",
  why: "A pandas UDF is fast because one operation works on thousands of values at once. A loop over them, or `apply`, which is one, brings back the interpreter for every value, and `iterrows` and `axis=1` make an object of each row besides.",
  bad: `import pandas as pd
from pyspark.sql.functions import pandas_udf

@pandas_udf("double")
def total(amount: pd.Series, qty: pd.Series) -> pd.Series:
    return pd.Series([a * q for a, q in zip(amount, qty)])

orders = spark.read.parquet("orders").na.fill(0.0)
result = orders.select("id", total("amount", "qty").alias("total"))
`,
  good: `import pandas as pd
from pyspark.sql.functions import pandas_udf

@pandas_udf("double")
def total(amount: pd.Series, qty: pd.Series) -> pd.Series:
    return amount * qty

orders = spark.read.parquet("orders").na.fill(0.0)
result = orders.select("id", total("amount", "qty").alias("total"))
`,
  whenNot: "The loop goes over columns or groups, or each value needs code that only takes one.",
  fix: { safety: "suggestion", note: "Names the operations of pandas and NumPy that work on whole Series." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/user_guide/sql/arrow_pandas.html#pandas-udfs-a-k-a-vectorized-udfs",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.pandas_udf.html",
  ],
  proof: { rows: "same", needs: ["pandas", "pyarrow"] },
  on: { udf: check },
})
