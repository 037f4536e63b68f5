import type { ColumnExpr, Confidence, Evidence, Interval, SizeFact } from "../../../rules/api.ts"
import { columnName } from "./columns.ts"
import type { PlanNode } from "./plan.ts"
import {
  DESCRIBE_ROWS,
  FEW_VALUES,
  MATCHES,
  METADATA_ROWS,
  OTHER_VALUE_BYTES,
  PANDAS_ROWS,
  PYTHON_ROWS,
  ROW_BYTES,
  ROWS_OF_ONE,
  VALUE_BYTES,
} from "./size-numbers.ts"

const RANK: Record<Confidence, number> = { certain: 2, likely: 1, possible: 0 }

function weakest(a: Confidence, b: Confidence): Confidence {
  return RANK[a] <= RANK[b] ? a : b
}

/** Bytes of one row, by the columns' types where they are known. An upper estimate. */
function rowBytes(plan: PlanNode): number {
  const columns = plan.columns?.value
  if (!columns) return ROW_BYTES
  let bytes = 8
  for (const column of columns) bytes += (column.type && VALUE_BYTES[column.type]) || OTHER_VALUE_BYTES
  return bytes
}

function sized(
  plan: PlanNode,
  rows: Interval,
  confidence: Confidence,
  evidence: readonly Evidence[],
  sparkKnows: boolean,
  bytes?: Interval,
): SizeFact {
  const width = rows.max === Infinity ? ROW_BYTES : rowBytes(plan)
  return {
    rows,
    bytes: bytes ?? { min: rows.min, max: rows.max * width },
    confidence,
    evidence,
    sparkKnows,
  }
}

const UNBOUNDED: Interval = { min: 0, max: Infinity }

function nothing(sparkKnows = false): SizeFact {
  return { rows: UNBOUNDED, bytes: UNBOUNDED, confidence: "certain", evidence: [], sparkKnows }
}

/** How many values an expression can take, or Infinity. */
export function fewValues(expr: ColumnExpr): number {
  switch (expr.op) {
    case "literal":
      return 1
    case "alias":
      return fewValues(expr.child)
    case "sql": {
      const fn = /^(\w+)\s*\(/.exec(expr.text)
      return fn ? (FEW_VALUES[fn[1]!.toLowerCase()] ?? Infinity) + 1 : Infinity
    }
    case "binary":
      return ["==", "!=", "<", "<=", ">", ">=", "<=>", "&", "|"].includes(expr.symbol) ? 3 : Infinity
    case "unary":
      return expr.symbol === "~" ? 3 : fewValues(expr.operand)
    case "call": {
      const few = FEW_VALUES[expr.fn]
      if (few !== undefined) return few + 1
      if (expr.fn === "when" || expr.fn === "otherwise") {
        // when(cond, value).when(cond, value).otherwise(value): the receiver is the first argument of the method forms
        const values = expr.args.filter((_, i) => i !== expr.args.length - 2 || expr.fn === "otherwise")
        let sum = 1
        for (const value of values) sum += fewValues(value)
        return sum
      }
      if (["lower", "upper", "trim", "cast", "coalesce"].includes(expr.fn) && expr.args.length > 0)
        return expr.args.reduce((n, arg) => n * fewValues(arg), 1)
      return Infinity
    }
    default:
      return Infinity
  }
}

/** A human count: 3 rows, 1 row. */
export function rowsText(n: number): string {
  return n === 1 ? "1 row" : `${n.toLocaleString("en-US")} rows`
}

/** What is known of the size of a step's output, from its own kind and its inputs. */
export function sizeOf(plan: PlanNode): SizeFact {
  const { detail, site } = plan
  const evidence = (message: string): Evidence[] => [{ message, site }]
  const input = plan.inputs[0]?.size
  if (detail.stats) {
    const { rows, maxRows = Infinity, bytes, how, confidence = "certain" } = detail.stats
    const interval = rows === undefined ? { min: 0, max: maxRows } : { min: rows, max: rows }
    return sized(
      plan,
      interval,
      confidence,
      evidence(how),
      true,
      bytes === undefined ? undefined : { min: bytes, max: bytes },
    )
  }
  switch (plan.op) {
    case "local": {
      if (detail.rows !== undefined)
        return sized(
          plan,
          { min: detail.rows, max: detail.rows },
          "certain",
          evidence(`${rowsText(detail.rows)} built in Python`),
          false,
        )
      const pandas = detail.local === "pandas"
      return sized(
        plan,
        { min: 0, max: pandas ? PANDAS_ROWS : PYTHON_ROWS },
        "likely",
        evidence(
          pandas ? "made from a pandas frame that the driver holds" : "made from Python values that the driver holds",
        ),
        detail.measured ?? false,
      )
    }
    case "range":
      if (detail.rows === undefined) return nothing(true)
      return sized(
        plan,
        { min: detail.rows, max: detail.rows },
        "certain",
        evidence(`range of ${rowsText(detail.rows)}`),
        true,
      )
    case "limit": {
      if (detail.rows === undefined) return input ?? nothing()
      const max = Math.min(detail.rows, input?.rows.max ?? Infinity)
      return sized(plan, { min: 0, max }, "certain", evidence(`limited to ${rowsText(detail.rows)}`), true)
    }
    case "sql":
      if (detail.rows !== undefined)
        return sized(
          plan,
          { min: 0, max: detail.rows },
          "certain",
          evidence(`the query ends in LIMIT ${detail.rows}`),
          true,
        )
      return sqlSize(plan)
    case "table":
      return isMetadata(detail.source?.table ?? "") ? ofMetadata(plan) : nothing()
    case "aggregate": {
      if (detail.keys && detail.keys.length === 0)
        return sized(plan, { min: 1, max: 1 }, "certain", evidence("a global aggregate: one row"), true)
      const below = input ?? nothing()
      return byGroups(plan, below.rows.max) ?? atMost(below)
    }
    case "distinct":
    case "filter":
    case "sample":
    case "set": {
      const below = input ?? nothing()
      if (detail.rows !== undefined)
        return sized(
          plan,
          { min: 0, max: detail.rows },
          "certain",
          evidence(detail.rows === DESCRIBE_ROWS ? "a summary of a few rows" : `at most ${rowsText(detail.rows)}`),
          true,
        )
      return { ...atMost(below), sparkKnows: below.sparkKnows && plan.op !== "distinct" && plan.op !== "set" }
    }
    case "join": {
      const left = plan.inputs[0]?.size ?? nothing()
      const how = detail.join?.how
      if (how === "left_semi" || how === "left_anti") return atMost(left)
      return together(plan, how !== "cross" && detail.join?.on !== undefined)
    }
    case "union": {
      let rows: Interval = { min: 0, max: 0 }
      let confidence: Confidence = "certain"
      let known = true
      const found: Evidence[] = []
      for (const part of plan.inputs) {
        const size = part.size
        rows = { min: rows.min + size.rows.min, max: rows.max + size.rows.max }
        confidence = weakest(confidence, size.confidence)
        known &&= size.sparkKnows
        found.push(...size.evidence)
      }
      return rows.max < Infinity ? sized(plan, rows, confidence, found, known) : nothing()
    }
    case "either": {
      let rows: Interval | undefined
      let bytes: Interval | undefined
      let confidence: Confidence = "certain"
      let known = true
      const found: Evidence[] = []
      for (const part of plan.inputs) {
        const size = part.size
        rows = rows ? { min: Math.min(rows.min, size.rows.min), max: Math.max(rows.max, size.rows.max) } : size.rows
        bytes = bytes
          ? { min: Math.min(bytes.min, size.bytes.min), max: Math.max(bytes.max, size.bytes.max) }
          : size.bytes
        confidence = weakest(confidence, size.confidence)
        known &&= size.sparkKnows
        found.push(...size.evidence)
      }
      return rows && bytes
        ? { rows, bytes, confidence, evidence: rows.max < Infinity ? found : [], sparkKnows: known }
        : nothing()
    }
    case "project":
      if (!input || detail.opaque) return nothing()
      return detail.multiplies ? multiplied(input) : { ...input, bytes: resized(plan, input) }
    case "map":
      if (plan.inputs.length > 1) return together(plan, plan.wide)
      if (detail.multiplies && isSeed(plan.inputs[0])) return nothing()
      return detail.multiplies && input ? multiplied(input) : detail.bounded && input ? atMost(input) : nothing()
    case "sort":
    case "sort-within":
    case "repartition":
    case "coalesce":
      return input ?? nothing()
    case "checkpoint":
      return input ? { ...input, sparkKnows: true } : nothing()
    default:
      return nothing()
  }
}

/** No more than what comes in; Spark's statistics no longer know it. */
function atMost(input: SizeFact): SizeFact {
  return {
    ...input,
    rows: { min: 0, max: input.rows.max },
    bytes: { min: 0, max: input.bytes.max },
    sparkKnows: false,
  }
}

/** Arrays exploded or lines split: a few rows for each one. */
function multiplied(input: SizeFact): SizeFact {
  return {
    rows: { min: 0, max: input.rows.max * ROWS_OF_ONE },
    bytes: { min: 0, max: input.bytes.max * ROWS_OF_ONE },
    confidence: weakest(input.confidence, "likely"),
    evidence: input.evidence,
    sparkKnows: false,
  }
}

/** Rows of both inputs brought together: each pair at most, and where keys must match a few matches a row. */
function together(plan: PlanNode, keyed: boolean): SizeFact {
  const left = plan.inputs[0]?.size ?? nothing()
  const right = plan.inputs[1]?.size ?? nothing()
  const pairs = left.rows.max * right.rows.max
  if (!(pairs < Infinity)) return nothing()
  const matches = keyed ? MATCHES * (left.rows.max + right.rows.max) : Infinity
  const confidence = weakest(left.confidence, right.confidence)
  return sized(
    plan,
    { min: 0, max: Math.min(pairs, matches) },
    matches < pairs ? weakest(confidence, "likely") : confidence,
    [...left.evidence, ...right.evidence],
    false,
  )
}

/**
 * How many values a grouping key can take: by its own expression, or by the one that the steps before computed it with,
 * where all of them only add, keep or leave out columns and rows.
 */
function valuesOf(key: ColumnExpr, below: PlanNode | undefined): number {
  if (key.op === "alias") return valuesOf(key.child, below)
  if (key.op !== "column") return fewValues(key)
  for (let step = below; step && step.inputs.length === 1; step = step.inputs[0]) {
    const { projection } = step.detail
    if (projection?.type === "add") {
      const made = projection.columns.findLast(({ name }) => name === key.name)
      if (made) return valuesOf(made.expr, step.inputs[0])
      if (projection.columns.some(({ name }) => name === undefined)) return Infinity
    } else if (projection?.type === "select") {
      const made = projection.columns.find((column) => columnName(column) === key.name)
      if (made) return valuesOf(made, step.inputs[0])
    } else if (!["filter", "sort", "limit", "repartition", "coalesce", "distinct", "sample"].includes(step.op))
      if (projection?.type !== "keep" && projection?.type !== "drop") return Infinity
  }
  return Infinity
}

/** One row a group, where the keys have few values; undefined where they may have many. */
function byGroups(plan: PlanNode, rows: number): SizeFact | undefined {
  const groups = plan.keys?.reduce((n, key) => n * valuesOf(key, plan.inputs[0]), 1) ?? Infinity
  if (groups >= rows || groups > METADATA_ROWS) return undefined
  const message = "grouped by expressions with few values"
  return sized(plan, { min: 0, max: groups }, "likely", [{ message, site: plan.site }], false)
}

/** A view of a catalog's own tables, columns and rights. */
function isMetadata(table: string): boolean {
  return /(^|\.)`?information_schema`?\./i.test(table)
}

function ofMetadata(plan: PlanNode): SizeFact {
  const evidence = [{ message: "metadata of the catalog (information_schema)", site: plan.site }]
  return sized(plan, { min: 0, max: METADATA_ROWS }, "likely", evidence, false)
}

/** The result of a SQL text, by what the text shows and by the frames behind the views that it names. */
function sqlSize(plan: PlanNode): SizeFact {
  const { query, whole } = plan.detail
  if (!query) return nothing()
  const bounded = (max: number, message: string): SizeFact =>
    sized(plan, { min: 0, max }, "certain", [{ message, site: plan.site }], true)
  if (query.command) return bounded(METADATA_ROWS, "a command, which gives no rows of data")
  if (query.oneRow) return bounded(1, "an aggregate of everything: one row")
  if (query.tables.length > 0 && query.tables.every(isMetadata)) return ofMetadata(plan)
  const few = byGroups(plan, Infinity)
  if (few) return few
  if (!whole || plan.inputs.length === 0 || plan.inputs.length > 2) return nothing()
  const size = plan.inputs.length === 2 ? together(plan, true) : atMost(plan.inputs[0]!.size)
  return query.multiplies ? multiplied(size) : size
}

/** Numbers that Python code makes rows of, as many as it likes: `spark.range(n).mapInPandas(generate, schema)`. */
function isSeed(plan: PlanNode | undefined): boolean {
  let step = plan
  while (step && step.kind === "DataFrame" && step.inputs.length === 1) step = step.inputs[0]
  return step?.kind === "DataFrame" && step.op === "range"
}

/** Bytes after a projection: by the new width where rows are known, else what came in. */
function resized(plan: PlanNode, input: SizeFact): Interval {
  if (!(input.rows.max < Infinity) || !plan.columns) return input.bytes
  return {
    min: Math.min(input.bytes.min, input.rows.min),
    max: Math.min(input.bytes.max, input.rows.max * rowBytes(plan)),
  }
}
