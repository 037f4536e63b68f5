import type { RuleContext, Udf, Value } from "../api.ts"

/** The return type as the UDF's header gives it: `@udf("double")`, `udf(f, DoubleType())`, `returnType="double"`. */
function returnType(udf: Udf, ctx: RuleContext): string {
  const made = ctx.text(udf.made)
  const named = /returnType\s*=\s*("[^"]*"|'[^']*'|[\w.]+\([^()]*(?:\([^()]*\))?[^()]*\))/.exec(made)
  if (named) return named[1]!
  const decorator = /@[\w.]*udf\s*\(\s*("[^"]*"|'[^']*'|[\w.]+\([^()]*(?:\([^()]*\))?[^()]*\))/.exec(made)
  if (decorator) return decorator[1]!
  const call = /\budf\s*\([^,]+,\s*("[^"]*"|'[^']*'|[\w.]+\([^()]*(?:\([^()]*\))?[^()]*\))/s.exec(made)
  return call?.[1] ?? '"float"'
}

/** The captured variable that holds a model, session or the like. */
function capturedModel(udf: Udf): [string, Value] | undefined {
  return [...udf.captures].find(([, value]) => value.kind === "foreign" && value.path.includes("("))
}

/**
 * The same function with `predict_batch_udf`, complete but for the model's own call: one sentence, then the code. It
 * takes the UDF's name, parameters and return type.
 */
export function predictBatchText(udf: Udf, params: readonly string[], batchSize: number, ctx: RuleContext): string {
  const name = /^[A-Za-z_]\w*$/.test(udf.name) && udf.name !== "lambda" ? udf.name : "score"
  const inputs = params.length > 0 ? params.join(", ") : "x"
  const model = capturedModel(udf)
  const load = model
    ? `model = ${model[1].kind === "foreign" ? model[1].path.replace(/\(\)$/, "(…)") : "…"}`
    : "model = …"
  return `Rewrite \`${name}\` with predict_batch_udf, which hands over arrays of up to ${batchSize} rows:
from pyspark.ml.functions import predict_batch_udf

def make_${name}():
    ${load}  # once per Python worker
    def predict(${inputs}):  # NumPy arrays, one row each
        return model(${inputs})
    return predict

${name} = predict_batch_udf(make_${name}, return_type=${returnType(udf, ctx)}, batch_size=${batchSize})`
}
