import { parse, TomlError } from "smol-toml"
import { didYouMean } from "./nearest.ts"
import { basename, dirname, resolve } from "./paths.ts"
import { compareVersions } from "./resolve.ts"
import type { Spec } from "./schema.ts"
import type { FileSettings, Settings } from "./settings.ts"
import { type Place, placesOf } from "./toml-places.ts"
import type { ConfigProblem } from "./types.ts"
import { type ReportProblem, validate } from "./validate.ts"

/** Reads a file's text; undefined where there is none, or it cannot be read. Paths are separated by `/`. */
export type ReadFile = (path: string) => string | undefined

/** A configuration file with all that it extends. */
export interface LoadedConfig {
  readonly path: string
  /** The settings of the files it extends and its own, farthest first: a later one wins. */
  readonly layers: readonly FileSettings[]
  /** The files that were read, this one first. */
  readonly sources: readonly string[]
  readonly problems: readonly ConfigProblem[]
}

/**
 * Reads a configuration file and the files that it extends. Never throws: what is wrong becomes a problem at its
 * place, and the rest is in force. Undefined when the file cannot be read, or is a `pyproject.toml` that does not
 * speak of Shufflewise.
 */
export function loadConfig(path: string, readFile: ReadFile, schema: Spec): LoadedConfig | undefined {
  return load(path, readFile, schema, [])
}

function load(path: string, readFile: ReadFile, schema: Spec, stack: readonly string[]): LoadedConfig | undefined {
  const text = readFile(path)
  if (text === undefined) return undefined
  const problems: ConfigProblem[] = []
  const report: ReportProblem = (problem) => problems.push({ path, ...problem })
  const table = ourTable(path, text, report)
  if (table === undefined) return undefined
  const settings = (validate(schema, table.value, table.place, "the configuration", report) ?? {}) as FileSettings
  checkSpark(settings, table.place, report)
  for (const [index, override] of (settings.overrides ?? []).entries())
    checkSpark(override, table.place?.entries.get("overrides")?.items[index], report)
  const bases: LoadedConfig[] = []
  for (const [index, target] of (settings.extends ?? []).entries()) {
    const places = table.place?.entries.get("extends")
    const at = places?.items[index] ?? places
    const base = loadBase(path, target, readFile, schema, [...stack, path])
    if (typeof base !== "string") bases.push(base)
    else report({ start: at?.start ?? 0, end: at?.end ?? 0, severity: "error", message: base })
  }
  return {
    path,
    layers: [...bases.flatMap((base) => base.layers), settings],
    sources: [path, ...bases.flatMap((base) => base.sources)],
    problems: [...problems, ...bases.flatMap((base) => base.problems)],
  }
}

/** A lowest version above the one that the code runs on makes no sense. */
function checkSpark(settings: Settings, place: Place | undefined, report: ReportProblem): void {
  const { target, min } = settings.spark ?? {}
  if (target === undefined || min === undefined || compareVersions(min, target) <= 0) return
  const at = place?.entries.get("spark")?.entries.get("min")
  const message = `\`min\` ${min} is above \`target\` ${target}; it is the lowest version that the code must run on`
  report({ start: at?.start ?? 0, end: at?.end ?? 0, severity: "error", message })
}

/** The file that `extends` names, or in words why it cannot be had. */
function loadBase(
  path: string,
  target: string,
  readFile: ReadFile,
  schema: Spec,
  stack: readonly string[],
): LoadedConfig | string {
  if (/^https?:/.test(target)) return `\`extends\` takes the path of a file; an address is not fetched`
  const base = resolve(dirname(path), target)
  if (stack.includes(base)) {
    const circle = [...stack.slice(stack.indexOf(base)), base].map(basename).join(" → ")
    return `this file extends itself: ${circle}; take one of these \`extends\` out`
  }
  if (readFile(base) === undefined) return `cannot read \`${target}\`: there is no such file at ${base}`
  return load(base, readFile, schema, stack) ?? `\`${target}\` has no table [tool.shufflewise]`
}

/** The table that holds our settings; undefined when the file is not about us. */
function ourTable(
  path: string,
  text: string,
  report: ReportProblem,
): { value: unknown; place: Place | undefined } | undefined {
  const shared = basename(path) === "pyproject.toml"
  // A broken pyproject.toml that never mentions us is for other tools to complain about.
  if (shared && !text.includes("shufflewise")) return undefined
  let document: Record<string, unknown>
  try {
    document = parse(text)
  } catch (error) {
    report({ ...lineOf(text, error), severity: "error", message: malformed(error) })
    return { value: {}, place: undefined }
  }
  const root = placesOf(text)
  if (!shared) return { value: document, place: root }
  const tool = document.tool
  if (typeof tool !== "object" || tool === null) return undefined
  const ours = (tool as Record<string, unknown>).shufflewise
  if (ours !== undefined) return { value: ours, place: root.entries.get("tool")?.entries.get("shufflewise") }
  for (const [name, at] of root.entries.get("tool")?.entries ?? []) {
    if (didYouMean(name, ["shufflewise"]) === "") continue
    const message = `[tool.${name}] is not read; did you mean [tool.shufflewise]?`
    report({ start: at.keyStart, end: at.keyEnd, severity: "warning", message })
    return { value: {}, place: undefined }
  }
  return undefined
}

function malformed(error: unknown): string {
  const first = error instanceof Error ? error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "") : ""
  return `this is not valid TOML (${first}); the default settings are in force until it is mended`
}

function lineOf(text: string, error: unknown): { start: number; end: number } {
  if (!(error instanceof TomlError)) return { start: 0, end: 0 }
  let start = 0
  for (let line = 1; line < error.line; line++) start = text.indexOf("\n", start) + 1
  const next = text.indexOf("\n", start)
  const end = next < 0 ? text.length : text[next - 1] === "\r" ? next - 1 : next
  const at = Math.min(start + error.column - 1, end)
  return { start: at < end ? at : start, end: Math.max(end, start) }
}
