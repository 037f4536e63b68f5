import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from "vscode-languageserver"
import type { ClusterFacts, ConfSetting, Program, SizingHints } from "../../../rules/api.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { openSizingCalculatorCommand } from "../protocol.ts"
import { MIB, type StartingState, stateOfConfs } from "../sizing/index.ts"
import { memory } from "../sizing/outputs.ts"
import type { Report } from "../workspace/checker.ts"
import type { OpenText } from "../workspace/document.ts"
import type { Client } from "./client.ts"
import type { Context } from "./context.ts"

const TITLE = "Open in Sizing Calculator…"

/** Settings that the calculator knows what to do with. */
const CONCERNS =
  /^spark\.(executor\.(cores|memory|instances|memoryOverhead(Factor)?|pyspark\.memory|resource\.gpu\.amount)|task\.(cpus|resource\.gpu\.amount)|cores\.max|dynamicAllocation\.\w+|sql\.(shuffle\.partitions|adaptive\.coalescePartitions\.initialPartitionNum))$/

/** The editor has the calculator, and said so. */
export function hasCalculator({ options }: Client): boolean {
  return options.clientCommands?.includes(openSizingCalculatorCommand) === true
}

/**
 * Actions that open the calculator: for the diagnostics that are a matter of sizing, else for a setting of executors on
 * the lines that are asked about. It is filled with the settings that hold there and the configured cluster.
 */
export async function sizingActions(
  { client, settings }: Context,
  document: OpenText,
  report: Report,
  asked: { readonly range: Range; readonly diagnostics: readonly Diagnostic[] },
): Promise<CodeAction[]> {
  const program = report.analysis?.program
  if (!hasCalculator(client) || program === undefined) return []
  const { config } = await settings.of(document.source.uri)
  const about = (setting: ConfSetting | undefined, hints: SizingHints = {}): StartingState =>
    startingState(program, config, setting, hints)
  for (const diagnostic of asked.diagnostics) {
    const finding = report.findings.find(
      ({ rule, span, sizing }) =>
        sizing !== undefined && rule === diagnostic.code && isAt(document, span, diagnostic.range),
    )
    if (finding === undefined) continue
    const setting = settingIn(program, document, diagnostic.range)
    return [action(about(setting, finding.sizing), [diagnostic])]
  }
  const setting = settingIn(program, document, asked.range)
  return setting === undefined ? [] : [action(about(setting))]
}

function action(state: StartingState, diagnostics?: Diagnostic[]): CodeAction {
  return {
    title: TITLE,
    kind: CodeActionKind.QuickFix,
    command: { title: TITLE, command: openSizingCalculatorCommand, arguments: [state] },
    ...(diagnostics ? { diagnostics } : {}),
  }
}

function isAt(document: OpenText, span: { readonly start: number; readonly end: number }, range: Range): boolean {
  if (!document.holds(span.start)) return false
  const { start, end } = document.rangeOf(span)
  return samePosition(start, range.start) && samePosition(end, range.end)
}

function samePosition(a: Range["start"], b: Range["start"]): boolean {
  return a.line === b.line && a.character === b.character
}

/** A setting of executors that the code makes on the lines of a range. */
function settingIn(program: Program, document: OpenText, range: Range): ConfSetting | undefined {
  return program.confs.find(({ key, how, site, valueSite, call }) => {
    if (how === "file" || site.path !== undefined || !CONCERNS.test(key)) return false
    const { top, start, end } = valueSite ?? call?.nameSite ?? site
    if (!document.holds(top.offset + start)) return false
    const at = document.rangeOf({ start: top.offset + start, end: top.offset + end })
    return at.start.line <= range.end.line && range.start.line <= at.end.line
  })
}

/** The configured cluster, over it the settings that hold where one does, and what a finding knows of data. */
function startingState(
  program: Program,
  { cluster, target }: ResolvedConfig,
  setting: ConfSetting | undefined,
  hints: SizingHints,
): StartingState {
  const confs: Record<string, string> = {}
  for (const { key } of program.confs) {
    const holds = setting?.key === key ? setting : program.conf(key, setting?.call ?? undefined)
    const value = holds?.value
    if (value?.kind === "constant" && value.value !== undefined && value.value !== null)
      confs[key] = String(value.value)
  }
  const { inputBytes, shuffleBytes, broadcastBytes, inference } = hints
  return {
    spark: target,
    ...(cluster?.manager ? { manager: cluster.manager } : {}),
    ...stateOfConfs({ ...(cluster ? confsOf(cluster) : {}), ...confs }),
    ...(cluster ? machinesOf(cluster) : {}),
    ...(inputBytes === undefined ? {} : { data: [{ name: "input", size: size(inputBytes), cached: false }] }),
    ...(shuffleBytes === undefined ? {} : { shuffle: size(shuffleBytes) }),
    ...(broadcastBytes === undefined ? {} : { broadcast: size(broadcastBytes) }),
    ...(inference ? { workload: "inference" } : {}),
  }
}

/** Bytes as a field takes them: whole MiB, rounded up. */
function size(bytes: number): string {
  return memory(Math.max(1, Math.ceil(bytes / MIB)))
}

/** The executors of the configured cluster as settings, where the code has none of its own. */
function confsOf(cluster: ClusterFacts): Record<string, string> {
  return {
    "spark.executor.instances": String(cluster.executors),
    "spark.executor.cores": String(cluster.coresPerExecutor),
    "spark.executor.memory": memory(cluster.executorMemory),
  }
}

/** Its machines, which no setting tells of. */
function machinesOf({ node }: ClusterFacts): StartingState {
  return {
    ...(node ? { cores: String(node.cores), memory: memory(node.memory), gpus: String(node.gpus) } : {}),
    ...(node?.count === undefined ? {} : { nodes: String(node.count) }),
  }
}
