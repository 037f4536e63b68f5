import type { Plan, Value } from "../../../rules/api.ts"
import type { For, Stmt, While } from "../syntax/ast.ts"
import { elementOf, evaluate, lengthOf, store, truth } from "./expressions.ts"
import { madeInFirstRound } from "./first-round.ts"
import type { Interpreter } from "./interpreter.ts"
import { carriedMembers, carriesMembers, emptyMembers, type Member } from "./members.ts"
import { assignedIn, targetNames } from "./names.ts"
import type { PlanNode } from "./plan.ts"
import { LoopNode } from "./record.ts"
import type { Vars } from "./scope.ts"
import { type Completion, execBlock } from "./statements.ts"
import { ANY_LENGTH, constant, frame, UNKNOWN } from "./values.ts"

export function execFor(it: Interpreter, stmt: For): Completion {
  const iterable = evaluate(it, stmt.iter)
  const targets = new Set<string>()
  targetNames(stmt.target, targets)
  const header = { start: stmt.start, end: stmt.iter.end }
  runLoop(it, stmt, {
    kind: "for",
    header,
    targets: [...targets],
    iterable,
    body: stmt.body,
    enter: (loop) => {
      it.use(iterable, { kind: "iterate", site: it.site(stmt.iter), loop })
      store(it, stmt.target, elementOf(it, iterable))
    },
  })
  if (stmt.orelse.length > 0) execBlock(it, stmt.orelse)
  return "continues"
}

export function execWhile(it: Interpreter, stmt: While): Completion {
  runLoop(it, stmt, {
    kind: "while",
    header: { start: stmt.start, end: stmt.test.end },
    targets: [],
    iterable: UNKNOWN,
    body: stmt.body,
    enter: () => truth(it, stmt.test),
  })
  if (stmt.orelse.length > 0) execBlock(it, stmt.orelse)
  return "continues"
}

/** Statements that end a loop early leave the number of rounds only as an upper bound. */
function mayBreak(body: readonly Stmt[]): boolean {
  return body.some(
    (stmt) =>
      stmt.kind === "Break" ||
      stmt.kind === "Return" ||
      (stmt.kind === "If" && (mayBreak(stmt.body) || mayBreak(stmt.orelse))) ||
      (stmt.kind === "Try" && (mayBreak(stmt.body) || stmt.handlers.some((h) => mayBreak(h.body)))) ||
      (stmt.kind === "With" && mayBreak(stmt.body)),
  )
}

interface LoopShape {
  readonly kind: "for" | "while"
  readonly header: { start: number; end: number }
  readonly targets: readonly string[]
  readonly iterable: Value
  readonly body: readonly Stmt[]
  readonly enter: (loop: LoopNode) => void
}

/**
 * Interprets a loop's body once, with a `loop` plan for each frame that the body reassigns, then ties the back edge.
 * Where a name becomes a frame only inside (`result = None`, then a union), a second pass starts from that frame.
 */
function runLoop(it: Interpreter, stmt: For | While, shape: LoopShape): void {
  const assigned = assignedIn(shape.body)
  const before = it.scope.vars
  for (const name of madeInFirstRound(shape.body)) {
    const was = before.get(name)
    // not bound yet, or an empty list in its place: as good as `None`
    if (!was || (was.kind === "sequence" && was.length.max === 0)) before.set(name, constant("None", null))
  }
  const mark = it.mark()
  const members = carriedMembers(it, shape.body)
  const filled = emptyMembers(it, shape.body)
  let entries = enterLoop(it, stmt, shape, assigned, before, members)
  const late: [string, Value][] = []
  for (const name of assigned) {
    const was = before.get(name)
    const now = it.scope.vars.get(name)
    if (now?.kind === "frame" && was && was.kind !== "frame" && was.kind !== "unknown" && !entries.has(name))
      late.push([name, now])
  }
  const fresh = filled()
  if (late.length > 0 || fresh.length > 0) {
    it.rollback(mark)
    const start = before.fork()
    for (const [name, value] of late) start.set(name, value)
    for (const { object, attr, value } of members) object.attributes.set(attr, value)
    entries = enterLoop(it, stmt, shape, assigned, start, [...members, ...fresh])
  }
  // after the loop: what was before, or what a round left
  const after = it.scope.vars
  const site = it.site(shape.header)
  for (const name of after.since(before)) {
    const value = entries.get(name)
    const was = before.get(name)
    const now = after.get(name)!
    before.set(name, value ?? (was ? it.join(was, now, site) : now))
  }
  it.scope.vars = before
}

function enterLoop(
  it: Interpreter,
  stmt: For | While,
  shape: LoopShape,
  assigned: ReadonlySet<string>,
  before: Vars,
  members: readonly Member[],
): Map<string, Value> {
  const site = it.site(shape.header)
  const entries = new Map<string, Value>()
  const vars = before.fork()
  for (const name of assigned) {
    const value = vars.get(name)
    if (value?.kind === "frame") {
      const plan = it.plan(value.plan.kind, "loop", [value.plan as PlanNode], site)
      plan.named(name)
      const entry = frame(plan, value.class)
      entries.set(name, entry)
      vars.set(name, entry)
    } else if (value?.kind === "constant" && value.type !== "None") vars.set(name, constant(value.type))
  }
  it.scope.vars = vars
  const kept = members.map((member) => {
    const before = member.value.plan as PlanNode
    const entry = it.plan(before.kind, "loop", [before], site)
    entry.named(member.name)
    member.object.attributes.set(member.attr, frame(entry, member.value.class))
    return { ...member, entry }
  })
  const length = shape.kind === "for" ? lengthOf(shape.iterable) : ANY_LENGTH
  const first = shape.body[0]
  const last = shape.body.at(-1)
  const loop = new LoopNode(
    {
      id: it.id(),
      kind: shape.kind,
      site: it.site(stmt),
      header: site,
      targets: shape.targets,
      iterable: shape.iterable,
      rounds: mayBreak(shape.body) ? { min: 0, max: length.max } : length,
      body: it.site({ start: first?.start ?? stmt.end, end: last?.end ?? stmt.end }),
    },
    it.here,
  )
  carriesMembers(loop, members)
  it.loopsFound.push(loop)
  it.udf?.loops.push(loop)
  const outer = it.loops
  it.loops = [...outer, loop]
  shape.enter(loop)
  execBlock(it, shape.body)
  it.loops = outer
  for (const [name, entry] of entries) {
    const value = it.scope.vars.get(name)
    const plan = (entry as { plan: Plan }).plan as PlanNode
    if (value?.kind !== "frame" || value.plan === plan) continue
    plan.link(value.plan as PlanNode)
    if (descendsFrom(value.plan as PlanNode, plan))
      loop.carried.push({
        name,
        before: plan.inputs[0]!,
        entry: plan,
        after: value.plan,
        site: lastAssignment(it, shape.body, name) ?? site,
      })
  }
  for (const { object, attr, name, value, entry } of kept) {
    const after = object.attributes.get(attr)
    // what follows sees what was before, or what a round left
    object.attributes.set(attr, frame(entry, value.class))
    if (after?.kind !== "frame" || after.plan === entry) continue
    entry.link(after.plan as PlanNode)
    if (descendsFrom(after.plan as PlanNode, entry))
      loop.carried.push({
        name,
        before: value.plan,
        entry,
        after: after.plan,
        site: lastAssignment(it, shape.body, name) ?? site,
      })
  }
  return entries
}

/** True when a plan is computed from another through any number of steps. Bounded. */
export function descendsFrom(plan: PlanNode, ancestor: PlanNode): boolean {
  const seen = new Set<PlanNode>()
  const queue = [plan]
  for (let at = 0; at < queue.length && at < 5_000; at++) {
    const node = queue[at]!
    if (node === ancestor) return true
    for (const input of node.inputs)
      if (!seen.has(input)) {
        seen.add(input)
        queue.push(input)
      }
  }
  return false
}

function lastAssignment(
  it: Interpreter,
  body: readonly Stmt[],
  name: string,
): ReturnType<Interpreter["site"]> | undefined {
  for (let i = body.length - 1; i >= 0; i--) {
    const stmt = body[i]!
    const names = new Set<string>()
    if (stmt.kind === "Assign")
      for (const target of stmt.targets) {
        targetNames(target, names)
        if (target.kind === "Attribute" && target.value.kind === "Name") names.add(`${target.value.id}.${target.attr}`)
      }
    else if (stmt.kind === "AnnAssign" || stmt.kind === "AugAssign") targetNames(stmt.target, names)
    if (names.has(name)) return it.site(stmt)
    const inner =
      stmt.kind === "If"
        ? [...stmt.body, ...stmt.orelse]
        : stmt.kind === "With" || stmt.kind === "For" || stmt.kind === "While"
          ? stmt.body
          : stmt.kind === "Try"
            ? [...stmt.body, ...stmt.handlers.flatMap((h) => h.body), ...stmt.orelse, ...stmt.finalbody]
            : []
    const found = inner.length > 0 ? lastAssignment(it, inner, name) : undefined
    if (found) return found
  }
  return undefined
}
