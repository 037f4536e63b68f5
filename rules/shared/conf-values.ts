import type { ConfFacts } from "../api.ts"
import { atLeast } from "./calls.ts"
import { bytesIn } from "./settings.ts"

const TIME_UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, min: 60, h: 3600, d: 86_400 }

/** Seconds of a time in Spark's notation (`JavaUtils.timeStringAs`): `10s`, `5min`. A bare number counts `bare`. */
export function secondsIn(text: string, bare: string): number | undefined {
  const match = /^(-?\d+)([a-z]+)?$/i.exec(text.trim())
  const unit = match && TIME_UNITS[(match[2] ?? bare).toLowerCase()]
  return unit === undefined || unit === null ? undefined : Number(match![1]) * unit
}

/** Bytes of a bare number of a key. */
export function bareBytes({ unit = "B" }: ConfFacts): number {
  return { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }[unit] ?? 1
}

/**
 * What a version of Spark takes for a key of a type, where it doesn't take the text; undefined where it does, or where
 * nobody knows.
 */
export function refusedBecause(text: string, facts: ConfFacts, spark: string): string | undefined {
  switch (facts.type) {
    case "boolean":
      return /^(true|false)$/i.test(text) ? undefined : "it is true or false"
    case "int":
      return /^[+-]?\d+$/.test(text) ? undefined : "it is a whole number, without a unit"
    case "double":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[fd]?$/i.test(text) ? undefined : "it is a number"
    case "bytes":
      if (/[kmgtp]ib$/i.test(text) && !atLeast(spark, "4.0"))
        return `units such as gib are taken by Spark 4 only; Spark ${spark} wants b, k, m, g, t or p, all of them binary`
      if (bytesIn(text, 1) !== undefined) return undefined
      return /^\d*\.\d/.test(text)
        ? "fractions of a unit are not taken; write it in a smaller one, such as 1536m"
        : "it is a whole number with one of the units b, k, m, g, t or p, without a space"
    case "time":
      return secondsIn(text, "s") === undefined
        ? "it is a whole number with one of the units us, ms, s, m, min, h or d, without a space"
        : undefined
    default:
      return undefined
  }
}
