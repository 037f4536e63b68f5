/** Reads and validates the report of an example job. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { Ajv, type ValidateFunction } from "ajv"

export interface Variant {
  readonly name: string
  readonly seconds: readonly number[]
  readonly median_seconds: number
  readonly checksums: readonly string[]
  readonly figures: {
    readonly stages: number
    readonly tasks: number
    readonly shuffle_bytes: number
    readonly broadcast_bytes: number
    readonly spill_bytes: number
    readonly slowest_over_median_task: number | null
    readonly joins: readonly string[]
  }
}

export interface Section {
  readonly name: string
  readonly verdict: string
  readonly statement: string
  /** This and all below is absent when it was skipped. */
  readonly before: string
  readonly after: string
  readonly speed_up: number
  readonly variants?: readonly Variant[]
  readonly notes: readonly string[]
}

export interface Report {
  readonly job: string
  readonly ok: boolean
  readonly environment: { readonly spark: string; readonly master: string; readonly slots: number }
  readonly options: Readonly<Record<string, unknown>>
  readonly sections: readonly Section[]
}

const schema = JSON.parse(readFileSync(new URL("../../samples/report.schema.json", import.meta.url), "utf8")) as object
// Spark's figures may be null as well as numbers, which the strict mode of Ajv calls a mistake by default.
const validate: ValidateFunction = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema)

/** What is wrong with a report by samples/report.schema.json; empty when nothing is. */
export function problems(report: unknown): readonly string[] {
  return validate(report) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

/** A report that holds to the schema. */
export function validReport(report: unknown): Report {
  assert.deepEqual(problems(report), [])
  return report as Report
}

/** One section of a report, its variants by name; of a skipped one there are none. */
export function section(report: Report, name: string): Section & { readonly by: ReadonlyMap<string, Variant> } {
  const found = report.sections.find((one) => one.name === name)
  assert(found, `the report has the section ${name}`)
  return { ...found, by: new Map((found.variants ?? []).map((variant) => [variant.name, variant])) }
}
