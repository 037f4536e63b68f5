import { CallSites, type OutgoingCall, type ParameterTypes } from "../analysis/call-sites.ts"
import { isLaunchFile, type LaunchConf, Launches } from "../analysis/launch/index.ts"
import type { Modules } from "../analysis/modules.ts"
import { toldKey } from "../analysis/told.ts"
import type { ImportResolver } from "../analysis/types.ts"
import type { ResolvedConfig } from "../config/types.ts"
import type { Engine } from "./engine.ts"
import { type Host, type Log, OutOfTime } from "./host.ts"
import type { SourceFiles } from "./source-files.ts"

/** Configurations whose modules are kept; a workspace seldom has more at once. */
const MAX_CONFIGS = 4
/** Milliseconds of work on modules before a request that came in between is heard. */
const SLICE_MS = 15
/** Milliseconds after which a module, or a file's analysis for its calls, is given up. */
const BUDGET_MS = 4000

/** What files know of each other: the modules that they import, and who calls their functions with what. */
export class ModuleIndex {
  private readonly engine: Engine
  private readonly files: SourceFiles
  private readonly host: Host
  private readonly log: Log
  /** What was logged, each once. */
  private readonly told = new Set<string>()
  private readonly sites = new CallSites()
  private readonly launches = new Launches()
  private readonly byConfig = new Map<ResolvedConfig, Modules>()
  /** Files whose analysis did not end; another text is another chance. */
  private readonly hung = new Set<string>()

  constructor(engine: Engine, files: SourceFiles, host: Host, log: Log) {
    this.engine = engine
    this.files = files
    this.host = host
    this.log = log
  }

  resolver(path: string, config: ResolvedConfig): ImportResolver {
    return this.modules(config).resolver(path)
  }

  parametersOf(path: string): ParameterTypes | undefined {
    return this.sites.parametersOf(path)
  }

  /** Stands for what other files tell of a file: their calls of its functions, and what it is launched with. */
  toldOf(path: string): string {
    const launch = this.launches.of(path)
    return toldKey(this.sites.parametersOf(path)) + (launch.length === 0 ? "" : JSON.stringify(launch))
  }

  /** What a file is launched with, as far as the workspace's files were looked at. */
  launchOf(path: string): readonly LaunchConf[] {
    return this.launches.of(path)
  }

  /** Looks at a file that may say how others are launched, or that is launched itself. */
  noteLaunch(path: string): void {
    if (isLaunchFile(path)) this.launches.set(path, this.files.read(path))
    else if (path.endsWith(".py")) this.launches.set(path, this.files.isFile(path) ? "" : undefined)
  }

  /** Takes a file's calls in place of those it had. */
  noteCalls(path: string, calls: readonly OutgoingCall[]): void {
    const distinct = new Map(calls.filter((call) => call.path !== path).map((call) => [JSON.stringify(call), call]))
    this.sites.note(path, [...distinct.values()])
  }

  /** Hears that a file's text changed, or that it came or went. Gives the files that it may matter to, itself included. */
  changed(path: string): Set<string> {
    const stale = new Set([path])
    this.hung.delete(path)
    for (const modules of this.byConfig.values()) for (const one of modules.changed(path)) stale.add(one)
    return stale
  }

  /** Works for a short while on what a file imports. False where nothing is left to do. */
  prepare(path: string, config: ResolvedConfig): boolean {
    if (this.modules(config).isReady(path)) {
      if (this.modules(config).isSpent(path))
        this.tell(`${path}: its imports lead to more modules than are followed; names from those beyond are unknown`)
      return false
    }
    const end = this.host.now() + SLICE_MS
    const steps = this.modules(config).prepare(path)
    try {
      // Parsing has a budget of its own and must not be stopped half-way: it works inside wasm memory.
      while (this.host.now() < end && !steps.next().done) this.host.bounded(() => steps.next(), BUDGET_MS)
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error
      this.startAnew()
    }
    return true
  }

  /** Analyses a closed file for its calls of others' functions. Everything it imports must be prepared. */
  analyseForCalls(path: string, text: string, config: ResolvedConfig): void {
    const module = this.engine.syntax.parse(text)
    const input = {
      module,
      text,
      path,
      config,
      parameters: this.parametersOf(path),
      launch: undefined,
      sizeOf: undefined,
      imports: this.resolver(path, config),
    }
    try {
      this.noteCalls(
        path,
        this.host.bounded(() => this.engine.outgoing(input), BUDGET_MS),
      )
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error
      this.startAnew()
    }
  }

  /** Whether a file imports anything of the workspace, by its text alone. */
  hasImports(path: string, config: ResolvedConfig): boolean {
    return this.modules(config).importsOf(path).size > 0
  }

  /** After work was stopped anywhere in it: what modules hold may be half done. True where a module was to blame. */
  startAnew(): boolean {
    const before = this.hung.size
    for (const { running } of this.byConfig.values()) if (running !== undefined) this.hung.add(running)
    this.byConfig.clear()
    const seconds = BUDGET_MS / 1000
    for (const path of this.hung)
      this.tell(
        `${path}: its analysis, for those who import it, took longer than ${seconds} s and was stopped; what it defines is unknown to them until it changes`,
      )
    return this.hung.size > before
  }

  private tell(message: string): void {
    if (this.told.has(message)) return
    this.told.add(message)
    this.log.warn(message)
  }

  private modules(config: ResolvedConfig): Modules {
    const modules = this.byConfig.get(config) ?? this.engine.modules(this.files, config, new Set(this.hung))
    // The one that was used last goes last.
    this.byConfig.delete(config)
    this.byConfig.set(config, modules)
    const [oldest] = this.byConfig.keys()
    if (this.byConfig.size > MAX_CONFIGS) this.byConfig.delete(oldest!)
    return modules
  }
}
