import type { Call, Edit, RuleContext, Udf } from "../api.ts"
import { indentAt } from "./udf-text.ts"

/** Names that a piece of Python reads. */
function reads(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text)
}

/** A batch variable for one column or several: `x`, or `a, b` for `Iterator[tuple[…]]`. */
interface Signature {
  readonly names: readonly string[]
  readonly types: readonly string[]
  readonly result: string
  /** Offsets in the function's text. */
  readonly open: number
  readonly end: number
}

/** `def f(a: pd.Series, b: pd.Series) -> pd.Series:` with every parameter annotated; undefined otherwise. */
function signature(text: string): Signature | undefined {
  const match = /\bdef\s+\w+\s*\(([^()]*)\)\s*->\s*([\w.]+)\s*:[ \t]*\n/.exec(text)
  if (!match) return undefined
  const names: string[] = []
  const types: string[] = []
  for (const part of match[1]!.split(",").filter((piece) => piece.trim() !== "")) {
    const param = /^\s*(\w+)\s*:\s*([\w.]+)\s*$/.exec(part)
    if (!param) return undefined
    names.push(param[1]!)
    types.push(param[2]!)
  }
  if (names.length === 0) return undefined
  return {
    names,
    types,
    result: match[2]!,
    open: match.index + match[0].indexOf("("),
    end: match.index + match[0].length,
  }
}

/**
 * Rewrites a Series-to-Series pandas UDF into an iterator one that loads before its first batch. Only where the text is
 * plain: an annotated signature, the load a statement of its own at the body's level that reads no parameter, and one
 * `return` as the last statement. Undefined where it isn't.
 */
export function toIteratorUdf(udf: Udf, load: Call, ctx: RuleContext): readonly Edit[] | undefined {
  const text = ctx.text(udf.site)
  const found = signature(text)
  if (!found || load.site.top !== udf.site.top) return undefined
  const body = text.slice(found.end)
  const indent = /^[ \t]+/.exec(body)?.[0]
  if (indent === undefined || /^\s*("""|''')/.test(body) || reads(body, "batches")) return undefined
  const start = load.statement.site.start - udf.site.start
  const end = load.statement.site.end - udf.site.start
  if (start < found.end || indentAt(text, start) !== indent) return undefined
  const before = text.slice(found.end, start)
  const first = text.slice(found.end, end)
  const rest = text.slice(end).replace(/^[ \t]*(#[^\n]*)?\n/, "")
  // what stands before the load and the load itself run once: they must not look at a batch
  if (found.names.some((name) => reads(before + text.slice(start, end), name))) return undefined
  if ((rest.match(/^[ \t]*return\b/gm) ?? []).length !== 1 || /\breturn\b/.test(before)) return undefined
  const last = new RegExp(`(^|\\n)${indent}return[ \\t]+(?=\\S)`).exec(rest)
  if (!last || new RegExp(`\\n${indent}\\S`).test(rest.slice(last.index + last[0].length))) return undefined
  const yielded = `${rest.slice(0, last.index)}${last[1]}${indent}yield ${rest.slice(last.index + last[0].length)}`
  const deeper = yielded.replace(/^(?=.*\S)/gm, stepOf(indent))
  const iterator = ctx.imported("typing", "Iterator")
  const single = found.names.length === 1
  const type = single ? found.types[0]! : `tuple[${found.types.join(", ")}]`
  const header = `(batches: ${iterator.text}[${type}]) -> ${iterator.text}[${found.result}]:\n`
  const loop = `${indent}for ${found.names.join(", ")} in batches:\n`
  return [
    ...iterator.edits,
    {
      site: { ...udf.site, start: udf.site.start + found.open },
      text: `${header}${first}\n${loop}${deeper}`,
    },
  ]
}

/** One level of indentation, as the body has it. */
function stepOf(indent: string): string {
  return indent.includes("\t") ? "\t" : indent.length % 4 === 0 ? "    " : "  "
}

/** Moves a load that is a statement of its own out of the loop it stands in, where it reads nothing that the loop binds. */
export function hoistOutOfLoop(udf: Udf, load: Call, ctx: RuleContext): readonly Edit[] | undefined {
  const loop = load.loops.find((candidate) => udf.loops.includes(candidate))
  const { site } = load.statement
  if (loop?.kind !== "for" || site.top !== loop.site.top || site.start < loop.body.start) return undefined
  const loopText = ctx.text({ ...loop.site, start: 0, end: site.start })
  const indent = indentAt(loopText, site.start)
  const outer = indentAt(loopText, loop.site.start)
  // only from the loop's own block: not from an `if` or an inner loop
  if (indent === undefined || outer === undefined || indentAt(loopText, loop.body.start) !== indent) return undefined
  const text = ctx.text(site)
  const before = ctx.text({ ...loop.body, end: site.start })
  const bound = [...before.matchAll(/^[ \t]*(\w+(?:\s*,\s*\w+)*)\s*=[^=]/gm)].flatMap((match) =>
    match[1]!.split(/\s*,\s*/),
  )
  const value = text.slice(text.indexOf("=") + 1)
  if (!load.statement.targets.length || [...loop.targets, ...bound].some((name) => reads(value, name))) return undefined
  const rest = /^[ \t]*(#[^\n]*)?\n/.exec(ctx.text({ ...loop.site, start: site.end }))?.[0]
  if (rest === undefined) return undefined
  const moved = text.replaceAll(`\n${indent}`, `\n${outer}`)
  return [
    ctx.lineBefore(loop.site, moved),
    { site: { ...site, start: site.start - indent.length, end: site.end + rest.length }, text: "" },
  ]
}
