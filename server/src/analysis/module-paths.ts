/** What the index needs of the world: files by their absolute paths, with `/` between the parts. */
export interface ModuleFiles {
  /** The text of a file, of a notebook that of its cells, or undefined where there is none or it can't be read. */
  read(path: string): string | undefined
  isFile(path: string): boolean
  /** Whether the workspace ends at a folder: absolute imports are not looked for above it. */
  isTop?(folder: string): boolean
}

/** Folders above the importing file that are tried as the start of an absolute import. */
const MAX_ROOTS = 8

/** Names of modules that are never the workspace's, so that nobody looks for their files. */
const KNOWN =
  /^(pyspark|pandas|numpy|os|sys|re|json|datetime|typing|collections|functools|logging|math|time|argparse|pathlib|random|uuid|abc|dataclasses|itertools|__future__)(\.|$)/

/** Which file an import leads to. Answers are kept until a file comes or goes. */
export class ModulePaths {
  readonly #files: ModuleFiles
  /** By folder, level and name. */
  #found = new Map<string, string | null>()
  /** What was said of files. */
  #there = new Map<string, boolean>()

  constructor(files: ModuleFiles) {
    this.#files = files
  }

  /** The file of a module as an import in `from` names it, or undefined where it isn't in the workspace. */
  locate(from: string, name: string, level: number): string | undefined {
    if (name.startsWith("file:")) return name.slice("file:".length)
    if (level === 0 && (name === "" || KNOWN.test(name))) return undefined
    if (name.startsWith("run:")) return this.#notebook(parentOf(from), name.slice("run:".length))
    const key = `${parentOf(from)}\0${level}\0${name}`
    const known = this.#found.get(key)
    if (known !== undefined) return known ?? undefined
    const found = this.#search(from, name, level)
    this.#found.set(key, found ?? null)
    return found
  }

  /** A module of a package that is given by its `__init__.py`. */
  within(file: string, name: string): string | undefined {
    return file.endsWith("/__init__.py") ? this.#file(`${parentOf(file)}/${name}`) : undefined
  }

  /** Hears that a file changed. True where it came or went, so that imports may lead elsewhere now. */
  changed(path: string): boolean {
    const before = this.#there.get(path)
    const there = this.#files.isFile(path)
    this.#there.set(path, there)
    // Of a file that nobody asked about yet, nothing depends on whether it is there.
    if (before === undefined || before === there) return false
    this.#found = new Map()
    return true
  }

  #search(from: string, name: string, level: number): string | undefined {
    const parts = name ? name.split(".") : []
    let folder = parentOf(from)
    if (level > 0) {
      for (let up = 1; up < level; up++) folder = parentOf(folder)
      return this.#file([folder, ...parts].join("/"))
    }
    for (let up = 0; up < MAX_ROOTS && folder !== ""; up++) {
      const found = this.#file([folder, ...parts].join("/")) ?? this.#file([folder, "src", ...parts].join("/"))
      if (found || this.#files.isTop?.(folder)) return found
      folder = parentOf(folder)
    }
    return undefined
  }

  /**
   * A notebook, `.py` or `.ipynb`, by its path relative to a folder. A path from the root is that of a Databricks
   * workspace, whose own folders nobody knows here: it is found where its end lies below a folder of the same name.
   */
  #notebook(folder: string, path: string): string | undefined {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".")
    if (!path.startsWith("/")) {
      const base = folder.split("/")
      for (const part of parts)
        if (part === "..") base.pop()
        else base.push(part)
      return this.#notebookFile(base.join("/"))
    }
    let above = folder
    for (let up = 0; up < MAX_ROOTS && above !== ""; up++) {
      const at = parts.lastIndexOf(above.slice(above.lastIndexOf("/") + 1))
      const found = at < 0 ? undefined : this.#notebookFile([above, ...parts.slice(at + 1)].join("/"))
      if (found || this.#files.isTop?.(above)) return found
      above = parentOf(above)
    }
    return undefined
  }

  #notebookFile(path: string): string | undefined {
    const names = /\.(py|ipynb)$/.test(path) ? [path] : [`${path}.py`, `${path}.ipynb`]
    return names.find((name) => this.#isThere(name))
  }

  #file(base: string): string | undefined {
    return [`${base}.py`, `${base}/__init__.py`].find((file) => this.#isThere(file))
  }

  #isThere(file: string): boolean {
    let there = this.#there.get(file)
    if (there === undefined) {
      there = this.#files.isFile(file)
      this.#there.set(file, there)
    }
    return there
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"))
}
