import { statSync } from "node:fs"
import path from "node:path"
import packageJson from "../../../package.json" with { type: "json" }
import type { Confidence, Rule, Severity } from "../../../rules/api.ts"
import { sparkVersions } from "../config/index.ts"
import { toSlashes } from "../config/paths.ts"
import { withoutKnown, writeBaseline } from "./baseline.ts"
import { cacheFolder, ResultCache } from "./cache.ts"
import { fileConfigs, shownPath, tellProblems } from "./config-files.ts"
import { changesSince } from "./diff.ts"
import { formatJson } from "./format/json.ts"
import { formatSarif } from "./format/sarif.ts"
import { formatText } from "./format/text.ts"
import { exit, type Io } from "./io.ts"
import { type FailOn, type Format, lintOptions } from "./lint-options.ts"
import { progressOn } from "./progress.ts"
import { compareFindings, compareText, type Failure, type Report, type ReportedFinding } from "./report.ts"
import { allRules, pageOf } from "./rule-page.ts"
import { type RunResult, runFiles } from "./run.ts"
import { hasFlag, listOf, optionValue, type ParsedArgs, parseArguments, UsageError } from "./usage.ts"
import { findFiles } from "./walk.ts"

/** The parts of the program that commands share. */
export interface Program {
  readonly rules: readonly Rule[]
  /** The entry file: run in a thread it serves as a worker. */
  readonly entry: string
  readonly io: Io
}

/** `shufflewise lint`: gives the exit code. */
export async function lintCommand(args: readonly string[], program: Program): Promise<number> {
  const started = performance.now()
  const { io, rules } = program
  const parsed = parseArguments(args, lintOptions)
  checkCombinations(parsed)
  const configs = fileConfigs(rules, io, optionValue(parsed, "config"), [
    { source: commandLine, values: flagsOf(parsed) },
  ])
  const wrongFlags = configs.forFile(undefined).problems.filter((problem) => problem.path === commandLine)
  if (wrongFlags.length > 0) throw new UsageError(wrongFlags.map((problem) => problem.message).join("\n"))

  const base = optionValue(parsed, "diff")
  const changes = base === undefined ? undefined : changesSince(base, io.cwd)
  const stdin = parsed.positionals.includes("-")
  const named = parsed.positionals.filter((each) => each !== "-")
  const walked = findFiles(
    (named.length === 0 && !stdin ? ["."] : named).map((each) => path.resolve(io.cwd, each)),
    (file) => configs.excludes(toSlashes(file)),
  )
  const files = walked.files.filter((file) => changes?.has(file) ?? true)
  if (walked.files.length === 0 && walked.failures.length === 0 && !stdin)
    io.err(
      `${io.errStyle.yellow("warning")}: there is no Python file or notebook here that is not ignored or excluded\n`,
    )
  const quiet = hasFlag(parsed, "quiet")
  const progress = progressOn(process.stderr, files.length, quiet, () => performance.now())
  const cache = hasFlag(parsed, "no-cache") ? undefined : openCache(program)
  const run = await runFiles({
    files,
    stdin: stdin ? { path: optionValue(parsed, "stdin-filename") ?? "<stdin>", bytes: await readInput() } : undefined,
    rules,
    configs,
    cwd: io.cwd,
    cache,
    minConfidence: optionValue(parsed, "min-confidence") as Confidence | undefined,
    fix: hasFlag(parsed, "fix") ? { unsafe: hasFlag(parsed, "unsafe-fixes") } : undefined,
    jobs: countOf(parsed, "jobs"),
    entry: program.entry,
    deadline: deadlineOf(io.env),
    onProgress: (done, current) => progress.update(done, current),
  })
  progress.clear()
  cache?.save()

  const { findings, known } = choose(run, parsed, (file, finding) => changes?.touches(file, finding) ?? true, io)
  const failures = [
    ...walked.failures.map((each) => ({ path: shownPath(each.path, io.cwd), reason: each.reason })),
    ...run.failures,
  ].sort((a, b) => compareText(a.path, b.path))
  const report: Report = {
    version: packageJson.version,
    files: run.results.size,
    seconds: Math.round((performance.now() - started) / 10) / 100,
    failures,
    findings,
    fixed: run.fixed,
    known,
  }
  const brokenConfig = tellProblems(configs.problems(), io)
  tellTroubles(run, failures, io)
  io.out(render(report, parsed, program))
  if (brokenConfig || failures.length > 0) return exit.trouble
  if (hasFlag(parsed, "write-baseline")) return exit.clean
  return fails(findings, (optionValue(parsed, "fail-on") ?? "warning") as FailOn) ? exit.findings : exit.clean
}

const commandLine = "command line"

function checkCombinations(parsed: ParsedArgs): void {
  const has = (name: string): boolean => hasFlag(parsed, name)
  if (has("unsafe-fixes") && !has("fix")) throw new UsageError("--unsafe-fixes needs --fix")
  if (has("write-baseline") && !has("baseline")) throw new UsageError("--write-baseline needs --baseline FILE")
  if (has("write-baseline") && has("diff"))
    throw new UsageError("--write-baseline takes all findings: leave out --diff")
  for (const other of ["diff", "baseline"])
    if (has("fix") && has(other)) throw new UsageError(`--fix works on whole files: leave out --${other}`)
  const stdin = parsed.positionals.includes("-")
  if (has("fix") && stdin) throw new UsageError("--fix writes files, and standard input is none")
  if (has("stdin-filename") && !stdin) throw new UsageError("--stdin-filename needs `-` as the path")
}

/** The flags that say what a configuration file can say. */
function flagsOf(parsed: ParsedArgs): Record<string, unknown> {
  const version = optionValue(parsed, "spark")
  if (version !== undefined && !/^\d+\.\d+(\.\d+)?$/.test(version))
    throw new UsageError(`--spark: \`${version}\` is no version; write one such as ${sparkVersions.at(-1)}`)
  return {
    profile: optionValue(parsed, "profile"),
    select: listOf(parsed, "select"),
    ignore: listOf(parsed, "ignore"),
    spark: { target: version },
  }
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function countOf(parsed: ParsedArgs, name: string): number | undefined {
  const value = optionValue(parsed, name)
  if (value === undefined) return undefined
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new UsageError(`--${name}: \`${value}\` is no number from 1 to 9999`)
  return Number(value)
}

function deadlineOf(env: NodeJS.ProcessEnv): number | undefined {
  const value = env.SHUFFLEWISE_FILE_TIMEOUT
  if (value === undefined || value === "") return undefined
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new UsageError(`SHUFFLEWISE_FILE_TIMEOUT: \`${value}\` is no number of milliseconds`)
  return Number(value)
}

/** Results are remembered by the installed program alone: sources change without their version. */
function openCache({ entry, io }: Program): ResultCache | undefined {
  if (!entry.endsWith(".cjs")) return undefined
  const { size, mtimeMs } = statSync(entry)
  const build = `${packageJson.version} ${size} ${Math.round(mtimeMs)}`
  return new ResultCache(cacheFolder(io.env, process.platform), build, io.cwd)
}

/** The findings to show: on changed lines only, without those that a baseline knows. */
function choose(
  run: RunResult,
  parsed: ParsedArgs,
  isChanged: (file: string, finding: ReportedFinding) => boolean,
  io: Io,
): { findings: ReportedFinding[]; known: number } {
  const all = [...run.results]
    .flatMap(([file, { findings }]) => findings.filter((finding) => isChanged(file, finding)))
    .sort(compareFindings)
  const baseline = optionValue(parsed, "baseline")
  if (baseline === undefined) return { findings: all, known: 0 }
  const file = path.resolve(io.cwd, baseline)
  if (hasFlag(parsed, "write-baseline")) {
    writeBaseline(all, file, io.cwd)
    return { findings: [], known: all.length }
  }
  const { fresh, known } = withoutKnown(all, file, io.cwd)
  return { findings: fresh, known }
}

function tellTroubles(run: RunResult, failures: readonly Failure[], io: Io): void {
  const { errStyle: style } = io
  for (const { path: at, reason } of failures) io.err(`${style.bold(at)}: ${style.red("not linted")}: ${reason}\n`)
  const troubles = [...run.results].flatMap(([file, result]) =>
    result.troubles.map(
      (trouble) => `${style.bold(shownPath(file, io.cwd))}: ${style.yellow("warning")}: ${trouble}\n`,
    ),
  )
  for (const line of troubles.sort()) io.err(line)
}

function render(report: Report, parsed: ParsedArgs, { rules, io }: Program): string {
  const statistics = hasFlag(parsed, "statistics")
  switch ((optionValue(parsed, "format") ?? "text") as Format) {
    case "json":
      return formatJson(report, statistics)
    case "sarif":
      return formatSarif(report, (name) => pageOf(allRules(rules).find((rule) => rule.name === name)!))
    case "text":
      return formatText(report, { style: io.outStyle, quiet: hasFlag(parsed, "quiet"), statistics })
  }
}

const rank: Readonly<Record<Severity, number>> = { error: 2, warning: 1, information: 0 }

function fails(findings: readonly ReportedFinding[], from: FailOn): boolean {
  return from !== "never" && findings.some((finding) => rank[finding.severity] >= rank[from])
}
