import { type Configs, createConfigs, type FileConfig, type RuleInfo } from "../config/index.ts"
import type { ConfigProblem, ResolvedConfig } from "../config/types.ts"
import { editorKeys } from "../protocol.ts"
import type { Host, Log } from "./host.ts"

/** What is in force for one document. */
export interface DocumentConfig {
  /** The same object until a file or a setting changes. */
  readonly config: ResolvedConfig
  /** False: the file is excluded or Shufflewise is switched off for it. */
  readonly linted: boolean
  /** What each action costs is shown over it. */
  readonly lenses: boolean
  /** The workspace's other files are looked through in the background. */
  readonly indexes: boolean
}

/** What the client says for one document: the object below `shufflewise.`, and the folder it belongs to. */
export interface ClientSettings {
  readonly values: unknown
  /** Path of the workspace folder, separated by `/`. */
  readonly folder: string | undefined
}

/** What problems in a client's settings are attributed to. */
const EDITOR = "editor settings"

/** Resolves and remembers configurations: the nearest file of each document, the client's settings on top. */
export class Settings {
  private readonly host: Host
  private readonly log: Log
  private readonly rules: Promise<readonly RuleInfo[]>
  private readonly ask: (uri: string) => Promise<ClientSettings>
  /** By document. */
  private readonly resolved = new Map<string, Promise<DocumentConfig>>()
  /** By what the client says: most workspaces have one entry. */
  private readonly configs = new Map<string, Configs>()
  /** Every file that was looked for, and what it held then. */
  private readonly texts = new Map<string, string | undefined>()
  private readonly logged = new Set<string>()
  /** Called when the problems in configuration files may have changed. */
  onProblems: () => void = () => {}

  /** `ask` gets a client's settings for a document; it must not fail. */
  constructor(
    host: Host,
    log: Log,
    rules: Promise<readonly RuleInfo[]>,
    ask: (uri: string) => Promise<ClientSettings>,
  ) {
    this.host = host
    this.log = log
    this.rules = rules
    // `of` tells its callers of a failure; before the first call there is nobody to tell.
    rules.catch(() => {})
    this.ask = ask
  }

  /** The configuration of a document. Fails only if the engine cannot be loaded. */
  of(uri: string): Promise<DocumentConfig> {
    let known = this.resolved.get(uri)
    if (known === undefined) {
      known = this.resolve(uri)
      // Whoever needs the result awaits it; a call made ahead of the need must not count as unhandled.
      known.catch(() => {})
      this.resolved.set(uri, known)
    }
    return known
  }

  /**
   * The configurations of files that nobody has open, by their paths. The client is asked once for each folder and not
   * for each file; `folders` are URIs.
   */
  async ofClosed(folders: readonly string[]): Promise<(path: string) => DocumentConfig> {
    const rules = await this.rules
    const asked = await Promise.all(folders.map((uri) => this.ask(`${uri}/`)))
    const byLength = asked.toSorted((a, b) => (b.folder?.length ?? 0) - (a.folder?.length ?? 0))
    return (path) => {
      const settings =
        byLength.find(({ folder }) => folder !== undefined && path.startsWith(`${folder}/`)) ?? byLength[0]
      const given = settings ?? { values: undefined, folder: undefined }
      return documentConfig(given.values, this.configsFor(given, rules).forFile(path))
    }
  }

  forget(uri: string): void {
    this.resolved.delete(uri)
  }

  /** Forgets what clients said and all that follows. */
  settingsChanged(): void {
    this.logged.clear()
    this.resolved.clear()
    this.configs.clear()
    this.texts.clear()
    this.onProblems()
  }

  /** Looks at the configuration files again. True where one has changed: then everything is resolved anew. */
  filesChanged(): boolean {
    const same = [...this.texts].every(([path, text]) => this.host.readFile(path) === text)
    if (same) return false
    this.settingsChanged()
    return true
  }

  /** Everything wrong in the configuration files in use. */
  problems(): readonly ConfigProblem[] {
    return [...this.configs.values()].flatMap((each) => each.problems()).filter((problem) => problem.path !== EDITOR)
  }

  private async resolve(uri: string): Promise<DocumentConfig> {
    const [rules, settings] = await Promise.all([this.rules, this.ask(uri)])
    const path = uri.startsWith("file:") ? this.host.pathOf(uri) : undefined
    const found = this.configsFor(settings, rules).forFile(path)
    this.logEditorProblems(found.problems)
    this.onProblems()
    return documentConfig(settings.values, found)
  }

  private configsFor({ values, folder }: ClientSettings, rules: readonly RuleInfo[]): Configs {
    const key = JSON.stringify([values, folder])
    let configs = this.configs.get(key)
    if (configs === undefined) {
      const { layer, configFile } = splitSettings(values)
      configs = createConfigs({
        rules,
        readFile: (path) => this.readFile(path),
        layers: [{ source: EDITOR, values: layer, folder }],
        configFile: configFile === undefined ? undefined : absolute(configFile, folder),
      })
      this.configs.set(key, configs)
    }
    return configs
  }

  private readFile(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.host.readFile(path))
    return this.texts.get(path)
  }

  private logEditorProblems(problems: FileConfig["problems"]): void {
    for (const problem of problems) {
      if (problem.path !== EDITOR || this.logged.has(problem.message)) continue
      this.logged.add(problem.message)
      this.log.warn(`${EDITOR}: ${problem.message}`)
    }
  }
}

function documentConfig(values: unknown, { config, excluded }: FileConfig): DocumentConfig {
  const lenses = (values as { codeLens?: unknown } | null | undefined)?.codeLens === true
  const indexes = (values as { index?: unknown } | null | undefined)?.index !== false
  return { config, linted: config.enable && !excluded, lenses, indexes }
}

/** Parts what configures the linter from what configures the editor's side. `null` says nothing, as an unset setting. */
function splitSettings(values: unknown): { layer: Record<string, unknown>; configFile: string | undefined } {
  const given = typeof values === "object" && values !== null ? Object.entries(values) : []
  const configFile = given.find(([key]) => key === "configFile")?.[1]
  return {
    layer: Object.fromEntries(given.filter(([key, value]) => value !== null && !editorKeys.has(key))),
    configFile: typeof configFile === "string" && configFile !== "" ? configFile : undefined,
  }
}

function absolute(path: string, folder: string | undefined): string {
  const slashed = path.replaceAll("\\", "/")
  return /^(?:\/|[A-Za-z]:\/)/.test(slashed) || folder === undefined ? slashed : `${folder}/${slashed}`
}
