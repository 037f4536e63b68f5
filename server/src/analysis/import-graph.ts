import { scanImports } from "./import-scan.ts"
import { type ModuleFiles, ModulePaths } from "./module-paths.ts"

/** Which files of the workspace import which. Files are looked at when first asked about, and again after a change. */
export class ImportGraph {
  readonly paths: ModulePaths
  readonly #files: ModuleFiles
  readonly #imports = new Map<string, ReadonlySet<string>>()
  readonly #importers = new Map<string, Set<string>>()
  /** Files that use one which their text does not tell of, by that file: see `use`. */
  readonly #strays = new Map<string, Set<string>>()

  constructor(files: ModuleFiles) {
    this.#files = files
    this.paths = new ModulePaths(files)
  }

  /** The files that a file's imports may lead to, itself never among them. */
  importsOf(path: string): ReadonlySet<string> {
    let imports = this.#imports.get(path)
    if (imports === undefined) {
      imports = this.#located(path)
      this.#imports.set(path, imports)
      for (const one of imports) {
        const importers = this.#importers.get(one)
        if (importers) importers.add(path)
        else this.#importers.set(one, new Set([path]))
      }
    }
    return imports
  }

  /**
   * Hears that an analysis followed an import of `path` to `used`. In broken code the parser can see an import where
   * the text alone shows none, and a change of that file matters all the same.
   */
  use(path: string, used: string): void {
    if (path === used || this.importsOf(path).has(used)) return
    const users = this.#strays.get(used)
    if (users) users.add(path)
    else this.#strays.set(used, new Set([path]))
  }

  /**
   * A file and all that its imports lead to, those that are imported before those that import them. Files that import
   * each other in a circle stand together, sorted. Files that `done` are left out, with what only they lead to. No more
   * than `most` files are looked at.
   */
  order(root: string, done: (path: string) => boolean = () => false, most = Number.POSITIVE_INFINITY): string[][] {
    const groups: string[][] = []
    const index = new Map<string, number>()
    const low = new Map<string, number>()
    const open: string[] = []
    const isOpen = new Set<string>()
    const work: { path: string; rest: Iterator<string> }[] = []
    const begin = (path: string): void => {
      index.set(path, index.size)
      low.set(path, index.get(path)!)
      open.push(path)
      isOpen.add(path)
      work.push({ path, rest: this.importsOf(path)[Symbol.iterator]() })
    }
    begin(root)
    while (work.length > 0) {
      const { path, rest } = work.at(-1)!
      const next = rest.next()
      if (!next.done) {
        const one = next.value
        if (isOpen.has(one)) low.set(path, Math.min(low.get(path)!, index.get(one)!))
        else if (!index.has(one) && index.size < most && !done(one)) begin(one)
        continue
      }
      work.pop()
      const above = work.at(-1)?.path
      if (above !== undefined) low.set(above, Math.min(low.get(above)!, low.get(path)!))
      if (low.get(path) !== index.get(path)) continue
      const group = open.splice(open.lastIndexOf(path))
      for (const one of group) isOpen.delete(one)
      groups.push(group.sort())
    }
    return groups
  }

  /** Hears that a file changed, came or went. Gives it and the files whose imports lead or led to it. */
  changed(path: string): Set<string> {
    const stale = this.#leadingTo([path])
    if (!this.paths.changed(path)) {
      this.#forget(path)
      return stale
    }
    // An import may lead elsewhere now, in any file.
    const before = new Map(this.#imports)
    for (const file of before.keys()) this.#forget(file)
    const redirected = [...before].filter(([file, imports]) => !sameSet(this.importsOf(file), imports))
    for (const file of this.#leadingTo(redirected.map(([file]) => file))) stale.add(file)
    return stale
  }

  #located(path: string): ReadonlySet<string> {
    const found = new Set<string>()
    const add = (name: string, level: number): void => {
      const file = this.paths.locate(path, name, level)
      if (file !== undefined && file !== path) found.add(file)
    }
    for (const { module, level, names } of scanImports(this.#files.read(path) ?? "")) {
      // `import a.b` leads to `a` as well.
      if (names.length === 0)
        for (let at = module.indexOf("."); at > 0; at = module.indexOf(".", at + 1)) add(module.slice(0, at), level)
      add(module, level)
      for (const name of names) add(module === "" ? name : `${module}.${name}`, level)
    }
    return found
  }

  #leadingTo(paths: readonly string[]): Set<string> {
    const found = new Set(paths)
    for (const path of found)
      for (const by of [this.#importers, this.#strays]) for (const importer of by.get(path) ?? []) found.add(importer)
    return found
  }

  #forget(path: string): void {
    for (const one of this.#imports.get(path) ?? []) this.#importers.get(one)?.delete(path)
    this.#imports.delete(path)
  }
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one))
}
