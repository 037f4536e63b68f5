/** Spark's own configuration keys, introspected from 3.5 and 4.3 (`npm run generate`). */
import type { ConfFacts, GoneConf } from "../../../../rules/api.ts"
import generated from "./confs.generated.json" with { type: "json" }

type Stored = readonly [type: string, scope: string, since: string | null, value: unknown, ...flags: string[]]

const confs = generated.confs as unknown as Readonly<Record<string, Stored>>
const gone = generated.gone as Readonly<Record<string, GoneConf>>

/** The releases that the table was made from, oldest first. */
export const releases: readonly string[] = generated.releases

/** What is known of a key; undefined for one that neither release registers. */
export function confFacts(key: string): ConfFacts | undefined {
  const stored = Object.hasOwn(confs, key) ? confs[key] : undefined
  if (!stored) return undefined
  const [type, scope, since, value, ...flags] = stored
  const [kind, unit] = type.split(" ")
  const [oldest, newest] = Array.isArray(value) ? (value as (string | null)[]) : [value, value]
  return {
    key,
    type: kind as ConfFacts["type"],
    unit,
    scope: scope as ConfFacts["scope"],
    since: since ?? undefined,
    internal: flags.includes("i"),
    inOldest: !flags.includes(">"),
    inNewest: !flags.includes("<"),
    oldestDefault: (oldest as string | null) ?? undefined,
    newestDefault: (newest as string | null) ?? undefined,
  }
}

/** What became of a deprecated or removed key. */
export function goneConf(key: string): GoneConf | undefined {
  return Object.hasOwn(gone, key) ? gone[key] : undefined
}

/** All keys, sorted. */
export function confKeys(): string[] {
  return Object.keys(confs)
}
