import type { Argument, Site, Value } from "../../../rules/api.ts"
import type { Call, Expr } from "../syntax/ast.ts"
import { elementOf, evaluate } from "./expressions.ts"
import type { Interpreter } from "./interpreter.ts"
import type { ParamFacts } from "./pyspark/table.ts"
import { Dict, Sequence } from "./values.ts"

interface Given {
  value: Value
  readonly node: Expr
}

const NO_KEYWORDS: ReadonlyMap<string, Given> = new Map()

/** The evaluated arguments of a call, in order. */
export class Args {
  readonly positional: Given[] = []
  keywords: ReadonlyMap<string, Given> = NO_KEYWORDS
  /** `*args` or `**kwargs` of unknown content: what is missing may have been given. */
  open = false

  values(): Value[] {
    return this.positional.map((given) => given.value)
  }

  keywordValues(): Map<string, Value> {
    const values = new Map<string, Value>()
    for (const [name, given] of this.keywords) values.set(name, given.value)
    return values
  }

  /** All values, in order. */
  all(): readonly Value[] {
    const values: Value[] = []
    for (const { value } of this.positional) values.push(value)
    for (const { value } of this.keywords.values()) values.push(value)
    return values
  }

  /** Whether one of the values is of a kind. */
  some(is: (value: Value) => boolean): boolean {
    for (const { value } of this.positional) if (is(value)) return true
    for (const { value } of this.keywords.values()) if (is(value)) return true
    return false
  }

  /** The value at a position or by a keyword; undefined when it was not given. */
  get(position: number, name?: string): Value | undefined {
    return this.at(position, name)?.value
  }

  /** Hands over everything that was given, with its expression. */
  each(see: (value: Value, node: Expr) => void): void {
    for (const { value, node } of this.positional) see(value, node)
    for (const { value, node } of this.keywords.values()) see(value, node)
  }

  /** Adds what a keyword was given. */
  setKeyword(name: string, value: Value, node: Expr): void {
    if (this.keywords === NO_KEYWORDS) this.keywords = new Map()
    ;(this.keywords as Map<string, Given>).set(name, { value, node })
  }

  at(position: number, name?: string): Given | undefined {
    return this.positional[position] ?? (name === undefined ? undefined : this.keywords.get(name))
  }

  /** Binds to PySpark's own parameter names; varargs become `*0`, `*1`… */
  bind(params: readonly ParamFacts[] | undefined, site: (node: Expr) => Site): Argument[] {
    const bound: Argument[] = []
    const slots = params?.filter((param) => param.kind !== "keyword-only" && param.kind !== "kwargs") ?? []
    this.positional.forEach((given, i) => {
      const star = slots.findIndex((param) => param.kind === "varargs")
      const name = star >= 0 && i >= star ? `*${i - star}` : (slots[i]?.name ?? `*${i}`)
      bound.push({ name, value: given.value, site: site(given.node), keyword: false })
    })
    for (const [name, given] of this.keywords)
      bound.push({ name, value: given.value, site: site(given.node), keyword: true })
    return bound
  }
}

/** Evaluates a call's arguments from left to right. */
export function evaluateArgs(it: Interpreter, call: Call): Args {
  const args = new Args()
  for (const node of call.args) {
    const value = evaluate(it, node)
    if (node.kind !== "Starred") {
      args.positional.push({ value, node })
      continue
    }
    if (value.kind === "sequence" && value.items)
      for (const item of value.items) args.positional.push({ value: item, node })
    else {
      args.open = true
      it.use(value, { kind: "other", site: it.site(node) })
      args.positional.push({ value: value instanceof Sequence ? value.element : elementOf(it, value), node })
    }
  }
  for (const keyword of call.keywords) {
    const value = evaluate(it, keyword.value)
    if (keyword.arg !== null) args.setKeyword(keyword.arg, value, keyword.value)
    else if (value instanceof Dict && value.entries)
      for (const [name, item] of value.entries) args.setKeyword(name, item, keyword.value)
    else args.open = true
  }
  return args
}
