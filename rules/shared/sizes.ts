import type { Confidence, Evidence, Plan } from "../api.ts"
import { scanSplit } from "./numbers.ts"

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const

/** Bytes for people: `12 GiB`, `1.5 MiB`, `640 bytes`. At most one decimal, none from ten on. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const digits = value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)
  return `${digits} ${unit === 0 && value === 1 ? "byte" : UNITS[unit]}`
}

/** `1 row`, `12,000 rows`. */
export function rowsText(rows: number): string {
  return rows === 1 ? "1 row" : `${rows.toLocaleString("en-US")} rows`
}

/** How surely a frame has at most `bytes` bytes; null where nothing bounds it below that. */
export function boundedBy(plan: Plan, bytes: number): Confidence | null {
  return plan.size.bytes.max <= bytes ? plan.size.confidence : null
}

/** Small by evidence: one task handles it well. A naming convention is no evidence. */
export function isSmall(plan: Plan): boolean {
  const known = boundedBy(plan, scanSplit.value)
  return known === "certain" || known === "likely"
}

/** How large a frame is, in words, or undefined where nothing is known: `3 rows`, `at most 100 rows`, `40 GiB`. */
export function sizeText(plan: Plan): string | undefined {
  const { rows, bytes } = plan.size
  if (rows.max < Infinity) return `${rows.min === rows.max ? "" : "at most "}${rowsText(rows.max)}`
  if (bytes.max < Infinity) return `${bytes.min === bytes.max ? "" : "at most "}${bytesText(bytes.max)}`
  return bytes.min > scanSplit.value ? `at least ${bytesText(bytes.min)}` : undefined
}

/** Why a frame's size is believed, strongest first, at most `count` facts. */
export function sizeEvidence(plan: Plan, name: string, count = 2): Evidence[] {
  return plan.size.evidence.slice(0, count).map((fact) => ({ ...fact, message: `${name}: ${fact.message}` }))
}
