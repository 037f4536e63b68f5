import type { Value } from "../../../rules/api.ts"

/** One call of another file's function: which, and the types of what went in. Plain data: it crosses threads. */
export interface OutgoingCall {
  /** The file that the function stands in. */
  readonly path: string
  /** `f`, or `Class.method`. */
  readonly name: string
  /** Parameter → PySpark class by its short name, or `other` for what is known to be something else. */
  readonly args: Readonly<Record<string, string>>
}

/** Function → parameter → PySpark class, as all known call sites agree. */
export type ParameterTypes = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The type of a value as a call site tells it; undefined where it isn't known. */
export function typeOfArgument(value: Value): string | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined
    case "frame":
    case "spark":
      return value.class
    case "column":
      return "Column"
    case "grouped":
      return "GroupedData"
    case "constant":
      return value.type === "None" ? undefined : "other"
    default:
      return "other"
  }
}

/** Who calls whose functions with what, over the files that were analysed so far. */
export class CallSites {
  readonly #byCaller = new Map<string, readonly OutgoingCall[]>()

  /** Takes a file's calls in place of those it had. Gives the files whose functions they are, before and now. */
  note(caller: string, calls: readonly OutgoingCall[]): Set<string> {
    const before = this.#byCaller.get(caller) ?? []
    if (calls.length > 0) this.#byCaller.set(caller, calls)
    else this.#byCaller.delete(caller)
    if (same(before, calls)) return new Set()
    return new Set([...before, ...calls].map((call) => call.path))
  }

  /** What a file's functions get from other files; undefined where nobody calls them. Where callers differ nothing is said. */
  parametersOf(path: string): ParameterTypes | undefined {
    let found: Map<string, Map<string, string>> | undefined
    for (const calls of this.#byCaller.values())
      for (const call of calls) {
        if (call.path !== path) continue
        found ??= new Map()
        const params = found.get(call.name) ?? new Map<string, string>()
        found.set(call.name, params)
        for (const [name, type] of Object.entries(call.args))
          params.set(name, (params.get(name) ?? type) === type ? type : "other")
      }
    return found
  }
}

function same(a: readonly OutgoingCall[], b: readonly OutgoingCall[]): boolean {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b)
}
