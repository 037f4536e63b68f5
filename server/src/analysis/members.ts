import type { FrameValue } from "../../../rules/api.ts"
import type { Stmt } from "../syntax/ast.ts"
import type { Interpreter } from "./interpreter.ts"
import { walk } from "./names.ts"
import { PyInstance } from "./values.ts"

/** An attribute that holds a frame, and that a loop's body assigns: `self.df`. */
export interface Member {
  readonly object: PyInstance
  readonly attr: string
  readonly name: string
  readonly value: FrameValue
}

/** The attributes with frames that a block assigns anew, on objects that names stand for. */
export function carriedMembers(it: Interpreter, body: readonly Stmt[]): Member[] {
  const found = new Map<string, Member>()
  walk(body, {
    stmt(stmt) {
      if (stmt.kind === "FunctionDef" || stmt.kind === "ClassDef") return false
      for (const target of stmt.kind === "Assign" ? stmt.targets : []) {
        if (target.kind !== "Attribute" || target.value.kind !== "Name") continue
        const object = it.scope.get(target.value.id)
        const value = object instanceof PyInstance ? object.attributes.get(target.attr) : undefined
        const name = `${target.value.id}.${target.attr}`
        if (object instanceof PyInstance && value?.kind === "frame")
          found.set(name, { object, attr: target.attr, name, value })
      }
      return undefined
    },
    expr: () => false,
  })
  return [...found.values()]
}
