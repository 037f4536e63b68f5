import { compileGlobs, type PathTest } from "./globs.ts"
import { type LoadedConfig, loadConfig, type ReadFile } from "./load.ts"
import { foldersAbove } from "./paths.ts"
import { resolveSettings } from "./resolve.ts"
import { type RuleInfo, schemaFor } from "./schema.ts"
import type { FileSettings, Settings } from "./settings.ts"
import type { ConfigProblem, ResolvedConfig } from "./types.ts"
import { type ReportProblem, validate } from "./validate.ts"

export type { ReadFile } from "./load.ts"
export { didYouMean, nearest } from "./nearest.ts"
export { compareVersions, defaultConfig } from "./resolve.ts"
export { type RuleInfo, schemaFor, sparkVersions } from "./schema.ts"

/** Names of configuration files, the stronger first. */
export const configFileNames = ["shufflewise.toml", "pyproject.toml"] as const

/** Settings that lie on top of the files: an editor's, or the command line's. */
export interface SettingsLayer {
  /** What problems call it: `editor settings`. */
  readonly source: string
  /** Keys as in the files, in kebab-case or camelCase. Not trusted: it is validated like a file. */
  readonly values: unknown
  /** Folder that its globs count from; undefined: they match anywhere. */
  readonly folder?: string
}

export interface ConfigsOptions {
  readonly readFile: ReadFile
  /** Every rule that can be named, those about suppressions included. */
  readonly rules: readonly RuleInfo[]
  /** Use this file, and look for no other. Absolute, separated by `/`. */
  readonly configFile?: string
  /** A later one wins over an earlier one, and all of them over files. */
  readonly layers?: readonly SettingsLayer[]
}

/** The configuration of one file. */
export interface FileConfig {
  /** The same object for all files for which the same settings are in force. */
  readonly config: ResolvedConfig
  /** A glob of `exclude` matches the file or a folder above it. */
  readonly excluded: boolean
  /** Of the files it was resolved from and of the layers (`path` is then the layer's source). */
  readonly problems: readonly ConfigProblem[]
}

/** Resolves configurations and remembers them; make a new one when a file or a setting changes. */
export interface Configs {
  /** The configuration of a file (absolute path, separated by `/`), or of no file at all: an unsaved text. */
  forFile(path: string | undefined): FileConfig
  /** Whether `exclude` rules out a file or folder. */
  excludes(path: string): boolean
  /** Everything wrong in the files and layers looked at so far, each once. */
  problems(): readonly ConfigProblem[]
}

interface Layer {
  readonly settings: FileSettings
  readonly tests: readonly PathTest[]
}

/** All that is the same for the files that one configuration file governs. */
interface Scope {
  readonly layers: readonly Layer[]
  readonly excluded: PathTest
  readonly exclude: readonly string[]
  readonly sources: readonly string[]
  readonly problems: readonly ConfigProblem[]
  /** By the overrides that match. */
  readonly resolved: Map<string, ResolvedConfig>
}

export function createConfigs(options: ConfigsOptions): Configs {
  const schema = schemaFor(options.rules)
  const extras = (options.layers ?? []).map((layer) => {
    const problems: ConfigProblem[] = []
    const report: ReportProblem = (problem) => problems.push({ path: layer.source, ...problem })
    const clean = validate(schema, layer.values ?? {}, undefined, `the ${layer.source}`, report)
    return { settings: (clean ?? {}) as FileSettings, folder: layer.folder, problems }
  })
  const scopes = new Map<string, Scope>()
  const byFolder = new Map<string, Scope>()

  function scopeOf(path: string | undefined): Scope {
    if (options.configFile !== undefined) return named(options.configFile)
    if (path === undefined) return scope(undefined)
    const passed: string[] = []
    let found: Scope | undefined
    for (const folder of foldersAbove(path)) {
      found = byFolder.get(folder)
      if (found !== undefined) break
      passed.push(folder)
      const file = configIn(folder)
      if (file === undefined) continue
      found = scope(file)
      break
    }
    found ??= scope(undefined)
    for (const folder of passed) byFolder.set(folder, found)
    return found
  }

  function configIn(folder: string): LoadedConfig | undefined {
    for (const name of configFileNames) {
      const loaded = loadConfig(`${folder === "/" ? "" : folder}/${name}`, options.readFile, schema)
      if (loaded !== undefined) return loaded
    }
    return undefined
  }

  function named(path: string): Scope {
    const known = scopes.get(path)
    if (known !== undefined) return known
    const loaded = loadConfig(path, options.readFile, schema)
    if (loaded !== undefined) return scope(loaded)
    const message =
      options.readFile(path) === undefined
        ? "cannot read this configuration file; check its path"
        : "this file has no table [tool.shufflewise]"
    return scope({ path, layers: [], sources: [], problems: [{ path, start: 0, end: 0, severity: "error", message }] })
  }

  function scope(loaded: LoadedConfig | undefined): Scope {
    const key = loaded?.path ?? ""
    const known = scopes.get(key)
    if (known !== undefined) return known
    const folder = loaded === undefined ? undefined : loaded.path.slice(0, loaded.path.lastIndexOf("/")) || "/"
    const fromFiles = (loaded?.layers ?? []).map((settings) => ({ settings, folder }))
    const all = [...fromFiles, ...extras]
    const exclusions = all.map((layer) => compileGlobs(layer.settings.exclude ?? [], layer.folder))
    const made: Scope = {
      layers: all.map(({ settings, folder: base }) => ({
        settings,
        tests: (settings.overrides ?? []).map((override) => compileGlobs(override.files, base)),
      })),
      excluded: (path) => exclusions.some((test) => test(path)),
      exclude: [...new Set(all.flatMap((layer) => layer.settings.exclude ?? []))],
      sources: [...new Set(loaded?.sources ?? [])],
      problems: unique([...(loaded?.problems ?? []), ...extras.flatMap((extra) => extra.problems)]),
      resolved: new Map(),
    }
    scopes.set(key, made)
    return made
  }

  return {
    forFile(path) {
      const { layers, excluded, exclude, sources, problems, resolved } = scopeOf(path)
      const matches = layers.map((layer) => layer.tests.map((test) => path !== undefined && test(path)))
      const key = matches.flat().map(Number).join("")
      let config = resolved.get(key)
      if (config === undefined) {
        const settings = layers.flatMap((layer, index): Settings[] => [
          layer.settings,
          ...(layer.settings.overrides ?? []).filter((_, at) => matches[index]![at]),
        ])
        config = resolveSettings(settings, options.rules, exclude, sources)
        resolved.set(key, config)
      }
      return { config, excluded: path !== undefined && excluded(path), problems }
    },
    excludes: (path) => scopeOf(path).excluded(path),
    problems: () => unique([...scopes.values()].flatMap((each) => each.problems)),
  }
}

/** A file that two others extend tells its problems once. */
function unique(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...seen.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.start - b.start))
}
