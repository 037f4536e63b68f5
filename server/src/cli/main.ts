import { existsSync } from "node:fs"
import packageJson from "../../../package.json" with { type: "json" }
import type { Rule } from "../../../rules/api.ts"
import { didYouMean } from "../config/nearest.ts"
import { configCommand, configOptions } from "./config-command.ts"
import { exit, type Io } from "./io.ts"
import { lintCommand, type Program } from "./lint-command.ts"
import { lintOptions } from "./lint-options.ts"
import { explainCommand, explainOptions, rulesCommand, rulesOptions } from "./rules-command.ts"
import { sizeCommand } from "./size-command.ts"
import { sizeOptions } from "./size-options.ts"
import { type OptionSpec, optionHelp, parseArguments, UsageError } from "./usage.ts"

interface Command {
  readonly usage: string
  readonly summary: string
  readonly options: readonly OptionSpec[]
  /** It loads the rules by itself, when it needs them. */
  readonly loadsRules?: true
  readonly run: (args: readonly string[], program: Program) => number | Promise<number>
}

const serverOptions: readonly OptionSpec[] = [{ name: "stdio", help: "Speak over standard input and output." }]

const commands: Readonly<Record<string, Command>> = {
  lint: {
    usage: "lint [PATH…|-]",
    summary: "Find what makes PySpark code slow, in files, folders or standard input.",
    options: lintOptions,
    run: lintCommand,
  },
  rules: { usage: "rules", summary: "List all rules.", options: rulesOptions, run: rulesCommand },
  explain: {
    usage: "explain RULE",
    summary: "Describe a rule: what it flags, why, and what to write instead.",
    options: explainOptions,
    run: explainCommand,
  },
  config: {
    usage: "config show|check|init [PATH]",
    summary: "Show the configuration in force, check its files, or write a first one.",
    options: configOptions,
    run: configCommand,
  },
  size: {
    usage: "size --cores N --memory SIZE",
    summary: "Size a cluster: executors, their memory, partitions, and why.",
    options: sizeOptions,
    loadsRules: true,
    run: sizeCommand,
  },
  server: {
    usage: "server --stdio",
    summary: "Serve an editor (LSP).",
    options: serverOptions,
    run: serverCommand,
    loadsRules: true,
  },
}

/** What the program is made of; `rules` are loaded only for commands that need them. */
export interface CliOptions {
  readonly args: readonly string[]
  readonly io: Io
  readonly entry: string
  readonly rules: () => Promise<readonly Rule[]>
}

/** Runs the command line; gives the exit code. Never throws. */
export async function runCli({ args, io, entry, rules }: CliOptions): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === "--version" || name === "-V") {
      io.out(`shufflewise ${packageJson.version}\n`)
      return exit.clean
    }
    if (name === "--help" || name === "-h" || name === "help") {
      io.out(rest[0] !== undefined && Object.hasOwn(commands, rest[0]) ? commandHelp(rest[0]) : help())
      return exit.clean
    }
    if (name === undefined) {
      io.err(help())
      return exit.trouble
    }
    if (!Object.hasOwn(commands, name)) throw new UsageError(unknownCommand(name))
    const command = commands[name]!
    const end = rest.indexOf("--")
    if ((end < 0 ? rest : rest.slice(0, end)).some((arg) => arg === "--help" || arg === "-h")) {
      io.out(commandHelp(name))
      return exit.clean
    }
    return await command.run(rest, { rules: command.loadsRules ? [] : await rules(), io, entry })
  } catch (error) {
    const { errStyle: style } = io
    if (error instanceof UsageError) {
      io.err(`${style.red("error")}: ${error.message}\n`)
      if (name !== undefined && Object.hasOwn(commands, name))
        io.err(style.dim(`shufflewise ${name} --help tells how it is used\n`))
      return exit.trouble
    }
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    io.err(`${style.red("error")}: this is a mistake of Shufflewise, please report it: ${said}\n`)
    return exit.trouble
  }
}

function unknownCommand(name: string): string {
  const names = Object.keys(commands)
  const hint = existsSync(name) ? `; did you mean \`shufflewise lint ${name}\`?` : didYouMean(name, names)
  return `there is no command \`${name}\`${hint}\nthe commands are: ${names.join(", ")}`
}

/** Starts the language server: importing it does. It ends the process by itself. */
async function serverCommand(args: readonly string[]): Promise<number> {
  parseArguments(args, serverOptions)
  await import("../node.ts")
  return new Promise(() => {})
}

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length)) + 2
  const lines = Object.values(commands).map(({ usage, summary }) => `  shufflewise ${usage.padEnd(width)}${summary}`)
  return [
    "Shufflewise reads PySpark code as Spark's optimizer would and says where a cluster will suffer.",
    "",
    ...lines,
    "",
    "  shufflewise COMMAND --help tells a command's options, --version the version.",
    "",
    "Exit codes: 0 nothing found, 1 findings, 2 a mistake in the call or the configuration, or a file that",
    "could not be read or analysed.",
    "",
  ].join("\n")
}

function commandHelp(name: string): string {
  const { usage, summary, options } = commands[name]!
  return [`shufflewise ${usage}`, "", summary, "", optionHelp([...options, helpOption]), ""].join("\n")
}

const helpOption: OptionSpec = { name: "help", short: "h", help: "Tell this." }
