/** What is known of Spark's own configuration keys, by introspection of the oldest and the newest release. */

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

/** Spark's keys, as rules ask for them. */
export interface ConfKeys {
  /** Undefined for a key that neither release registers. */
  facts(key: string): ConfFacts | undefined
  gone(key: string): GoneConf | undefined
  /** The one of `keys` that a mistyped key most probably is; undefined where none is near. */
  nearest(key: string, keys: readonly string[]): string | undefined
  /** The newest release that was asked. */
  readonly newest: string
  /** All keys that a release registers, sorted. */
  readonly all: readonly string[]
}
