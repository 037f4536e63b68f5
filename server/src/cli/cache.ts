import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import path from "node:path"
import type { FileResult } from "./report.ts"

/** What is remembered of one file: the key of what was linted, and the day it was last of use. */
interface Entry {
  readonly key: string
  readonly day: number
  /** By what other files' calls told of its functions. */
  readonly results: Readonly<Record<string, FileResult>>
}

interface CacheFile {
  readonly build: string
  readonly entries: Readonly<Record<string, Entry>>
}

/** Days after which the result of a file that was not linted again is dropped. */
const maxDays = 30
const maxEntries = 50_000
/** Results of one file, the latest ones: a run takes as many as it has rounds. */
const maxResults = 4

/**
 * Results of files that have not changed, in one JSON file for each folder that is linted from. Whatever is wrong with
 * it, linting goes on without.
 */
export class ResultCache {
  private readonly file: string
  private readonly build: string
  private readonly entries: Map<string, Entry>
  private readonly day = Math.floor(Date.now() / 86_400_000)
  private changed = false

  /** `build` identifies the program: results of another one are not used. `from` is the folder that it runs in. */
  constructor(folder: string, build: string, from: string) {
    this.file = path.join(folder, `results-${digest(from).slice(0, 16)}.json`)
    this.build = build
    this.entries = new Map(Object.entries(read(this.file, build)))
  }

  /** `told` stands for what other files' calls told. */
  get(name: string, key: string, told: string): FileResult | undefined {
    const entry = this.entries.get(name)
    const result = entry?.key === key ? entry.results[told] : undefined
    if (result !== undefined && entry!.day !== this.day) this.put(name, key, told, result)
    return result
  }

  put(name: string, key: string, told: string, result: FileResult): void {
    const entry = this.entries.get(name)
    const others = entry?.key === key ? Object.entries(entry.results).filter(([each]) => each !== told) : []
    const results = Object.fromEntries([...others.slice(1 - maxResults), [told, result]])
    this.entries.set(name, { key, day: this.day, results })
    this.changed = true
  }

  /** Writes the file as a whole, so that a reader never sees half of it. Gives why it could not, if so. */
  save(): string | undefined {
    if (!this.changed) return undefined
    const kept = [...this.entries]
      .filter(([, entry]) => this.day - entry.day <= maxDays)
      .sort(([, a], [, b]) => b.day - a.day)
      .slice(0, maxEntries)
    const content = JSON.stringify({ build: this.build, entries: Object.fromEntries(kept) } satisfies CacheFile)
    const draft = `${this.file}.${process.pid}.tmp`
    try {
      mkdirSync(path.dirname(this.file), { recursive: true })
      writeFileSync(draft, content)
      renameSync(draft, this.file)
      return undefined
    } catch (error) {
      rmSync(draft, { force: true })
      return error instanceof Error ? error.message : String(error)
    }
  }
}

/** The folder for our files in the user's cache folder, as each system has it. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) return path.join(env.XDG_CACHE_HOME, "shufflewise")
  if (platform === "win32")
    return path.join(env.LOCALAPPDATA ?? path.join(homedir(), "AppData", "Local"), "shufflewise", "Cache")
  if (platform === "darwin") return path.join(homedir(), "Library", "Caches", "shufflewise")
  return path.join(homedir(), ".cache", "shufflewise")
}

/** A short digest of texts and bytes, each kept apart from the next. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(String(part.length)).update(":").update(part)
  return hash.digest("base64url").slice(0, 24)
}

function read(file: string, build: string): CacheFile["entries"] {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as Partial<CacheFile> | null
    return found?.build === build && typeof found.entries === "object" ? found.entries : {}
  } catch {
    return {}
  }
}
