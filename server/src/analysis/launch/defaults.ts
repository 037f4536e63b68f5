/** A setting as a file outside the code writes it. Offsets count in that file's text. */
export interface WrittenConf {
  readonly key: string
  /** Undefined where only the shell, or the machine, knows it. */
  readonly value: string | undefined
  readonly start: number
  readonly end: number
}

/** What stands for something that is filled in later: `${env:HOME}`, `$HOME`, `{{ memory }}`. */
const FILLED_IN = /\$\{|\$\w|\{\{/

/** The settings of a `spark-defaults.conf`: Java's properties, of which Spark takes those that begin with `spark.`. */
export function readDefaults(text: string): WrittenConf[] {
  const found = new Map<string, WrittenConf>()
  for (const match of text.matchAll(/^[ \t\f]*(spark\.[^\s=:]+)[ \t\f]*[=:]?[ \t\f]*((?:\\\r?\n|[^\r\n])*)/gm)) {
    const [whole, key = "", rest = ""] = match
    const value = rest.replaceAll(/\\\r?\n[ \t\f]*/g, "").trim()
    const start = match.index + whole.indexOf(key)
    // Of a key that stands there twice the last one counts.
    found.set(key, {
      key,
      value: FILLED_IN.test(value) ? undefined : value,
      start,
      end: match.index + whole.trimEnd().length,
    })
  }
  return [...found.values()]
}
