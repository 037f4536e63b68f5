import type { Expr } from "../syntax/ast.ts"
import { evaluate } from "./expressions.ts"
import type { Interpreter } from "./interpreter.ts"
import { member } from "./pyspark/table.ts"

/** `df.cache` as a statement: the method of a frame that a plain name holds. */
export function noteUncalled(it: Interpreter, expr: Expr): void {
  if (expr.kind !== "Attribute" || expr.value.kind !== "Name") return
  const owner = evaluate(it, expr.value)
  if (owner.kind !== "frame" || (owner.class !== "DataFrame" && owner.class !== "RDD")) return
  if (!member(owner.class, expr.attr)) return
  const { statement, loops, function: inFunction, udf } = it.here
  it.uncalled.push({
    plan: owner.plan,
    name: expr.attr,
    site: it.site(expr),
    statement,
    loops,
    function: inFunction,
    inUdf: udf,
  })
}
