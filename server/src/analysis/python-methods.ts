import type { Value } from "../../../rules/api.ts"
import type { CallSite } from "./calls.ts"
import { common } from "./common.ts"
import { putInto } from "./elements.ts"
import { elementOf, formatted, lengthOf } from "./expressions.ts"
import { ANY_LENGTH, comesFrom, constant, Dict, NONE, Sequence, stringOf, textFrom, UNKNOWN } from "./values.ts"

const STRING_METHODS = new Set(
  "join lower upper strip lstrip rstrip replace title capitalize zfill removeprefix removesuffix".split(" "),
)

/** The keys, values or items of a dict. */
function partOf(dict: Dict, element: Value, items?: Value[]): Sequence {
  const part = new Sequence("iterator", items, element, lengthOf(dict))
  part.filled(dict.from, dict.filledIn)
  return part
}

export function copied(dict: Dict): Dict {
  const copy = new Dict(dict.entries && new Map(dict.entries), dict.element)
  copy.filled(dict.from, dict.filledIn)
  return copy
}

/** Methods of Python's own strings, lists and dicts. */
export function callMethodOfPython(
  site: CallSite,
  receiver: Value & { kind: "sequence" | "dict" | "constant" },
): Value {
  const { it, args, name, node } = site
  const first = args.get(0) ?? UNKNOWN
  const at = it.site(node)
  for (const value of args.all()) it.use(value, { kind: "other", site: at })
  if (receiver.kind === "constant") {
    // None has no methods: this way isn't taken, and what joins it counts
    if (receiver.type === "None") return NONE
    if (receiver.type !== "str") return UNKNOWN
    if (name === "split") return new Sequence("list", undefined, constant("str"), ANY_LENGTH)
    if ((name === "lower" || name === "upper" || name === "strip") && typeof receiver.value === "string")
      return constant(
        "str",
        name === "lower"
          ? receiver.value.toLowerCase()
          : name === "upper"
            ? receiver.value.toUpperCase()
            : receiver.value.trim(),
      )
    const from = receiver.from ?? args.all().map(comesFrom).find(Boolean)
    if (name === "format") return textFrom(formatted(receiver, /\{[^{}]*\}/g), from)
    return STRING_METHODS.has(name)
      ? textFrom(constant("str"), from)
      : name.startsWith("is") || name.endsWith("with")
        ? constant("bool")
        : UNKNOWN
  }
  const sure = it.loops.length === 0 && it.path.length === 0
  if (receiver instanceof Sequence) {
    switch (name) {
      case "append":
      case "add": {
        const before = receiver.element
        receiver.append(first, sure, it.loops.at(-1))
        putInto(it, receiver, before, first)
        return constant("None", null)
      }
      case "insert":
        receiver.append(args.get(1) ?? UNKNOWN, false, it.loops.at(-1))
        return constant("None", null)
      case "extend":
      case "update": {
        const element = elementOf(it, first)
        receiver.element = receiver.length.max === 0 ? element : common(receiver.element, element)
        receiver.filled(comesFrom(first), it.loops.at(-1))
        receiver.spread()
        return constant("None", null)
      }
      case "pop":
        receiver.items = undefined
        return receiver.element
      case "copy": {
        const same = new Sequence(
          receiver.type,
          receiver.items && [...receiver.items],
          receiver.element,
          receiver.length,
        )
        same.filled(receiver.from, receiver.filledIn)
        return same
      }
      case "index":
      case "count":
        return constant("int")
      default:
        return UNKNOWN
    }
  }
  if (receiver instanceof Dict) {
    switch (name) {
      case "get":
      case "pop":
      case "setdefault": {
        const key = stringOf(first)
        return (key !== undefined ? receiver.entries?.get(key) : undefined) ?? receiver.element
      }
      case "items":
        return partOf(
          receiver,
          Sequence.of("tuple", [constant("str"), receiver.element]),
          receiver.entries &&
            [...receiver.entries].map(([key, value]) => Sequence.of("tuple", [constant("str", key), value])),
        )
      case "keys":
        return partOf(receiver, constant("str"))
      case "values":
        return partOf(receiver, receiver.element, receiver.entries && [...receiver.entries.values()])
      case "update":
        if (first instanceof Dict && first.entries && receiver.entries)
          for (const [key, value] of first.entries) receiver.set(key, value)
        else receiver.set(undefined, first.kind === "dict" ? first.element : UNKNOWN)
        return constant("None", null)
      case "copy":
        return copied(receiver)
    }
  }
  return UNKNOWN
}
