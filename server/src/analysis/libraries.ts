import type { Call, Value } from "../../../rules/api.ts"
import type { CallSite } from "./calls.ts"
import { elementOf } from "./expressions.ts"
import { givesFrame, workOf } from "./foreign-frames.ts"
import { callFunction } from "./functions.ts"
import type { CallNode } from "./record.ts"
import { inLoop, reduce } from "./reduce.ts"
import { comesFrom, Dict, Future, foreign, frame, PyFunction, UNKNOWN } from "./values.ts"

/** Notes a call of another library's. */
export function recordLibrary(site: CallSite, api: string, receiver: Value): CallNode {
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
    case "collections.defaultdict":
    case "collections.OrderedDict":
      if (args.positional.length <= (path.endsWith("defaultdict") ? 1 : 0)) return new Dict(new Map(), UNKNOWN)
      break
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
    const plan = it.plan("DataFrame", "opaque", [], it.site(node), false, workOf(path))
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
