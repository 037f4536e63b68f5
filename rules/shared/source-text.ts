import type { Call, Edit, Program, RuleContext, Site, Statement } from "../api.ts"
import { blockHeaders } from "./udf-text.ts"

/** The line between two cells of a notebook: Databricks' own, or the percent format's. */
const CELL = /^#\s*(COMMAND -{5,}|%%)/

/** The text of the file that a place is in. */
export function fileText(ctx: RuleContext, site: Site): string {
  return ctx.text({ ...site, top: { offset: 0 }, start: 0, end: Number.MAX_SAFE_INTEGER })
}

/** The text behind a statement, to the end of the file. */
function textAfter(ctx: RuleContext, site: Site): string {
  return ctx.text({ ...site, start: site.end, end: Number.MAX_SAFE_INTEGER })
}

/** The text before a statement, from the start of the file. */
function textBefore(ctx: RuleContext, site: Site): string {
  return ctx.text({ ...site, top: { offset: 0 }, start: 0, end: site.top.offset + site.start })
}

/** A notebook shows the value of a cell's last statement. */
export function isShownByNotebook(ctx: RuleContext, call: Call): boolean {
  if (!ctx.program.isNotebook || call.function !== null || call.loops.length > 0) return false
  for (const line of linesAfter(ctx, call.statement.site))
    if (line.trim() !== "" && (CELL.test(line) || !/^\s*#/.test(line))) return CELL.test(line)
  return true
}

/** The headers of the blocks that a statement stands in, innermost first: `try:`, `for x in xs:`. */
export function headersAround(ctx: RuleContext, site: Site): string[] {
  const before = textBefore(ctx, site)
  return blockHeaders(before, before.length)
}

/** The lines below a statement, one by one: most who ask need few of a long file. */
function* linesAfter(ctx: RuleContext, site: Site): Generator<string> {
  const text = textAfter(ctx, site)
  for (let at = text.indexOf("\n"); at >= 0; ) {
    const end = text.indexOf("\n", at + 1)
    yield text.slice(at + 1, end < 0 ? text.length : end)
    at = end
  }
}

/** The block that a call stands in goes on to fail: what is done there is done for the last time. */
export function failsAfterwards(ctx: RuleContext, call: Call): boolean {
  const { site } = call.statement
  if (/^raise\b/.test(ctx.text(site))) return true
  if (site.path !== undefined) return false
  const before = textBefore(ctx, site)
  const indent = /^[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))![0]
  if (indent === "") return false
  for (const next of linesAfter(ctx, site)) {
    if (/^\s*(#|$)/.test(next)) continue
    const own = /^[ \t]*/.exec(next)![0]
    if (own.length < indent.length) return false
    if (own === indent && /^\s*(raise\b|(sys\.)?exit\()/.test(next)) return true
  }
  return false
}

interface Words {
  readonly plain: ReadonlyMap<string, number>
  readonly quoted: ReadonlySet<string>
}

const words = new WeakMap<Program, Map<string | undefined, Words>>()

/** The words of the file that a place is in, counted once a program. */
function wordsOf(ctx: RuleContext, site: Site): Words {
  let files = words.get(ctx.program)
  if (!files) {
    files = new Map()
    words.set(ctx.program, files)
  }
  let found = files.get(site.path)
  if (!found) {
    const text = fileText(ctx, site)
    const plain = new Map<string, number>()
    for (const [word] of text.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) plain.set(word, (plain.get(word) ?? 0) + 1)
    const quoted = new Set([...text.matchAll(/["'](\w+)(?=["'])/g)].map((match) => match[1]!))
    found = { plain, quoted }
    files.set(site.path, found)
  }
  return found
}

/** How often a name stands in the file, as a whole word; comments and texts count too. */
export function mentions(ctx: RuleContext, site: Site, name: string): number {
  return wordsOf(ctx, site).plain.get(name) ?? 0
}

/** The name stands in quotes somewhere in the file, alone. */
export function isQuoted(ctx: RuleContext, site: Site, name: string): boolean {
  return wordsOf(ctx, site).quoted.has(name)
}

/**
 * Takes a statement away with its line; undefined where that would leave a block without statements, or where
 * something else stands on the line.
 */
export function withoutStatement(ctx: RuleContext, statement: Statement): Edit | undefined {
  const { site } = statement
  const before = textBefore(ctx, site)
  const after = textAfter(ctx, site)
  const indent = /(?:^|\n)([ \t]*)$/.exec(before)?.[1]
  const rest = /^[ \t]*(\r?\n|$)/.exec(after)?.[0]
  if (indent === undefined || rest === undefined) return undefined
  const isNeighbour = (line: string | undefined): boolean =>
    line?.startsWith(indent) === true && /^[^\s#)\]}]/.test(line.slice(indent.length))
  const previous = before.trimEnd().split("\n").at(-1)
  const next = after
    .slice(rest.length)
    .split("\n")
    .find((line) => line.trim() !== "")
  const beside =
    (isNeighbour(previous) && !/:\s*(#.*)?$/.test(previous!)) ||
    isNeighbour(next) ||
    (indent === "" && next === undefined)
  if (!beside) return undefined
  return { site: { ...site, start: site.start - indent.length, end: site.end + rest.length }, text: "" }
}
