import type { Edit, PyExpr, RuleContext, Udf, Value } from "../api.ts"
import { callsOf } from "./call-index.ts"

/** What a column holds, as far as it matters here. `null` is the literal None. */
export type ColumnType =
  | "string"
  | "int"
  | "bigint"
  | "double"
  | "boolean"
  | "date"
  | "timestamp"
  | "array"
  | "vector"
  | "null"
  | "any"

/** A Python expression, written with Spark's functions. */
export interface Col {
  readonly text: string
  readonly type: ColumnType
  /** A parameter (a column, or the name of one), a Python value, or an expression that is a Column. */
  readonly form: "param" | "literal" | "column"
  /** The parameter's or element's own name. */
  readonly name?: string
  /** The value of a literal that is written out. */
  readonly value?: string | number | bigint | boolean | null | undefined
  /** An operator stands at its top. */
  readonly loose?: boolean
}

/** What is known of a parameter: its type, and whether the body proves it (it would fail on any other). */
export interface ParamType {
  readonly type: ColumnType
  readonly proven: boolean
}

/** Thrown where something has no counterpart in Spark that is known here. */
export class NoColumn extends Error {}

/** Gathers what a rewritten body needs, and in what it differs. */
export class Writer {
  /** In what the rewritten body differs from the UDF, as clauses; none: it gives the same for every input. */
  readonly differences = new Set<string>()
  /** Spark's functions that it uses, in order. */
  readonly functions = new Set<string>()
  readonly edits: Edit[] = []
  /** Why it can only be described, not written: undefined where it can. */
  sketch: string | undefined
  readonly types: ReadonlyMap<string, ParamType>
  /** Parameters are Columns at every use; false: names of columns. */
  readonly columns: boolean
  readonly #ctx: RuleContext
  readonly #udf: Udf

  constructor(udf: Udf, ctx: RuleContext, types: ReadonlyMap<string, ParamType>, columns: boolean) {
    this.#udf = udf
    this.#ctx = ctx
    this.types = types
    this.columns = columns
  }

  /** The lowest Spark version that the code must run on. */
  get min(): string {
    return this.#ctx.world.min
  }

  /** What a name from outside holds. */
  captured(name: string): Value | undefined {
    return this.#udf.captures.get(name)
  }

  /** The text of a pattern that was compiled into a name, without flags. */
  compiled(name: string): string | undefined {
    const made = callsOf(this.#ctx.program, "re.compile").filter(({ statement }) => statement.targets.includes(name))
    const [pattern] = made[0]?.args ?? []
    if (made.length !== 1 || made[0]!.args.length !== 1 || pattern?.value.kind !== "constant") return undefined
    return typeof pattern.value.value === "string" ? pattern.value.value : undefined
  }

  differs(how: string): void {
    this.differences.add(how)
  }

  /** A function's name as it is written here: `F.lower`. */
  name(fn: string, module = "pyspark.sql.functions"): string {
    const { text, edits } = this.#ctx.imported(module, fn)
    for (const edit of edits) if (!this.edits.some((other) => other.text === edit.text)) this.edits.push(edit)
    this.functions.add(fn)
    return text
  }

  /** A call of one of Spark's functions. Columns go in as they are; Python texts and numbers as they are written. */
  fn(fn: string, type: ColumnType, ...args: readonly (Col | string)[]): Col {
    const written = args.map((arg) =>
      typeof arg === "string" ? arg : arg.form === "literal" ? this.lit(arg) : arg.text,
    )
    return { text: `${this.name(fn)}(${written.join(", ")})`, type, form: "column" }
  }

  lit(col: Col): string {
    return col.form === "literal" ? `${this.name("lit")}(${col.text})` : col.text
  }

  /** A Column that methods and operators can be used on. */
  column(col: Col): string {
    if (col.form === "literal") return this.lit(col)
    if (col.form === "param" && !this.columns && this.types.has(col.name!)) return `${this.name("col")}(${col.text})`
    return col.loose ? `(${col.text})` : col.text
  }

  /** An operand beside a Column: Python values stay as they are. */
  operand(col: Col): string {
    return col.form === "literal" ? col.text : this.column(col)
  }

  /** A method of a Column. */
  method(on: Col, method: string, type: ColumnType, ...args: readonly string[]): Col {
    this.functions.add(method)
    return { text: `${this.column(on)}.${method}(${args.join(", ")})`, type, form: "column" }
  }

  /** An operator between two, one of them a Column. */
  binary(left: Col, symbol: string, right: Col, type: ColumnType): Col {
    const first = left.form === "literal" && right.form === "literal" ? this.lit(left) : this.operand(left)
    return { text: `${first} ${symbol} ${this.operand(right)}`, type, form: "column", loose: true }
  }
}

/** A Python value that is written out. */
export function literal(value: string | number | bigint | boolean | null): Col {
  const type: ColumnType =
    typeof value === "string"
      ? "string"
      : typeof value === "boolean"
        ? "boolean"
        : value === null
          ? "null"
          : Number.isInteger(Number(value))
            ? "int"
            : "double"
  const text = typeof value === "string" ? quoted(value) : value === null ? "None" : pythonText(value)
  return { text, type, form: "literal", value }
}

/** A Python float: `2.0` stays one. */
export function float(value: number): Col {
  return {
    text: Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value),
    type: "double",
    form: "literal",
    value,
  }
}

function pythonText(value: number | bigint | boolean): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value)
}

/** A text as Python writes it: raw where it has backslashes and nothing that forbids it. */
export function quoted(text: string): string {
  if (text.includes("\\") && !/["\n\r\t]|\\$/.test(text) && /^[\x20-\x7e]*$/.test(text)) return `r"${text}"`
  return JSON.stringify(text).replaceAll("\u007f", "\\x7f")
}

export function constantOf(expr: PyExpr | undefined): string | number | bigint | boolean | null | undefined {
  if (expr?.op === "constant") return expr.value.value
  if (expr?.op === "unary" && expr.symbol === "-" && expr.operand.op === "constant") {
    const { value } = expr.operand.value
    return typeof value === "number" ? -value : undefined
  }
  return expr?.op === "name" && expr.value?.kind === "constant" ? expr.value.value : undefined
}

export function textOf(expr: PyExpr | undefined): string | undefined {
  const value = constantOf(expr)
  return typeof value === "string" ? value : undefined
}

export function integerOf(expr: PyExpr | undefined): number | undefined {
  const value = constantOf(expr)
  return typeof value === "number" && Number.isInteger(value) ? value : undefined
}

export function isNone(expr: PyExpr | undefined): boolean {
  return expr?.op === "constant" && expr.value.type === "None"
}

/** Python's own name of a function: `len`, not `builtins.len`. */
export function plainName(fn: string): string {
  return fn.replace(/^builtins\./, "")
}
