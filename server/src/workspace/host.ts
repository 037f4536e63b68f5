import type { FileSize } from "../analysis/file-size.ts"

/** What the server needs from the place it runs in; `node.ts` gives Node's, a browser entry would give its own. */
export interface Host {
  /** Milliseconds since the process started. */
  uptime(): number
  /** Milliseconds on a clock that never goes back. */
  now(): number
  /** The text of a file, or undefined where there is none or it cannot be read as UTF-8 text. */
  readFile(path: string): string | undefined
  isFile(path: string): boolean
  /** Whether there is a file or folder. */
  exists(path: string): boolean
  /**
   * The Python files and notebooks below a folder that git does not ignore, and those that `also` takes by their names,
   * with undefined between folders, to pause at.
   */
  workspaceFiles(folder: string, also: (name: string) => boolean): Promise<Iterable<string | undefined>>
  /**
   * What a file, or the files of a folder, hold, looked up without keeping anybody waiting; undefined where nothing is
   * there, or more than can be looked at. Nothing outside of `roots` is looked at, wherever links lead; undefined: no bounds.
   */
  measure(path: string, roots: readonly string[] | undefined): Promise<FileSize | undefined>
  /** The page of a rule as markdown, from the program's own files; undefined where there is none of this name. */
  rulePage(rule: string): string | undefined
  /** The path of a `file:` URI, separated by `/` on every system; of any other URI its path part. */
  pathOf(uri: string): string
  /** The `file:` URI of a path. */
  uriOf(path: string): string
  /** Resolves after the messages that have already arrived were handed on. */
  settle(): Promise<void>
  /**
   * Runs `work`, and stops it after `milliseconds` even in the middle of an endless loop: then throws `OutOfTime`.
   * What the work was changing is then half done, so it must own all of it.
   */
  bounded<T>(work: () => T, milliseconds: number): T
}

/** Thrown by `Host.bounded`. */
export class OutOfTime extends Error {
  constructor(milliseconds: number) {
    super(`stopped after ${milliseconds} ms`)
    this.name = "OutOfTime"
  }
}

/** Where the server's log goes. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
