import type { Constant, Expr, Name } from "../syntax/ast.ts"
import { paramsOf } from "./functions.ts"
import type { Interpreter } from "./interpreter.ts"
import { assignedIn } from "./names.ts"

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

function isTrue({ value }: Constant): boolean {
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
