import type { PyExpr } from "../api.ts"
import { arrayCall, comprehension } from "./python-arrays.ts"
import { dateAttribute, dateCall, movedByDays } from "./python-dates.ts"
import { lookedUp } from "./python-lookups.ts"
import { common, isNullTest, outsideName } from "./python-names.ts"
import { propagatesNull } from "./python-nulls.ts"
import { numberBinary, numberCall } from "./python-numbers.ts"
import { filled, libraryCall, slice, stringCall, stringIndex } from "./python-strings.ts"
import { type Col, type ColumnType, float, isNone, literal, NoColumn, plainName, type Writer } from "./python-writer.ts"

export type PyCall = Extract<PyExpr, { op: "call" }>
type Branch = Extract<PyExpr, { op: "if" }>
const NONE: PyExpr = { op: "constant", value: { kind: "constant", type: "None", value: null } }
const ORDER = new Set(["<", "<=", ">", ">="])

/** What holds where an expression is evaluated: parameters that are not None, and the elements of arrays by name. */
export interface Env {
  readonly present: ReadonlySet<string>
  readonly elements: ReadonlyMap<string, ColumnType>
}

/** Translates Python expressions over parameters into expressions of columns. Throws NoColumn where it can't. */
export class Translator {
  readonly w: Writer

  constructor(writer: Writer) {
    this.w = writer
  }

  /** The expression's value. */
  value(expr: PyExpr, env: Env): Col {
    switch (expr.op) {
      case "param": {
        const element = env.elements.get(expr.name)
        return {
          text: expr.name,
          type: element ?? this.w.types.get(expr.name)?.type ?? "any",
          form: "param",
          name: expr.name,
        }
      }
      case "constant": {
        const { value } = expr.value
        if (value === undefined || !["str", "int", "float", "bool", "None"].includes(expr.value.type))
          throw new NoColumn()
        return expr.value.type === "float" ? float(Number(value)) : literal(value)
      }
      case "name":
        return outsideName(expr)
      case "call":
        return this.call(expr, env)
      case "attribute":
        return dateAttribute(this, expr, env)
      case "index":
        return stringIndex(this, expr, env)
      case "binary":
        return this.binary(expr, env)
      case "unary":
        if (expr.symbol === "not") return this.negated(expr.operand, env)
        if (expr.symbol !== "-") throw new NoColumn()
        if (expr.operand.op === "constant" && typeof expr.operand.value.value === "number") {
          const negative = -expr.operand.value.value
          return expr.operand.value.type === "float" ? float(negative) : literal(negative)
        }
        return { text: `-${this.w.column(this.strict(expr.operand, env))}`, type: "any", form: "column", loose: true }
      case "if":
        return this.branches(expr, env)
      case "format":
        return this.format(expr.parts, env)
      case "try":
        this.w.differs("what the UDF catches as an error gives null, or fails under ANSI mode")
        if (isNone(expr.otherwise)) return this.value(expr.value, env)
        if (expr.otherwise.op !== "constant") throw new NoColumn()
        return this.w.fn("coalesce", "any", this.w.column(this.value(expr.value, env)), this.value(expr.otherwise, env))
      case "comprehension":
        return comprehension(this, expr, env)
      default:
        throw new NoColumn()
    }
  }

  /** The value of something that Python refuses to be None here, while Spark gives null. */
  strict(expr: PyExpr, env: Env): Col {
    const col = this.value(expr, env)
    if (col.form === "param" && !env.present.has(col.name!))
      this.w.differs(
        env.elements.has(col.name!)
          ? "a null element gives null, where the UDF fails"
          : "a null gives null, where the UDF fails",
      )
    return col
  }

  /** A value that must be a text: of a parameter of another type, or of one that may be another, the difference is noted. */
  string(expr: PyExpr, env: Env): Col {
    const col = this.strict(expr, env)
    if (col.type === "string") return col
    if (col.type !== "any") throw new NoColumn()
    return { ...col, type: "string" }
  }

  /** What is to be text: of parts of which nothing else is known, `+` makes a longer text. */
  textOf(expr: PyExpr, env: Env): Col {
    if (expr.op !== "binary" || expr.symbol !== "+") return this.value(expr, env)
    const terms = this.terms(expr)
    const unknown = terms.every(
      (term) =>
        term.op === "param" || term.op === "name" || (term.op === "constant" && typeof term.value.value === "string"),
    )
    if (!unknown) return this.value(expr, env)
    this.w.differs("numbers are put together as texts")
    return this.w.fn("concat", "string", ...terms.map((term) => this.string(term, env)))
  }

  private call(expr: PyCall, env: Env): Col {
    const looked = lookedUp(this, expr, env)
    if (looked) return looked
    const found =
      expr.on === undefined
        ? (numberCall(this, expr, env) ??
          dateCall(this, expr, env) ??
          arrayCall(this, expr, env) ??
          libraryCall(this, expr, env))
        : expr.fn === "[:]"
          ? slice(this, expr, env)
          : (dateCall(this, expr, env) ?? arrayCall(this, expr, env) ?? stringCall(this, expr, env))
    if (!found) throw new NoColumn()
    return found
  }

  private binary(expr: Extract<PyExpr, { op: "binary" }>, env: Env): Col {
    const { symbol, left, right } = expr
    if (symbol === "and" || symbol === "or") return this.logical(expr, env)
    if (symbol === "is" || symbol === "is not" || isNone(right)) {
      if (!isNone(right) || !/^(is|is not|==|!=)$/.test(symbol)) throw new NoColumn()
      return this.w.method(this.value(left, env), /not|!/.test(symbol) ? "isNotNull" : "isNull", "boolean")
    }
    if (symbol === "in" || symbol === "not in") return this.member(left, right, symbol === "in", env)
    if (symbol === "==" || symbol === "!=") return this.equal(left, right, symbol === "==", env)
    if (ORDER.has(symbol)) {
      const a = this.strict(left, env)
      const b = this.strict(right, env)
      if ([a, b].some(({ type, form }) => form !== "literal" && !["int", "bigint", "string", "date"].includes(type)))
        this.w.differs("NaN compares as the largest number")
      return this.w.binary(a, symbol, b, "boolean")
    }
    const template = symbol === "%" && left.op === "constant" ? left.value.value : undefined
    if (typeof template === "string") {
      const values = right.op === "sequence" ? right.items : [right]
      const pieces = template.split("%s")
      if (pieces.length !== values.length + 1) throw new NoColumn()
      return filled(this, pieces, values, env)
    }
    const moved = movedByDays(this, expr, env)
    if (moved) return moved
    if (symbol === "+" || symbol === "*") {
      const texts = [left, right].map((side) => this.value(side, env))
      if (texts.some(({ type }) => type === "string")) {
        if (symbol === "*") throw new NoColumn()
        return this.w.fn("concat", "string", ...this.terms(expr).map((term) => this.string(term, env)))
      }
      if (texts.some(({ type }) => type === "array" || type === "vector")) throw new NoColumn()
    }
    return numberBinary(this, expr, env)
  }

  /** The parts of `a + b + c`. */
  private terms(expr: PyExpr): PyExpr[] {
    return expr.op === "binary" && expr.symbol === "+" ? [...this.terms(expr.left), ...this.terms(expr.right)] : [expr]
  }

  /** `==` and `!=`, which are never null in Python. */
  private equal(left: PyExpr, right: PyExpr, same: boolean, env: Env, loose = false): Col {
    const a = this.value(left, env)
    const b = this.value(right, env)
    this.mixes(a, b)
    const known =
      loose || [a, b].every((col) => col.form === "literal" || (col.form === "param" && env.present.has(col.name!)))
    if (known) return this.w.binary(a, same ? "==" : "!=", b, "boolean")
    const [one, other] = a.form === "literal" ? [b, a] : [a, b]
    const equal = this.w.method(one, "eqNullSafe", "boolean", this.w.operand(other))
    return same ? equal : { ...equal, text: `~${equal.text}`, loose: true }
  }

  /** Spark casts to compare, and Python doesn't. */
  private mixes(a: Col, b: Col): void {
    const numbers = (col: Col): boolean => ["int", "bigint", "double"].includes(col.type)
    if (a.type === b.type && a.type !== "any" && a.type !== "double" && this.isProven(a) && this.isProven(b)) return
    if (numbers(a) && numbers(b) && this.isProven(a) && this.isProven(b)) return
    this.w.differs("Spark casts what it compares to one type")
  }

  private isProven(col: Col): boolean {
    return col.form !== "param" || (this.w.types.get(col.name!)?.proven ?? false)
  }

  private member(left: PyExpr, right: PyExpr, inside: boolean, env: Env, loose = false): Col {
    const within = (col: Col): Col => (inside ? col : { ...col, text: `~${col.text}`, loose: true })
    if (right.op === "sequence") {
      const of = this.value(left, env)
      const items = right.items.map((item) => this.value(item, env))
      if (items.length === 0 || items.some(({ form, value }) => form !== "literal" || value === null))
        throw new NoColumn()
      for (const item of items) this.mixes(of, item)
      const isin = this.w.method(of, "isin", "boolean", ...items.map(({ text }) => text))
      if (loose || (of.form === "param" && env.present.has(of.name!))) return within(isin)
      return within(this.w.fn("coalesce", "boolean", isin, literal(false)))
    }
    if (right.op === "dict" || (right.op === "name" && (right.value ?? this.w.captured(right.name))?.kind === "dict")) {
      const of = this.value(left, env)
      const keys =
        right.op === "dict" ? right.entries.map(([key]) => this.value(key, env).text).join(", ") : `*${right.name}`
      this.w.sketch ??= "a large dict is better joined, as a DataFrame of its items"
      return within(this.w.method(of, "isin", "boolean", keys))
    }
    const whole = this.strict(right, env)
    if (whole.type === "array")
      return within(this.w.fn("array_contains", "boolean", whole, this.w.operand(this.value(left, env))))
    if (whole.type !== "string" && this.value(left, env).type !== "string") throw new NoColumn()
    const part = this.string(left, env)
    return within(this.w.method(whole, "contains", "boolean", this.w.operand(part)))
  }

  /** `and` and `or`: of conditions a condition; of other values as Python chooses between them. */
  private logical(expr: Extract<PyExpr, { op: "binary" }>, env: Env): Col {
    const { left, right, symbol } = expr
    if (this.isCondition(left) && this.isCondition(right)) {
      const after = symbol === "and" ? this.when(left, env).holds : this.when(left, env).otherwise
      const a = this.value(left, env)
      const b = this.value(right, after)
      return this.w.binary(this.wrapped(a), symbol === "and" ? "&" : "|", this.wrapped(b), "boolean")
    }
    // `x or default`
    if (left.op !== "param") throw new NoColumn()
    return symbol === "or"
      ? this.branches({ op: "if", test: left, value: left, otherwise: right }, env)
      : this.branches({ op: "if", test: left, value: right, otherwise: left }, env)
  }

  private wrapped(col: Col): Col {
    return col.loose ? { ...col, text: `(${col.text})`, loose: false } : col
  }

  isCondition(expr: PyExpr): boolean {
    if (expr.op === "binary") return /^(and|or|is|is not|in|not in|==|!=|<|<=|>|>=)$/.test(expr.symbol)
    if (expr.op === "unary") return expr.symbol === "not"
    if (expr.op === "constant") return expr.value.type === "bool"
    return (
      expr.op === "call" &&
      /^(re\.(search|match|fullmatch)|startswith|endswith|isdigit|isalpha|isnumeric|isalnum|any|all|bool)$/.test(
        plainName(expr.fn),
      )
    )
  }

  /** What is known not to be None where a test holds, and where it doesn't. */
  when(test: PyExpr, env: Env): { holds: Env; otherwise: Env } {
    const add = (...names: readonly string[]): Env => ({ ...env, present: new Set([...env.present, ...names]) })
    if (test.op === "param") return { holds: add(test.name), otherwise: env }
    if (test.op === "unary" && test.symbol === "not") {
      const { holds, otherwise } = this.when(test.operand, env)
      return { holds: otherwise, otherwise: holds }
    }
    if (test.op !== "binary") return { holds: env, otherwise: env }
    const { symbol, left, right } = test
    if (isNone(right) && left.op === "param") {
      if (symbol === "is" || symbol === "==") return { holds: env, otherwise: add(left.name) }
      if (symbol === "is not" || symbol === "!=") return { holds: add(left.name), otherwise: env }
    }
    if (symbol === "and") {
      const first = this.when(left, env)
      return { holds: this.when(right, first.holds).holds, otherwise: env }
    }
    if (symbol === "or") {
      const first = this.when(left, env)
      return { holds: env, otherwise: this.when(right, first.otherwise).otherwise }
    }
    return { holds: env, otherwise: env }
  }

  /** A condition of `when`, which takes null for False: so does Python where it compares None. */
  test(expr: PyExpr, env: Env): Col {
    if (expr.op === "unary" && expr.symbol === "not") return this.negated(expr.operand, env)
    if (expr.op === "binary" && !isNone(expr.right)) {
      const { left, right, symbol } = expr
      if (symbol === "==") return this.equal(left, right, true, env, true)
      if (symbol === "in" && right.op === "sequence") return this.member(left, right, true, env, true)
      if (symbol === "and" || symbol === "or") {
        const a = this.test(left, env)
        const b = this.test(right, symbol === "and" ? this.when(left, env).holds : this.when(left, env).otherwise)
        return this.w.binary(this.wrapped(a), symbol === "and" ? "&" : "|", this.wrapped(b), "boolean")
      }
    }
    if (this.isCondition(expr)) return this.value(expr, env)
    return this.truth(expr, env, true)
  }

  private negated(expr: PyExpr, env: Env): Col {
    if (!this.isCondition(expr)) return this.truth(expr, env, false)
    const inner = this.value(expr, env)
    return { text: `~${this.w.column(inner)}`, type: "boolean", form: "column", loose: true }
  }

  /** Whether a value counts as true in Python: not None, and not empty or zero. */
  private truth(expr: PyExpr, env: Env, wanted: boolean): Col {
    const col = this.value(expr, env)
    if (col.type === "boolean") {
      if (wanted) return col
      // None is as false as False
      const known =
        col.form === "param" && !env.present.has(col.name!)
          ? this.w.fn("coalesce", "boolean", col, literal(false))
          : col
      return { text: `~${this.w.column(known)}`, type: "boolean", form: "column", loose: true }
    }
    if (col.form === "param" && this.isMoment(col.name!))
      return this.w.method(col, wanted ? "isNotNull" : "isNull", "boolean")
    const empty = col.type === "string" ? '""' : ["int", "bigint", "double"].includes(col.type) ? "0" : undefined
    if (col.form === "param" && col.type === "any") {
      this.w.sketch = `where \`${col.text}\` is a boolean; a number or a text is compared with 0 or ""`
      const known = { ...col, type: "boolean" as const }
      return wanted
        ? { ...known, text: this.w.column(known), form: "column" }
        : { ...known, text: `~${this.w.column(known)}`, form: "column", loose: true }
    }
    if (empty === undefined || col.form === "literal") throw new NoColumn()
    const text = this.w.column(col)
    if (!this.isProven(col)) this.w.differs(`\`${col.text}\` is taken for a ${empty === "0" ? "number" : "text"}`)
    if (wanted) return { text: `${text} != ${empty}`, type: "boolean", form: "column", loose: true }
    if (col.form === "param" && env.present.has(col.name!))
      return { text: `${text} == ${empty}`, type: "boolean", form: "column", loose: true }
    return { text: `${text}.isNull() | (${text} == ${empty})`, type: "boolean", form: "column", loose: true }
  }

  /** `if` in a form that begins with the tests for None. */
  private canonical(expr: Branch): Branch {
    const { test } = expr
    const swapped = (inner: PyExpr): Branch =>
      this.canonical({ op: "if", test: inner, value: expr.otherwise, otherwise: expr.value })
    if (test.op === "unary" && test.symbol === "not" && test.operand.op !== "param") return swapped(test.operand)
    if (test.op === "param" && isNone(expr.otherwise)) return swapped({ op: "unary", symbol: "not", operand: test })
    if (test.op === "binary" && /^(is not|!=)$/.test(test.symbol) && isNone(test.right))
      return swapped({ ...test, symbol: "is" })
    return expr
  }

  /** Parts of a test that are joined by `or`. */
  private alternatives(test: PyExpr): PyExpr[] {
    if (test.op === "binary" && test.symbol === "or")
      return [...this.alternatives(test.left), ...this.alternatives(test.right)]
    // a date is never false but for None
    if (test.op === "unary" && test.symbol === "not" && test.operand.op === "param" && this.isMoment(test.operand.name))
      return [{ op: "binary", symbol: "is", left: test.operand, right: NONE }]
    return [test]
  }

  private isMoment(name: string): boolean {
    return /^(date|timestamp)$/.test(this.w.types.get(name)?.type ?? "")
  }

  private branches(first: Branch, start: Env): Col {
    const cases: { test: string; value: Col }[] = []
    let env = start
    let rest: PyExpr = first
    while (rest.op === "if") {
      const branch = this.canonical(rest)
      const { holds, otherwise } = this.when(branch.test, env)
      const tests = this.alternatives(branch.test)
        // null in, null out: Spark's functions do that by themselves
        .filter(
          (part) => !(isNone(branch.value) && isNullTest(part) && propagatesNull(branch.otherwise, isNullTest(part)!)),
        )
      if (tests.length > 0) {
        const kept = tests.reduce((left, right) => ({ op: "binary", symbol: "or", left, right }))
        const nullAnyway =
          isNone(branch.value) &&
          [...otherwise.present].every((name) => env.present.has(name) || propagatesNull(branch.otherwise, name))
        const test = this.test(kept, nullAnyway ? { ...env, present: otherwise.present } : env)
        cases.push({ test: test.text, value: this.value(branch.value, holds) })
      }
      rest = branch.otherwise
      env = otherwise
    }
    const last = this.value(rest, env)
    if (cases.length === 0) return last
    const values = [...cases.map(({ value }) => value), last]
    const whens = cases.map(
      ({ test, value }, i) => `${i === 0 ? this.w.name("when") : ".when"}(${test}, ${this.w.operand(value)})`,
    )
    const ending = last.value === null && last.form === "literal" ? "" : `.otherwise(${this.w.operand(last)})`
    return { text: `${whens.join("")}${ending}`, type: common(values), form: "column" }
  }

  format(parts: readonly PyExpr[], env: Env): Col {
    const cols = parts.map((part) => {
      const col = this.value(part, env)
      if (part.op === "constant" || col.type === "string") return col
      if (col.type === "int" || col.type === "bigint") return this.w.method(col, "cast", "string", '"string"')
      if (col.type !== "any") throw new NoColumn()
      this.w.differs(`\`${col.text}\` is written as Spark writes it`)
      return col
    })
    if (parts.some((part) => part.op === "param" && !env.present.has(part.name)))
      this.w.differs("a null gives null, where the UDF writes `None`")
    return cols.length === 1 ? cols[0]! : this.w.fn("concat", "string", ...cols)
  }
}
