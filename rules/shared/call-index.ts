import type { Anchor, Call, Program } from "../api.ts"

interface Index {
  readonly byApi: ReadonlyMap<string, readonly Call[]>
  readonly byTop: ReadonlyMap<Anchor, readonly Call[]>
}

const indexes = new WeakMap<Program, Index>()
const NONE: readonly Call[] = []

/** Made when a rule first asks: looking through all calls for each call would take a long file past its time. */
function indexOf(program: Program): Index {
  let index = indexes.get(program)
  if (!index) {
    const byApi = new Map<string, Call[]>()
    const byTop = new Map<Anchor, Call[]>()
    for (const call of program.calls) {
      add(byApi, call.api, call)
      add(byTop, call.statement.site.top, call)
    }
    index = { byApi, byTop }
    indexes.set(program, index)
  }
  return index
}

function add<K>(map: Map<K, Call[]>, key: K, call: Call): void {
  const known = map.get(key)
  if (known) known.push(call)
  else map.set(key, [call])
}

/** All calls of an API, in order. */
export function callsOf(program: Program, api: string): readonly Call[] {
  return indexOf(program).byApi.get(api) ?? NONE
}

/** All calls in the top-level statement (a function, a class, a plain statement) that `call` stands in, in order. */
export function callsAround(program: Program, call: Call): readonly Call[] {
  return indexOf(program).byTop.get(call.statement.site.top) ?? NONE
}
