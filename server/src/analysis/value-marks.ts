import type { Value } from "../../../rules/api.ts"
import { isProvenField } from "./evidence.ts"
import type { Interpreter } from "./interpreter.ts"
import { ApiFunction, Dict, Future, PyClass, PyFunction, type PyInstance, Sequence, UNKNOWN } from "./values.ts"

/** What a name of a module holds, for a later version to compare with. */
export interface Mark {
  readonly text: string
  /** What must be the very same object: a function's node, the statement of an import. */
  readonly object?: object
}

/** Longer lists are not compared. */
const MAX_ITEMS = 200
const MAX_DEPTH = 3

/** Undefined for what gathers facts itself (frames, objects, UDFs), so that a function that uses it is not for itself. */
export function markOf(it: Interpreter, name: string, value: Value | undefined): Mark | undefined {
  // a notebook's own names count only where nothing binds them
  if (value === undefined) return { text: it.main.bound.has(name) ? "unset" : "absent" }
  if (value.kind === "function") return functionMark(it, value)
  const text = textOf(value, 0)
  return text === undefined ? undefined : { text }
}

/** What an attribute of an object gives: its own value, a method, or what the class says of the field. */
export function attributeMark(it: Interpreter, object: PyInstance, attr: string): Mark | undefined {
  if (attr === "__class__") return undefined
  const own = object.attributes.get(attr)
  if (own && own.kind !== "unknown") return markOf(it, "", own)
  const cls = object.class
  const member = own ? undefined : cls.find(attr)
  if (member instanceof PyFunction) {
    const lasts = it.input.kept?.keeps(member.node, member.facts) === true && member.source === it.main
    return lasts && !member.udf && !member.decorators.includes("classmethod")
      ? { text: "method", object: member.node }
      : undefined
  }
  const declared = markOf(it, "", member ?? cls.allFields.find((field) => field.name === attr)?.annotation ?? UNKNOWN)
  const rest = `${own !== undefined} ${member !== undefined} ${isProvenField(it, cls, attr)} ${cls.library ?? ""}`
  return declared && { ...declared, text: `${rest} ${declared.text}` }
}

function functionMark(it: Interpreter, value: Value): Mark | undefined {
  if (value instanceof ApiFunction) {
    const { receiver, api, name, site } = value
    const owner = receiver.kind === "unknown" ? "" : textOf(receiver, 0)
    return owner === undefined ? undefined : { text: `api ${api} ${name} ${owner} ${site.start}`, object: site.top }
  }
  if (!(value instanceof PyFunction) || value.source !== it.main || value.closure !== it.globals) return undefined
  if (value.udf || value.self || value.bound || value.node.kind === "Lambda") return undefined
  return it.input.kept?.keeps(value.node, value.facts) ? { text: "function", object: value.node } : undefined
}

function textOf(value: Value, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined
  switch (value.kind) {
    case "unknown":
      return Object.keys(value).length === 1 ? "unknown" : undefined
    case "constant":
      if (value.origin || value.from) return undefined
      return `${value.type} ${typeof value.value} ${JSON.stringify(String(value.value))} ${JSON.stringify(value.pattern) ?? ""}`
    case "foreign":
      return value.from || value instanceof Future ? undefined : `foreign ${value.path}`
    case "module":
      return value.name.startsWith("file:") ? undefined : `module ${value.name}`
    case "class":
      return value instanceof PyClass && value.pyspark ? `class ${value.name}` : undefined
    case "spark":
      return value.plan || value.settings ? undefined : `spark ${value.class}`
    case "sequence":
      return value instanceof Sequence ? sequenceText(value, depth) : undefined
    case "dict":
      return value instanceof Dict ? dictText(value, depth) : undefined
    default:
      return undefined
  }
}

function sequenceText(value: Sequence, depth: number): string | undefined {
  const { type, items, element, length, united } = value
  if (value.origin || value.from || value.filledIn || value.partition) return undefined
  const parts = [...(items ?? []), element]
  if (parts.length > MAX_ITEMS) return undefined
  const texts = parts.map((part) => textOf(part, depth + 1))
  return texts.includes(undefined)
    ? undefined
    : `${type} ${items === undefined} ${length.min} ${length.max} ${united} [${texts.join()}]`
}

function dictText(value: Dict, depth: number): string | undefined {
  const { entries, element } = value
  if (value.from || value.filledIn || (entries?.size ?? 0) > MAX_ITEMS) return undefined
  const texts = [...(entries ?? [])].map(([key, item]) => {
    const text = textOf(item, depth + 1)
    return text === undefined ? undefined : `${JSON.stringify(key)}:${text}`
  })
  const each = textOf(element, depth + 1)
  return texts.includes(undefined) || each === undefined
    ? undefined
    : `dict ${entries === undefined} {${texts.join()}} ${each}`
}
