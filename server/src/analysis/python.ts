import type { Value } from "../../../rules/api.ts"
import { attributeOf } from "./attributes.ts"
import type { CallSite } from "./calls.ts"
import { common } from "./common.ts"
import { elementOf, lengthOf } from "./expressions.ts"
import { callFunction } from "./functions.ts"
import { recordLibrary } from "./libraries.ts"
import { copied } from "./python-methods.ts"
import { inLoop, reduce } from "./reduce.ts"
import {
  ANY_LENGTH,
  comesFrom,
  constant,
  Dict,
  foreign,
  HOLE,
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

/** `getattr(owner, name)`: what has that name; of a name with parts that are not known, any method that it may be. */
function namedAttribute({ it, args }: CallSite, owner: Value): Value {
  const [given, name] = [args.at(0), args.at(1)]
  if (!given || !name || given.node.kind === "Starred") return UNKNOWN
  const attribute = (attr: string): Value =>
    attributeOf(it, owner, {
      kind: "Attribute",
      value: given.node,
      attr,
      attrStart: name.node.start,
      start: given.node.start,
      end: name.node.end,
    })
  const known = stringOf(name.value)
  if (known !== undefined) return attribute(known)
  const pattern = patternOf(name.value)
  if (!(owner instanceof PyInstance) || pattern === undefined || !/\w/.test(pattern.replaceAll(HOLE, "")))
    return UNKNOWN
  const parts = pattern.split(HOLE).map((part) => part.replace(/[^\w]/g, "\\$&"))
  const fits = new RegExp(`^${parts.join("\\w+")}$`)
  const methods = [...new Set(membersOf(owner.class))].filter((member) => fits.test(member)).map(attribute)
  return methods.length === 0 ? UNKNOWN : methods.reduce(common)
}

function membersOf(cls: PyClass, depth = 0): string[] {
  const inherited = depth > 8 ? [] : cls.bases.flatMap((base) => membersOf(base, depth + 1))
  return [...cls.members.keys(), ...inherited]
}

/** Python's own functions, as far as they carry frames or computed results. */
export function callBuiltin(site: CallSite, name: string): Value {
  const { it, args, node } = site
  const at = it.site(node)
  const first = args.get(0) ?? UNKNOWN
  const usedAll = (): void => {
    for (const value of args.all()) it.use(value, { kind: "other", site: at })
  }
  switch (name) {
    case "len": {
      const call = recordLibrary(site, "builtins.len", UNKNOWN)
      it.use(first, { kind: "len", site: at, call })
      call.result =
        first.kind === "sequence" && first.length.min === first.length.max && !first.origin
          ? constant("int", first.length.min, call)
          : constant("int", undefined, call)
      return call.result
    }
    case "bool":
      it.use(first, { kind: "truth", site: at, negated: false })
      return constant("bool")
    case "print": {
      recordLibrary(site, "builtins.print", UNKNOWN)
      for (const value of args.all()) it.use(value, { kind: "print", site: at })
      return constant("None", null)
    }
    case "range": {
      usedAll()
      const numbers = args.values().map(numberOf)
      const [start, stop, step] =
        numbers.length === 1 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers.length > 2 ? numbers[2] : 1]
      const n =
        start !== undefined && stop !== undefined && step ? Math.max(0, Math.ceil((stop - start) / step)) : undefined
      return new Sequence("iterator", undefined, constant("int"), n === undefined ? ANY_LENGTH : { min: n, max: n })
    }
    case "enumerate": {
      const numbered = new Sequence(
        "iterator",
        undefined,
        Sequence.of("tuple", [constant("int"), elementOf(it, first)]),
        lengthOf(first),
      )
      const from = comesFrom(first)
      if (from) numbered.from = from
      numbered.streams(first)
      return numbered
    }
    case "zip": {
      const call = recordLibrary(site, "builtins.zip", UNKNOWN)
      const lengths = args.values().map(lengthOf)
      const min = Math.min(...lengths.map((l) => l.min), Number.POSITIVE_INFINITY)
      const max = Math.min(...lengths.map((l) => l.max), Number.POSITIVE_INFINITY)
      usedAll()
      const element = Sequence.of(
        "tuple",
        args.values().map((value) => elementOf(it, value)),
      )
      call.result = new Sequence("iterator", undefined, element, lengths.length ? { min, max } : { min: 0, max: 0 })
      return call.result
    }
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "reversed":
    case "iter":
    case "frozenset": {
      if (args.positional.length === 0)
        return Sequence.of(name === "tuple" ? "tuple" : name === "set" ? "set" : "list", [])
      const call = it.udf ? recordLibrary(site, `builtins.${name}`, UNKNOWN) : undefined
      if (first.kind !== "sequence" || name === "sorted") usedAll()
      const type =
        name === "tuple"
          ? "tuple"
          : name === "set" || name === "frozenset"
            ? "set"
            : name === "iter"
              ? "iterator"
              : "list"
      if (first.kind === "sequence") {
        const value = new Sequence(
          type,
          name === "list" || name === "tuple" ? first.items && [...first.items] : undefined,
          first.element,
          first.length,
          first.origin,
        )
        value.filled(first.from, first.filledIn)
        if (name === "iter") value.streams(first)
        if (call) call.result = value
        return value
      }
      const value = new Sequence(type, undefined, elementOf(it, first), lengthOf(first))
      value.filled(comesFrom(first), first.kind === "dict" ? first.filledIn : undefined)
      return value
    }
    case "dict": {
      usedAll()
      if (first instanceof Dict) return copied(first)
      const entries = args.open || args.positional.length > 0 ? undefined : args.keywordValues()
      const values = [...args.keywordValues().values()]
      const made = new Dict(entries, values.length ? values.reduce(common) : UNKNOWN)
      made.filled(comesFrom(first), first.kind === "sequence" ? first.filledIn : undefined)
      return made
    }
    case "map":
    case "filter": {
      const fn = first
      const source = args.get(1) ?? UNKNOWN
      usedAll()
      const element = elementOf(it, source)
      const value =
        fn instanceof PyFunction ? inLoop(site, source, () => callFunction(it, fn, undefined, [element], at)) : UNKNOWN
      const made = new Sequence("iterator", undefined, name === "filter" ? element : value, lengthOf(source))
      made.filled(comesFrom(source), source.kind === "sequence" ? source.filledIn : undefined)
      made.streams(source)
      return made
    }
    case "reduce":
      return reduce(site)
    case "str":
    case "repr":
    case "format":
      usedAll()
      return first.kind === "constant" && name === "str" && first.value !== undefined && first.type !== "float"
        ? constant("str", String(first.value))
        : textFrom(constant("str"), comesFrom(first))
    case "int":
      usedAll()
      return first.kind === "constant" && typeof first.value === "number"
        ? constant("int", Math.trunc(first.value))
        : constant("int")
    case "float":
      usedAll()
      return constant("float")
    case "abs":
    case "round":
      usedAll()
      return first.kind === "constant" ? constant(first.type) : UNKNOWN
    case "sum":
    case "min":
    case "max": {
      if (it.udf) recordLibrary(site, `builtins.${name}`, UNKNOWN)
      usedAll()
      if (args.positional.length === 1) return elementOf(it, first)
      return args.values().reduce(common, first)
    }
    case "next":
      return elementOf(it, first)
    case "super": {
      it.touchesOthers()
      const self = args.get(1) ?? it.scope.get("self")
      const owner = first instanceof PyClass ? first : it.activations.at(-1)?.fn.owner
      return self instanceof PyInstance && owner ? self.above(owner) : UNKNOWN
    }
    case "type":
      usedAll()
      return first instanceof PyInstance && args.positional.length === 1 ? first.class : UNKNOWN
    case "getattr":
      return namedAttribute(site, first)
    case "isinstance":
    case "hasattr":
    case "callable":
    case "issubclass":
      return constant("bool")
    case "any":
    case "all":
      usedAll()
      return constant("bool")
    case "open":
      usedAll()
      return foreign("builtins.open()")
    case "exec":
    case "eval":
      usedAll()
      return UNKNOWN
    default:
      usedAll()
      for (const value of args.all()) it.escape(value)
      return UNKNOWN
  }
}
