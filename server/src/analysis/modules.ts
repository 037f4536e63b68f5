import type { Value } from "../../../rules/api.ts"
import type { Module } from "../syntax/ast.ts"
import { Confs } from "./confs.ts"
import { runModule } from "./index.ts"
import { Interpreter } from "./interpreter.ts"
import { Source } from "./source.ts"
import type { AnalyzeInput, ImportResolver } from "./types.ts"
import { module } from "./values.ts"

/** What the index needs of the world: files by their absolute paths, with `/` between the parts. */
export interface ModuleFiles {
  /** The text of a file, or undefined where there is none or it can't be read. */
  read(path: string): string | undefined
  isFile(path: string): boolean
}

/** Folders above the importing file that are tried as the start of an absolute import. */
const MAX_ROOTS = 8
/** Modules that one import may lead to, through imports of imports. */
const MAX_DEPTH = 12
/** Characters beyond which a module is not followed: generated code and data. */
const MAX_LENGTH = 400_000

interface Entry {
  readonly text: string
  readonly interpreter: Interpreter | undefined
  /** Files that its value depends on, its own aside. */
  readonly imports: ReadonlySet<string>
}

type Settings = Pick<AnalyzeInput, "target" | "tables" | "conf">

/** Names of modules that are never the workspace's, so that nobody looks for their files. */
const KNOWN =
  /^(pyspark|pandas|numpy|os|sys|re|json|datetime|typing|collections|functools|logging|math|time|argparse|pathlib|random|uuid|abc|dataclasses|itertools|__future__)(\.|$)/

/**
 * The modules of a workspace, interpreted when first imported and kept until they change. What a module exports is what
 * its top level leaves behind; its functions are interpreted where they are called.
 */
export class Modules {
  readonly #parse: (text: string) => Module
  readonly #files: ModuleFiles
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Set<string>()
  #found = new Map<string, string | null>()
  /** Importing file → files that it led to, by the last interpretation. */
  readonly #dependents = new Map<string, Set<string>>()

  constructor(parse: (text: string) => Module, files: ModuleFiles) {
    this.#parse = parse
    this.#files = files
  }

  /** Forgets a file that changed, came or went, and all that depends on it. Gives the files whose values may be others now. */
  changed(path: string): Set<string> {
    this.#found = new Map()
    const stale = new Set([path])
    for (let grew = true; grew; ) {
      grew = false
      for (const [file, entry] of this.#entries)
        if (!stale.has(file) && [...entry.imports].some((one) => stale.has(one))) {
          stale.add(file)
          grew = true
        }
    }
    for (const file of stale) this.#entries.delete(file)
    for (const [file, imports] of this.#dependents) if ([...imports].some((one) => stale.has(one))) stale.add(file)
    return stale
  }

  /** Resolves the imports of one file. `used` is filled with the files that were looked into. */
  resolver(path: string, settings: Settings): ImportResolver & { readonly used: ReadonlySet<string> } {
    const used = new Set<string>()
    this.#dependents.set(path, used)
    return {
      used,
      resolve: (name, level, member) => {
        const file = this.#locate(path, name, level)
        if (file) {
          if (member === null) return module(`file:${file}`)
          const found = this.#member(file, member, settings, used)
          if (found) return found
        }
        // `from package import module`
        if (member === null) return undefined
        const inner = name.startsWith("file:")
          ? this.#within(name.slice("file:".length), member)
          : this.#locate(path, name ? `${name}.${member}` : member, level)
        return inner ? module(`file:${inner}`) : undefined
      },
    }
  }

  /** A name that a module's top level binds. */
  #member(file: string, name: string, settings: Settings, used: Set<string>): Value | undefined {
    const entry = this.#entry(file, settings)
    if (!entry) return undefined
    used.add(file)
    for (const one of entry.imports) used.add(one)
    return entry.interpreter?.globals.vars.get(name)
  }

  #entry(file: string, settings: Settings): Entry | undefined {
    const known = this.#entries.get(file)
    if (known) return known
    if (this.#running.has(file) || this.#running.size >= MAX_DEPTH) return undefined
    const text = this.#files.read(file)
    if (text === undefined) return undefined
    this.#running.add(file)
    const imports = this.resolver(file, settings)
    let interpreter: Interpreter | undefined
    if (text.length <= MAX_LENGTH) {
      const parsed = this.#parse(text)
      const input: AnalyzeInput = { ...settings, module: parsed, text, path: file, imports }
      interpreter = new Interpreter(input, new Confs(), new Source(file, text, parsed))
      runModule(interpreter)
    }
    this.#running.delete(file)
    const entry = { text, interpreter, imports: imports.used }
    this.#entries.set(file, entry)
    return entry
  }

  #within(file: string, name: string): string | undefined {
    if (!file.endsWith("/__init__.py")) return undefined
    return this.#file(`${file.slice(0, -"/__init__.py".length)}/${name}`)
  }

  /** The file of a module as an import in `from` names it, or undefined where it isn't in the workspace. */
  #locate(from: string, name: string, level: number): string | undefined {
    if (name.startsWith("file:")) return name.slice("file:".length)
    if (level === 0 && (name === "" || KNOWN.test(name))) return undefined
    const key = `${from.slice(0, from.lastIndexOf("/"))}\0${level}\0${name}`
    const known = this.#found.get(key)
    if (known !== undefined) return known ?? undefined
    const found = this.#search(from, name, level)
    this.#found.set(key, found ?? null)
    return found
  }

  #search(from: string, name: string, level: number): string | undefined {
    const parts = name ? name.split(".") : []
    let folder = from.slice(0, from.lastIndexOf("/"))
    if (level > 0) {
      for (let up = 1; up < level; up++) folder = folder.slice(0, folder.lastIndexOf("/"))
      return this.#file([folder, ...parts].join("/"))
    }
    for (let up = 0; up < MAX_ROOTS && folder !== ""; up++) {
      const found = this.#file([folder, ...parts].join("/")) ?? this.#file([folder, "src", ...parts].join("/"))
      if (found) return found
      folder = folder.slice(0, folder.lastIndexOf("/"))
    }
    return undefined
  }

  #file(base: string): string | undefined {
    for (const file of [`${base}.py`, `${base}/__init__.py`]) if (this.#files.isFile(file)) return file
    return undefined
  }
}
