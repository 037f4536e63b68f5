import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import path from "node:path"
import ignore, { type Ignore } from "ignore"
import { describe } from "./read.ts"

/** A path that could not be looked at, and why. */
export interface WalkFailure {
  readonly path: string
  readonly reason: string
}

export interface Walked {
  /** Absolute paths, sorted, each once. */
  readonly files: readonly string[]
  readonly failures: readonly WalkFailure[]
}

/** Folders that hold no code of the user's. */
const skipped: ReadonlySet<string> = new Set([
  ".eggs",
  ".git",
  ".hg",
  ".ipynb_checkpoints",
  ".mypy_cache",
  ".nox",
  ".pytest_cache",
  ".ruff_cache",
  ".svn",
  ".tox",
  ".venv",
  "__pycache__",
  "node_modules",
  "site-packages",
  "spark-warehouse",
  "venv",
])

/** What git ignores by one `.gitignore`: the folder it stands in, and its rules. */
interface IgnoreFile {
  readonly folder: string
  readonly rules: Ignore
}

/**
 * Finds the Python files and notebooks below paths. A file that is named is taken whatever it is called and whatever
 * ignores it; folders are walked, without what `.gitignore` or `excludes` rules out. Symbolic links are followed only
 * to places inside the folder that was named, and to each place once.
 */
export function findFiles(paths: readonly string[], excludes: (path: string) => boolean): Walked {
  const files = new Set<string>()
  const failures: WalkFailure[] = []
  for (const named of paths) {
    const target = path.resolve(named)
    try {
      if (statSync(target).isDirectory()) for (const _ of new Walk(target, excludes, files, failures).steps());
      else files.add(target)
    } catch (error) {
      failures.push({ path: target, reason: describe(error) })
    }
  }
  return { files: [...files].sort(), failures }
}

/**
 * The files below a folder that are taken by their names, one by one, and undefined after each folder; of Python files
 * and notebooks the same as a whole walk finds.
 */
export function* walkSlowly(folder: string, takes: (name: string) => boolean): Generator<string | undefined> {
  const files = new Set<string>()
  const given = new Set<string>()
  for (const _ of new Walk(path.resolve(folder), () => false, files, [], takes).steps()) {
    for (const file of files)
      if (!given.has(file)) {
        given.add(file)
        yield file.split(path.sep).join("/")
      }
    files.clear()
    yield undefined
  }
}

/** Whether a walk takes a file by its name. */
export function isLinted(name: string): boolean {
  return name.endsWith(".py") || name.endsWith(".ipynb")
}

/** The walk through one named folder. */
class Walk {
  private readonly root: string
  private readonly realRoot: string
  private readonly excludes: (path: string) => boolean
  private readonly files: Set<string>
  private readonly failures: WalkFailure[]
  private readonly takes: (name: string) => boolean
  /** Real paths of folders and of linked files that were seen: links may lead to one place twice, or in a circle. */
  private readonly seen = new Set<string>()
  /** Links wait until all that is really there was seen, so that a file has its own name before a link's. */
  private readonly links: { path: string; ignores: readonly IgnoreFile[] }[] = []

  constructor(
    root: string,
    excludes: (path: string) => boolean,
    files: Set<string>,
    failures: WalkFailure[],
    takes: (name: string) => boolean = isLinted,
  ) {
    this.root = root
    this.realRoot = realpathSync(root)
    this.excludes = excludes
    this.files = files
    this.failures = failures
    this.takes = takes
  }

  /** Walks, a folder a step. */
  *steps(): Generator<void> {
    const above = ignoresAbove(this.root)
    // Who names an ignored folder wants it linted.
    yield* this.folder(this.root, this.realRoot, isIgnored(this.root, true, above) ? [] : above)
    for (let index = 0; index < this.links.length; index++) yield* this.link(this.links[index]!)
  }

  private *folder(folder: string, real: string, above: readonly IgnoreFile[]): Generator<void> {
    if (this.seen.has(real)) return
    this.seen.add(real)
    let entries: Dirent[]
    try {
      entries = readdirSync(folder, { withFileTypes: true })
    } catch (error) {
      this.failures.push({ path: folder, reason: describe(error) })
      return
    }
    const own = entries.some((entry) => entry.name === ".gitignore") ? readIgnore(folder, ".gitignore") : undefined
    const ignores = own === undefined ? above : [...above, own]
    for (const entry of entries) {
      const at = path.join(folder, entry.name)
      if (entry.isSymbolicLink()) this.links.push({ path: at, ignores })
      else if (entry.isDirectory()) {
        if (this.isWanted(at, true, ignores)) yield* this.folder(at, path.join(real, entry.name), ignores)
      } else if (entry.isFile() && this.takes(entry.name) && this.isWanted(at, false, ignores)) {
        this.files.add(at)
        this.seen.add(path.join(real, entry.name))
      }
    }
    yield
  }

  private *link(link: { path: string; ignores: readonly IgnoreFile[] }): Generator<void> {
    let real: string
    let isFolder: boolean
    try {
      real = realpathSync(link.path)
      isFolder = statSync(real).isDirectory()
    } catch {
      // A link to nowhere, or in a circle: nothing is there to lint.
      return
    }
    if (real !== this.realRoot && !real.startsWith(this.realRoot + path.sep)) return
    if (!this.isWanted(link.path, isFolder, link.ignores)) return
    if (isFolder) yield* this.folder(link.path, real, link.ignores)
    else if (this.takes(link.path) && !this.seen.has(real)) {
      this.seen.add(real)
      this.files.add(link.path)
      yield
    }
  }

  private isWanted(at: string, isFolder: boolean, ignores: readonly IgnoreFile[]): boolean {
    if (isFolder && skipped.has(path.basename(at))) return false
    return !isIgnored(at, isFolder, ignores) && !this.excludes(at)
  }
}

/** By the rules of git: of all that speak of a path the nearest has the last word. */
function isIgnored(at: string, isFolder: boolean, ignores: readonly IgnoreFile[]): boolean {
  let ignored = false
  for (const { folder, rules } of ignores) {
    const relative = path.relative(folder, at).split(path.sep).join("/")
    // The folder that the rules stand in is none of their business.
    if (relative === "") continue
    const result = rules.test(isFolder ? `${relative}/` : relative)
    if (result.ignored) ignored = true
    else if (result.unignored) ignored = false
  }
  return ignored
}

/** The ignore files of the folders above a root, up to that of its repository, outermost first. */
function ignoresAbove(root: string): IgnoreFile[] {
  const found: IgnoreFile[] = []
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (folder !== root) found.unshift(...present(readIgnore(folder, ".gitignore")))
    if (existsSync(path.join(folder, ".git"))) return [...present(readIgnore(folder, ".git/info/exclude")), ...found]
    // Outside of a repository nothing above the root counts.
    if (folder === path.dirname(folder)) return []
  }
}

function readIgnore(folder: string, name: string): IgnoreFile | undefined {
  try {
    return { folder, rules: ignore().add(readFileSync(path.join(folder, name), "utf8")) }
  } catch {
    return undefined
  }
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
