import type { Call, PyExpr, RuleContext, Site, Udf } from "../api.ts"

/** Functions whose result Python keeps: their body runs once a worker. */
const KEEPS_RESULT = /(^|\.)(lru_cache|cache|cached_property|cached)$/

/**
 * True where a call in a UDF runs once and is kept: under `if _model is None:`, behind `if _model: return _model`, in an
 * `except` after a look-up, or in a function that is decorated to keep its result. A test that asks a parameter is no
 * such test.
 */
export function keptAcrossCalls(call: Call, udf: Udf, ctx: RuleContext): boolean {
  const home = call.function?.site ?? udf.site
  if (call.function?.decorators?.some((name) => KEEPS_RESULT.test(name))) return true
  // `model = model or load()`
  if (/^([\w.]+)\s*=\s*\1\s+or\b/.test(ctx.text(call.statement.site))) return true
  return call.path.some(({ guard, failed }) => {
    if (failed) return within(failed, home)
    return guard !== undefined && within(guard.site, home) && asksFirst(guard.test, guard.holds)
  })
}

function within(site: Site, home: Site): boolean {
  return site.top === home.top && site.start >= home.start && site.end <= home.end
}

/** The test asks whether something outside has been made yet, and it has not. */
function asksFirst(test: PyExpr, holds: boolean): boolean {
  switch (test.op) {
    case "unary":
      return test.symbol === "not" && asksFirst(test.operand, !holds)
    case "binary":
      if (test.symbol === "and") return holds && (asksFirst(test.left, true) || asksFirst(test.right, true))
      if (test.symbol === "or") return !holds && (asksFirst(test.left, false) || asksFirst(test.right, false))
      // `path not in models`: the key may be a parameter, what is looked into not
      if (asksParameter(/in$/.test(test.symbol) ? test.right : test)) return false
      if (/^(is|==)$/.test(test.symbol)) return holds && isNone(test.right)
      if (/^(is not|!=)$/.test(test.symbol)) return !holds && isNone(test.right)
      return test.symbol === "in" ? !holds : test.symbol === "not in" && holds
    case "call":
      return test.fn.replace(/^builtins\./, "") === "hasattr" && !holds
    case "name":
    case "attribute":
      return !holds && !asksParameter(test)
    default:
      return false
  }
}

function isNone(expr: PyExpr): boolean {
  return expr.op === "constant" && expr.value.type === "None"
}

/** It is about a parameter, the object itself aside. */
function asksParameter(expr: PyExpr): boolean {
  switch (expr.op) {
    case "param":
      return expr.name !== "self" && expr.name !== "cls"
    case "attribute":
      return asksParameter(expr.on)
    case "index":
      return asksParameter(expr.on) || asksParameter(expr.index)
    case "binary":
      return asksParameter(expr.left) || asksParameter(expr.right)
    case "unary":
      return asksParameter(expr.operand)
    case "call":
      return (expr.on !== undefined && asksParameter(expr.on)) || expr.args.some(asksParameter)
    default:
      return false
  }
}
