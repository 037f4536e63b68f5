import type { ColumnExpr, Confidence, Evidence, Interval, SizeFact } from "../../../rules/api.ts"
import type { PlanNode } from "./plan.ts"
import {
  DESCRIBE_ROWS,
  FEW_VALUES,
  METADATA_ROWS,
  OTHER_VALUE_BYTES,
  PANDAS_ROWS,
  PYTHON_ROWS,
  ROW_BYTES,
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
    const { rows, bytes, how } = detail.stats
    const interval = rows === undefined ? UNBOUNDED : { min: rows, max: rows }
    return sized(
      plan,
      interval,
      "certain",
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
      if (detail.sql && /^\s*(show|desc|describe|explain)\b/i.test(detail.sql))
        return sized(plan, { min: 0, max: METADATA_ROWS }, "certain", evidence("a metadata command"), true)
      return nothing()
    case "aggregate": {
      if (detail.keys && detail.keys.length === 0)
        return sized(plan, { min: 1, max: 1 }, "certain", evidence("a global aggregate: one row"), true)
      const groups = detail.keys?.reduce((n, key) => n * fewValues(key), 1) ?? Infinity
      const below = input ?? nothing()
      if (groups < below.rows.max && groups <= METADATA_ROWS)
        return sized(plan, { min: 0, max: groups }, "likely", evidence("grouped by expressions with few values"), false)
      return {
        ...below,
        rows: { min: 0, max: below.rows.max },
        bytes: { min: 0, max: below.bytes.max },
        sparkKnows: false,
      }
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
      return {
        ...below,
        rows: { min: 0, max: below.rows.max },
        bytes: { min: 0, max: below.bytes.max },
        sparkKnows: below.sparkKnows && plan.op !== "distinct" && plan.op !== "set",
      }
    }
    case "join": {
      const left = plan.inputs[0]?.size ?? nothing()
      const right = plan.inputs[1]?.size ?? nothing()
      const how = detail.join?.how
      const both = [...left.evidence, ...right.evidence]
      const confidence = weakest(left.confidence, right.confidence)
      if (how === "left_semi" || how === "left_anti")
        return {
          ...left,
          rows: { min: 0, max: left.rows.max },
          bytes: { min: 0, max: left.bytes.max },
          sparkKnows: false,
        }
      const max = left.rows.max * right.rows.max
      if (!(max < Infinity)) return nothing()
      return sized(plan, { min: 0, max }, confidence, both, false)
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
      return input && !detail.multiplies && !detail.opaque ? { ...input, bytes: resized(plan, input) } : nothing()
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

/** Bytes after a projection: by the new width where rows are known, else what came in. */
function resized(plan: PlanNode, input: SizeFact): Interval {
  if (!(input.rows.max < Infinity) || !plan.columns) return input.bytes
  return {
    min: Math.min(input.bytes.min, input.rows.min),
    max: Math.min(input.bytes.max, input.rows.max * rowBytes(plan)),
  }
}
