import type { PyExpr } from "../api.ts"
import { atLeast } from "./calls.ts"
import type { Env, PyCall, Translator } from "./python-translate.ts"
import { type Col, integerOf, NoColumn, quoted, textOf } from "./python-writer.ts"

const PARTS: Readonly<Record<string, string>> = {
  year: "year",
  month: "month",
  day: "dayofmonth",
  hour: "hour",
  minute: "minute",
  second: "second",
}
/** Python's directives by Spark's pattern letters. */
const LETTERS: Readonly<Record<string, string>> = {
  Y: "yyyy",
  y: "yy",
  m: "MM",
  d: "dd",
  H: "HH",
  I: "hh",
  M: "mm",
  S: "ss",
  f: "SSSSSS",
  p: "a",
  j: "DDD",
  b: "MMM",
  B: "MMMM",
  a: "EEE",
  A: "EEEE",
  "%": "%",
}

/** A format of strftime as Spark writes it; undefined where Spark has no letter for a part. */
function sparkFormat(format: string): string | undefined {
  let out = ""
  for (let i = 0; i < format.length; i++) {
    const char = format[i]!
    if (char === "%") {
      const letters = LETTERS[format[++i] ?? ""]
      if (letters === undefined) return undefined
      out += letters
    } else if (/[A-Za-z]/.test(char)) out += `'${char}'`
    else if (char === "'") out += "''"
    else if (/[[\]{}#]/.test(char)) return undefined
    else out += char
  }
  return out.replaceAll("''", "").includes("'") ? out.replace(/(?<=\w)''(?=\w)/g, "") : out
}

/** A date or a timestamp. The UDF sees a timestamp in its worker's time zone. */
function moment(t: Translator, expr: PyExpr, env: Env): Col {
  const col = t.strict(expr, env)
  if (col.type === "date") return col
  if (col.type !== "timestamp" && col.type !== "any") throw new NoColumn()
  t.w.differs("of a timestamp it goes by the session's time zone, the UDF by its worker's")
  return col
}

/** `d.year`. */
export function dateAttribute(t: Translator, expr: Extract<PyExpr, { op: "attribute" }>, env: Env): Col {
  const spark = PARTS[expr.name]
  if (expr.name === "days" && expr.on.op === "binary" && expr.on.symbol === "-") {
    t.w.differs("the time of day doesn't count")
    return t.w.fn("datediff", "int", moment(t, expr.on.left, env), moment(t, expr.on.right, env))
  }
  if (!spark) throw new NoColumn()
  return t.w.fn(spark, "int", moment(t, expr.on, env))
}

/** `d.strftime(…)`, `d.weekday()`, `d.date()`, `datetime.strptime(…)`, `datetime.fromtimestamp(…)`. */
export function dateCall(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const { w } = t
  if (!expr.on) return made(t, expr, env)
  switch (expr.fn) {
    case "strftime": {
      const format = sparkFormat(textOf(expr.args[0]) ?? "%?")
      if (format === undefined) throw new NoColumn()
      return w.fn("date_format", "string", moment(t, expr.on, env), quoted(format))
    }
    case "weekday":
    case "isoweekday": {
      if (!atLeast(w.min, "3.5")) throw new NoColumn()
      const day = w.fn("weekday", "int", moment(t, expr.on, env))
      return expr.fn === "weekday" ? day : { ...day, text: `${day.text} + 1`, loose: true }
    }
    case "date":
      if (expr.args.length > 0) return undefined
      return w.fn("to_date", "date", moment(t, expr.on, env))
    case "isoformat": {
      const on = t.strict(expr.on, env)
      if (on.type !== "date") throw new NoColumn()
      return w.method(on, "cast", "string", '"string"')
    }
    default:
      return undefined
  }
}

function made(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const { w } = t
  const fn = expr.fn.replace(/^datetime\./, "").replace(/^datetime\./, "")
  if (fn === "strptime") {
    const format = sparkFormat(textOf(expr.args[1]) ?? "%?")
    if (expr.args.length !== 2 || format === undefined) throw new NoColumn()
    w.differs("a text of another form gives null, or fails under ANSI mode")
    w.differs("the time is one of the session's time zone")
    return w.fn("to_timestamp", "timestamp", t.string(expr.args[0]!, env), quoted(format))
  }
  if ((fn === "fromtimestamp" || fn === "utcfromtimestamp") && /^(datetime|date)\b/.test(expr.fn)) {
    if (expr.args.length !== 1) throw new NoColumn()
    w.differs("a timestamp is an instant, and is shown in the session's time zone")
    return w.fn("timestamp_seconds", "timestamp", t.strict(expr.args[0]!, env))
  }
  return undefined
}

/** `d + timedelta(days=n)`. */
export function movedByDays(t: Translator, expr: Extract<PyExpr, { op: "binary" }>, env: Env): Col | undefined {
  const days = expr.symbol === "+" || expr.symbol === "-" ? daysOf(expr.right) : undefined
  if (days === undefined) return undefined
  const on = moment(t, expr.left, env)
  if (on.type !== "date") t.w.differs("the time of day is lost")
  return t.w.fn(expr.symbol === "+" ? "date_add" : "date_sub", "date", on, String(days))
}

/** Days of `timedelta(days=n)`. */
function daysOf(expr: PyExpr): number | undefined {
  if (expr.op !== "call" || !/(^|\.)timedelta(\(\))?$/.test(expr.fn) || expr.args.length !== 1) return undefined
  return expr.keywords === undefined || expr.keywords[0] === "days" ? integerOf(expr.args[0]) : undefined
}
