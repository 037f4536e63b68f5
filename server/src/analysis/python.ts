import type { Call, Value } from "../../../rules/api.ts"
import type { CallSite } from "./calls.ts"
import { putInto } from "./elements.ts"
import { elementOf, formatted, lengthOf } from "./expressions.ts"
import { givesFrame } from "./foreign-frames.ts"
import { callFunction } from "./functions.ts"

import { planOf } from "./interpreter.ts"
import { type CallNode, LoopNode } from "./record.ts"
import { descendsFrom } from "./statements.ts"
import {
  ANY_LENGTH,
  comesFrom,
  common,
  constant,
  Dict,
  Future,
  foreign,
  frame,
  NONE,
  numberOf,
  PyClass,
  PyFunction,
  PyInstance,
  Sequence,
  stringOf,
  UNKNOWN,
} from "./values.ts"

/** Notes a call of another library's. */
function recordLibrary(site: CallSite, api: string, receiver: Value): CallNode {
  return site.it.record({ api, spark: false, receiver, action: false, wide: false, params: undefined }, site)
}

/** Calls of other libraries: noted by their path; frames that go in are out of sight. */
export function callLibrary(site: CallSite, path: string, from?: Call): Value {
  const { it, args, node } = site
  switch (path) {
    case "functools.partial": {
      const target = args.get(0)
      if (target instanceof PyFunction)
        return target.with({ bound: { args: args.values().slice(1), keywords: args.keywordValues() } })
      break
    }
    case "functools.reduce":
      return reduce(site)
    case "copy.copy":
    case "copy.deepcopy":
      return args.get(0) ?? UNKNOWN
    case "typing.cast":
    case "builtins.cast":
      return args.get(1) ?? UNKNOWN
    case "notebook.display": {
      const shown = args.get(0)
      const receiver = shown ?? UNKNOWN
      it.record(
        { api: "display", spark: true, receiver, action: shown?.kind === "frame", wide: false, params: undefined },
        site,
      )
      return UNKNOWN
    }
  }
  if (givesFrame(path)) {
    for (const value of args.all()) it.escape(value)
    const call = recordLibrary(site, path, UNKNOWN)
    const plan = it.plan("DataFrame", "opaque", [], it.site(node))
    plan.call = call
    call.result = frame(plan)
    return call.result
  }
  const receiver =
    path.includes("()") || path.includes("[]") ? foreign(path.slice(0, path.lastIndexOf(".")), from) : UNKNOWN
  const call = recordLibrary(site, path, receiver)
  const started = startedIn(site, path)
  if (started && it.affordable()) {
    const value = callFunction(it, started.fn, undefined, started.values, it.site(node))
    call.result = path.endsWith(".submit") ? new Future(`${path}()`, value) : foreign(`${path}()`)
    return call.result
  }
  for (const value of args.all()) {
    it.escape(value)
    it.use(value, { kind: "other", site: it.site(node) })
    if (value instanceof PyFunction && !value.udf) callBack(site, value, receiver)
  }
  call.result = foreign(`${path}()`, from ?? rowsThrough(path, args.values()))
  return call.result
}

/** A user's function that another thread runs, with what it gets: `pool.submit(f, a)`, `Thread(target=f, args=(a,))`. */
function startedIn({ args, name }: CallSite, path: string): { fn: PyFunction; values: readonly Value[] } | undefined {
  const inThread = /(^|\.)Thread$/.test(path)
  const fn = inThread ? args.keywords.get("target")?.value : args.get(0)
  if (!(fn instanceof PyFunction) || fn.udf) return undefined
  if (name === "submit" && args.keywords.size === 0 && !args.open) return { fn, values: args.values().slice(1) }
  const given = inThread ? args.keywords.get("args")?.value : args.get(1, "args")
  if (!inThread && name !== "apply_async") return undefined
  if (given === undefined) return { fn, values: [] }
  return given.kind === "sequence" && given.items ? { fn, values: given.items } : undefined
}

/** The call whose rows an array or frame of pandas or NumPy still holds. */
function rowsThrough(path: string, values: readonly Value[]): Call | undefined {
  if (!/^(numpy|pandas)\.\w+$/.test(path)) return undefined
  for (const value of values) {
    const from = comesFrom(value)
    if (from) return from
  }
  return undefined
}

/** Methods that call what they are given once for each element. */
const EACH = new Set(
  "map imap imap_unordered starmap apply applymap map_async transform vectorize frompyfunc apply_along_axis progress_apply parallel_apply".split(
    " ",
  ),
)

/** A function handed to another library: called there, for each element of what the method goes over. */
function callBack(site: CallSite, fn: PyFunction, receiver: Value): void {
  const { it, args, name, node } = site
  if (!it.affordable()) return
  const at = it.site(node)
  if (!EACH.has(name)) {
    if (fn.node.kind === "Lambda") callFunction(it, fn, undefined, [], at)
    return
  }
  const source = args.values().find((value) => value.kind === "sequence") ?? receiver
  inLoop(site, source, () => callFunction(it, fn, undefined, [elementOf(it, source)], at))
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
        : constant("str")
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
      const self = args.get(1) ?? it.scope.get("self")
      const owner = first instanceof PyClass ? first : it.activations.at(-1)?.fn.owner
      return self instanceof PyInstance && owner ? self.above(owner) : UNKNOWN
    }
    case "getattr": {
      const attr = stringOf(args.get(1))
      if (first instanceof PyInstance && attr !== undefined) return first.attributes.get(attr) ?? UNKNOWN
      return UNKNOWN
    }
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

/** Runs something once inside a loop over a sequence. */
function inLoop<T>(site: CallSite, source: Value, run: (loop: LoopNode) => T): T {
  const { it, node } = site
  const at = it.site(node)
  const loop = new LoopNode(
    {
      id: it.id(),
      kind: "comprehension",
      site: at,
      header: at,
      targets: [],
      iterable: source,
      rounds: lengthOf(source),
      body: at,
    },
    it.here,
  )
  it.loopsFound.push(loop)
  it.udf?.loops.push(loop)
  it.use(source, { kind: "iterate", site: at, loop })
  const outer = it.loops
  it.loops = [...outer, loop]
  const value = run(loop)
  it.loops = outer
  return value
}

/** `reduce(f, items, start)` is a loop that carries its first parameter. */
function reduce(site: CallSite): Value {
  const { it, args, node } = site
  const fn = args.get(0)
  const items = args.get(1) ?? UNKNOWN
  const start = args.get(2, "initial") ?? elementOf(it, items)
  const at = it.site(node)
  const element = elementOf(it, items)
  for (const value of args.all()) it.use(value, { kind: "other", site: at })
  const folded = fold(site, fn, items, args.get(2, "initial"))
  if (folded) return folded
  return inLoop(site, items, (loop) => {
    if (start.kind !== "frame") {
      if (fn instanceof PyFunction) return callFunction(it, fn, undefined, [start, element], at)
      return start
    }
    const before = planOf(start)
    const plan = it.plan(before.kind, "loop", [before], at)
    const entry = frame(plan, start.class)
    let after: Value = UNKNOWN
    if (fn instanceof PyFunction) after = callFunction(it, fn, undefined, [entry, element], at)
    else if (fn?.kind === "function") after = callUnbound(site, fn.name, entry, element)
    if (after.kind !== "frame") return UNKNOWN
    plan.link(planOf(after))
    const name = fn instanceof PyFunction ? (fn.facts.params[0] ?? "result") : "result"
    if (descendsFrom(planOf(after), plan)) loop.carried.push({ name, before, entry: plan, after: after.plan, site: at })
    return entry
  })
}

/** Frames of a list that are folded one by one. */
const MAX_FOLDED = 8

/** `reduce(f, [a, b, c])` over frames that are known one by one; undefined for others. */
function fold(site: CallSite, fn: Value | undefined, items: Value, initial: Value | undefined): Value | undefined {
  if (items.kind !== "sequence" || !items.items || fn?.kind !== "function") return undefined
  const frames = initial ? [initial, ...items.items] : items.items
  if (frames.length < 2 || frames.length > MAX_FOLDED || frames.some(({ kind }) => kind !== "frame")) return undefined
  const at = site.it.site(site.node)
  return frames.reduce((a, b) =>
    fn instanceof PyFunction ? callFunction(site.it, fn, undefined, [a, b], at) : callUnbound(site, fn.name, a, b),
  )
}

/** `reduce(DataFrame.union, parts)`: an unbound method of PySpark over two frames. */
function callUnbound(site: CallSite, name: string, a: Value, b: Value): Value {
  const { it, node } = site
  if (a.kind !== "frame" || b.kind !== "frame" || !/^union(All|ByName)?$/.test(name)) return UNKNOWN
  const plan = it.plan("DataFrame", "union", [planOf(a), planOf(b)], it.site(node))
  return frame(plan)
}

const STRING_METHODS = new Set(
  "join lower upper strip lstrip rstrip replace title capitalize zfill removeprefix removesuffix".split(" "),
)

/** The keys, values or items of a dict. */
function partOf(dict: Dict, element: Value, items?: Value[]): Sequence {
  const part = new Sequence("iterator", items, element, lengthOf(dict))
  part.filled(dict.from, dict.filledIn)
  return part
}

function copied(dict: Dict): Dict {
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
    if (name === "format") return formatted(receiver, /\{[^{}]*\}/g)
    return STRING_METHODS.has(name)
      ? constant("str")
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
