import type { Call, ColumnExpr, Confidence, Evidence, Plan, RuleContext } from "../api.ts"
import { manyValued } from "./cardinality.ts"
import { madeHere, sourcesOf, walkInputs } from "./frames.ts"
import { scanSplit } from "./numbers.ts"
import { isSmall, sizeText } from "./sizes.ts"

/**
 * How sure it is that more rows come to the driver than it should hold: null where what comes is small or bounded.
 *
 * certain: the size is known; likely: all rows of data whose size nothing bounds; possible: groups, distinct values, a
 * look-up by key, a sample, or something made out of sight, all of which are usually few.
 */
export type Arrival = Confidence | null

const RANK: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 }

function most(arrivals: readonly Arrival[]): Arrival {
  return arrivals.reduce<Arrival>((a, b) => (a === null ? b : b === null || RANK[a] >= RANK[b] ? a : b), null)
}

/** Names that people give to what is small: results, settings, look-ups. A hint, so that a finding is only possible. */
const SMALL_NAME =
  /(^|_)(conf(ig)?s?|cfg|control|meta(data)?|lookups?|lkp|dim|ref(erence)?|mappings?|params?|parameters|settings?|rules?|schemas?|stats?|statistics|summary|metrics?|counts?|totals?|agg(regate[sd]?)?|grouped|histogram|top_?\d*|samples?|small|tiny|few|log_?table|audit|catalog|manifest)(_|\d*$)/i

/** Where files for tests lie. */
const TEST_DATA = /(^|\/)(tests?|test_?data|fixtures?)\//i

/** RDD operations that leave one row a key, however much came in. */
const FOLDS = /^RDD\.(reduceByKey|foldByKey|aggregateByKey|combineByKey|distinct)$/
/** Python code over a whole partition or group. */
const WHOLE = /^(mapPartitions|mapPartitionsWithIndex|applyInPandas|applyInArrow|apply)$/
/** Aggregates that keep every value. */
const GATHERING = new Set(["collect_list", "collect_set", "array_agg", "listagg", "string_agg"])

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_")
}

/** A table's name, or a file's, that says that it is small. */
export function smallName(path: string): boolean {
  const last = path.replace(/\/+$/, "").split(/[./]/).at(-1)!
  return SMALL_NAME.test(snake(last))
}

/** Steps of a chain that leave no more rows than come in. */
const NO_MORE: ReadonlySet<Plan["op"]> = new Set(["filter", "project", "sort", "sort-within", "distinct", "sample"])

/** The frame that a chain begins with: `meta` of `meta.filter(…).sort(…)`. */
function chained(plan: Plan): Plan {
  let step = plan
  while (step.names.length === 0 && NO_MORE.has(step.op) && step.inputs.length === 1) step = step.inputs[0]!
  return step
}

/** A view of the catalog's own tables, columns and rights. */
export function isMetadata(table: string): boolean {
  return /(^|\.)`?information_schema`?\./i.test(table)
}

/** The name of the frame, its table or the function around says that it is small. */
export function smallByName(plan: Plan, call: Call): boolean {
  const { source, names: called } = chained(plan)
  const sources = sourcesOf(plan)
  if (sources.length > 0 && sources.every(({ source: from }) => TEST_DATA.test(from?.path ?? ""))) return true
  const last = source?.table?.split(".").at(-1) ?? source?.path?.replace(/\/+$/, "").split("/").at(-1)
  const names = [...called, last, call.function?.name]
  return names.some((name) => name !== undefined && SMALL_NAME.test(snake(name)))
}

function named(expr: ColumnExpr): string | undefined {
  switch (expr.op) {
    case "column":
      return expr.name
    case "alias":
      return named(expr.child)
    case "sql":
      return expr.text
    default:
      return undefined
  }
}

function gathers(expr: ColumnExpr): boolean {
  if (expr.op === "alias") return gathers(expr.child)
  return expr.op === "call" && (GATHERING.has(expr.fn) || expr.args.some(gathers))
}

/** Groups or distinct values: many only where a key has a value of its own for about every row. */
function byKeys(keys: readonly ColumnExpr[] | undefined): Arrival {
  return keys?.some((key) => manyValued(named(key) ?? "")) ? "likely" : "possible"
}

/** A column of which a value leaves a row or a few: an id, a name, the key of a setting. */
function identifies(column: string): boolean {
  if (manyValued(column)) return true
  const last = column.split(".").at(-1)!
  return /(^|_)(name|key|setting|property|param|parameter|slug)`?$/i.test(snake(last)) && !COARSE.test(snake(last))
}

/** SQL that asks for one value of an identifying column: `where customer_id = 7`. */
function looksUpInSql(text: string): boolean {
  if (/\bor\b/i.test(text)) return false
  for (const [, key] of text.matchAll(/\b(\w+)`?\s*==?\s*('[^']*'|"[^"]*"|\d+(?:\.\d+)?\b|'?\{\}'?)/g))
    if (identifies(key!)) return true
  return false
}

/** Columns by which data is cut into large pieces: a value of them leaves many rows. */
const COARSE =
  /(^|_)(date|day|dt|ds|week|month|year|hour|partition|batch|run|country|region|state|status|type|kind|category|class|label|split|is_\w+|has_\w+|active|enabled)(_|$)/i

/** A value that comes from elsewhere, not one written here. */
function given(side: ColumnExpr): boolean {
  return side.op === "unknown" || (side.op === "literal" && side.value.value === undefined)
}

/** A filter that asks for one value of an identifying column, or of another by a value that the code was given. */
function looksUp(condition: ColumnExpr | undefined): boolean {
  if (condition?.op === "sql") return looksUpInSql(condition.text)
  if (condition?.op !== "binary") return false
  const { left, right, symbol } = condition
  if (symbol === "&") return looksUp(left) || looksUp(right)
  if (symbol !== "==") return false
  const column = left.op === "column" ? left : right.op === "column" ? right : undefined
  if (!column) return false
  return identifies(column.name) || (given(column === left ? right : left) && !COARSE.test(snake(column.name)))
}

/** The query that a reader sends to a database. */
function queryOf(plan: Plan): string {
  const query = plan.source?.options.get("query") ?? plan.source?.options.get("dbtable")
  return query?.kind === "constant" ? String(query.value ?? query.pattern ?? "") : ""
}

function ofSql(plan: Plan): Arrival {
  const { sql, keys } = plan
  if (sql === undefined) return "possible"
  if (/\blimit\s+(\{\}|:?\w+)/i.test(sql)) return null
  if (keys) return byKeys(keys)
  if (looksUpInSql(/\bwhere\b[\s\S]*/i.exec(sql)?.[0] ?? "")) return "possible"
  const tables = [...sql.matchAll(/\b(?:from|join)\s+`?([\w.{}]+)/gi)].map(([, name]) => name!.split(".").at(-1)!)
  if (tables.length > 0 && tables.every((name) => SMALL_NAME.test(snake(name)))) return "possible"
  return /\bgroup\s+by\b|\bdistinct\b|\b(count|sum|avg|min|max)\s*\(|^\s*\{\}/i.test(sql) ? "possible" : "likely"
}

/** `select(name)` with one name. */
function selectsOne({ call }: Plan): boolean {
  const [only, ...more] = call?.name === "select" ? call.args : []
  return more.length === 0 && only?.value.kind === "constant" && only.value.type === "str"
}

/** What leaves a step, by the steps that lead to it. */
function leaving(plan: Plan, seen: Set<Plan>): Arrival {
  if (isSmall(plan) || seen.has(plan) || seen.size > 200) return null
  seen.add(plan)
  const below = (): Arrival => most(plan.inputs.map((input) => leaving(input, seen)))
  switch (plan.op) {
    case "limit":
      return plan.size.rows.max < Infinity ? "likely" : null
    case "sample":
      return plan.call?.name === "randomSplit" ? below() : "possible"
    case "sql":
      return ofSql(plan)
    case "aggregate":
      return plan.exprs?.some(gathers) ? below() : byKeys(plan.keys)
    case "distinct": {
      const [input] = plan.inputs
      const keys = plan.keys ?? (input?.op === "project" && input.exprs?.length === 1 ? input.exprs : undefined)
      // one column of a name that is made up on the way
      if (plan.kind === "RDD" || (!keys && input && selectsOne(input))) return "possible"
      return keys && keys.length <= 2 ? byKeys(keys) : below()
    }
    case "filter":
      return looksUp(plan.condition) ? "possible" : below()
    case "map":
      // a fold leaves a row a key; code over whole partitions or groups mostly a few for each
      return plan.call && (FOLDS.test(plan.call.api) || WHOLE.test(plan.call.name)) ? "possible" : below()
    case "opaque":
      // made by code that is not seen, or by a part of Spark that makes results, such as a correlation
      return plan.call ? "possible" : "likely"
    case "read":
      return looksUpInSql(queryOf(plan)) ? "possible" : "likely"
    case "table":
    case "param":
    case "range":
    case "local":
      return "likely"
    case "join":
      if (plan.join?.how === "left_semi" || plan.join?.how === "left_anti") return leaving(plan.join.left, seen)
      return below()
    default:
      return below()
  }
}

/** Its rows are groups, perhaps with something added to each. */
function ofGroups(plan: Plan): boolean {
  let grouped = false
  walkInputs(plan, (step) => {
    if (step.op === "aggregate" || (step.sql !== undefined && /\bgroup\s+by\b/i.test(step.sql))) grouped = true
    const [input] = step.inputs
    const ofOne = step.op === "distinct" && !step.keys && input && selectsOne(input)
    return !grouped && !ofOne && step.op !== "sample"
  })
  return grouped
}

/** What comes to the driver by a call that brings all rows of a frame. */
export function arrival(call: Call, plan: Plan, ctx: RuleContext): Arrival {
  if (call.inUdf || plan.streaming || isSmall(plan)) return null
  if (plan.size.bytes.min > scanSplit.value && plan.size.confidence === "certain") return "certain"
  const found = leaving(plan, new Set())
  // who expects few groups collects them
  if (found !== "likely" && !(found === "possible" && call.name === "toLocalIterator" && ofGroups(plan))) return found
  if (smallByName(plan, call)) return "possible"
  // a helper that only turns what it was given into something else is its caller's to judge
  const passedOn = call.resultEscapes || /^return\b/.test(ctx.text(call.statement.site))
  return plan.op === "param" && passedOn ? "possible" : "likely"
}

/** What the frame is, where its rows come from, and what is known of their number. */
export function arrivalEvidence(plan: Plan, name: string): Evidence[] {
  const sources = sourcesOf(plan)
  // of a fallback or a look-up that is joined on the way nobody wants to hear
  const source = sources.find((each) => !isSmall(each) && each.op !== "local") ?? sources[0]
  const size = sizeText(plan)
  return [
    madeHere(plan, name),
    ...(source && source !== plan ? [madeHere(source)] : []),
    { message: size ? `${name}: ${size}` : `nothing bounds the number of rows`, site: plan.site },
  ]
}
