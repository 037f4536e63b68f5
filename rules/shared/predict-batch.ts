import type { Call, Loop, RuleContext, Udf } from "../api.ts"
import { loadsModel } from "./models.ts"

const TYPE = /("[^"]*"|'[^']*'|[\w.]+\((?:[^()]|\([^()]*\))*\))/.source

/** Classes of types by their names in DDL. */
const TYPES: Readonly<Record<string, string>> = {
  float: "FloatType",
  real: "FloatType",
  double: "DoubleType",
  int: "IntegerType",
  integer: "IntegerType",
  bigint: "LongType",
  long: "LongType",
  string: "StringType",
  boolean: "BooleanType",
}

/** A return type as `predict_batch_udf` takes it: it refuses texts (3.5.9 and 4.3.0: "Unsupported return type"). */
function asObject(type: string): string {
  const ddl = /^["'](.*)["']$/.exec(type)?.[1]?.trim().toLowerCase()
  if (ddl === undefined) return type
  const element = /^array<(\w+)>$/.exec(ddl)?.[1]
  if (element !== undefined) return `ArrayType(${TYPES[element] ?? "FloatType"}())`
  return `${TYPES[ddl] ?? "FloatType"}()`
}

/** The return type as the UDF's header gives it: `@udf("double")`, `udf(f, DoubleType())`, `returnType="double"`. */
function returnType(udf: Udf, ctx: RuleContext): string {
  const made = ctx.text(udf.made)
  const shapes = [
    `returnType\\s*=\\s*${TYPE}`,
    `@[\\w.]*udf\\s*\\(\\s*${TYPE}`,
    `\\budf\\s*\\([\\s\\S]+,\\s*${TYPE}\\s*\\)$`,
  ]
  for (const shape of shapes) {
    const found = new RegExp(shape).exec(made)
    if (found) return asObject(found[1]!)
  }
  return "FloatType()"
}

/** Where the model of a UDF is loaded: in its body, or outside, from where it is captured. */
function loadOf(udf: Udf, ctx: RuleContext): Call | undefined {
  const inside = [...udf.setup, ...udf.calls].find((call) => loadsModel(call) !== null)
  if (inside) return inside
  return ctx.program.calls.find(
    (call) => loadsModel(call) !== null && call.statement.targets.some((name) => udf.captures.has(name)),
  )
}

/** A model's call on one item, as it reads on a batch: what was wrapped into a list of one is the batch itself. */
function onBatch(call: Call, params: readonly string[], ctx: RuleContext): string {
  let text = ctx.text(call.site)
  for (const param of params) text = text.replace(new RegExp(`\\[\\s*${param}\\s*\\]`, "g"), param)
  return text
}

/**
 * The same function with `predict_batch_udf`: one sentence, then the code, with the UDF's own name, parameters, return
 * type, model and call. `items` is the loop that takes a batch apart, where there is one.
 */
export function predictBatchText(
  udf: Udf,
  call: Call,
  items: Loop | undefined,
  params: readonly string[],
  batchSize: number,
  ctx: RuleContext,
): string {
  const name = /^[A-Za-z_]\w*$/.test(udf.name) && udf.name !== "lambda" ? udf.name : "score"
  const inputs = items && items.targets.length > 0 ? items.targets : params.length > 0 ? params : ["x"]
  const load = loadOf(udf, ctx)
  const model = load?.statement.targets[0] ?? "model"
  const type = returnType(udf, ctx)
  // a class with its module, `T.FloatType()`, is imported already
  const classes = [...type.matchAll(/(?<![\w.])[A-Z]\w*Type\b/g)].map(([name]) => name)
  const types = classes.length > 0 ? [`from pyspark.sql.types import ${[...new Set(classes)].sort().join(", ")}`] : []
  const loaded = load ? [`    ${model} = ${ctx.text(load.site)}  # once per Python worker`, ""] : []
  return [
    `Rewrite \`${name}\` with predict_batch_udf, which hands over NumPy arrays of up to ${batchSize} rows:`,
    "from pyspark.ml.functions import predict_batch_udf",
    ...types,
    "",
    `def make_${name}():`,
    ...loaded,
    `    def predict(${inputs.join(", ")}):  # one array for each column`,
    `        return ${onBatch(call, inputs, ctx)}`,
    "",
    "    return predict",
    "",
    `${name} = predict_batch_udf(make_${name}, return_type=${type}, batch_size=${batchSize})`,
  ].join("\n")
}
