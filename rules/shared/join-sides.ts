import type { ColumnExpr, JoinFacts, Plan, RuleContext, Site } from "../api.ts"
import { walkExpr } from "./column-walk.ts"
import { aliasOf, nameAt, variableOf, walkInputs } from "./frames.ts"

export type Side = "left" | "right"

/** The parts of a condition that must all hold. */
export function conjuncts(condition: ColumnExpr): ColumnExpr[] {
  if (condition.op === "binary" && condition.symbol === "&")
    return [...conjuncts(condition.left), ...conjuncts(condition.right)]
  return [condition]
}

/** A side of a join in the words of the code: its variable or alias, or those of what it was made from. */
export function sideName(ctx: RuleContext, site: Site | null, plan: Plan): string {
  const own = nameAt(ctx, site, plan)
  const root = site ? /^(self\.)?\w+/.exec(ctx.text(site))?.[0] : undefined
  let step: Plan | undefined = plan
  for (let i = 0; !own.startsWith("`") && step && i < 30; i++) {
    const alias = aliasOf(step)
    if (alias) return alias
    const name = root !== undefined && step.names.includes(root) ? `\`${root}\`` : variableOf(step)
    if (name) return name
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return own
}

/** A frame is the plan, or a step that it was made from. */
export function madeFrom(plan: Plan, frame: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= step === frame
    return !found
  })
  return found
}

/** A name that `alias` gave to a frame, or to one that it was made from without a join between. */
function hasAlias(plan: Plan, alias: string): boolean {
  let found = false
  walkInputs(plan, (step) => {
    const given = step.call?.api === "DataFrame.alias" ? step.call.args[0]?.value : undefined
    found ||= given?.kind === "constant" && given.value === alias
    return !found
  })
  return found
}

function hasColumn(plan: Plan, name: string): boolean | undefined {
  return plan.columns?.value.some((column) => column.name.toLowerCase() === name.toLowerCase())
}

/** The side of a join that a column comes from; undefined where that is not known. */
export function sideOfColumn(column: ColumnExpr & { op: "column" }, join: JoinFacts): Side | undefined {
  const { frame, name } = column
  if (frame) {
    if (frame === join.left || frame === join.right) return frame === join.left ? "left" : "right"
    const [left, right] = [madeFrom(join.left, frame), madeFrom(join.right, frame)]
    return left === right ? undefined : left ? "left" : "right"
  }
  const qualifier = /^`?(\w+)`?\./.exec(name)?.[1]
  if (qualifier !== undefined) {
    const [left, right] = [hasAlias(join.left, qualifier), hasAlias(join.right, qualifier)]
    if (left !== right) return left ? "left" : "right"
    return undefined
  }
  const [left, right] = [hasColumn(join.left, name), hasColumn(join.right, name)]
  // one side has it; that the other has it too would make the name ambiguous, which Spark refuses
  if (left) return right ? undefined : "left"
  if (right) return "right"
  if (left === false && right === undefined) return "right"
  return right === false && left === undefined ? "left" : undefined
}

/** Where the columns of an expression come from. */
export interface Sides {
  readonly left: boolean
  readonly right: boolean
  /** A part of it is not known, or comes from a side that is not known. */
  readonly unknown: boolean
}

export function sidesOf(expr: ColumnExpr, join: JoinFacts): Sides {
  let left = false
  let right = false
  let unknown = false
  walkExpr(expr, (part) => {
    if (part.op === "column") {
      const side = part.name === "?" ? undefined : sideOfColumn(part, join)
      left ||= side === "left"
      right ||= side === "right"
      unknown ||= side === undefined
    } else if (part.op === "unknown" || part.op === "sql" || part.op === "star") unknown = true
  })
  return { left, right, unknown }
}

/** The last part of a column's name: `id` of `b.id`. */
export function plainName(column: ColumnExpr & { op: "column" }): string {
  return column.name.replaceAll("`", "").split(".").at(-1)!.toLowerCase()
}

/** Two columns of one name that may be the same: of one frame, or of one that isn't said. */
export function maySame(a: ColumnExpr & { op: "column" }, b: ColumnExpr & { op: "column" }): boolean {
  return plainName(a) === plainName(b) && (a.frame === undefined || b.frame === undefined || a.frame === b.frame)
}

/** The operands of a test for equality, `eqNullSafe` included; undefined for any other expression. */
export function equated(expr: ColumnExpr): readonly [ColumnExpr, ColumnExpr] | undefined {
  if (expr.op === "binary" && (expr.symbol === "==" || expr.symbol === "<=>")) return [expr.left, expr.right]
  if (expr.op === "call" && expr.fn === "eqNullSafe" && expr.args.length === 2) return [expr.args[0]!, expr.args[1]!]
  return undefined
}

/** A UDF is in the expression. */
export function runsPython(expr: ColumnExpr): boolean {
  let found = false
  walkExpr(expr, (part) => {
    if (part.op === "udf") found = true
  })
  return found
}
