import type { ConfSetting, Site, Value } from "../../../rules/api.ts"
import type { Module } from "../syntax/ast.ts"
import { Confs } from "./confs.ts"
import { ImportGraph } from "./import-graph.ts"
import { isPyspark, qualifiedAt } from "./imports.ts"
import { runModule } from "./index.ts"
import { Interpreter } from "./interpreter.ts"
import type { ModuleFiles } from "./module-paths.ts"
import { noteUses } from "./program.ts"
import type { Scope } from "./scope.ts"
import { Source } from "./source.ts"
import type { AnalyzeInput, ImportResolver } from "./types.ts"
import { module } from "./values.ts"

export type { ModuleFiles } from "./module-paths.ts"

/** Characters beyond which a module is not followed: generated code and data. */
const MAX_LENGTH = 400_000
/** Modules that are interpreted for one file's imports; what lies beyond is unknown there. */
const MAX_CLOSURE = 1000
/** Modules that are asked for one name, from `import *` to `import *`. */
const MAX_STARS = 50
const NOWHERE: Site = { top: { offset: 0 }, start: 0, end: 0 }

type Settings = Pick<AnalyzeInput, "target" | "tables" | "conf">

/** Who asks for a name: the file that is analysed, and the one in whose code the name stands. */
interface Asker {
  readonly root: string
  readonly from: string
}

interface Mentions {
  readonly spark: boolean
  readonly rival: boolean
}

/** What a module's top level leaves behind; undefined where it is not followed. */
type Entry = { readonly scope: Scope; readonly mentions: Mentions; readonly confs: readonly ConfSetting[] } | undefined

/**
 * The modules of a workspace, interpreted when first imported and kept until they change. What a module exports is what
 * its top level leaves behind; its functions are interpreted where they are called. Modules are interpreted after those
 * that they import, so that what one gives does not depend on who asked first. For one set of settings.
 */
export class Modules {
  readonly #parse: (text: string) => Module
  readonly #files: ModuleFiles
  readonly #settings: Settings
  readonly #without: ReadonlySet<string>
  readonly #graph: ImportGraph
  readonly #entries = new Map<string, Entry>()
  /** Modules that were interpreted for each file. */
  readonly #spent = new Map<string, number>()
  readonly #most: number
  #running: string | undefined
  #characters = 0

  /** Files in `without` are not followed: their analysis did not end. For no file more than `most` modules are. */
  constructor(
    parse: (text: string) => Module,
    files: ModuleFiles,
    settings: Settings,
    without: ReadonlySet<string> = new Set(),
    most = MAX_CLOSURE,
  ) {
    this.#parse = parse
    this.#files = files
    this.#settings = settings
    this.#without = without
    this.#most = most
    this.#graph = new ImportGraph(files)
  }

  /** Characters of all modules that were interpreted: some fifty bytes of memory each. */
  get characters(): number {
    return this.#characters
  }

  /** The module that is being interpreted; after a watchdog has stopped the work, the one that is to blame. */
  get running(): string | undefined {
    return this.#running
  }

  /** Forgets a file that changed, came or went, and all that depends on it. Gives the files whose values may be others now. */
  changed(path: string): Set<string> {
    const stale = this.#graph.changed(path)
    for (const file of stale) this.#entries.delete(file)
    this.#spent.clear()
    return stale
  }

  /** Whether everything that a file imports was interpreted, or as much of it as may be. */
  isReady(path: string): boolean {
    return this.isSpent(path) || this.#missing(path).length === 0
  }

  /** Whether a file's imports lead to as many modules as are followed, or more. */
  isSpent(path: string): boolean {
    return (this.#spent.get(path) ?? 0) >= this.#most
  }

  /**
   * Interprets what a file's imports lead to, a few modules at a time: one step parses them, the next interprets them.
   * Files must not change between the steps; where one has, begin anew.
   */
  *prepare(path: string): Generator<void> {
    for (const group of this.#missing(path)) {
      if (this.isSpent(path)) return
      this.#spend(path, group)
      const parsed = this.#parseGroup(group)
      yield
      this.#interpretGroup(group, parsed)
      yield
    }
  }

  /** The files that a file's imports may lead to, by its text alone. */
  importsOf(path: string): ReadonlySet<string> {
    return this.#graph.importsOf(path)
  }

  /** Resolves the imports of one file, which need not be prepared. */
  resolver(path: string): ImportResolver {
    // So that a change of what it imports tells of it.
    this.#graph.importsOf(path)
    return {
      resolve: (name, level, member, from = path) => this.#resolve({ root: path, from }, name, level, member),
      mentions: (name, level, from = path) => this.#entry({ root: path, from }, name, level)?.mentions,
      confs: (name, from = path) => this.#entry({ root: path, from }, name, 0)?.confs ?? [],
    }
  }

  #entry(asker: Asker, name: string, level: number): Entry {
    const file = this.#graph.paths.locate(asker.from, name, level)
    return file !== undefined && this.#mayUse(asker, file, name) ? this.#entries.get(file) : undefined
  }

  #resolve(asker: Asker, name: string, level: number, member: string | null): Value | undefined {
    const { from } = asker
    const file = this.#graph.paths.locate(from, name, level)
    if (file !== undefined) {
      if (member === null) return module(`file:${file}`)
      const found = this.#mayUse(asker, file, name) ? this.#member(file, member) : undefined
      if (found) return found
    }
    // `from package import module`
    if (member === null) return undefined
    const inner = name.startsWith("file:")
      ? this.#graph.paths.within(name.slice("file:".length), member)
      : this.#graph.paths.locate(from, name ? `${name}.${member}` : member, level)
    return inner !== undefined && this.#mayUse(asker, inner, "") ? module(`file:${inner}`) : undefined
  }

  /** While a module is interpreted it sees what it imports and nothing else, whatever else is known by chance. */
  #mayUse({ root, from }: Asker, file: string, name: string): boolean {
    if (this.#running !== undefined) return name.startsWith("file:") || this.#graph.importsOf(from).has(file)
    this.#graph.use(from, file)
    if (this.#entries.has(file)) return true
    if (this.isSpent(root)) return false
    for (const group of this.#missing(file, true)) {
      this.#spend(root, group)
      this.#interpretGroup(group)
    }
    return true
  }

  #spend(path: string, group: readonly string[]): void {
    this.#spent.set(path, (this.#spent.get(path) ?? 0) + group.length)
  }

  /** A name that a module's top level binds. `asked` are the modules that were asked already: each is once. */
  #member(file: string, name: string, asked: Set<string> = new Set()): Value | undefined {
    if (asked.has(file) || asked.size >= MAX_STARS) return undefined
    asked.add(file)
    const scope = this.#entries.get(file)?.scope
    const own = scope?.vars.get(name)
    if (own !== undefined || scope?.stars === undefined) return own
    for (const star of scope.stars.toReversed()) {
      if (isPyspark(star)) {
        const pyspark = qualifiedAt(`${star}.${name}`, NOWHERE)
        if (pyspark.kind !== "unknown") return pyspark
        continue
      }
      const level = /^\.*/.exec(star)![0].length
      const source = this.#graph.paths.locate(file, star.slice(level), level)
      const found = source === undefined ? undefined : this.#member(source, name, asked)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** What a file's imports lead to and was not interpreted yet, in the order to do it; the file itself if `own`. */
  #missing(path: string, own = false): string[][] {
    const left = this.#most - (this.#spent.get(path) ?? 0)
    const groups = this.#graph.order(path, (file) => this.#entries.has(file), 1 + Math.max(0, left))
    const last = groups.at(-1)!
    // In a circle the others need it as a module.
    return own || last.length > 1 ? groups.filter((group) => !this.#entries.has(group[0]!)) : groups.slice(0, -1)
  }

  /** Modules that import each other are interpreted twice: the second time each sees what the others left. */
  #interpretGroup(group: readonly string[], parsed = this.#parseGroup(group)): void {
    const rounds = group.length > 1 ? 2 : 1
    for (let round = 0; round < rounds; round++)
      for (const file of group) {
        this.#running = file
        this.#entries.set(file, this.#interpret(file, parsed))
        this.#running = undefined
      }
  }

  #parseGroup(group: readonly string[]): ReadonlyMap<string, Source> {
    const parsed = new Map<string, Source>()
    for (const path of group) {
      const text = this.#without.has(path) ? undefined : this.#files.read(path)
      if (text === undefined || text.length > MAX_LENGTH) continue
      this.#running = path
      this.#characters += text.length
      parsed.set(path, new Source(path, text, this.#parse(text)))
      this.#running = undefined
    }
    return parsed
  }

  #interpret(path: string, parsed: ReadonlyMap<string, Source>): Entry {
    const source = parsed.get(path)
    if (source === undefined) return undefined
    const { text, module: ast } = source
    const input: AnalyzeInput = { ...this.#settings, module: ast, text, path, imports: this.resolver(path) }
    const interpreter = new Interpreter(input, new Confs(), source)
    runModule(interpreter)
    // so that what is cached here is known as cached elsewhere
    noteUses(interpreter.calls)
    const { mentionsSpark, rival } = source
    const confs = interpreter.confs.settings
    return { scope: interpreter.globals, mentions: { spark: mentionsSpark, rival }, confs }
  }
}
