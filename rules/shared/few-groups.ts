import type { ColumnExpr, Confidence, Plan } from "../api.ts"
import { fewValued } from "./cardinality.ts"
import { walkInputs } from "./frames.ts"

/** How few groups a key makes: what to call it, and how surely. */
export interface Few {
  readonly said: string
  readonly confidence: Confidence
}

const CONDITIONS = new Set(
  "isNull isNotNull isnull isnotnull isnan isin like rlike ilike startswith endswith contains between eqNullSafe".split(
    " ",
  ),
)
const COMPARES = new Set(["==", "!=", "<", "<=", ">", ">=", "<=>", "&", "|"])
const PERIODS = new Set("year quarter month dayofweek weekday hour".split(" "))

/** What a column by this name was made as, if a projection below says so. */
function definition(plan: Plan, name: string): ColumnExpr | undefined {
  let found: ColumnExpr | undefined
  walkInputs(plan, (step) => {
    if (found || step.inputs.length > 1) return false
    found = step.exprs?.find((expr) => expr.op === "alias" && expr.name === name)
    // `withColumn(name, value)`: the name is the call's own argument
    const given = step.call?.args.find((arg) => arg.name === "colName")?.value
    if (!found && given?.kind === "constant" && given.value === name && step.exprs?.length === 1) found = step.exprs[0]
    return !found
  })
  return found
}

/** How few values an expression has. */
function fewOf(expr: ColumnExpr, plan: Plan, depth = 0): Few | undefined {
  if (depth > 4) return undefined
  switch (expr.op) {
    case "literal":
      return { said: "one value", confidence: "certain" }
    case "alias":
      return fewOf(expr.child, plan, depth + 1)
    case "unary":
      return expr.symbol === "~" ? { said: "true or false", confidence: "likely" } : undefined
    case "binary":
      return COMPARES.has(expr.symbol) ? { said: "true or false", confidence: "likely" } : undefined
    case "call":
      if (CONDITIONS.has(expr.fn)) return { said: "true or false", confidence: "likely" }
      return PERIODS.has(expr.fn) ? { said: `a ${expr.fn}`, confidence: "possible" } : undefined
    case "column": {
      const made = definition(expr.frame ?? plan, expr.name)
      if (made) return fewOf(made, plan, depth + 1)
      return fewValued(expr.name) ? { said: `few, by the name \`${expr.name}\``, confidence: "possible" } : undefined
    }
    default:
      return undefined
  }
}

const ORDER: readonly Confidence[] = ["certain", "likely", "possible"]

/** How few groups all keys make together; undefined where one of them may have many values. */
export function fewGroups(keys: readonly ColumnExpr[], plan: Plan): Few | undefined {
  if (keys.length === 0) return { said: "no key at all", confidence: "certain" }
  const each = keys.map((key) => fewOf(key, plan))
  if (each.some((few) => !few)) return undefined
  // the key with the most values decides
  return each.reduce((a, b) => (ORDER.indexOf(b!.confidence) > ORDER.indexOf(a!.confidence) ? b : a))
}

/** Steps that leave no more rows than come in, one by one. */
const NARROW: ReadonlySet<Plan["op"]> = new Set(["filter", "project", "sort", "sort-within", "limit"])

/** What an aggregate left, by keys that make few groups, and nothing multiplied since. */
export function isFewGroups(plan: Plan): boolean {
  let step = plan
  for (let i = 0; i < 50; i++) {
    const [input] = step.inputs
    if (!input || step.inputs.length > 1) return false
    if (step.op === "aggregate") return step.keys !== undefined && fewGroups(step.keys, input) !== undefined
    if (!NARROW.has(step.op)) return false
    step = input
  }
  return false
}
