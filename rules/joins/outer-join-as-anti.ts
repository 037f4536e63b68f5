import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Edit,
  type Fix,
  type JoinFacts,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { argument, link, underline } from "../shared/calls.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { consumersOf, madeHere, walkInputs } from "../shared/frames.ts"
import {
  conjuncts,
  equated,
  madeFrom,
  maySame,
  plainName,
  type Side,
  sideName,
  sideOfColumn,
} from "../shared/join-sides.ts"

type Column = ColumnExpr & { op: "column" }

/** The sides whose columns are null where a row found no partner. */
const SUPPLIED: Readonly<Record<string, readonly Side[]>> = {
  left_outer: ["right"],
  right_outer: ["left"],
  full_outer: ["right", "left"],
}

/** The column that a condition keeps the nulls of: `b.id.isNull()`, `F.isnull("b.id")`, `"b.id is null"`. */
function keptNull(expr: ColumnExpr): Column | undefined {
  if (expr.op === "call" && (expr.fn === "isNull" || expr.fn === "isnull")) {
    const [column] = expr.args
    return column?.op === "column" ? column : undefined
  }
  if (expr.op === "unary" && expr.symbol === "~" && expr.operand.op === "call") {
    const { fn, args } = expr.operand
    const [column] = args
    return (fn === "isNotNull" || fn === "isnotnull") && column?.op === "column" ? column : undefined
  }
  const name = expr.op === "sql" ? /^\s*([\w.`]+)\s+is\s+null\s*$/i.exec(expr.text)?.[1] : undefined
  return name === undefined ? undefined : { op: "column", name: name.replaceAll("`", ""), frame: undefined }
}

/** The parts of a SQL text that must all hold, where it is so simple that a split at `and` gives them. */
function textParts(expr: ColumnExpr): ColumnExpr[] {
  if (expr.op !== "sql" || /\bor\b|\bcase\b|\bbetween\b|\(/i.test(expr.text)) return [expr]
  return expr.text.split(/\s+and\s+/i).map((text) => ({ op: "sql", text }))
}

/** Steps that add nothing to a join's columns but what they name. */
function joinBelow(filter: Plan): Plan | undefined {
  let step = filter.inputs[0]
  for (let i = 0; step && i < 10; i++) {
    if (step.op === "join") return step
    const plain = step.op === "project" && /^(withColumn|withColumns|alias|hint)$/.test(step.call?.name ?? "")
    if (!plain && step.op !== "filter") return undefined
    step = step.inputs[0]
  }
  return undefined
}

/** The columns that a side is joined by, and whether it is known that they are that side's. */
function keysOf(join: JoinFacts, side: Side): { column: Column; sure: boolean }[] {
  const { on } = join
  if (!on || on === "unknown") return []
  if (!("op" in on))
    return on.map((name) => ({
      column: { op: "column", name, frame: side === "left" ? join.left : join.right },
      sure: true,
    }))
  return conjuncts(on).flatMap((part) => {
    const operands = equated(part) ?? []
    return operands.flatMap((operand) => {
      if (operand.op !== "column") return []
      const from = sideOfColumn(operand, join)
      return from === side || from === undefined ? [{ column: operand, sure: from !== undefined }] : []
    })
  })
}

/** A column that the side adds and that is never null: a literal marker, a count. */
function isMarker(plan: Plan, name: string): boolean {
  let found = false
  walkInputs(plan, (step) => {
    const [target, value] = step.call?.name === "withColumn" ? step.call.args : []
    const made =
      target?.value.kind === "constant" && String(target.value.value).toLowerCase() === name
        ? value?.value.kind === "column"
          ? value.value.expr
          : undefined
        : step.exprs?.flatMap((expr) =>
            expr.op === "alias" && expr.name.toLowerCase() === name ? [expr.child] : [],
          )[0]
    if (made?.op === "literal") found = made.value.value !== null
    if (made?.op === "call" && /^(count|countDistinct|count_distinct|collect_list|collect_set)$/.test(made.fn))
      found = true
    // `groupBy(…).count()` names its column so
    if (step.op === "aggregate" && step.call?.name === "count" && name === "count") found = true
    return !found && !made && step.op !== "join"
  })
  return found
}

/** How surely the column is null only where the side has no row for a key. */
function verdict(column: Column, join: JoinFacts, side: Side): Confidence | undefined {
  const plan = side === "left" ? join.left : join.right
  const from = sideOfColumn(column, join)
  if (from !== undefined && from !== side) return undefined
  const using = join.on !== undefined && join.on !== "unknown" && !("op" in join.on)
  const name = plainName(column)
  const keys = keysOf(join, side)
  const key = keys.find((candidate) => maySame(candidate.column, column))
  if (key) {
    // joined on a name, the column without its frame is the one that both sides share
    if (using) return from === side ? "certain" : undefined
    const other = keysOf(join, side === "left" ? "right" : "left")
    const shared = other.some((candidate) => candidate.sure && plainName(candidate.column) === name)
    if (from === side || key.sure) return from === undefined && shared ? "possible" : "certain"
    return "possible"
  }
  if (isMarker(plan, name)) return "certain"
  return from === side ? "possible" : undefined
}

/** Names that `alias` gave to a frame, or to one that it was made from. */
function aliasesOf(plan: Plan): ReadonlySet<string> {
  const names = new Set<string>()
  walkInputs(plan, ({ call }) => {
    const given = call?.api === "DataFrame.alias" ? call.args[0]?.value : undefined
    if (given?.kind === "constant") names.add(String(given.value))
    return true
  })
  return names
}

/** The SQL texts of a `selectExpr`. */
function textsOf(step: Plan): string[] {
  if (step.call?.name !== "selectExpr") return []
  const values = step.call.args.flatMap(({ value }) => (value.kind === "sequence" ? (value.items ?? []) : [value]))
  return values.flatMap((value) => (value.kind === "constant" ? [String(value.value ?? value.pattern ?? "")] : []))
}

/** A later step reads a column of the side, or unions the rows with others that have its columns. */
function usedAfter(filter: Plan, join: JoinFacts, side: Side): boolean {
  const plan = side === "left" ? join.left : join.right
  const own = plan.columns?.value.map(({ name }) => name.toLowerCase())
  const keys = new Set(keysOf(join, side).map(({ column }) => plainName(column)))
  const using = join.on !== undefined && join.on !== "unknown" && !("op" in join.on)
  const aliases = aliasesOf(plan)
  const readsIn = (text: string): boolean =>
    [...text.matchAll(/`?(\w+)`?\s*(\.?)/g)].some(([, word, dot]) =>
      dot === "." ? aliases.has(word!) : own?.includes(word!.toLowerCase()) && !keys.has(word!.toLowerCase()),
    )
  const reads = (expr: ColumnExpr): boolean => {
    let found = false
    walkExpr(expr, (part) => {
      if (part.op === "sql") found ||= readsIn(part.text)
      if (part.op !== "column") return
      const name = plainName(part)
      if (using && keys.has(name)) return
      if (
        part.frame ? madeFrom(plan, part.frame) && sideOfColumn(part, join) === side : sideOfColumn(part, join) === side
      )
        found = true
      else if (!part.frame && own?.includes(name) && sideOfColumn(part, join) !== (side === "left" ? "right" : "left"))
        found = true
    })
    return found
  }
  const seen = new Set<Plan>()
  const queue = [filter]
  for (let step = queue.pop(); step && seen.size < 50; step = queue.pop()) {
    if (seen.has(step)) continue
    seen.add(step)
    for (const next of consumersOf(step)) {
      if (next.call?.name === "drop") continue
      // the other parts of a union have the columns as well
      if (next.op === "union" || textsOf(next).some(readsIn)) return true
      if (next.exprs?.some(reads) || (next.condition && reads(next.condition)) || next.keys?.some(reads)) return true
      if (next.op !== "project" || !/^select(Expr)?$/.test(next.call?.name ?? "")) queue.push(next)
    }
  }
  return false
}

/** Rewrites the join's kind, and takes the filter away, where nothing else hangs on them. */
function edits(join: Plan, filter: Plan, whole: boolean, side: Side, ctx: RuleContext): readonly Edit[] {
  const call = join.call
  const how = call && argument(call, "how")
  if (!call || !how || !filter.call || !whole || side !== "right" || filter.inputs[0] !== join) return []
  if (consumersOf(join).length !== 1 || join.escapes || join.uses.length !== 1) return []
  if (consumersOf(filter).some((next) => next.call?.name === "drop")) return []
  return [
    { site: how.site, text: '"left_anti"' },
    { site: link(ctx, filter.call), text: "" },
  ]
}

/** The join, or a projection of it, has other readers than this filter. */
function usedOtherwise(joined: Plan, filter: Plan): boolean {
  for (let step: Plan | undefined = filter.inputs[0]; step; step = step === joined ? undefined : step.inputs[0])
    if (consumersOf(step).length > 1 || step.uses.some(({ call }) => call.action) || step.caches.length > 0) return true
  return false
}

function check(call: Call, ctx: RuleContext): void {
  const filter = call.result.kind === "frame" ? call.result.plan : undefined
  const joined = filter && joinBelow(filter)
  const join = joined?.join
  if (!filter?.condition || !joined?.call || !join || filter.streaming) return
  // rows that did find a partner are used as well: the outer join is worth its price
  if (usedOtherwise(joined, filter)) return
  const parts = conjuncts(filter.condition).flatMap(textParts)
  for (const side of SUPPLIED[join.how ?? ""] ?? []) {
    for (const part of parts) {
      const column = keptNull(part)
      const confidence = column && verdict(column, join, side)
      if (!column || !confidence || usedAfter(filter, join, side)) continue
      report(call, filter, joined, join, side, parts.length === 1, confidence, ctx)
      return
    }
  }
}

function report(
  call: Call,
  filter: Plan,
  joined: Plan,
  join: JoinFacts,
  side: Side,
  whole: boolean,
  confidence: Confidence,
  ctx: RuleContext,
): void {
  const made = joined.call!
  const [ours, theirs] = side === "right" ? [join.left, join.right] : [join.right, join.left]
  const sites = [made.receiverSite, argument(made, "other")?.site ?? null]
  const [kept, other] = [
    sideName(ctx, side === "right" ? sites[0]! : sites[1]!, ours),
    sideName(ctx, side === "right" ? sites[1]! : sites[0]!, theirs),
  ]
  const full = join.how === "full_outer"
  const fix: Fix = {
    title: `Join by \`left_anti\`${side === "left" ? `, with ${kept} on the left` : ""}: the columns of ${other}, all null here, are gone${full ? `, and so are rows of ${other} whose key is null` : ""}`,
    safety: "unsafe",
    edits: edits(joined, filter, whole, side, ctx),
  }
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `This keeps the rows of ${kept} that found no partner in ${other}, after the join has built and moved all those that did, with the columns of both. A \`left_anti\` join gives the same rows and stops at the first partner.`,
    evidence: [
      { message: `the ${full ? "full" : side === "right" ? "left" : "right"} outer join`, site: made.nameSite },
      madeHere(theirs, other),
    ],
    confidence,
    fixes: [fix.edits.length > 0 ? fix : { ...fix, safety: "suggestion" }],
  })
}

export const outerJoinAsAnti = defineRule({
  name: "outer-join-as-anti",
  family: "joins",
  severity: "warning",
  flags: "A left, right or full outer join followed by a filter that keeps the rows whose other side has no key.",
  why: "The outer join reads every column of the other side, moves them to where the keys meet, builds a row for every pair, and then the filter throws all pairs away. A left-anti join reads only the key, keeps no partner, and says what is meant.",
  bad: `orders = spark.read.parquet("orders").filter("customer_id is not null")
buyers = orders.select("customer_id", "status", "amount")
customers = spark.read.parquet("customers")
joined = customers.join(buyers, customers.id == buyers.customer_id, "left")
result = joined.filter(buyers.customer_id.isNull()).select("id", "name")
`,
  good: `orders = spark.read.parquet("orders").filter("customer_id is not null")
buyers = orders.select("customer_id", "status", "amount")
customers = spark.read.parquet("customers")
joined = customers.join(buyers, customers.id == buyers.customer_id, "left_anti")
result = joined.select("id", "name")
`,
  whenNot: "Columns of the other side are used afterwards, or the column may be null on rows that did find a partner.",
  fix: {
    safety: "unsafe",
    note: "Joins by `left_anti` and drops the filter. The columns of the other side, which are all null, are gone from the result.",
  },
  references: ["https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-join.html#anti-join"],
  proof: {
    rows: "same",
    plan: { bad: { has: ["LeftOuter"] }, good: { has: ["LeftAnti"], lacks: ["LeftOuter"] } },
  },
  deliberateWords: /left.?join|outer join/i,
  on: { calls: { "DataFrame.filter": check } },
})
