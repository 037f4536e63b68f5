import type { FrameValue } from "../../../rules/api.ts"
import type { Stmt } from "../syntax/ast.ts"
import type { Interpreter } from "./interpreter.ts"
import { walk } from "./names.ts"
import type { LoopNode } from "./record.ts"
import { PyInstance } from "./values.ts"

/** An attribute that holds a frame, and that a loop's body assigns: `self.df`. */
export interface Member {
  readonly object: PyInstance
  readonly attr: string
  readonly name: string
  readonly value: FrameValue
}

const carried = new WeakMap<object, readonly Member[]>()

/** Notes which attributes a loop carries from round to round. */
export function carriesMembers(loop: LoopNode, members: readonly Member[]): void {
  carried.set(loop, members)
}

/** In every round, and nowhere but here, the loop assigns the attribute: its rounds are joined where it ends. */
export function isCarried(it: Interpreter, object: PyInstance, attr: string): boolean {
  const loop = it.loops.at(-1)
  if (!loop || it.path.length !== loop.path.length) return false
  return carried.get(loop)?.some((member) => member.object === object && member.attr === attr) ?? false
}

/** Where a block assigns an attribute anew, on an object that a name stands for. */
function assignedMembers(it: Interpreter, body: readonly Stmt[]): Map<string, Pick<Member, "object" | "attr">> {
  const found = new Map<string, Pick<Member, "object" | "attr">>()
  walk(body, {
    stmt(stmt) {
      if (stmt.kind === "FunctionDef" || stmt.kind === "ClassDef") return false
      for (const target of stmt.kind === "Assign" ? stmt.targets : []) {
        if (target.kind !== "Attribute" || target.value.kind !== "Name") continue
        const object = it.scope.get(target.value.id)
        if (object instanceof PyInstance) found.set(`${target.value.id}.${target.attr}`, { object, attr: target.attr })
      }
      return undefined
    },
    expr: () => false,
  })
  return found
}

/** The attributes with frames that a block assigns anew, on objects that names stand for. */
export function carriedMembers(it: Interpreter, body: readonly Stmt[]): Member[] {
  const found: Member[] = []
  for (const [name, { object, attr }] of assignedMembers(it, body)) {
    const value = object.attributes.get(attr)
    if (value?.kind === "frame") found.push({ object, attr, name, value })
  }
  return found
}

/** Attributes that hold nothing before a block which assigns them. Afterwards: those that then hold a frame. */
export function emptyMembers(it: Interpreter, body: readonly Stmt[]): () => Member[] {
  const empty = [...assignedMembers(it, body)].filter(([, { object, attr }]) => {
    const value = object.attributes.get(attr)
    return value === undefined || (value.kind === "constant" && value.type === "None")
  })
  return () =>
    empty.flatMap(([name, { object, attr }]) => {
      const value = object.attributes.get(attr)
      return value?.kind === "frame" ? [{ object, attr, name, value }] : []
    })
}
