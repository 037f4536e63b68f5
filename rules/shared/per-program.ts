import type { Program } from "../api.ts"

/** What is found out about a program, once: when it is first asked for. */
export function perProgram<T>(find: (program: Program) => T): (program: Program) => T {
  const known = new WeakMap<Program, { readonly found: T }>()
  return (program) => {
    let entry = known.get(program)
    if (entry === undefined) {
      entry = { found: find(program) }
      known.set(program, entry)
    }
    return entry.found
  }
}
