import type { Call, Loop, RuleContext, Site, Value } from "../api.ts"
import { plainString, type Token, tokensOf } from "./tokens.ts"

/** What the rounds of a loop go through: the names, where known, and whether no name comes twice. */
interface Items {
  readonly known: readonly string[] | undefined
  readonly distinct: boolean
}

/** Spark compares column names without regard to case. */
function fold(name: string): string {
  return name.toLowerCase()
}

function itemsOf(value: Value, text: string): Items {
  if (
    value.kind === "sequence" &&
    value.items?.every((item) => item.kind === "constant" && typeof item.value === "string")
  ) {
    const known = value.items.map((item) => fold(String((item as { value: unknown }).value)))
    return { known, distinct: new Set(known).size === known.length }
  }
  // Spark refuses to read a column whose name comes twice, in a loop or at once
  if (/^[\w.]+\.columns$/.test(text.trim())) return { known: undefined, distinct: true }
  return { known: undefined, distinct: value.kind === "dict" || (value.kind === "sequence" && value.type === "set") }
}

/** Text arguments after the first are text for these, never a column's name. */
const TEXT_ARGUMENTS = new Set(
  "regexp_replace regexp_extract date_format to_date to_timestamp date_trunc split lpad rpad translate from_unixtime unix_timestamp format_string concat_ws when lit".split(
    " ",
  ),
)
const WORDS = new Set("True False None and or not if else in is".split(" "))

/**
 * True where an expression is proven to read only the column that the loop's variable names, and columns that no round
 * writes. Every call in it must be one that the analysis knows, so that nothing else can read.
 */
function readsOnly(expression: Site, variable: string, frame: string, written: Items, ctx: RuleContext): boolean {
  const text = ctx.text(expression)
  const tokens = tokensOf(text)
  if (!tokens) return false
  const calls = new Map<number, Call>()
  for (const call of ctx.program.calls) {
    const at = call.nameSite
    if (at.top === expression.top && at.start >= expression.start && at.end <= expression.end && call.spark)
      calls.set(at.start - expression.start, call)
  }
  return tokens.every((token, i) => {
    if (token.kind === "string") return harmlessText(token, i, tokens, calls, written)
    if (token.kind !== "name" || WORDS.has(token.text)) return true
    const next = tokens[i + 1]?.text
    const afterDot = tokens[i - 1]?.text === "."
    if (next === "(") {
      const call = calls.get(token.start)
      return call !== undefined && /^(functions|Column)\./.test(call.api) && !/\.(expr|udf)$/.test(call.api)
    }
    if (afterDot) return tokens[i - 2]?.text !== frame
    if (token.text === variable) return next === ")" || next === "," || next === "]"
    if (token.text === frame) return next === "[" && tokens[i + 2]?.text === variable && tokens[i + 3]?.text === "]"
    // `F` of `F.upper(`, or the name of a keyword argument
    return (
      (next === "." && tokens[i + 3]?.text === "(" && calls.has(tokens[i + 2]!.start)) ||
      (next === "=" && tokens[i + 2]?.text !== "=")
    )
  })
}

/** A text that is no column's name, or the name of a column that no round writes. */
function harmlessText(
  token: Token,
  i: number,
  tokens: readonly Token[],
  calls: ReadonlyMap<number, Call>,
  written: Items,
): boolean {
  const value = plainString(token)
  if (value === undefined) return false
  if (written.known && !written.known.includes(fold(value))) return true
  // `col == "x"` compares with the text itself; `name="x"` may be anything
  if (tokens[i - 1]?.text === "=") return /^[=!<>]$/.test(tokens[i - 2]?.text ?? "")
  let depth = 0
  let first = true
  for (let at = i - 1; at >= 0; at--) {
    const { text } = tokens[at]!
    if (")]}".includes(text)) depth++
    else if (text === "," && depth === 0) first = false
    else if ("([{".includes(text) && depth-- === 0) {
      const call = text === "(" && at > 0 ? calls.get(tokens[at - 1]!.start) : undefined
      if (!call) return false
      if (call.api.startsWith("Column.")) return true
      const name = call.api.slice(call.api.indexOf(".") + 1)
      return TEXT_ARGUMENTS.has(name) && (!first || name === "lit" || name === "concat_ws" || name === "format_string")
    }
  }
  return false
}

/** The names that rounds write, from the expression of the name: the variable itself, or it with a text before or after. */
function writtenNames(text: string, variable: string, items: Items): Items | undefined {
  if (text === variable) return items
  const shape =
    /^f(["'])([^{}"'\\]*)\{(\w+)\}([^{}"'\\]*)\1$/.exec(text) ??
    /^()()(\w+) \+ ["']([^"'\\]*)["']$/.exec(text) ??
    /^()["']([^"'\\]*)["'] \+ (\w+)()$/.exec(text)
  if (!shape || shape[3] !== variable || !items.known) return undefined
  return { known: items.known.map((name) => fold(`${shape[2]}${name}${shape[4]}`)), distinct: items.distinct }
}

/**
 * True where it is proven that no round of `frame = frame.withColumn(name, expression)` reads what another writes, and
 * that none writes twice.
 */
export function independentColumns(
  loop: Loop,
  variable: string,
  frame: string,
  iterable: string,
  name: Site,
  expression: Site,
  ctx: RuleContext,
): boolean {
  const items = itemsOf(loop.iterable, iterable)
  const nameText = ctx.text(name).trim()
  const written = writtenNames(nameText, variable, items)
  if (!written?.distinct) return false
  // a round reads its own item: no other round may write it
  if (nameText !== variable && !items.known?.every((item) => !written.known!.includes(item))) return false
  return readsOnly(expression, variable, frame, written, ctx)
}

/** The same for renames: no new name is another's old name. */
export function independentRenames(
  loop: Loop,
  pairs: boolean,
  oldText: string,
  newText: string,
  variables: readonly string[],
): boolean {
  const value = loop.iterable
  if (pairs) {
    if (value.kind !== "sequence" || oldText !== variables[0] || newText !== variables[1]) return false
    const known = value.items?.map((item) =>
      item.kind === "sequence"
        ? item.items?.map((part) => (part.kind === "constant" ? part.value : undefined))
        : undefined,
    )
    if (!known?.every((pair) => pair?.length === 2 && pair.every((part) => typeof part === "string"))) return false
    return disjoint(
      known.map((pair) => String(pair![0])),
      known.map((pair) => String(pair![1])),
    )
  }
  const items = itemsOf(value, "")
  const written = oldText === variables[0] ? writtenNames(newText, variables[0], items) : undefined
  return written?.known !== undefined && disjoint(items.known!, written.known)
}

function disjoint(from: readonly string[], to: readonly string[]): boolean {
  const old = new Set(from.map(fold))
  return old.size === from.length && to.every((name) => !old.has(fold(name)))
}
