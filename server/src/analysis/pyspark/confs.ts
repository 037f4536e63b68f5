/** Spark's own configuration keys, introspected from 3.5 and 4.3 (`npm run generate`). */
import generated from "./confs.generated.json" with { type: "json" }

export interface ConfFacts {
  readonly key: string
  /** `choice`: one of a few words, or a text with a form of its own. */
  readonly type: "boolean" | "int" | "double" | "string" | "choice" | "bytes" | "time"
  /** What a bare number counts: `B`, `KiB`, `MiB`, `GiB`; `us`, `ms`, `s`, `min`. Only for `bytes` and `time`. */
  readonly unit: string | undefined
  /**
   * session: `spark.conf.set` and `SET` change it. static: fixed when the first session starts. application: fixed
   * when the context starts, or by what launches it.
   */
  readonly scope: "session" | "static" | "application"
  readonly since: string | undefined
  /** Not documented, for Spark's own use. */
  readonly internal: boolean
  /** Known to the oldest and to the newest release of the table. */
  readonly inOldest: boolean
  readonly inNewest: boolean
  /** The default in each of them as Spark writes it; `$key`: that key's value; undefined: none, or the machine's. */
  readonly oldestDefault: string | undefined
  readonly newestDefault: string | undefined
}

/** A key that Spark deprecated or removed. */
export interface GoneConf {
  readonly deprecated?: string
  readonly removed?: string
  /** The key that took its place, where Spark reads it instead by itself. */
  readonly now?: string
}

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
