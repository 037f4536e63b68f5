import type { PyExpr, Udf, Value } from "../api.ts"

/** What a function does to the values of one group, where Spark can do it before the shuffle. */
export interface Fold {
  readonly name: "sum" | "len" | "max" | "min" | "mean"
  readonly method: string
  /** The links of the chain that does the same; `rest` are further arguments of `groupByKey`. */
  chain(rest: readonly string[]): readonly string[]
}

function fold(name: Fold["name"], method: string, chain: (rest: string) => readonly string[]): Fold {
  return { name, method, chain: (rest) => chain(rest.map((text) => `, ${text}`).join("")) }
}

const FOLDS: readonly Fold[] = [
  fold("sum", "reduceByKey", (rest) => [`.reduceByKey(lambda a, b: a + b${rest})`]),
  fold("len", "reduceByKey", (rest) => [".mapValues(lambda _: 1)", `.reduceByKey(lambda a, b: a + b${rest})`]),
  fold("max", "reduceByKey", (rest) => [`.reduceByKey(max${rest})`]),
  fold("min", "reduceByKey", (rest) => [`.reduceByKey(min${rest})`]),
  fold("mean", "aggregateByKey", (rest) => [
    `.aggregateByKey((0, 0), lambda acc, v: (acc[0] + v, acc[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])${rest})`,
    ".mapValues(lambda acc: acc[0] / acc[1])",
  ]),
]

const byName = new Map<string, Fold>(FOLDS.map((known) => [known.name, known]))

/** A function of Python's own by the name that code calls it by. */
function builtin(path: string): string {
  return path.replace(/^builtins\./, "")
}

/** The argument of `fn(x)`, where `fn` is one of Python's own functions. */
function argumentOf(expr: PyExpr, fn: RegExp): PyExpr | undefined {
  return expr.op === "call" && expr.on === undefined && expr.args.length === 1 && fn.test(builtin(expr.fn))
    ? expr.args[0]
    : undefined
}

type IsGroup = (expr: PyExpr) => boolean

/** The group itself, or a list or tuple of it. */
function group(expr: PyExpr | undefined, isGroup: IsGroup): boolean {
  if (expr === undefined) return false
  const copied = argumentOf(expr, /^(list|tuple)$/)
  return isGroup(copied ?? expr)
}

/** The fold that an expression over a group is: `sum(group)`, `len(list(group))`, `sum(group) / len(group)`. */
function foldIn(expr: PyExpr, isGroup: IsGroup): Fold | undefined {
  if (expr.op === "binary")
    return expr.symbol === "/" &&
      group(argumentOf(expr.left, /^sum$/), isGroup) &&
      group(argumentOf(expr.right, /^len$/), isGroup)
      ? byName.get("mean")
      : undefined
  if (!group(argumentOf(expr, /^(sum|len|max|min)$/), isGroup)) return undefined
  return expr.op === "call" ? byName.get(builtin(expr.fn)) : undefined
}

/** The function of Python's own that an argument is: `sum` of `mapValues(sum)`. */
function builtinOf(value: Value | undefined): string | undefined {
  return value?.kind === "foreign" && value.path.startsWith("builtins.") ? builtin(value.path) : undefined
}

/** The fold that a function over a group's values is: `sum`, `lambda values: len(values)`, a `def` that returns one. */
export function foldOf(value: Value | undefined, udf: Udf | undefined): Fold | undefined {
  const name = builtinOf(value)
  if (name !== undefined) return name === "mean" ? undefined : byName.get(name)
  return udf?.body && foldIn(udf.body, (expr) => expr.op === "param" && expr.name === udf.params[0])
}

/** `pair[i]` of a function's only parameter. */
function part(expr: PyExpr | undefined, i: number): boolean {
  return expr?.op === "index" && expr.on.op === "param" && expr.index.op === "constant" && expr.index.value.value === i
}

/** The same for a function over pairs: `lambda kv: (kv[0], sum(kv[1]))`. */
export function foldOfPairs(udf: Udf | undefined): Fold | undefined {
  if (udf?.params.length !== 1 || udf.body?.op !== "sequence" || udf.body.items.length !== 2) return undefined
  const [key, value] = udf.body.items
  return part(key, 0) && value ? foldIn(value, (expr) => part(expr, 1)) : undefined
}

/** `lambda group: list(group)`, or `list` itself. */
export function copiesGroup(value: Value | undefined, udf: Udf | undefined): boolean {
  const name = builtinOf(value)
  if (name !== undefined) return name === "list" || name === "tuple"
  const copied = udf?.body && argumentOf(udf.body, /^(list|tuple)$/)
  return copied?.op === "param"
}

/** What a function of two lists does beside appending one to the other: sorts, or nothing; undefined for any other function. */
export function listAppender(udf: Udf | undefined): "appends" | "sorts" | undefined {
  if (udf?.params.length !== 2 || !udf.body) return undefined
  const sorted = argumentOf(udf.body, /^sorted$/)
  const joined = sorted ?? udf.body
  if (joined.op !== "binary" || joined.symbol !== "+") return undefined
  if (joined.left.op !== "param" || joined.right.op !== "param") return undefined
  return sorted ? "sorts" : "appends"
}

/** A function that makes one-element lists of values: `lambda kv: (kv[0], [kv[1]])`, or `lambda v: [v]`. */
export function makesLists(udf: Udf | undefined): boolean {
  const body = udf?.body
  if (body?.op !== "sequence") return false
  const value = body.items.length === 2 ? body.items[1] : body.items[0]
  return body.items.length === 1 || value?.op === "sequence"
}
