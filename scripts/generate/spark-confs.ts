/** Merges the configuration keys of Spark 3.5 and 4.x into `server/src/analysis/pyspark/confs.generated.json`. */
import type { Generator } from "./generator.ts"
import { byName, introspect, linewise } from "./introspect.ts"

interface RawConf {
  readonly default: string | null
  readonly since: string | null
  readonly scope: "session" | "static" | "application"
  readonly type: string
  readonly internal: boolean
  /** Older names that still work. */
  readonly formerly: readonly string[]
}
interface RawGone {
  readonly removed?: string
  readonly deprecated?: string
  readonly now?: string
}
interface RawJvm {
  readonly spark: string
  readonly confs: Readonly<Record<string, RawConf>>
  readonly gone: Readonly<Record<string, RawGone>>
}

export const sparkConfs: Generator = {
  name: "spark-confs",
  async generate(context) {
    const { old, now } = await introspect<RawJvm>("generate-spark-jvm.py", context)
    const merged = {
      releases: [old.spark, now.spark],
      confs: Object.fromEntries(
        keysOf(old.confs, now.confs).map((key) => [key, mergeConf(old.confs[key], now.confs[key])]),
      ),
      gone: Object.fromEntries(keysOf(old.gone, now.gone).map((key) => [key, now.gone[key] ?? old.gone[key]])),
    }
    return new Map([["server/src/analysis/pyspark/confs.generated.json", `${linewise(merged, 2)}\n`]])
  },
}

/**
 * `[type, scope, since, default, flags…]`: the default of the new release (null:
 * none), or both as `[old, new]` where they differ. Flags: `i` internal, `<` only the old release has it, `>` only the new.
 */
function mergeConf(old: RawConf | undefined, now: RawConf | undefined): unknown[] {
  const conf = now ?? old
  if (!conf) throw new Error("a key of no release")
  const value = old && now && old.default !== now.default ? [old.default, now.default] : conf.default
  const flags = [conf.internal ? "i" : "", now ? "" : "<", old ? "" : ">"].filter(Boolean)
  return [conf.type, conf.scope, conf.since, value, ...flags]
}

function keysOf(...records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort(byName)
}
