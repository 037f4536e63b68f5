import type { PyExpr } from "../api.ts"
import type { Env, PyCall, Translator } from "./python-translate.ts"
import { type Col, type ColumnType, constantOf, integerOf, literal, NoColumn, plainName } from "./python-writer.ts"

const WHOLE: ReadonlySet<ColumnType> = new Set(["int", "bigint"])
/** Spark's functions of Python's `math` and of NumPy, by its name; of doubles, like theirs. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  sqrt: "sqrt",
  exp: "exp",
  log: "log",
  log10: "log10",
  log2: "log2",
  log1p: "log1p",
  expm1: "expm1",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  acos: "acos",
  atan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  atan2: "atan2",
  hypot: "hypot",
  pow: "pow",
  power: "pow",
  radians: "radians",
  degrees: "degrees",
  fabs: "abs",
  abs: "abs",
}

/** An operand: a number, or something that may be one. */
function number(t: Translator, expr: PyExpr, env: Env): Col {
  const col = t.strict(expr, env)
  if (!["any", "int", "bigint", "double"].includes(col.type)) throw new NoColumn()
  return col
}

/** Arithmetic of Python's operators. */
export function numberBinary(t: Translator, expr: Extract<PyExpr, { op: "binary" }>, env: Env): Col {
  const { w } = t
  const { symbol } = expr
  const left = number(t, expr.left, env)
  const right = number(t, expr.right, env)
  const whole = WHOLE.has(left.type) && WHOLE.has(right.type)
  const divisor = constantOf(expr.right)
  const safeDivisor = typeof divisor === "number" && divisor !== 0
  switch (symbol) {
    case "+":
    case "-":
    case "*":
      w.differs("numbers too large for the column's type overflow")
      return w.binary(left, symbol, right, whole ? "bigint" : "any")
    case "/":
      if (!safeDivisor) w.differs("a division by zero gives null, or fails under ANSI mode, where the UDF fails")
      w.differs("decimals stay decimals")
      return w.binary(left, "/", right, "double")
    case "%":
      if (!safeDivisor) throw new NoColumn()
      w.differs("the rest of a negative number is negative")
      return w.binary(left, "%", right, whole ? "int" : "any")
    case "//":
      if (!safeDivisor) throw new NoColumn()
      w.differs("the result is a bigint")
      return w.fn("floor", "bigint", { ...w.binary(left, "/", right, "double"), loose: false })
    case "**":
      w.differs("the result is a double")
      return w.fn("pow", "double", left, right)
    case "&":
    case "|":
    case "^":
      if (!whole) throw new NoColumn()
      return w.method(left, { "&": "bitwiseAND", "|": "bitwiseOR", "^": "bitwiseXOR" }[symbol], "any", w.operand(right))
    default:
      throw new NoColumn()
  }
}

/** `len`, `int`, `float`, `str`, `abs`, `round`, `max`, `min`, `math.sqrt`… */
export function numberCall(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const { w } = t
  const { args } = expr
  const fn = plainName(expr.fn)
  const library = /^(?:math|numpy|np)\.(\w+)$/.exec(fn)?.[1]
  if (library !== undefined) return ofLibrary(t, library, args, env)
  const [first] = args
  if (!first || expr.keywords?.length) return undefined
  switch (fn) {
    case "len":
      return length(t, first, env)
    case "str":
      return asText(t, first, env)
    case "int":
    case "float":
      return asNumber(t, fn, expr, env)
    case "bool":
      return t.isCondition(first)
        ? t.value(first, env)
        : w.fn("coalesce", "boolean", t.test(first, env), literal(false))
    case "abs":
      return w.fn("abs", "any", number(t, first, env))
    case "round": {
      const digits = args[1] === undefined ? 0 : integerOf(args[1])
      if (digits === undefined) throw new NoColumn()
      w.differs("halves are taken from the number as it is written, not as it is stored")
      const rounded = w.fn("bround", "double", number(t, first, env), String(digits))
      return args[1] === undefined ? w.method(rounded, "cast", "bigint", '"bigint"') : rounded
    }
    case "max":
    case "min": {
      if (args.length < 2) return undefined
      w.differs("nulls are passed over, where the UDF fails")
      return w.fn(fn === "max" ? "greatest" : "least", "any", ...args.map((arg) => t.value(arg, env)))
    }
    case "pow":
      w.differs("the result is a double")
      return args.length === 2 ? w.fn("pow", "double", number(t, first, env), number(t, args[1]!, env)) : undefined
    default:
      return undefined
  }
}

function ofLibrary(t: Translator, name: string, args: readonly PyExpr[], env: Env): Col | undefined {
  const { w } = t
  if (name === "ceil" || name === "floor") {
    if (args.length !== 1) throw new NoColumn()
    w.differs("the result is a bigint")
    return w.fn(name, "bigint", number(t, args[0]!, env))
  }
  const spark = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!spark || args.length === 0) return undefined
  const given = args.map((arg) => number(t, arg, env))
  w.differs("where the UDF fails (the root or the logarithm of a negative number) it gives NaN or null")
  if (name === "log" && given.length === 2) {
    // Spark's base comes first, and is a Python number
    if (given[1]!.form !== "literal") throw new NoColumn()
    return w.fn("log", "double", given[1]!.text, given[0]!)
  }
  return w.fn(spark, "double", ...given)
}

function length(t: Translator, of: PyExpr, env: Env): Col {
  const { w } = t
  const col = t.strict(of, env)
  if (col.type === "string") return w.fn("length", "int", col)
  if (col.type === "array") {
    if (col.form === "param" && !env.present.has(col.name!))
      w.differs("a null array has -1 elements where ANSI mode is off")
    return w.fn("size", "int", col)
  }
  if (col.type !== "any") throw new NoColumn()
  w.sketch = `\`length\` is for texts, \`size\` for arrays`
  return w.fn("length", "int", col)
}

function asText(t: Translator, of: PyExpr, env: Env): Col {
  const { w } = t
  const col = t.value(of, env)
  if (col.form === "param" && !env.present.has(col.name!))
    w.differs("a null gives null, where the UDF gives `None` as a text")
  if (col.type === "string") return col
  if (col.type === "any" || col.type === "double") w.differs("numbers and dates are written as Spark writes them")
  else if (!WHOLE.has(col.type)) throw new NoColumn()
  return w.method(col, "cast", "string", '"string"')
}

function asNumber(t: Translator, fn: "int" | "float", expr: PyCall, env: Env): Col {
  const { w } = t
  if (expr.args.length !== 1) throw new NoColumn()
  const [of] = expr.args
  const col = t.strict(of!, env)
  if (fn === "float") {
    if (WHOLE.has(col.type) || (col.type === "double" && t.w.types.get(col.name ?? "")?.proven))
      return w.method(col, "cast", "double", '"double"')
  } else if (WHOLE.has(col.type)) return col
  if (["date", "timestamp", "array", "vector"].includes(col.type)) throw new NoColumn()
  w.differs("a text that is no number gives null, or fails under ANSI mode")
  return fn === "float" ? w.method(col, "cast", "double", '"double"') : w.method(col, "cast", "bigint", '"bigint"')
}
