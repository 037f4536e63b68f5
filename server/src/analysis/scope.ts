import type { Value } from "../../../rules/api.ts"

/**
 * Names and what they hold now. `vars` is replaced when control flow forks and joins, so a closure that keeps the
 * scope sees the newest state, as Python does.
 */
export class Scope {
  vars = new Map<string, Value>()
  readonly parent: Scope | null
  readonly kind: "module" | "function" | "class" | "comprehension"
  /** Names that `global`/`nonlocal` sends to another scope. */
  redirected: Map<string, Scope> | undefined
  /** Modules imported with `*`, newest last. */
  stars: string[] | undefined

  constructor(kind: Scope["kind"], parent: Scope | null) {
    this.kind = kind
    this.parent = parent
  }

  /** The value of a name here or outside; class scopes are invisible from within, as in Python. */
  get(name: string): Value | undefined {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      if (scope.kind === "class" && scope !== this) continue
      const target = scope.redirected?.get(name)
      if (target) return target.vars.get(name)
      const value = scope.vars.get(name)
      if (value) return value
    }
    return undefined
  }

  set(name: string, value: Value): void {
    const target = this.redirected?.get(name) ?? this
    target.vars.set(name, value)
  }

  /** The module's scope. */
  get module(): Scope {
    let scope: Scope = this
    while (scope.parent) scope = scope.parent
    return scope
  }
}
