import type { Call, ColumnExpr, Interval, Value } from "../../../rules/api.ts"
import type { Comprehension, Expr } from "../syntax/ast.ts"
import { aliasedClass } from "./annotations.ts"
import { attributeOf } from "./attributes.ts"
import { evaluateCall } from "./calls.ts"
import { common } from "./common.ts"
import { eachOf, putInto } from "./elements.ts"
import { bindingEvidence } from "./evidence.ts"
import { callFunction, lambda } from "./functions.ts"
import { type Interpreter, planOf } from "./interpreter.ts"
import { nameValue } from "./lookup.ts"
import { descendsFrom } from "./loops.ts"
import { isCarried } from "./members.ts"
import { targetNames } from "./names.ts"
import { LoopNode } from "./record.ts"
import { Scope } from "./scope.ts"
import { columnExpr, toColumn } from "./spark/columns.ts"
import { frameSubscript } from "./spark/dataframe.ts"
import {
  ANY_LENGTH,
  column,
  comesFrom,
  constant,
  Dict,
  foreign,
  HOLE,
  isNone,
  joinedText,
  NONE,
  numberOf,
  PyClass,
  PyFunction,
  PyInstance,
  patternOf,
  Sequence,
  stringOf,
  textFrom,
  UNKNOWN,
} from "./values.ts"

/** Deepest nesting of expressions that is followed. */
const MAX_DEPTH = 400

/** The value of an expression. The caller says how a computed result is used; see `evaluateUsed`. */
export function evaluate(it: Interpreter, expr: Expr): Value {
  it.steps++
  if (it.depth > MAX_DEPTH) {
    it.bounded ??= "an expression is nested too deeply"
    return UNKNOWN
  }
  it.depth++
  try {
    const value = compute(it, expr)
    if (
      it.observe &&
      (expr.kind === "Name" || expr.kind === "Call" || expr.kind === "Attribute" || expr.kind === "Subscript")
    )
      it.observe(it.top, expr, value)
    return value
  } finally {
    it.depth--
  }
}

/** Evaluates an operand: a computed result that gets here is used in a way that no rule asks about. */
export function evaluateUsed(it: Interpreter, expr: Expr): Value {
  const value = evaluate(it, expr)
  it.use(value, { kind: "other", site: it.site(expr) })
  return value
}

/** Evaluates a condition. */
export function truth(it: Interpreter, expr: Expr, negated = false): void {
  if (expr.kind === "UnaryOp" && expr.op === "not") {
    truthOf(it, expr.operand, expr, !negated)
    return
  }
  truthOf(it, expr, expr, negated)
}

/** `whole` is the expression with its `not`s. */
function truthOf(it: Interpreter, expr: Expr, whole: Expr, negated: boolean): void {
  if (expr.kind === "UnaryOp" && expr.op === "not") {
    truthOf(it, expr.operand, whole, !negated)
    return
  }
  if (expr.kind === "BoolOp") {
    for (const value of expr.values) truth(it, value, negated)
    return
  }
  if (
    expr.kind === "Call" &&
    expr.func.kind === "Name" &&
    expr.func.id === "bool" &&
    expr.args.length === 1 &&
    !it.scope.get("bool")
  ) {
    truthOf(it, expr.args[0]!, whole, negated)
    return
  }
  if (expr.kind === "Compare") {
    compare(it, expr, whole, negated)
    return
  }
  const value = evaluate(it, expr)
  it.use(value, { kind: "truth", site: it.site(whole), negated })
}

function compare(it: Interpreter, expr: Extract<Expr, { kind: "Compare" }>, whole: Expr, negated: boolean): Value {
  const left = evaluate(it, expr.left)
  const right = evaluate(it, expr.comparators[0]!)
  if (expr.comparators.length > 1) {
    for (const more of expr.comparators.slice(1)) evaluateUsed(it, more)
    it.use(left, { kind: "other", site: it.site(expr) })
    it.use(right, { kind: "other", site: it.site(expr) })
    return constant("bool")
  }
  const op = expr.ops[0]!
  const site = it.site(whole)
  it.use(left, { kind: "compare", op, other: right, site, negated })
  it.use(right, { kind: "compare", op: MIRRORED[op] ?? op, other: left, site, negated })
  if (left.kind === "column" || right.kind === "column")
    return column({ op: "binary", symbol: op, left: toColumn(left), right: toColumn(right) })
  return constant("bool")
}

const MIRRORED: Readonly<Record<string, string>> = {
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "==": "==",
  "!=": "!=",
}

function compute(it: Interpreter, expr: Expr): Value {
  switch (expr.kind) {
    case "Name":
      return nameValue(it, expr)
    case "Constant":
      return constant(expr.type, expr.value)
    case "Call":
      return evaluateCall(it, expr)
    case "Attribute":
      return attributeOf(it, evaluate(it, expr.value), expr)
    case "JoinedStr":
      return joinedStr(it, expr)
    case "BinOp":
      return binary(it, expr)
    case "UnaryOp": {
      if (expr.op === "not") {
        truthOf(it, expr.operand, expr, true)
        return constant("bool")
      }
      const value = evaluateUsed(it, expr.operand)
      if (value.kind === "column" && (expr.op === "~" || expr.op === "-"))
        return column({ op: "unary", symbol: expr.op, operand: value.expr })
      if (value.kind === "constant" && expr.op === "-" && typeof value.value === "number")
        return constant(value.type, -value.value)
      return value.kind === "constant" ? constant(value.type) : UNKNOWN
    }
    case "BoolOp": {
      const values = expr.values.map((value, i) =>
        i < expr.values.length - 1 ? operandOfBool(it, value, expr.op) : evaluate(it, value),
      )
      return values.every((value) => value.kind === "unknown")
        ? UNKNOWN
        : values.reduce((a, b) => it.join(a, b, it.site(expr)))
    }
    case "Compare":
      return compare(it, expr, expr, false)
    case "IfExp": {
      truth(it, expr.test)
      const branch = it.id()
      const path = it.path
      it.path = [...path, { branch, arm: 0 }]
      const body = evaluate(it, expr.body)
      it.path = [...path, { branch, arm: 1 }]
      const orelse = evaluate(it, expr.orelse)
      it.path = path
      return it.join(body, orelse, it.site(expr))
    }
    case "Lambda":
      return lambda(it, expr)
    case "Tuple":
    case "List":
    case "Set":
      return display(it, expr.kind === "Tuple" ? "tuple" : expr.kind === "List" ? "list" : "set", expr.elts)
    case "Dict": {
      const dict = new Dict(new Map(), UNKNOWN)
      expr.keys.forEach((key, i) => {
        const value = evaluateUsed(it, expr.values[i]!)
        dict.set(key ? stringOf(evaluateUsed(it, key)) : undefined, value)
      })
      return dict
    }
    case "Subscript":
      return subscript(it, expr)
    case "Comprehension":
      return comprehension(it, expr)
    case "Starred":
    case "Await":
      return evaluate(it, expr.value)
    case "NamedExpr": {
      const value = evaluate(it, expr.value)
      it.bindName(expr.target.id, value)
      return value
    }
    case "Yield": {
      const value = expr.value ? evaluate(it, expr.value) : UNKNOWN
      const activation = it.activations.at(-1)
      activation?.yields.push(expr.from ? elementOf(it, value) : value)
      return UNKNOWN
    }
    case "Slice":
      for (const part of [expr.lower, expr.upper, expr.step]) if (part) evaluateUsed(it, part)
      return UNKNOWN
    case "Unknown":
      for (const part of expr.parts) evaluateUsed(it, part)
      return UNKNOWN
  }
}

/** An f-string: what is known of its text. A hole may carry a format, so that only a text is taken for what it is. */
function joinedStr(it: Interpreter, expr: Extract<Expr, { kind: "JoinedStr" }>): Value {
  let known = true
  let from: Call | undefined
  const parts = expr.values.map((part) => {
    if (part.kind === "Constant" && typeof part.value === "string") return part.value
    const value = evaluateUsed(it, part)
    from ??= comesFrom(value)
    known = false
    return patternOf(value) ?? HOLE
  })
  return textFrom(joinedText(parts, known), from)
}

/** `a` of `a and b` is tested; that of `a or b` is the result as well, whatever it is. */
function operandOfBool(it: Interpreter, expr: Expr, op: "and" | "or"): Value {
  if (expr.kind === "Compare" || expr.kind === "UnaryOp") {
    const value = evaluate(it, expr)
    return value
  }
  const value = evaluate(it, expr)
  it.use(
    value,
    op === "or" ? { kind: "other", site: it.site(expr) } : { kind: "truth", site: it.site(expr), negated: false },
  )
  return value
}

function display(it: Interpreter, type: "tuple" | "list" | "set", elts: readonly Expr[]): Value {
  const items: Value[] = []
  let open = false
  let element: Value | undefined
  for (const elt of elts) {
    const value = evaluateUsed(it, elt)
    if (elt.kind === "Starred") {
      if (value.kind === "sequence" && value.items) items.push(...value.items)
      else {
        open = true
        element = element ? common(element, elementOf(it, value)) : elementOf(it, value)
      }
    } else items.push(value)
  }
  if (!open) return Sequence.of(type, items)
  const all = items.reduce<Value>((a, b) => common(a, b), element ?? UNKNOWN)
  return new Sequence(type, undefined, all, { min: items.length, max: Number.POSITIVE_INFINITY })
}

const SET_OPERATORS = new Set(["-", "|", "&", "^"])
const COLUMN_OPERATORS = new Set(["+", "-", "*", "/", "%", "&", "|", "**"])

function binary(it: Interpreter, expr: Extract<Expr, { kind: "BinOp" }>): Value {
  // a long chain of `a + b + c …` nests to the left: walk it, don't recurse
  const chain: Extract<Expr, { kind: "BinOp" }>[] = []
  let leftmost: Expr = expr
  while (leftmost.kind === "BinOp") {
    chain.push(leftmost)
    leftmost = leftmost.left
  }
  let left = evaluateUsed(it, leftmost)
  for (let i = chain.length - 1; i >= 0; i--) {
    const node = chain[i]!
    const right = evaluateUsed(it, node.right)
    left = textFrom(operate(it, node.op, left, right), comesFrom(left) ?? comesFrom(right))
  }
  return left
}

function operate(it: Interpreter, op: string, left: Value, right: Value): Value {
  if (left.kind === "column" || right.kind === "column") {
    if (!COLUMN_OPERATORS.has(op)) return UNKNOWN
    return column({ op: "binary", symbol: op, left: toColumn(left), right: toColumn(right) } satisfies ColumnExpr)
  }
  if (left.kind === "constant" && right.kind === "constant") return arithmetic(op, left, right)
  if (op === "+" && ((isText(left) && maybeText(right)) || (isText(right) && maybeText(left))))
    return joinedText([patternOf(left) ?? HOLE, patternOf(right) ?? HOLE], false)
  if (left.kind === "sequence" && right.kind === "sequence" && op === "+") {
    if (left.items && right.items) return Sequence.of(left.type, [...left.items, ...right.items])
    const length = { min: left.length.min + right.length.min, max: left.length.max + right.length.max }
    const both = new Sequence(left.type, undefined, common(left.element, right.element), length)
    both.filled(left.from ?? right.from, left.filledIn ?? right.filledIn)
    return both
  }
  if (left.kind === "sequence" && right.kind === "sequence" && SET_OPERATORS.has(op)) {
    const max = op === "|" || op === "^" ? left.length.max + right.length.max : left.length.max
    const some = new Sequence("set", undefined, common(left.element, right.element), { min: 0, max })
    some.filled(left.from ?? (op === "-" ? undefined : right.from), left.filledIn ?? right.filledIn)
    return some
  }
  if (left.kind === "sequence" && op === "*") {
    const times = numberOf(right)
    const max = times === undefined ? Number.POSITIVE_INFINITY : left.length.max * Math.max(0, times)
    return new Sequence(left.type, undefined, left.element, { min: 0, max })
  }
  if (op === "%" && left.kind === "constant" && left.type === "str") return formatted(left, PERCENT)
  if (left.kind === "foreign") return foreign(`${left.path}${op}`, left.from)
  if (left.kind === "frame" || right.kind === "frame") {
    it.escape(left)
    it.escape(right)
  }
  return UNKNOWN
}

function isText(value: Value): boolean {
  return value.kind === "constant" && value.type === "str"
}

/** Nothing is known of it, or it is an element of another library's list: what a text is put together with is one. */
function maybeText(value: Value): boolean {
  return (
    value.kind === "unknown" || (value.kind === "foreign" && value.path.endsWith("()[]") && !ARRAY.test(value.path))
  )
}

/** Arrays of other libraries, whose elements are arrays as well. */
const ARRAY = /^(pandas|numpy)\.\w+\(\)\[\]$/

const PERCENT = /%(?:\(\w+\))?[-+ #0]*[\d.]*[a-zA-Z]/g

/** A text whose fields are filled with what is not known. */
export function formatted(text: Value, fields: RegExp): Value {
  const pattern = patternOf(text)
  return pattern === undefined ? constant("str") : joinedText([pattern.replace(fields, HOLE)], false)
}

function arithmetic(op: string, left: Value & { kind: "constant" }, right: Value & { kind: "constant" }): Value {
  if (op === "+" && left.type === "str" && right.type === "str")
    return joinedText(
      [patternOf(left)!, patternOf(right)!],
      typeof left.value === "string" && typeof right.value === "string",
    )
  if (op === "%" && left.type === "str") return formatted(left, PERCENT)
  if (left.type === "str" || right.type === "str") return constant("str")
  const type = left.type === "float" || right.type === "float" || op === "/" ? "float" : left.type
  const a = left.value
  const b = right.value
  if (typeof a !== "number" || typeof b !== "number") return constant(type)
  switch (op) {
    case "+":
      return constant(type, a + b)
    case "-":
      return constant(type, a - b)
    case "*":
      return constant(type, a * b)
    case "/":
      return b === 0 ? constant(type) : constant(type, a / b)
    case "//":
      return b === 0 ? constant(type) : constant(type, Math.floor(a / b))
    case "%":
      return b === 0 ? constant(type) : constant(type, a - b * Math.floor(a / b))
    case "**":
      return constant(type, a ** b)
    case "<<":
      return constant(type, a * 2 ** b)
    default:
      return constant(type)
  }
}

function subscript(it: Interpreter, expr: Extract<Expr, { kind: "Subscript" }>): Value {
  const value = evaluate(it, expr.value)
  if (value.kind === "frame" && value.class === "DataFrame") return frameSubscript(it, value, expr)
  if (value.kind === "foreign" && /^typing\.(Union|Optional)$/.test(value.path)) {
    const alias = aliasedClass(it, expr.slice.kind === "Tuple" ? expr.slice.elts : [expr.slice])
    if (alias) return alias
  }
  const index = evaluateUsed(it, expr.slice)
  it.use(value, { kind: "index", site: it.site(expr), index })
  switch (value.kind) {
    case "sequence": {
      if (expr.slice.kind === "Slice") return sliced(it, value, expr.slice)
      const at = numberOf(index)
      const item = at === undefined ? undefined : value.items?.[at < 0 ? value.items.length + at : at]
      return item ?? value.element
    }
    case "dict": {
      const key = stringOf(index)
      return (key !== undefined ? value.entries?.get(key) : undefined) ?? value.element
    }
    case "foreign":
      return foreign(`${value.path}[]`, value.from)
    case "column":
      return column({ op: "call", fn: "getItem", args: [value.expr, columnExpr(index)] })
    case "constant":
      return value.type === "str" ? constant("str") : UNKNOWN
    default:
      return UNKNOWN
  }
}

/** How many elements a slice takes at most: those before a constant end, or those of a window, `[i:i + n]`. */
function sliceLength(it: Interpreter, { lower, upper }: Extract<Expr, { kind: "Slice" }>): number {
  const window =
    upper?.kind === "BinOp" && upper.op === "+" && lower?.kind === "Name" && upper.left.kind === "Name"
      ? lower.id === upper.left.id
      : false
  const end = window && upper?.kind === "BinOp" ? upper.right : upper
  // a call in it has been evaluated already, and is not to be noted twice
  const number = end?.kind === "Constant" || end?.kind === "Name" ? numberOf(evaluate(it, end)) : undefined
  return typeof number === "number" && number >= 0 ? number : Infinity
}

/** A part of a sequence: `ids[:100]` has at most 100 elements. */
function sliced(it: Interpreter, value: Value & { kind: "sequence" }, slice: Extract<Expr, { kind: "Slice" }>): Value {
  const end = sliceLength(it, slice)
  const part = new Sequence(value.type, undefined, value.element, { min: 0, max: Math.min(value.length.max, end) })
  part.filled(value.from, value.filledIn)
  return part
}

function comprehension(it: Interpreter, expr: Comprehension): Value {
  const outer = it.scope
  const loops = it.loops
  const sources = expr.generators.map(() => UNKNOWN as Value)
  let length: Interval = { min: 1, max: 1 }
  expr.generators.forEach((generator, i) => {
    const iterable = evaluate(it, generator.iter)
    sources[i] = iterable
    if (i === 0) it.scope = new Scope("comprehension", outer)
    const targets = new Set<string>()
    targetNames(generator.target, targets)
    const rounds = lengthOf(iterable)
    length = { min: length.min * rounds.min, max: multiply(length.max, rounds.max) }
    if (generator.ifs.length > 0) length = { min: 0, max: length.max }
    const site = it.site(generator)
    const loop = new LoopNode(
      {
        id: it.id(),
        kind: "comprehension",
        site: it.site(expr),
        header: site,
        targets: [...targets],
        iterable,
        rounds,
        body: it.site(expr.elt),
      },
      it.here,
    )
    it.loopsFound.push(loop)
    it.udf?.loops.push(loop)
    it.use(iterable, { kind: "iterate", site: it.site(generator.iter), loop })
    it.loops = [...it.loops, loop]
    store(it, generator.target, elementOf(it, iterable))
    for (const test of generator.ifs) truth(it, test)
  })
  const element = evaluateUsed(it, expr.elt)
  const value = expr.value ? evaluateUsed(it, expr.value) : undefined
  const loop = it.loops[loops.length]
  it.scope = outer
  it.loops = loops
  const made =
    expr.type === "dict"
      ? new Dict(undefined, value ?? UNKNOWN)
      : new Sequence(expr.type === "generator" ? "iterator" : expr.type, undefined, element, length)
  made.filled(comesFrom(element) ?? comesFrom(sources[0]!), loop)
  if (expr.type === "generator" && made instanceof Sequence) made.streams(sources[0]!)
  return made
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b
}

/** What iterating a value gives each time. */
export function elementOf(it: Interpreter, value: Value): Value {
  switch (value.kind) {
    case "sequence":
      return eachOf(it, value)
    case "dict":
      return constant("str")
    case "foreign":
      return foreign(`${value.path}[]`, value.from)
    case "constant":
      return value.type === "str" ? constant("str") : UNKNOWN
    case "frame":
    case "spark":
      it.escape(value)
      return UNKNOWN
    default:
      return UNKNOWN
  }
}

/** How many elements iterating a value gives. */
export function lengthOf(value: Value): Interval {
  if (value.kind === "sequence") return value.length
  if (value.kind === "dict" && value.entries) return { min: value.entries.size, max: value.entries.size }
  return ANY_LENGTH
}

/** A round of a loop makes an attribute's frame from what it was: what was before the loop is joined at its end. */
function advances(it: Interpreter, before: Value, value: Value): boolean {
  const loop = it.loops.at(-1)
  if (!loop || it.path.length !== loop.path.length || before.kind !== "frame" || value.kind !== "frame") return false
  return descendsFrom(planOf(value), planOf(before))
}

/** Binds an assignment target to a value. */
export function store(it: Interpreter, target: Expr, value: Value): void {
  switch (target.kind) {
    case "Name":
      it.bindName(
        target.id,
        value.kind === "unknown" || value.kind === "foreign" ? bindingEvidence(it, target, value) : value,
      )
      if (it.observe) it.observe(it.top, target, it.scope.get(target.id) ?? value)
      break
    case "Tuple":
    case "List": {
      const items = value.kind === "sequence" ? value.items : undefined
      const star = target.elts.findIndex((elt) => elt.kind === "Starred")
      target.elts.forEach((elt, i) => {
        if (elt.kind === "Starred") {
          store(it, elt.value, new Sequence("list", undefined, elementOf(it, value), ANY_LENGTH))
          return
        }
        const at = star >= 0 && i > star && items ? items.length - (target.elts.length - i) : i
        store(it, elt, items?.[at] ?? elementOf(it, value))
      })
      break
    }
    case "Attribute": {
      const owner = evaluate(it, target.value)
      it.touchesOthers()
      const setter = owner instanceof PyInstance ? owner.class.find(`${target.attr}.setter`) : undefined
      if (owner instanceof PyInstance && setter instanceof PyFunction) {
        callFunction(it, setter.with({ self: owner.self }), undefined, [value], it.site(target))
      } else if (owner instanceof PyInstance) {
        const before = owner.attributes.get(target.attr)
        const sure =
          (it.loops.length === 0 && it.path.length === 0) ||
          (before !== undefined && (advances(it, before, value) || isCarried(it, owner, target.attr)))
        owner.attributes.set(target.attr, before && !sure ? it.join(before, value, it.site(target)) : value)
        if (value.kind === "frame")
          planOf(value).named(target.value.kind === "Name" ? `${target.value.id}.${target.attr}` : target.attr)
      } else {
        // a class keeps one for all: `cls._session`
        if (owner instanceof PyClass && !owner.pyspark && isNone(owner.find(target.attr) ?? NONE))
          owner.members.set(target.attr, value)
        it.escape(value)
      }
      break
    }
    case "Subscript": {
      const owner = evaluate(it, target.value)
      const index = evaluateUsed(it, target.slice)
      if (owner instanceof Dict) {
        const before = owner.element
        owner.set(it.loops.length === 0 ? stringOf(index) : undefined, value)
        putInto(it, owner, before, value)
        owner.filled(comesFrom(value) ?? comesFrom(index), it.loops.at(-1))
      } else if (owner instanceof Sequence) {
        owner.items = undefined
        owner.element = common(owner.element, value)
      } else it.escape(value)
      break
    }
    case "Starred":
      store(it, target.value, value)
      break
    default:
      evaluateUsed(it, target)
  }
}
