import type { Value } from "../../../rules/api.ts"

/**
 * Variables on one way through the code: what this way has set, over what held before it began. Forking costs nothing,
 * and joining costs only what the ways have set.
 */
export class Vars {
  readonly base: Vars | null
  readonly own = new Map<string, Value>()

  constructor(base: Vars | null = null) {
    this.base = base
  }

  get(name: string): Value | undefined {
    for (let vars: Vars | null = this; vars; vars = vars.base) {
      const value = vars.own.get(name)
      if (value) return value
    }
    return undefined
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  set(name: string, value: Value): void {
    this.own.set(name, value)
  }

  fork(): Vars {
    return new Vars(this)
  }

  /** Names set since a fork from `base`. */
  since(base: Vars): Set<string> {
    const names = new Set<string>()
    for (let vars: Vars | null = this; vars && vars !== base; vars = vars.base)
      for (const name of vars.own.keys()) names.add(name)
    return names
  }
}

/**
 * Names and what they hold now. `vars` is replaced when control flow forks and joins, so a closure that keeps the
 * scope sees the newest state, as Python does.
 */
export class Scope {
  vars = new Vars()
  /** Hears of every name that is asked of a module, and of what it holds. */
  watch: ((name: string, value: Value | undefined) => void) | undefined
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
      scope.watch?.(name, value)
      if (value) return value
    }
    return undefined
  }

  /** Forgets all names. */
  clear(): void {
    this.vars = new Vars()
    this.redirected = undefined
    this.stars = undefined
    this.watch = undefined
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
