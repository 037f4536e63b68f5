import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import type { Rule } from "../../../rules/api.ts"
import { type Configs, createConfigs, type SettingsLayer } from "../config/index.ts"
import { toSlashes } from "../config/paths.ts"
import type { ConfigProblem } from "../config/types.ts"
import { Lines, suppressionRules } from "../lint/index.ts"
import type { Io } from "./io.ts"
import { UsageError } from "./usage.ts"

/** Configurations over the file system. A path of `--config` counts from the folder that the command runs in. */
export function fileConfigs(
  rules: readonly Rule[],
  io: Io,
  configFile: string | undefined,
  layers: readonly SettingsLayer[],
): Configs {
  const named = configFile === undefined ? undefined : path.resolve(io.cwd, configFile)
  if (named !== undefined && !existsSync(named)) throw new UsageError(`--config: there is no file ${configFile}`)
  return createConfigs({
    readFile: remembering(readText),
    rules: [...rules, ...suppressionRules],
    configFile: named === undefined ? undefined : toSlashes(named),
    layers,
  })
}

/** Writes problems to standard error; gives whether one is an error. */
export function tellProblems(problems: readonly ConfigProblem[], io: Io): boolean {
  for (const problem of problems) {
    const { errStyle: style } = io
    const severity = problem.severity === "error" ? style.red("error") : style.yellow("warning")
    io.err(`${style.bold(placeOf(problem, io.cwd))}: ${severity}: ${problem.message}\n`)
  }
  return problems.some((problem) => problem.severity === "error")
}

/** A path as people see it: from the folder that the command runs in, where it lies below that; separated by `/`. */
export function shownPath(absolute: string, cwd: string): string {
  const relative = path.relative(cwd, absolute)
  const isBelow =
    relative !== "" && relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
  return (isBelow ? relative : absolute).split(path.sep).join("/")
}

function placeOf({ path: file, start }: ConfigProblem, cwd: string): string {
  const text = path.isAbsolute(file) ? readText(file) : undefined
  if (text === undefined) return path.isAbsolute(file) ? shownPath(file, cwd) : file
  const lines = new Lines(text)
  const line = lines.lineOf(start)
  return `${shownPath(file, cwd)}:${line + 1}:${start - lines.startOf(line) + 1}`
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** Each file is read once: the same few are asked for from every folder. */
function remembering(read: (file: string) => string | undefined): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>()
  return (file) => {
    if (!texts.has(file)) texts.set(file, read(file))
    return texts.get(file)
  }
}
