import type { Argument, Call, Carried, Edit, Loop, RuleContext } from "../api.ts"
import { argument, atLeast } from "./calls.ts"
import { independentColumns, independentRenames } from "./rounds.ts"
import { splitArguments } from "./tokens.ts"
import { indentAt } from "./udf-text.ts"

/** One call in the place of a loop that calls a method once per column. */
export interface Batched {
  readonly method: string
  /** It is proven that no round reads what another writes. */
  readonly proven: boolean
  readonly edits: readonly Edit[]
}

/** Longest line that a rewrite makes before it breaks it. */
const LINE = 100

/** What goes round: the loop's clause, its variables, what it iterates, and the frame before the first round. */
interface Shape {
  readonly clause: string
  readonly variables: readonly string[]
  readonly iterable: string
  readonly frame: string
  /** How the body calls the frame. */
  readonly own: string
  readonly site: Loop["site"]
  readonly prefix: string
}

/** `for c in cols: df = df.withColumn(…)` with nothing else in it. */
function forShape(loop: Loop, carried: Carried, call: Call, ctx: RuleContext): Shape | undefined {
  const { statement } = call
  const { name } = carried
  if (loop.kind !== "for" || loop.targets.length === 0) return undefined
  if (ctx.text(loop.body).trim() !== ctx.text(statement.site).trim() || loop.site.end !== loop.body.end)
    return undefined
  if (statement.targets.length !== 1 || statement.targets[0] !== name || !call.receiverSite) return undefined
  if (ctx.text(call.receiverSite) !== name || call.site.end !== statement.site.end) return undefined
  const header = ctx.text(loop.header)
  const between = ctx.text({ ...loop.site, start: loop.header.end, end: loop.body.start })
  const parts = /^for\s+([^#]+?)\s+in\s+([^#]+)$/s.exec(header)
  if (!parts || between.replace(/\s/g, "") !== ":") return undefined
  const pieces = splitArguments(parts[2]!)
  if (!pieces) return undefined
  const loose = pieces.length > 1 || /\b(if|lambda)\b/.test(parts[2]!)
  const iterable = loose ? `(${parts[2]})` : parts[2]!
  return {
    clause: `for ${parts[1]} in ${iterable}`,
    variables: loop.targets,
    iterable,
    frame: name,
    own: name,
    site: loop.site,
    prefix: `${name} = `,
  }
}

/** `reduce(lambda df, c: df.withColumn(…), cols, start)`. */
function reduceShape(loop: Loop, call: Call, ctx: RuleContext): Shape | undefined {
  if (loop.kind !== "comprehension" || loop.site.top !== call.site.top || !call.receiverSite) return undefined
  const text = ctx.text(loop.site)
  const start = /^([\w.]+)\(/.exec(text)
  const pieces = start && text.endsWith(")") ? splitArguments(text.slice(start[0].length, -1)) : undefined
  // the comma of the lambda's parameters splits it in two
  if (pieces?.length !== 4) return undefined
  const lambda = /^lambda\s+(\w+)$/.exec(pieces[0]!)
  const rest = /^(\w+)\s*:\s*([\s\S]+)$/.exec(pieces[1]!)
  const frame = pieces[3]!
  if (!lambda || !rest || rest[2] !== ctx.text(call.site) || ctx.text(call.receiverSite) !== lambda[1]) return undefined
  if (!/^[A-Za-z_][\w.]*$/.test(frame)) return undefined
  return {
    clause: `for ${rest[1]} in ${pieces[2]}`,
    variables: [rest[1]!],
    iterable: pieces[2]!,
    frame,
    own: lambda[1]!,
    site: loop.site,
    prefix: "",
  }
}

/** `head{body}tail` on one line where it fits, else the body on its own line. */
function laidOut(head: string, body: string, tail: string, indent: string): string {
  const line = `${head}${body}${tail}`
  if (indent.length + line.length <= LINE && !body.includes("\n")) return line
  return `${head}\n${indent}    ${body}\n${indent}${tail}`
}

/** Rewrites the loop, or undefined where it does more than the one call or the Spark version lacks the method. */
export function batched(loop: Loop, carried: Carried, call: Call, ctx: RuleContext): Batched | undefined {
  const shape = forShape(loop, carried, call, ctx) ?? reduceShape(loop, call, ctx)
  if (!shape) return undefined
  const line = ctx.text({ ...shape.site, start: 0, end: shape.site.start })
  const indent = indentAt(line, line.length) ?? /^[ \t]*/.exec(line.slice(line.lastIndexOf("\n") + 1))![0]
  const made = rewritten(shape, loop, call, ctx)
  if (!made) return undefined
  const text = laidOut(`${shape.prefix}${shape.frame}.${made.method}(`, made.body, ")", indent)
  return { method: made.method, proven: made.proven, edits: [{ site: shape.site, text }] }
}

/** The expression with the frame called as it is outside. */
function renamed(arg: Argument, shape: Shape, ctx: RuleContext): string {
  const text = ctx.text(arg.site)
  return shape.own === shape.frame ? text : text.replace(new RegExp(`\\b${shape.own}(?=\\[)`, "g"), shape.frame)
}

function rewritten(
  shape: Shape,
  loop: Loop,
  call: Call,
  ctx: RuleContext,
): { method: string; body: string; proven: boolean } | undefined {
  const { min } = ctx.world
  const variable = shape.variables[0]!
  if (call.api === "DataFrame.withColumn") {
    const name = argument(call, "colName")
    const column = argument(call, "col")
    if (!name || !column || !atLeast(min, "3.3")) return undefined
    const proven =
      shape.variables.length === 1 &&
      independentColumns(loop, variable, shape.own, shape.iterable, name.site, column.site, ctx)
    return {
      method: "withColumns",
      body: `{${ctx.text(name.site)}: ${renamed(column, shape, ctx)} ${shape.clause}}`,
      proven,
    }
  }
  if (call.api === "DataFrame.withColumnRenamed") {
    const from = argument(call, "existing")
    const to = argument(call, "new")
    if (!from || !to || !atLeast(min, "3.4")) return undefined
    const pairs = shape.variables.length === 2
    const proven = independentRenames(loop, pairs, ctx.text(from.site), ctx.text(to.site), shape.variables)
    const whole = pairs && ctx.text(from.site) === variable && ctx.text(to.site) === shape.variables[1]
    const mapping = whole ? /^([\w.]+)\.items\(\)$/.exec(shape.iterable)?.[1] : undefined
    return {
      method: "withColumnsRenamed",
      body: mapping ?? `{${ctx.text(from.site)}: ${ctx.text(to.site)} ${shape.clause}}`,
      proven,
    }
  }
  const dropped = call.args[0]
  if (call.args.length !== 1 || !dropped) return undefined
  const text = ctx.text(dropped.site)
  return {
    method: "drop",
    body: text === variable && shape.variables.length === 1 ? `*${shape.iterable}` : `*[${text} ${shape.clause}]`,
    proven: true,
  }
}
