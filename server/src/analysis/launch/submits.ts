import type { WrittenConf } from "./defaults.ts"
import { type ShellWord, shellCommands, UNKNOWN_PART } from "./shell-words.ts"

/** One `spark-submit` of a Python script. */
export interface Submit {
  /** The script as it is written, with `UNKNOWN_PART` where the shell fills something in. */
  readonly script: string
  readonly confs: readonly WrittenConf[]
  /** It names a properties file, which is read in place of `spark-defaults.conf`. */
  readonly ownProperties: boolean
}

const COMMAND = /(^|\/)spark[23]?-submit(\.sh|2|3)?$/

/** Options that take a value, with the setting that it is; null: with no setting that anybody asks about. */
const OPTIONS: Readonly<Record<string, string | null>> = {
  "--archives": "spark.archives",
  "--class": null,
  "--conf": null,
  "--deploy-mode": "spark.submit.deployMode",
  "--driver-class-path": "spark.driver.extraClassPath",
  "--driver-cores": "spark.driver.cores",
  "--driver-java-options": "spark.driver.extraJavaOptions",
  "--driver-library-path": "spark.driver.extraLibraryPath",
  "--driver-memory": "spark.driver.memory",
  "--exclude-packages": "spark.jars.excludes",
  "--executor-cores": "spark.executor.cores",
  "--executor-memory": "spark.executor.memory",
  "--files": "spark.files",
  "--jars": "spark.jars",
  "--keytab": "spark.kerberos.keytab",
  "--kill": null,
  "--master": "spark.master",
  "--name": "spark.app.name",
  "--num-executors": "spark.executor.instances",
  "--packages": "spark.jars.packages",
  "--principal": "spark.kerberos.principal",
  "--properties-file": null,
  "--proxy-user": null,
  "--py-files": "spark.submit.pyFiles",
  "--queue": "spark.yarn.queue",
  "--remote": "spark.remote",
  "--repositories": "spark.jars.repositories",
  "--status": null,
  "--total-executor-cores": "spark.cores.max",
  "-c": null,
}

/** The Python scripts that a shell script submits, with the settings of each: those of `--conf`, then the options'. */
export function readSubmits(text: string): Submit[] {
  if (!text.includes("submit")) return []
  return shellCommands(text).flatMap((words) => {
    const at = words.findIndex((word) => COMMAND.test(word.text))
    return at < 0 ? [] : (readSubmit(words.slice(at + 1)) ?? [])
  })
}

function readSubmit(words: readonly ShellWord[]): Submit | undefined {
  const confs = new Map<string, WrittenConf>()
  const options = new Map<string, WrittenConf>()
  let ownProperties = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const [, name = word.text, joined] = /^(--[\w-]+)=(.*)$/s.exec(word.text) ?? []
    if (!(name in OPTIONS)) {
      if (word.text.endsWith(".py"))
        return { script: word.text, confs: [...confs.values(), ...options.values()], ownProperties }
      // An unknown word may be an option; any other is what is submitted, and no Python.
      if (name.startsWith("-") || word.text.includes(UNKNOWN_PART)) continue
      return undefined
    }
    const value = joined ?? words[++at]?.text
    if (value === undefined) return undefined
    const place = { start: word.start, end: words[at]!.end }
    const key = OPTIONS[name]
    if (name === "--properties-file") ownProperties = true
    else if (name === "--conf" || name === "-c") {
      const equals = value.indexOf("=")
      const set = value.slice(0, Math.max(0, equals)).trim()
      if (set !== "" && !set.includes(UNKNOWN_PART)) put(confs, set, value.slice(equals + 1), place)
    } else if (key) put(options, key, value, place)
  }
  return undefined
}

/** The later one counts. */
function put(
  into: Map<string, WrittenConf>,
  key: string,
  value: string,
  place: { readonly start: number; readonly end: number },
): void {
  into.delete(key)
  into.set(key, { key, value: value.includes(UNKNOWN_PART) ? undefined : value, ...place })
}
