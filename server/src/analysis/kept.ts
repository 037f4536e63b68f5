import type { FunctionFacts } from "../../../rules/api.ts"
import type { FunctionDef, Lambda } from "../syntax/ast.ts"
import { Scope } from "./scope.ts"
import type { Unit } from "./units.ts"

/**
 * What one version of a document leaves for the next: the facts of functions that did not change. Statements that were
 * not edited keep their nodes from version to version, so nodes are the keys. Belongs to one document.
 */
export class Kept {
  /** The module's names; the same object for every version, so that a function that is kept sees those of now. */
  readonly globals = new Scope("module", null)
  readonly units = new WeakMap<FunctionDef, Unit>()
  readonly #facts = new WeakMap<FunctionDef, FunctionFacts & { called: boolean }>()
  /** The last number given to a plan, a loop or a branch: those that are kept go on to differ from new ones. */
  lastId = 0

  /** Forgets the names of the version before. */
  begin(): Scope {
    this.globals.clear()
    return this.globals
  }

  /** The facts of a function of the module or of one of its classes, as they are before anything calls it. */
  factsOf(node: FunctionDef, make: () => FunctionFacts & { called: boolean }): FunctionFacts & { called: boolean } {
    let facts = this.#facts.get(node)
    if (facts === undefined) {
      facts = make()
      this.#facts.set(node, facts)
    }
    facts.called = false
    return facts
  }

  /** Whether these are the facts that stay a function's own in the next version. */
  keeps(node: FunctionDef | Lambda, facts: FunctionFacts): boolean {
    return node.kind === "FunctionDef" && this.#facts.get(node) === facts
  }
}
