import { readDefaults, type WrittenConf } from "./defaults.ts"
import { UNKNOWN_PART } from "./shell-words.ts"
import { readSubmits, type Submit } from "./submits.ts"

/** A setting that a script is launched with, and the file that says so. Plain data: it crosses threads. */
export interface LaunchConf extends WrittenConf {
  /** Absolute, with `/` between the parts. */
  readonly path: string
}

interface Launcher {
  readonly path: string
  readonly submits: readonly Submit[]
}

/** Characters beyond which a script is no launcher that somebody wrote. */
export const MAX_LAUNCH_LENGTH = 200_000

/** Whether a file can say how Spark is launched, by its name or path. */
export function isLaunchFile(path: string): boolean {
  return path.endsWith(".sh") || path.endsWith(".bash") || isDefaults(path)
}

function isDefaults(path: string): boolean {
  return nameOf(path) === "spark-defaults.conf"
}

/**
 * What a workspace's shell scripts and `spark-defaults.conf` files say of each Python file. Paths are absolute, with `/`
 * between the parts.
 */
export class Launches {
  readonly #launchers = new Map<string, Launcher>()
  readonly #defaults = new Map<string, readonly LaunchConf[]>()
  /** Python files by their names: a script that is only known by its name is one if no other has it. */
  readonly #python = new Map<string, Set<string>>()
  /** What was asked for since something changed. */
  readonly #known = new Map<string, readonly LaunchConf[]>()

  /** Takes a file's text in place of the one it had; undefined: the file is gone. Of a Python file only its name counts. */
  set(path: string, content: string | undefined): void {
    this.#known.clear()
    const text = content !== undefined && content.length > MAX_LAUNCH_LENGTH ? undefined : content
    if (path.endsWith(".py")) {
      const name = nameOf(path)
      const same = this.#python.get(name) ?? new Set()
      this.#python.set(name, same)
      if (content === undefined) same.delete(path)
      else same.add(path)
    } else if (isDefaults(path)) {
      this.#defaults.delete(path)
      const confs = text === undefined ? [] : readDefaults(text).map((conf) => ({ ...conf, path }))
      if (confs.length > 0) this.#defaults.set(path, confs)
    } else {
      this.#launchers.delete(path)
      const submits = text === undefined ? [] : readSubmits(text)
      if (submits.length > 0) this.#launchers.set(path, { path, submits })
    }
  }

  /** Nothing here says anything of any file. */
  get isEmpty(): boolean {
    return this.#launchers.size === 0 && this.#defaults.size === 0
  }

  /** What a file is launched with: what counts more comes later. A value that launches differ in is unknown. */
  of(file: string): readonly LaunchConf[] {
    if (this.isEmpty) return []
    const known = this.#known.get(file) ?? this.#find(file)
    this.#known.set(file, known)
    return known
  }

  #find(file: string): readonly LaunchConf[] {
    const submits = [...this.#launchers.values()]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ path, submits: each }) =>
        each.filter((one) => this.#names(one.script, path, file)).map((one) => ({ one, path })),
      )
    const submitted = agreed(submits.map(({ one, path }) => one.confs.map((conf) => ({ ...conf, path }))))
    const replaced = submits.length > 0 && submits.every(({ one }) => one.ownProperties)
    return [...(replaced ? [] : this.#defaultsOf(file)), ...submitted]
  }

  /** Spark reads one file of defaults: that of the nearest folder at or above the file, or of its `conf/`. */
  #defaultsOf(file: string): readonly LaunchConf[] {
    let best: { depth: number; path: string } | undefined
    for (const path of this.#defaults.keys()) {
      const folder = parentOf(path)
      const scope = nameOf(folder) === "conf" ? parentOf(folder) : folder
      if (!file.startsWith(`${scope}/`)) continue
      if (!best || scope.length > best.depth || (scope.length === best.depth && path < best.path))
        best = { depth: scope.length, path }
    }
    return best ? this.#defaults.get(best.path)! : []
  }

  /** Whether a script as it is written in a launcher is a file. */
  #names(script: string, launcher: string, file: string): boolean {
    const known = script.slice(script.lastIndexOf(UNKNOWN_PART) + 1)
    const parts = known.split("/").filter((part) => part !== "" && part !== ".")
    const isRelative = known === script && !script.startsWith("/")
    if (isRelative) {
      // Nobody knows where the launcher is run: in its own folder, or in one above it.
      for (let folder = parentOf(launcher); folder !== ""; folder = parentOf(folder))
        if (resolved(folder, parts) === file) return true
      return false
    }
    // Of `$HOME/jobs/etl.py`, or a path on the cluster, as much as is known must fit.
    const tail = parts.slice(parts.lastIndexOf("..") + 1)
    if (tail.length === 0 || !known.includes("/")) return false
    if (script.startsWith("/") && known === script) return file === script || this.#isOnly(file, tail.at(-1)!)
    return file.endsWith(`/${tail.join("/")}`) && (tail.length > 1 || this.#isOnly(file, tail[0]!))
  }

  #isOnly(file: string, name: string): boolean {
    const same = this.#python.get(name)
    return same !== undefined && same.size === 1 && same.has(file)
  }
}

/** Of several launches what all of them set alike; unknown where they differ, or where one does not set it. */
function agreed(launches: readonly (readonly LaunchConf[])[]): LaunchConf[] {
  const found = new Map<string, LaunchConf>()
  for (const conf of launches.flat())
    if (!found.has(conf.key)) {
      const others = launches.map((each) => each.findLast(({ key }) => key === conf.key))
      const same = others.every((other) => other?.value === conf.value)
      found.set(conf.key, same ? others[0]! : { ...conf, value: undefined })
    }
  return [...found.values()]
}

function resolved(folder: string, parts: readonly string[]): string {
  const path = folder.split("/")
  for (const part of parts)
    if (part === "..") path.pop()
    else path.push(part)
  return path.join("/")
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}
