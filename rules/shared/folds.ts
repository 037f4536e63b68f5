/** What a function does to the values of one group, where Spark can do it before the shuffle. */
export interface Fold {
  /** `sum`, `len`, `max`, `min`, `mean`. */
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

/** `sum(x)`, `len(list(x))`, `sum(x) / len(x)`: the fold that an expression over `x` is. */
function foldOfExpression(text: string, variable: string): Fold | undefined {
  const group = `(?:(?:list|tuple)\\( ?${variable} ?\\)|${variable})`
  const single = new RegExp(`^(sum|len|max|min)\\( ?${group} ?\\)$`).exec(text)
  if (single) return byName.get(single[1]!)
  return new RegExp(`^sum\\( ?${group} ?\\) ?/ ?len\\( ?${group} ?\\)$`).test(text) ? byName.get("mean") : undefined
}

/** One line, comments aside: `lambda v: sum(v)`, or the expression and parameter of a `def` that only returns. */
function normalized(text: string): { variable: string; body: string } | undefined {
  const flat = text.replace(/\s+/g, " ").trim()
  const match =
    /^lambda (\w+) ?: ?(.+)$/.exec(flat) ??
    /^def \w+\( ?(\w+)(?: ?:[^,=)]*)? ?\)(?: ?->[^:]*)? ?: (?:"""[^"]*""" )?return (.+)$/.exec(flat)
  return match ? { variable: match[1]!, body: match[2]!.trim() } : undefined
}

/** The fold that a function over a group's values is: `sum`, `lambda values: len(values)`, a `def` that returns one. */
export function foldOf(text: string): Fold | undefined {
  const builtin = byName.get(text.trim())
  if (builtin && builtin.name !== "mean") return builtin
  const fn = normalized(text)
  return fn && foldOfExpression(fn.body, fn.variable)
}

/** The same for a function over pairs: `lambda kv: (kv[0], sum(kv[1]))`. */
export function foldOfPairs(text: string): Fold | undefined {
  const fn = normalized(text)
  if (!fn) return undefined
  const pair = new RegExp(`^\\( ?${fn.variable}\\[0\\] ?, ?(.+?) ?,? ?\\)$`).exec(fn.body)
  return pair ? foldOfExpression(pair[1]!.replaceAll(`${fn.variable}[1]`, "group"), "group") : undefined
}
