import type { PyExpr } from "../api.ts"
import { atLeast } from "./calls.ts"
import { lookedUp } from "./python-lookups.ts"
import { portable, portableReplacement, quotedPattern } from "./python-patterns.ts"
import type { Env, PyCall, Translator } from "./python-translate.ts"
import {
  type Col,
  constantOf,
  integerOf,
  isNone,
  literal,
  NoColumn,
  plainName,
  quoted,
  textOf,
} from "./python-writer.ts"

/** The longest text that Spark has: everything from a place on. */
const REST = "2147483647"

function only(expr: PyCall, count: number): void {
  if (expr.args.length !== count || expr.keywords?.length) throw new NoColumn()
}

/** A method of a text: `s.strip()`; of a constant text `join` and `format`. */
export function stringCall(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const { w } = t
  const { fn, args } = expr
  const on = expr.on!
  if (fn === "join") return joined(t, expr, env)
  if (fn === "group" || fn === "groups") return group(t, expr, env)
  if (fn === "hexdigest") return hash(t, on, env)
  if (fn === "format") return formatted(t, expr, env)
  const text = (): Col => t.string(on, env)
  switch (fn) {
    case "lower":
    case "upper":
      only(expr, 0)
      return w.fn(fn, "string", text())
    case "casefold":
      w.differs("`lower` leaves ß and a few more letters as they are")
      return w.fn("lower", "string", text())
    case "strip":
    case "lstrip":
    case "rstrip":
      return stripped(t, expr, text())
    case "replace":
      return replaced(t, expr, text())
    case "split":
      return split(t, expr, text())
    case "startswith":
    case "endswith": {
      only(expr, 1)
      const parts = args[0]!.op === "sequence" ? args[0]!.items : [args[0]!]
      const tests = parts.map((part) => w.method(text(), fn, "boolean", w.operand(t.string(part, env))))
      return tests.reduce((left, right) => w.binary(left, "|", right, "boolean"))
    }
    case "find":
      only(expr, 1)
      if (textOf(args[0]) === undefined) throw new NoColumn()
      return { ...w.binary(w.fn("instr", "int", text(), quoted(textOf(args[0])!)), "-", literal(1), "int") }
    case "title":
      w.differs("`initcap` begins a word after white space only, `title()` after any sign")
      return w.fn("initcap", "string", text())
    case "capitalize": {
      const s = text()
      w.differs("a first letter that is one sign for two (ǆ) becomes upper case, not title case")
      return w.fn(
        "concat",
        "string",
        w.fn("upper", "string", w.fn("substring", "string", s, "1", "1")),
        w.fn("lower", "string", w.fn("substring", "string", s, "2", REST)),
      )
    }
    case "isdigit":
    case "isnumeric":
      w.differs("digits of other scripts don't count")
      return w.method(text(), "rlike", "boolean", 'r"\\A[0-9]+\\z"')
    case "isalpha":
      w.differs("letters are what Java takes for letters")
      return w.method(text(), "rlike", "boolean", 'r"\\A\\p{L}+\\z"')
    case "isalnum":
      w.differs("letters and digits are what Java takes for them")
      return w.method(text(), "rlike", "boolean", 'r"\\A[\\p{L}\\p{N}]+\\z"')
    case "zfill":
    case "rjust":
    case "ljust":
      return padded(t, expr, text())
    default:
      return undefined
  }
}

function stripped(t: Translator, expr: PyCall, text: Col): Col {
  const { w } = t
  const spark = { strip: "trim", lstrip: "ltrim", rstrip: "rtrim" }[expr.fn]!
  if (expr.args.length === 0) {
    w.differs(`\`${spark}\` takes off spaces only, \`${expr.fn}()\` tabs and line breaks too`)
    return w.fn(spark, "string", text)
  }
  const chars = textOf(expr.args[0])
  if (chars === undefined || chars === "" || expr.args.length > 1) throw new NoColumn()
  if (chars === " ") return w.fn(spark, "string", text)
  if (expr.fn === "strip" && atLeast(w.min, "3.5")) return w.fn("btrim", "string", text, literal(chars))
  const set = `[${[...chars].map((char) => (/[\w ]/.test(char) ? char : `\\${char}`)).join("")}]+`
  if (!/^[\x20-\x7e]*$/.test(chars)) throw new NoColumn()
  const pattern = expr.fn === "lstrip" ? `\\A${set}` : expr.fn === "rstrip" ? `${set}\\z` : `\\A${set}|${set}\\z`
  return w.fn("regexp_replace", "string", text, quoted(pattern), '""')
}

function replaced(t: Translator, expr: PyCall, text: Col): Col {
  const { w } = t
  const [from, to] = [textOf(expr.args[0]), textOf(expr.args[1])]
  if (expr.args.length !== 2 || !from || to === undefined) throw new NoColumn()
  if (atLeast(w.min, "3.5")) return w.fn("replace", "string", text, literal(from), literal(to))
  return w.fn("regexp_replace", "string", text, quoted(quotedPattern(from)), quoted(to.replace(/[\\$]/g, "\\$&")))
}

/** `s.split(sep)`: an array of texts. */
function split(t: Translator, expr: PyCall, text: Col): Col {
  const { w } = t
  if (expr.args.length === 0) {
    w.differs("an empty text gives one empty part, where `split()` gives none")
    return w.fn("split", "array", w.fn("trim", "string", text), 'r"\\s+"')
  }
  const separator = textOf(expr.args[0])
  const limit = integerOf(expr.args[1])
  if (!separator || (expr.args[1] && (limit === undefined || limit < 1))) throw new NoColumn()
  const pattern = quoted(quotedPattern(separator))
  return limit === undefined
    ? w.fn("split", "array", text, pattern)
    : w.fn("split", "array", text, pattern, String(limit + 1))
}

function padded(t: Translator, expr: PyCall, text: Col): Col {
  const { w } = t
  const width = integerOf(expr.args[0])
  const fill = expr.fn === "zfill" ? "0" : (textOf(expr.args[1]) ?? " ")
  if (width === undefined || fill.length !== 1) throw new NoColumn()
  const spark = expr.fn === "ljust" ? "rpad" : "lpad"
  w.differs(
    `\`${spark}\` cuts off what is longer than ${width}${expr.fn === "zfill" ? ", and puts zeros before a sign" : ""}`,
  )
  return w.fn(spark, "string", text, String(width), quoted(fill))
}

/** `"{}-{}".format(a, b)`, with plain holes. */
function formatted(t: Translator, expr: PyCall, env: Env): Col {
  const pieces = textOf(expr.on)?.split("{}")
  if (!pieces || pieces.length !== expr.args.length + 1 || expr.keywords?.length) throw new NoColumn()
  return filled(t, pieces, expr.args, env)
}

/** Texts with values between them, as an f-string would have them. */
export function filled(t: Translator, pieces: readonly string[], values: readonly PyExpr[], env: Env): Col {
  if (pieces.some((piece) => /[{}%]/.test(piece))) throw new NoColumn()
  const parts = pieces.flatMap((piece, i): PyExpr[] => {
    const constant: PyExpr = { op: "constant", value: { kind: "constant", type: "str", value: piece } }
    return [...(piece === "" ? [] : [constant]), ...(i < values.length ? [values[i]!] : [])]
  })
  return t.format(parts, env)
}

/** `", ".join(parts)`. */
function joined(t: Translator, expr: PyCall, env: Env): Col {
  const { w } = t
  only(expr, 1)
  const separator = textOf(expr.on)
  if (separator === undefined) throw new NoColumn()
  const [parts] = expr.args
  if (parts!.op === "sequence") {
    w.differs("a null part is left out, where the UDF fails")
    return w.fn("concat_ws", "string", quoted(separator), ...parts!.items.map((part) => t.string(part, env)))
  }
  const array = t.strict(parts!, env)
  if (array.type !== "array") throw new NoColumn()
  if (!neverNull(parts!)) w.differs("a null element is left out, where the UDF fails")
  return w.fn("array_join", "string", array, quoted(separator))
}

/** The parts of a split text are never null, nor is what text methods make of them. */
function neverNull(array: PyExpr): boolean {
  if (array.op === "comprehension") return neverNull(array.over) && isTextOf(array.each, array.name)
  return array.op === "call" && array.fn === "split"
}

/** A text made of an element by methods, slices and other texts. */
function isTextOf(expr: PyExpr, element: string): boolean {
  if (expr.op === "param") return expr.name === element
  if (expr.op === "constant") return typeof expr.value.value === "string"
  if (expr.op === "binary")
    return expr.symbol === "+" && [expr.left, expr.right].every((side) => isTextOf(side, element))
  return expr.op === "call" && expr.on !== undefined && isTextOf(expr.on, element)
}

/** `hashlib.md5(s.encode()).hexdigest()`. */
function hash(t: Translator, on: PyExpr, env: Env): Col {
  if (on.op !== "call" || on.args.length !== 1) throw new NoColumn()
  const algorithm = /^hashlib\.(md5|sha1|sha224|sha256|sha384|sha512)(\(\))?$/.exec(on.fn)?.[1]
  const [bytes] = on.args
  if (!algorithm || bytes!.op !== "call" || bytes!.fn !== "encode" || !bytes!.on) throw new NoColumn()
  const encoding = bytes!.args.length === 0 ? "utf-8" : textOf(bytes!.args[0])
  if (!/^utf-?8$/i.test(encoding ?? "")) throw new NoColumn()
  const text = t.string(bytes!.on, env)
  return algorithm === "md5" || algorithm === "sha1"
    ? t.w.fn(algorithm, "string", text)
    : t.w.fn("sha2", "string", text, algorithm.slice(3))
}

/** `s[a:b]` with constant bounds; of an array only the whole turned round. */
export function slice(t: Translator, expr: PyCall, env: Env): Col {
  const { w } = t
  const on = t.strict(expr.on!, env)
  const [from, to, step] = expr.args
  if (isNone(from) && isNone(to) && constantOf(step) === -1) {
    return w.fn("reverse", on.type, on)
  }
  if (!isNone(step)) throw new NoColumn()
  const start = isNone(from) ? 0 : integerOf(from)
  const toEnd = isNone(to) || isLengthOf(to!, expr.on!)
  const end = toEnd ? undefined : integerOf(to)
  if (start === undefined || (end === undefined && !toEnd)) throw new NoColumn()
  if (on.type === "array") {
    if (start < 0 || (end !== undefined && end <= start)) throw new NoColumn()
    return w.fn("slice", "array", on, String(start + 1), String(end === undefined ? REST : end - start))
  }
  if (on.type === "any") w.differs(`\`${on.text}\` is taken for a text`)
  else if (on.type !== "string") throw new NoColumn()
  if (start < 0)
    return end === undefined ? w.fn("substring", "string", on, String(start), String(-start)) : unsupported()
  if (end === undefined) return w.fn("substring", "string", on, String(start + 1), REST)
  if (end >= 0) return w.fn("substring", "string", on, String(start + 1), String(Math.max(0, end - start)))
  const length = w.fn("length", "int", on)
  return w.method(on, "substr", "string", w.lit(literal(start + 1)), `${length.text} - ${start - end}`)
}

/** `len(s)`, as the end of a slice of `s`. */
function isLengthOf(expr: PyExpr, of: PyExpr): boolean {
  const [arg] = expr.op === "call" && plainName(expr.fn) === "len" ? expr.args : []
  return arg?.op === "param" && of.op === "param" && arg.name === of.name
}

function unsupported(): never {
  throw new NoColumn()
}

/** `s[i]` and `parts[i]`. */
export function stringIndex(t: Translator, expr: Extract<PyExpr, { op: "index" }>, env: Env): Col {
  const { w } = t
  const found = lookedUp(t, expr, env)
  if (found) return found
  const at = integerOf(expr.index)
  if (at === undefined) throw new NoColumn()
  const on = t.strict(expr.on, env)
  if (on.type === "array") {
    if (at === -1) {
      if (expr.on.op !== "call" || expr.on.fn !== "split") w.differs("an empty array gives null, where the UDF fails")
      return w.fn("element_at", elementType(expr.on), on, "-1")
    }
    if (at < 0) throw new NoColumn()
    if (at === 0 && expr.on.op === "call" && expr.on.fn === "split" && expr.on.args.length > 0)
      return { text: `${w.column(on)}[0]`, type: "string", form: "column" }
    w.differs("a part that is missing gives null, where the UDF fails")
    return atLeast(w.min, "3.4")
      ? w.fn("get", elementType(expr.on), on, String(at))
      : { text: `${w.column(on)}[${at}]`, type: elementType(expr.on), form: "column" }
  }
  if (on.type === "vector") throw new NoColumn()
  if (on.type === "any" && on.form === "param") {
    w.sketch = "for an array; of an ML vector take `vector_to_array` first, of a text `substring`"
    return at < 0
      ? w.fn("element_at", "any", on, String(at))
      : { text: `${w.column(on)}[${at}]`, type: "any", form: "column" }
  }
  if (on.type !== "string") throw new NoColumn()
  w.differs("a text that is too short gives an empty one, where the UDF fails")
  return w.fn("substring", "string", on, String(at < 0 ? at : at + 1), "1")
}

export function elementType(expr: PyExpr): Col["type"] {
  return expr.op === "call" && (expr.fn === "split" || plainName(expr.fn) === "re.split") ? "string" : "any"
}

/** `re.sub`, `re.search`, `re.findall` and `re.split`. */
export function libraryCall(t: Translator, written: PyCall, env: Env): Col | undefined {
  const { w } = t
  const expr = withPattern(t, written)
  const { args } = expr
  switch (expr.fn) {
    case "re.sub": {
      const [pattern, to] = [textOf(args[0]), textOf(args[1])]
      if (args.length !== 3 || expr.keywords?.length || pattern === undefined || to === undefined) throw new NoColumn()
      return w.fn(
        "regexp_replace",
        "string",
        t.string(args[2]!, env),
        quoted(checked(t, pattern)),
        quoted(portableReplacement(to) ?? unsupported()),
      )
    }
    case "re.search":
    case "re.match":
    case "re.fullmatch": {
      const pattern = textOf(args[0])
      if (args.length !== 2 || pattern === undefined) throw new NoColumn()
      return w.method(t.string(args[1]!, env), "rlike", "boolean", quoted(anchored(expr.fn, checked(t, pattern))))
    }
    case "re.findall": {
      const pattern = textOf(args[0])
      if (args.length !== 2 || pattern === undefined || /\((?!\?)/.test(pattern)) throw new NoColumn()
      if (!atLeast(w.min, "3.5")) throw new NoColumn()
      return w.fn("regexp_extract_all", "array", t.string(args[1]!, env), literal(checked(t, pattern)), "0")
    }
    case "re.split": {
      const pattern = textOf(args[0])
      if (args.length !== 2 || pattern === undefined || /\((?!\?)/.test(pattern)) throw new NoColumn()
      return w.fn("split", "array", t.string(args[1]!, env), quoted(checked(t, pattern)))
    }
    default:
      return undefined
  }
}

/** `PATTERN.sub(to, s)` as `re.sub(pattern, to, s)`. */
function withPattern(t: Translator, expr: PyCall): PyCall {
  const method = /^re\.compile\(\)\.(\w+)$/.exec(expr.fn)?.[1]
  const pattern = method && expr.base ? t.w.compiled(expr.base) : undefined
  if (pattern === undefined) return expr
  const constant: PyExpr = { op: "constant", value: { kind: "constant", type: "str", value: pattern } }
  return { ...expr, fn: `re.${method}`, args: [constant, ...expr.args] }
}

function anchored(fn: string, pattern: string): string {
  if (fn === "re.search") return pattern
  if (fn === "re.match" && pattern.startsWith("^") && !pattern.includes("|")) return pattern
  const inner =
    /^[\w\\. +*?[\]()^-]*$/.test(pattern) && !pattern.includes("|") ? pattern.replace(/^\^/, "") : `(?:${pattern})`
  return fn === "re.match" ? `^${inner}` : `\\A(?:${pattern})\\z`
}

/** A pattern that Java reads as Python does; what differs is noted. */
function checked(t: Translator, pattern: string): string {
  const found = portable(pattern)
  if (!found) throw new NoColumn()
  for (const how of found.differences) t.w.differs(how)
  return found.pattern
}

/** `re.search(p, s).group(n)`. */
function group(t: Translator, expr: PyCall, env: Env): Col {
  const { args } = expr
  const n = args.length === 0 ? 0 : integerOf(args[0])
  if (expr.fn !== "group" || n === undefined || expr.on?.op !== "call") throw new NoColumn()
  const on = withPattern(t, expr.on)
  if (!/^re\.(search|match)$/.test(on.fn)) throw new NoColumn()
  const pattern = textOf(on.args[0])
  if (on.args.length !== 2 || pattern === undefined) throw new NoColumn()
  t.w.differs("where nothing matches it gives an empty text, where the UDF fails")
  return t.w.fn(
    "regexp_extract",
    "string",
    t.string(on.args[1]!, env),
    quoted(anchored(on.fn, checked(t, pattern))),
    String(n),
  )
}
