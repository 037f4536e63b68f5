import type { Module, Stmt } from "../syntax/ast.ts"
import type { Lines } from "./lines.ts"

/** A statement's place, in absolute offsets. */
export interface StatementPlace {
  /** Of its first character, decorators included. */
  readonly start: number
  readonly end: number
  /** A compound statement's header ends on this line, a simple statement on its last. */
  readonly lastLine: number
  readonly firstLine: number
  /** It has a block of its own. */
  readonly compound: boolean
}

/** The innermost statement that holds an offset; undefined between statements. */
export function statementAt(module: Module, offset: number, lines: Lines): StatementPlace | undefined {
  let low = 0
  let high = module.body.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const top = module.body[middle]!
    if (top.offset + top.stmt.end > offset) high = middle
    else low = middle + 1
  }
  // An offset right behind a statement belongs to it, unless the next one starts there.
  for (const index of [low, low - 1]) {
    const top = module.body[index]
    if (top === undefined) continue
    const found = innermost(top.stmt, top.offset, offset)
    if (found !== undefined) return placeOf(found, top.offset, lines)
  }
  return undefined
}

function innermost(stmt: Stmt, base: number, offset: number): Stmt | undefined {
  if (offset < base + startOf(stmt) || offset > base + stmt.end) return undefined
  for (const block of blocksOf(stmt)) {
    const last = block.at(-1)
    if (last === undefined || offset < base + startOf(block[0]!) || offset > base + last.end) continue
    for (let index = block.length - 1; index >= 0; index--) {
      const inner = innermost(block[index]!, base, offset)
      if (inner !== undefined) return inner
    }
  }
  return stmt
}

function placeOf(stmt: Stmt, base: number, lines: Lines): StatementPlace {
  const blocks = blocksOf(stmt)
  const start = base + startOf(stmt)
  const firstLine = lines.lineOf(start)
  const body = blocks.find((block) => block.length > 0)
  const lastLine =
    body === undefined
      ? lines.lineOf(Math.max(start, base + stmt.end - 1))
      : headerEnd(firstLine, lines.lineOf(base + startOf(body[0]!)), lines)
  return { start, end: base + stmt.end, firstLine, lastLine, compound: blocks.length > 0 }
}

/** The last line of a header whose block starts on `bodyLine`: comments and blank lines between belong to neither. */
function headerEnd(firstLine: number, bodyLine: number, lines: Lines): number {
  if (bodyLine === firstLine) return firstLine
  let line = bodyLine - 1
  while (line > firstLine && /^\s*(#.*)?$/.test(lines.textOf(line))) line--
  return line
}

function startOf(stmt: Stmt): number {
  if (stmt.kind !== "FunctionDef" && stmt.kind !== "ClassDef") return stmt.start
  const first = stmt.decorators[0]
  // The decorator's `@` stands right before its expression.
  return first === undefined ? stmt.start : Math.min(stmt.start, first.start - 1)
}

/** The blocks of statements inside a statement, in text order. Empty for a simple one. */
export function blocksOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case "FunctionDef":
    case "ClassDef":
    case "With":
      return [stmt.body]
    case "For":
    case "While":
    case "If":
      return [stmt.body, stmt.orelse]
    case "Match":
      return stmt.cases.map((each) => each.body)
    case "Try":
      return [stmt.body, ...stmt.handlers.map((handler) => handler.body), stmt.orelse, stmt.finalbody]
    case "UnknownStmt":
      return stmt.parts.length > 0 ? [stmt.parts] : []
    default:
      return []
  }
}
