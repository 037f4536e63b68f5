import type { ConfSetting, ConstantValue, RuleContext, UnknownValue } from "../api.ts"
import { arrowBatch } from "./numbers.ts"

const KEY = "spark.sql.execution.arrow.maxRecordsPerBatch"

/** The number that a conf's value is, written as a number or as a text; undefined where it isn't known. */
export function numberOf(value: ConstantValue | UnknownValue): number | undefined {
  if (value.kind !== "constant" || value.value === undefined || value.value === null) return undefined
  const number = Number(value.value)
  return Number.isFinite(number) ? number : undefined
}

export interface ArrowBatch {
  /** The most rows of one Arrow batch; Infinity where nothing bounds them; undefined: set, not known. */
  readonly rows: number | undefined
  /** Where it is set; undefined: Spark's default. */
  readonly setting: ConfSetting | undefined
}

/** How many rows Python code gets at once, by the settings in sight. */
export function arrowBatchRows(ctx: RuleContext): ArrowBatch {
  const setting = ctx.program.conf(KEY)
  if (!setting) return { rows: arrowBatch.value, setting }
  const rows = numberOf(setting.value)
  return { rows: rows !== undefined && rows <= 0 ? Number.POSITIVE_INFINITY : rows, setting }
}
