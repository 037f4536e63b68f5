import { isLaunchFile } from "../analysis/launch/index.ts"
import type { Host } from "./host.ts"
import type { ModuleIndex } from "./module-index.ts"
import type { DocumentConfig } from "./settings.ts"
import type { SourceFiles } from "./source-files.ts"

/** Files that are looked at; past it, those that are open and what they import still are. */
const MAX_FILES = 2000
/** UTF-16 units beyond which a file is left out: its analysis would be felt by who types. */
const MAX_LENGTH = 100_000

/** Looks through the workspace's closed files for calls of other files' functions, in small steps. */
export class Indexer {
  private readonly index: ModuleIndex
  private readonly files: SourceFiles
  private readonly host: Host
  /** Found and not looked at yet. */
  private readonly due = new Set<string>()
  private seen = 0
  /** Files that were looked at, and how many there are in all as far as is known. */
  progress = { done: 0, total: 0 }

  constructor(index: ModuleIndex, files: SourceFiles, host: Host) {
    this.index = index
    this.files = files
    this.host = host
  }

  /** Takes a file that changed or came. */
  add(path: string): void {
    this.due.add(path)
  }

  get isDue(): boolean {
    return this.due.size > 0
  }

  /** Walks through folders, a folder a step, and remembers what is to be looked at. */
  async *find(folders: readonly string[]): AsyncGenerator<void> {
    for (const folder of folders)
      for (const path of await this.host.workspaceFiles(folder, isLaunchFile)) {
        if (path === undefined) yield
        else {
          this.index.noteLaunch(path)
          if (isLaunchFile(path)) continue
          if (this.seen++ >= MAX_FILES) return
          this.due.add(path)
        }
      }
  }

  /**
   * Looks at what is due, some milliseconds a step, each file by its own configuration; files that share one follow each
   * other, since they share the modules that they import. Those that are not linted tell nothing.
   */
  *look(configOf: (path: string) => DocumentConfig): Generator<void> {
    const due = [...this.due].map((path) => ({ path, ...configOf(path) }))
    this.progress = { done: 0, total: due.length }
    const configs = [...new Set(due.map(({ config }) => config))]
    for (const { path, config, linted } of configs.flatMap((one) => due.filter(({ config: own }) => own === one))) {
      this.due.delete(path)
      this.progress.done++
      if (this.files.isOpen(path)) continue
      const text = linted ? this.files.read(path) : undefined
      if (text === undefined || text.length > MAX_LENGTH || !this.index.hasImports(path, config)) {
        this.index.noteCalls(path, [])
        continue
      }
      while (this.index.prepare(path, config)) yield
      this.index.analyseForCalls(path, text, config)
      yield
    }
  }
}
