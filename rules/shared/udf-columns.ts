import type { Call, Edit, RuleContext, Udf } from "../api.ts"
import { callsOf, registrationOfUdf, usesOfUdf } from "./call-index.ts"
import { Translator } from "./python-translate.ts"
import { columnType, paramTypes } from "./python-types.ts"
import { type Col, NoColumn, Writer } from "./python-writer.ts"
import { indentAt } from "./udf-text.ts"

/** A UDF's body, written with Spark's functions. */
export interface AsColumns {
  /** The expression: `F.lower(F.trim(s))`. */
  readonly text: string
  /** Spark's functions in it, in order. */
  readonly functions: readonly string[]
  /** In what it differs from the UDF, as clauses; empty: the same for every input, null included. */
  readonly differences: readonly string[]
  /** A remark where it can only be described. */
  readonly sketch: string | undefined
  /** Edits that put it in the UDF's place; undefined where that needs a person. */
  readonly edits: readonly Edit[] | undefined
}

/** The calls of a UDF on columns. */
export function usesOf(udf: Udf, ctx: RuleContext): readonly Call[] {
  return usesOfUdf(ctx.program, udf)
}

/** The call that gives a UDF a name in SQL. */
export function registrationOf(udf: Udf, ctx: RuleContext): Call | undefined {
  return registrationOfUdf(ctx.program, udf)
}

const cache = new WeakMap<Udf, { made: AsColumns | undefined }>()

/** The same with Spark's functions, or undefined where some part of the body has no counterpart. */
export function asColumns(udf: Udf, ctx: RuleContext): AsColumns | undefined {
  let known = cache.get(udf)
  if (!known) {
    known = { made: translated(udf, ctx) }
    cache.set(udf, known)
  }
  return known.made
}

function translated(udf: Udf, ctx: RuleContext): AsColumns | undefined {
  if (!udf.body) return undefined
  const given = usesOf(udf, ctx).flatMap(({ args }) => args.map(({ value }) => value.kind))
  const columns = !given.includes("constant")
  const writer = new Writer(udf, ctx, paramTypes(udf, ctx), columns)
  try {
    const env = { present: new Set<string>(), elements: new Map() }
    // a sum that is to be text puts texts together, which `+` doesn't for columns
    const texts = columnType(udf.returns ?? "string") === "string"
    const value = new Translator(writer)[texts ? "textOf" : "value"](udf.body, env)
    if (value.form === "param" || value.type === "null") return undefined
    const col = value.form === "literal" ? writer.fn("lit", value.type, value.text) : value
    const text = returned(col, udf.returns, writer)
    const mixed = given.length === 0 || (given.includes("constant") && given.some((kind) => kind !== "constant"))
    const editable = writer.sketch === undefined && !mixed && !registrationOf(udf, ctx)
    return {
      text,
      functions: [...writer.functions].sort((a, b) => text.indexOf(`${a}(`) - text.indexOf(`${b}(`)),
      differences: [...writer.differences],
      sketch: writer.sketch,
      edits: editable ? edits(udf, text, writer.edits, ctx) : undefined,
    }
  } catch (error) {
    if (error instanceof NoColumn) return undefined
    throw error
  }
}

const WHOLE = new Set(["tinyint", "smallint", "int", "bigint"])

/** The expression with the type that the UDF declares. */
function returned(col: Col, declared: string | undefined, w: Writer): string {
  const wanted = columnType(declared)
  const cast = (): string => w.method(col, "cast", wanted, `"${declared}"`).text
  if (declared === undefined || col.type === "any" || wanted === "any") {
    w.differs(`the type is the expression's own`)
    return col.text
  }
  if (col.type === "null") throw new NoColumn()
  if (col.type === "array" || wanted === "array") {
    if (col.type !== wanted) throw new NoColumn()
    w.differs("the elements keep their own type")
    return col.text
  }
  if (col.type === wanted && (wanted !== "int" || declared === "int") && (wanted !== "double" || declared === "double"))
    return col.text
  const wholes = WHOLE.has(declared) && (col.type === "int" || col.type === "bigint")
  const text = declared === "string" && ["int", "bigint", "boolean", "double"].includes(col.type)
  const float = declared === "float" && col.type === "double"
  if (!wholes && !text && !float) w.differs(`the UDF gives null where a value isn't of its type, ${declared}`)
  return cast()
}

/** A function of columns in the place of the UDF. */
function edits(udf: Udf, text: string, imports: readonly Edit[], ctx: RuleContext): readonly Edit[] | undefined {
  const { parts } = udf
  if (!parts.plain || parts.method || udf.site.path !== undefined || parts.body.start >= parts.body.end)
    return undefined
  if (parts.wrapper) {
    const call = callsOf(ctx.program, "functions.udf").find(
      ({ site }) => site.top === parts.wrapper!.top && site.start === parts.wrapper!.start,
    )
    if (!call) return undefined
    const lambda = `lambda ${udf.params.join(", ")}: ${text}`
    const alone = call.statement.targets.length > 0 && call.statement.site.end === call.site.end
    return [...imports, { site: parts.wrapper, text: alone ? lambda : `(${lambda})` }]
  }
  const before = ctx.text({ ...parts.body, start: 0, end: parts.body.start })
  const indent = indentAt(before, before.length)
  if (indent === undefined) return undefined
  const doc = parts.docstring ? `${ctx.text(parts.docstring)}\n${indent}` : ""
  const def = `def ${udf.name}(${udf.params.join(", ")}):\n${indent}${doc}return ${text}`
  return [...imports, { site: udf.site, text: def }]
}
