import type { Call, RuleContext, Site, Udf } from "../api.ts"

/** A UDF as a person would call it: `` `score` ``, or "this lambda". */
export function udfName(udf: Udf): string {
  return udf.name === "lambda" || udf.name === "" ? "this lambda" : `\`${udf.name}\``
}

/** Where to underline a UDF: the name behind `def`, or a lambda that stands on one line. */
export function nameOfUdf(udf: Udf, ctx: RuleContext): Site {
  return udf.name === "lambda" && !ctx.text(udf.site).includes("\n") ? udf.site : udf.parts.name
}

/** The spaces before a place on its line; undefined where something else stands before it. */
export function indentAt(text: string, at: number): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at)
  return /^[ \t]*$/.test(line) ? line : undefined
}

/** The headers (`if …:`, `for …:`) of the blocks that a place stands in, innermost first, as far as the text goes. */
export function blockHeaders(text: string, at: number): string[] {
  const headers: string[] = []
  const lines = text.slice(0, at).split("\n")
  let indent = /^[ \t]*/.exec(lines.at(-1)!)![0].length
  for (let i = lines.length - 2; i >= 0; i--) {
    const line = lines[i]!
    if (line.trim() === "") continue
    const own = /^[ \t]*/.exec(line)![0].length
    if (own >= indent || (i > 0 && /^\s*[)\]}]/.test(line))) continue
    headers.push(line.trim())
    indent = own
  }
  return headers
}

/** The whole text from the start of a function to a call in it. */
function upTo(call: Call, from: Site, ctx: RuleContext): string {
  return from.top === call.site.top && from.path === call.site.path && from.start <= call.site.start
    ? ctx.text({ ...from, end: call.site.start })
    : ""
}

/** Functions whose result Python keeps: their body runs once a worker. */
const KEEPS_RESULT = /@(functools\.)?(lru_cache|cache|cached_property|cached)\b/

/**
 * True where a call in a UDF runs once and is kept: under `if _model is None:`, `if key not in models:`, in an `except`
 * after a look-up, or in a function that is decorated to keep its result.
 */
export function keptAcrossCalls(call: Call, udf: Udf, ctx: RuleContext): boolean {
  const home = call.function?.site ?? udf.site
  const text = upTo(call, home, ctx)
  if (call.function && KEEPS_RESULT.test(decorated(home, ctx))) return true
  // `model = model or load()`
  if (/^([\w.]+)\s*=\s*\1\s+or\b/.test(ctx.text(call.statement.site))) return true
  const params = (call.function?.params ?? []).filter((param) => param !== "self" && param !== "cls")
  const named = (text: string): boolean => params.some((param) => new RegExp(`\\b${param}\\b`).test(text))
  return blockHeaders(text, text.length).some((header) => {
    if (/^except\b/.test(header)) return true
    if (!/^(if|elif|else)\b/.test(header)) return false
    if (!/\bis None\b|\bnot\b|\bhasattr\b|== None/.test(header)) return false
    // `if path not in models:`: the key may be a parameter, what is looked into not
    const container = /\bnot\s+in\s+([\w.]+)/.exec(header)?.[1]
    return !named(container ?? header)
  })
}

/** A function's text with its decorators, which may stand before its place. */
function decorated(site: Site, ctx: RuleContext): string {
  const header = ctx.text({ ...site, start: 0 })
  const at = site.start
  const before = header.slice(0, at).split("\n")
  const lines: string[] = []
  for (let i = before.length - (before.at(-1)!.trim() === "" ? 2 : 1); i >= 0 && /^\s*@/.test(before[i]!); i--)
    lines.push(before[i]!)
  return `${lines.join("\n")}\n${header.slice(at).split(/\bdef\b/)[0]}`
}

/** The parameters of a function's `def` line or lambda, without `self`, as written up to their annotation. */
export function parameters(udf: Udf, ctx: RuleContext): string[] {
  const text = ctx.text(udf.site)
  const match = /\bdef\s+\w+\s*\(([^)]*)\)/.exec(text) ?? /^lambda\s+([^:]*):/.exec(text)
  if (!match) return []
  return match[1]!
    .split(",")
    .map((part) => /^\s*\*{0,2}(\w+)/.exec(part)?.[1] ?? "")
    .filter((name) => name !== "" && name !== "self")
}
