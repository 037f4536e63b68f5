import type { Arm, Guard, Site } from "../../../rules/api.ts"
import type { Expr } from "../syntax/ast.ts"
import { describe } from "./body.ts"
import { paramsOf } from "./functions.ts"
import type { Interpreter } from "./interpreter.ts"
import { outsideOf } from "./record.ts"
import type { Scope } from "./scope.ts"
import type { PyFunction } from "./values.ts"

/** An arm of an `if`, with its test, which is only described when somebody asks. */
export class GuardedArm implements Arm {
  readonly branch: number
  readonly arm: number
  readonly #test: Expr
  readonly #site: Site
  readonly #scope: Scope
  readonly #fn: PyFunction | undefined

  constructor(branch: number, arm: number, test: Expr, site: Site, it: Interpreter) {
    this.branch = branch
    this.arm = arm
    this.#test = test
    this.#site = site
    this.#scope = it.scope
    this.#fn = it.activations.at(-1)?.fn
  }

  get guard(): Guard {
    const params = new Set(this.#fn ? paramsOf(this.#fn).map(({ name }) => name) : [])
    const outside = outsideOf(this.#scope)
    const scope = { params, locals: new Map(), outside, budget: { blocks: 0 }, calls: 0 }
    return { test: describe(this.#test, scope, 0), holds: this.arm === 0, site: this.#site }
  }
}
