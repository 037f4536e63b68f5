/** A number that a person sees, with how it came about: what "why" shows. */
export interface Figure {
  readonly value: number
  readonly unit: Unit
  /** The formula in Spark's own terms: `floor((heap - 300 MiB) x spark.memory.fraction)`. */
  readonly formula: string
  /** Where the formula is from: a class of Spark, a manager's setting, or that it is an assumption of ours. */
  readonly source: string
  /** What went in, by the names that the formula uses. */
  readonly inputs: Readonly<Record<string, number | string | boolean>>
}

export type Unit =
  | "MiB"
  | "bytes"
  | "cores"
  | "slots"
  | "executors"
  | "nodes"
  | "partitions"
  | "GPUs"
  | "seconds"
  | "share"
  | "currency"

/** Puts a number together with its formula, its source and its inputs. */
export function figure(
  value: number,
  unit: Unit,
  formula: string,
  source: string,
  inputs: Figure["inputs"] = {},
): Figure {
  return { value, unit, formula, source, inputs }
}

export const MIB = 1024 * 1024
export const GIB_IN_MIB = 1024
