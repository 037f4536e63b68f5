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
  #all: ReadonlyMap<string, ParameterTypes> | undefined

  /** Takes a file's calls in place of those it had. Gives the files whose functions they are, before and now. */
  note(caller: string, calls: readonly OutgoingCall[]): Set<string> {
    const before = this.#byCaller.get(caller) ?? []
    if (calls.length > 0) this.#byCaller.set(caller, calls)
    else this.#byCaller.delete(caller)
    if (same(before, calls)) return new Set()
    this.#all = undefined
    return new Set([...before, ...calls].map((call) => call.path))
  }

  /** What a file's functions get from other files; undefined where nobody calls them. Where callers differ nothing is said. */
  parametersOf(path: string): ParameterTypes | undefined {
    return this.all().get(path)
  }

  /** What the functions of every file get from others, by the file. */
  all(): ReadonlyMap<string, ParameterTypes> {
    this.#all ??= gather(this.#byCaller.values())
    return this.#all
  }
}

function gather(calls: Iterable<readonly OutgoingCall[]>): ReadonlyMap<string, ParameterTypes> {
  const found = new Map<string, Map<string, Map<string, string>>>()
  for (const each of calls)
    for (const { path, name, args } of each) {
      const functions = ensure(found, path, () => new Map<string, Map<string, string>>())
      const params = ensure(functions, name, () => new Map<string, string>())
      for (const [param, type] of Object.entries(args))
        params.set(param, (params.get(param) ?? type) === type ? type : "other")
    }
  return found
}

function ensure<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

function same(a: readonly OutgoingCall[], b: readonly OutgoingCall[]): boolean {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b)
}
