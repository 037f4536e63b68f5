import type { ConstantValue, Value } from "../../../rules/api.ts"
import type { Constant, Expr, Name } from "../syntax/ast.ts"
import { paramsOf } from "./functions.ts"
import type { Interpreter } from "./interpreter.ts"
import { assignedIn } from "./names.ts"
import { UNKNOWN } from "./values.ts"

/** The constant that the call which led into this function gives for one of its parameters, written or by default. */
function handedOver(it: Interpreter, { id }: Name): Constant | undefined {
  const activation = it.activations.at(-1)
  if (!activation?.args || activation.args.open || activation.fn.bound) return undefined
  const { fn, args } = activation
  const params = paramsOf(fn)
  const at = params.findIndex(({ name, type }) => name === id && type !== "star" && type !== "starstar")
  const param = params[at]
  if (!param || (fn.node.kind === "FunctionDef" && assignedIn(fn.node.body).has(id))) return undefined
  const given = param.type === "kwonly" ? args.keywords.get(id) : args.at(at - (fn.self ? 1 : 0), id)
  const node = given ? given.node : param.default
  return node?.kind === "Constant" ? node : undefined
}

function isTrue({ value }: { readonly value?: Constant["value"] | undefined }): boolean {
  return value !== null && value !== false && value !== 0 && value !== ""
}

/**
 * How a test comes out for the call that led here, where nothing but constants that the call hands over decide it:
 * `if verbose:` of a function that is called with `verbose=False`.
 */
export function decided(it: Interpreter, test: Expr): boolean | undefined {
  switch (test.kind) {
    case "Name": {
      const flag = handedOver(it, test)
      return flag && isTrue(flag)
    }
    case "UnaryOp": {
      const inner = test.op === "not" ? decided(it, test.operand) : undefined
      return inner === undefined ? undefined : !inner
    }
    case "BoolOp": {
      const each = test.values.map((value) => decided(it, value))
      const ends = test.op === "or"
      if (each.includes(ends)) return ends
      return each.every((value) => value === !ends) ? !ends : undefined
    }
    case "Compare": {
      const [op, ...more] = test.ops
      const [right] = test.comparators
      if (more.length > 0 || test.left.kind !== "Name" || right?.kind !== "Constant") return undefined
      const flag = handedOver(it, test.left)
      if (!flag) return undefined
      if (op === "==" || op === "is") return flag.value === right.value
      return op === "!=" || op === "is not" ? flag.value !== right.value : undefined
    }
    default:
      return undefined
  }
}

type Comparable = string | number | boolean | null

function compared(op: string, left: Comparable, right: Comparable): boolean | undefined {
  switch (op) {
    case "==":
    case "is":
      return left === right
    case "!=":
    case "is not":
      return left !== right
  }
  if (typeof left !== "number" || typeof right !== "number") return undefined
  switch (op) {
    case "<":
      return left < right
    case "<=":
      return left <= right
    case ">":
      return left > right
    case ">=":
      return left >= right
    default:
      return undefined
  }
}

/** The value that a parameter of this function holds by its default, or by the call. */
function ofParameter(it: Interpreter, { id }: Name): ConstantValue | undefined {
  const fn = it.activations.at(-1)?.fn
  if (fn?.node.kind !== "FunctionDef" || !fn.node.params.some(({ name }) => name === id)) return undefined
  const value = it.scope.vars.get(id)
  return value?.kind === "constant" && value.value !== undefined ? value : undefined
}

/** The name whose value makes a test come out as it does, and how. */
function outcome(it: Interpreter, test: Expr): { name: string; holds: boolean } | undefined {
  if (test.kind === "Name") {
    const value = ofParameter(it, test)
    return value && { name: test.id, holds: isTrue(value) }
  }
  if (test.kind === "UnaryOp" && test.op === "not") {
    const inner = outcome(it, test.operand)
    return inner && { name: inner.name, holds: !inner.holds }
  }
  const [right] = test.kind === "Compare" ? test.comparators : []
  if (test.kind !== "Compare" || test.ops.length !== 1 || test.left.kind !== "Name" || right?.kind !== "Constant")
    return undefined
  const value = ofParameter(it, test.left)?.value
  if (value === undefined || typeof value === "bigint" || typeof right.value === "bigint") return undefined
  const holds = compared(test.ops[0]!, value, right.value)
  return holds === undefined ? undefined : { name: test.left.id, holds }
}

/** Parameters that hold another value than they seem to where a test comes out so. */
function ruledOut(it: Interpreter, test: Expr, holds: boolean): string[] {
  if (test.kind === "BoolOp")
    return (test.op === "and") === holds ? test.values.flatMap((value) => ruledOut(it, value, holds)) : []
  const known = outcome(it, test)
  return known && known.holds !== holds ? [known.name] : []
}

/**
 * Forgets parameters' defaults where the code runs only with other values: in `if n > 0:` of a function with `n=-1`, and
 * behind `if df is None: return`. Gives what they held.
 */
export function forgetDefaults(it: Interpreter, test: Expr, holds: boolean): ReadonlyMap<string, Value> {
  const before = new Map<string, Value>()
  for (const name of ruledOut(it, test, holds)) {
    before.set(name, it.scope.vars.get(name)!)
    it.scope.vars.set(name, UNKNOWN)
  }
  return before
}

/** Behind both ways a parameter holds what it held, unless one of them gave it something else. */
export function rememberDefaults(
  it: Interpreter,
  known: ReadonlyMap<string, Value>,
  assigned: ReadonlySet<string>,
): void {
  for (const [name, value] of known) if (!assigned.has(name)) it.scope.vars.set(name, value)
}
