import { existsSync, statSync, writeFileSync } from "node:fs"
import path from "node:path"
import { configFileNames, didYouMean, sparkVersions } from "../config/index.ts"
import { toSlashes } from "../config/paths.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { fileConfigs, shownPath, tellProblems } from "./config-files.ts"
import { exit } from "./io.ts"
import type { Program } from "./lint-command.ts"
import { hasFlag, type OptionSpec, optionValue, type ParsedArgs, parseArguments, UsageError } from "./usage.ts"
import { findFiles } from "./walk.ts"

export const configOptions: readonly OptionSpec[] = [
  { name: "config", value: "FILE", help: "Use this configuration file, and look for no other." },
  { name: "force", help: "With init: write over the file that is there." },
]

/** `shufflewise config show|check|init`. */
export function configCommand(args: readonly string[], program: Program): number {
  const parsed = parseArguments(args, configOptions)
  const [action, ...paths] = parsed.positionals
  const actions = { show, check, init }
  if (action === undefined || !Object.hasOwn(actions, action)) {
    const hint = action === undefined ? "" : didYouMean(action, Object.keys(actions))
    throw new UsageError(`write what to do: shufflewise config show, check or init${hint}`)
  }
  return actions[action as keyof typeof actions](paths, parsed, program)
}

/** Prints the configuration that is in force for a file or folder, as JSON. */
function show(paths: readonly string[], parsed: ParsedArgs, { rules, io }: Program): number {
  if (paths.length > 1) throw new UsageError("`config show` takes one path, since files may differ")
  const configs = fileConfigs(rules, io, optionValue(parsed, "config"), [])
  const target = path.resolve(io.cwd, paths[0] ?? ".")
  if (!existsSync(target)) throw new UsageError(`there is no file or folder ${paths[0]}`)
  // A folder stands for the files in it.
  const file = statSync(target).isDirectory() ? path.join(target, "*.py") : target
  const { config, excluded } = configs.forFile(toSlashes(file))
  const isBroken = tellProblems(configs.problems(), io)
  io.out(`${JSON.stringify({ path: shownPath(file, io.cwd), excluded, ...plain(config, io.cwd) }, null, 2)}\n`)
  return isBroken ? exit.trouble : exit.clean
}

/** Says what is wrong in the configuration files that govern some paths. */
function check(paths: readonly string[], parsed: ParsedArgs, { rules, io }: Program): number {
  const configs = fileConfigs(rules, io, optionValue(parsed, "config"), [])
  const targets = (paths.length > 0 ? paths : ["."]).map((each) => path.resolve(io.cwd, each))
  const { files, failures } = findFiles(targets, (file) => configs.excludes(toSlashes(file)))
  for (const { path: at, reason } of failures) io.err(`${io.errStyle.bold(shownPath(at, io.cwd))}: ${reason}\n`)
  const sources = new Set<string>()
  // A folder without Python files has a configuration too.
  for (const file of [...files, ...targets.map((target) => path.join(target, "*.py"))])
    for (const source of configs.forFile(toSlashes(file)).config.sources) sources.add(source)
  const problems = configs.problems()
  tellProblems(problems, io)
  const checked = [...sources].map((source) => shownPath(path.resolve(source), io.cwd)).sort()
  if (problems.length === 0)
    io.out(
      checked.length === 0
        ? "no configuration file: the defaults are in force\n"
        : `${checked.join(", ")}: no problem\n`,
    )
  return problems.length > 0 || failures.length > 0 ? exit.trouble : exit.clean
}

/** Writes a first `shufflewise.toml`, with every choice explained and none made. */
function init(paths: readonly string[], parsed: ParsedArgs, { io }: Program): number {
  const folder = path.resolve(io.cwd, paths[0] ?? ".")
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`there is no folder ${paths[0]}`)
  const file = path.join(folder, configFileNames[0])
  if (existsSync(file) && !hasFlag(parsed, "force"))
    throw new UsageError(`${shownPath(file, io.cwd)} is there already; add --force to write over it`)
  try {
    writeFileSync(file, starter)
  } catch (error) {
    throw new UsageError(`cannot write ${shownPath(file, io.cwd)}: ${error instanceof Error ? error.message : error}`)
  }
  io.out(`${shownPath(file, io.cwd)} is written; docs/configuration.md describes every key\n`)
  return exit.clean
}

/** Maps as objects, paths as people see them. */
function plain(config: ResolvedConfig, cwd: string): object {
  return {
    ...config,
    rules: Object.fromEntries(config.rules),
    tables: Object.fromEntries(config.tables),
    conf: Object.fromEntries(config.conf),
    sources: config.sources.map((source) => shownPath(path.resolve(source), cwd)),
  }
}

const starter = `# The configuration of Shufflewise. The same keys may stand in pyproject.toml, below [tool.shufflewise].

# How sure a finding must be: "quiet" (certain), "default" (likely too), "strict" (possible too).
profile = "default"

# Files not to lint, besides those that git ignores.
exclude = []

[spark]
# The version that the code runs on, and the lowest that it must run on.
target = "${sparkVersions.at(-1)}"
min = "${sparkVersions[0]}"

# The cluster, for what depends on its size.
# [cluster]
# executors = 10
# cores = 5
# memory = "10g"
# manager = "yarn"
# nodes = 10
# node-cores = 16
# node-memory = "64g"

# What is known of tables: it tells small from large where the code does not.
# [tables."sales.orders"]
# rows = 1_200_000_000
# size = "300GiB"

# Spark settings that are made outside of the code.
# [conf]
# "spark.sql.autoBroadcastJoinThreshold" = "50MB"

# Severity ("error", "warning", "information", "off") and options of single rules: \`shufflewise rules\` lists them.
# [rules]
# cross-join = "off"
# missing-broadcast = { severity = "error", maxBytes = "50MiB" }

# Settings for some files.
# [[overrides]]
# files = ["notebooks/**"]
# profile = "quiet"
`
