import type { PyExpr, RuleContext, Udf } from "../api.ts"
import { stepsWithUdf, usesOfUdf } from "./call-index.ts"
import { receiverPlan } from "./frames.ts"
import { type ColumnType, constantOf, type ParamType, plainName } from "./python-writer.ts"

const STRING_METHODS = new Set(
  "lower upper strip lstrip rstrip casefold title capitalize swapcase replace split rsplit startswith endswith find rfind isdigit isalpha isnumeric isalnum isspace zfill ljust rjust center encode format splitlines partition join".split(
    " ",
  ),
)
const DATE_METHODS = new Set("strftime weekday isoweekday isoformat date timetuple".split(" "))
const DATE_PARTS = new Set("year month day hour minute second".split(" "))
/** Functions that only take numbers. */
const NUMBER_FUNCTIONS =
  /^(math|numpy|np)\.(sqrt|exp|log|log10|log2|log1p|expm1|sin|cos|tan|asin|acos|atan|floor|ceil|pow|fabs|abs|radians|degrees|power)$/
const ARITHMETIC = new Set(["-", "*", "/", "//", "%", "**"])
const ORDER = new Set(["<", "<=", ">", ">="])

type Found = Map<string, ParamType>

function note(found: Found, expr: PyExpr | undefined, type: ColumnType, proven: boolean): void {
  if (expr?.op !== "param") return
  const known = found.get(expr.name)
  if (!known || (proven && !known.proven)) found.set(expr.name, { type, proven })
}

/** What a constant beside a parameter says of it. */
function typeBeside(expr: PyExpr): ColumnType | undefined {
  const value = constantOf(expr)
  if (typeof value === "string") return "string"
  if (typeof value === "boolean") return "boolean"
  if (typeof value === "number" || typeof value === "bigint") return "double"
  return undefined
}

function visitBinary(expr: Extract<PyExpr, { op: "binary" }>, found: Found): void {
  const { left, right, symbol } = expr
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const beside = typeBeside(other)
    // adding to a text, and comparing by order with one, fails for anything else; being equal does not
    if (symbol === "+" && beside) note(found, one, beside, true)
    else if (ORDER.has(symbol) && beside) note(found, one, beside, true)
    else if ((symbol === "==" || symbol === "!=") && beside) note(found, one, beside, false)
    if (ARITHMETIC.has(symbol) && (symbol !== "*" || beside === "double") && (symbol !== "%" || one === left))
      note(found, one, "double", beside === "double")
  }
  if ((symbol === "in" || symbol === "not in") && right.op === "sequence" && right.items[0])
    note(found, left, typeBeside(right.items[0]) ?? "any", false)
  if ((symbol === "in" || symbol === "not in") && typeof constantOf(left) === "string")
    note(found, right, "string", false)
}

function visitCall(expr: Extract<PyExpr, { op: "call" }>, found: Found): void {
  const { on, args } = expr
  const fn = plainName(expr.fn)
  if (on) {
    if (STRING_METHODS.has(fn)) note(found, on, "string", true)
    if (DATE_METHODS.has(fn)) note(found, on, "timestamp", true)
    if (fn === "toArray") note(found, on, "vector", true)
    if (fn === "join") note(found, args[0], "array", true)
    return
  }
  const re = /^re\.(compile\(\)\.)?(sub|search|match|fullmatch|findall|split)$/.exec(fn)
  if (re) note(found, args[(re[2] === "sub" ? 2 : 1) - (re[1] ? 1 : 0)], "string", true)
  if (/^(datetime\.)*strptime$/.test(fn) || fn === "json.loads") note(found, args[0], "string", true)
  if (NUMBER_FUNCTIONS.test(fn)) note(found, args[0], "double", true)
  if (fn === "sum" || fn === "sorted") note(found, args[0], "array", false)
}

function visit(expr: PyExpr, found: Found): void {
  switch (expr.op) {
    case "call":
      visitCall(expr, found)
      if (expr.on) visit(expr.on, found)
      for (const arg of expr.args) visit(arg, found)
      break
    case "attribute":
      if (DATE_PARTS.has(expr.name)) note(found, expr.on, "timestamp", true)
      if (expr.name === "days" && expr.on.op === "binary")
        for (const side of [expr.on.left, expr.on.right]) note(found, side, "timestamp", true)
      visit(expr.on, found)
      break
    case "index":
      visit(expr.on, found)
      visit(expr.index, found)
      break
    case "binary":
      visitBinary(expr, found)
      visit(expr.left, found)
      visit(expr.right, found)
      break
    case "unary":
      visit(expr.operand, found)
      break
    case "if":
      visit(expr.test, found)
      visit(expr.value, found)
      visit(expr.otherwise, found)
      break
    case "try":
      visit(expr.value, found)
      visit(expr.otherwise, found)
      break
    case "format":
    case "sequence":
      for (const part of expr.op === "format" ? expr.parts : expr.items) visit(part, found)
      break
    case "comprehension":
      note(found, expr.over, "array", false)
      visit(expr.over, found)
      visit(expr.each, found)
      if (expr.only) visit(expr.only, found)
      break
  }
}

const OF_SPARK: Readonly<Record<string, ColumnType>> = {
  string: "string",
  tinyint: "int",
  smallint: "int",
  int: "int",
  bigint: "bigint",
  float: "double",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
}

/** Our name of a Spark type. */
export function columnType(type: string | undefined): ColumnType {
  if (type === undefined) return "any"
  return /^array\b/.test(type) ? "array" : (OF_SPARK[type] ?? "any")
}

/** The types that parameters have at every place where the UDF is used and the schema is known. */
function typesAtUses(udf: Udf, ctx: RuleContext): (ColumnType | undefined)[] {
  const types: (ColumnType | undefined)[] = []
  const clash = new Set<number>()
  for (const step of stepsWithUdf(ctx.program, udf)) {
    if (!step.call) continue
    const columns = receiverPlan(step.call)?.columns?.value
    for (const use of usesOfUdf(ctx.program, udf)) {
      if (use.result.kind !== "column" || use.result.expr.op !== "udf") continue
      use.result.expr.args.forEach((arg, i) => {
        const type = arg.op === "column" ? columns?.find(({ name }) => name === arg.name)?.type : undefined
        const known = type === undefined ? undefined : columnType(type)
        if (known === undefined || (types[i] !== undefined && types[i] !== known)) clash.add(i)
        types[i] = known
      })
    }
  }
  return types.map((type, i) => (clash.has(i) ? undefined : type))
}

/** What each parameter of a UDF holds, by where it is used and by what its body does with it. */
export function paramTypes(udf: Udf, ctx: RuleContext): ReadonlyMap<string, ParamType> {
  const found: Found = new Map()
  if (udf.body) visit(udf.body, found)
  const declared = typesAtUses(udf, ctx)
  const own = udf.parts.method ? udf.params.slice(1) : udf.params
  const result = new Map<string, ParamType>()
  own.forEach((name, i) => {
    const known = declared[i]
    result.set(name, known ? { type: known, proven: true } : (found.get(name) ?? { type: "any", proven: false }))
  })
  return result
}
