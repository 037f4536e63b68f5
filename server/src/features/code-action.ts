import { type CodeAction, CodeActionKind, type CodeActionParams, type Diagnostic } from "vscode-languageserver"
import type { Finding } from "../lint/types.ts"
import { explainRuleCommand, type FindingData, type PreparedFix } from "../protocol.ts"
import type { Report } from "../workspace/checker.ts"
import type { OpenText } from "../workspace/document.ts"
import { Outdated } from "../workspace/unanswered.ts"
import { answer, type Context, type Feature } from "./context.ts"
import { findingData, SOURCE } from "./diagnostic.ts"
import { type FixAllData, fixAll, suppress } from "./file-edits.ts"
import { sizingActions } from "./open-sizing.ts"
import { workspaceEdit } from "./workspace-edit.ts"

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.${SOURCE}`
const FIX_ALL_OF_RULE = `${CodeActionKind.QuickFix}.fixAll.${SOURCE}`

/** `textDocument/codeAction`: fixes, fix-all, suppressions and the rule's page. */
export const codeAction: Feature = {
  capability: (client) =>
    client.codeActions
      ? {
          codeActionProvider: {
            codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL],
            resolveProvider: client.resolvesEdits,
          },
        }
      : {},

  install(context) {
    if (!context.client.codeActions) return
    const { connection, documents, log, reports } = context
    connection.onCodeAction((params, token) =>
      answer<CodeAction[]>(log, token, [], async () => {
        const document = documents.get(params.textDocument.uri)
        if (document === undefined) return []
        const { source } = document
        const report = reports.known(source) ?? (await reports.current(source, token))
        const { version } = source
        const actions = [
          ...(wants(params, CodeActionKind.QuickFix) ? await quickFixes(context, document, report, params) : []),
          ...(wants(params, FIX_ALL) ? await fixAllAction(context, document, report) : []),
        ]
        if (source.version !== version) throw new Outdated()
        return actions
      }),
    )
  },
}

/** Kinds are paths: who asks for `source` also means `source.fixAll.shufflewise`. */
function wants({ context }: CodeActionParams, kind: string): boolean {
  return context.only?.some((asked) => asked === "" || kind === asked || kind.startsWith(`${asked}.`)) ?? true
}

/** One of our diagnostics that is about the text as it is now. */
interface Shown {
  readonly diagnostic: Diagnostic
  readonly rule: string
  readonly fixes: readonly PreparedFix[]
}

async function quickFixes(
  context: Context,
  document: OpenText,
  report: Report,
  params: CodeActionParams,
): Promise<CodeAction[]> {
  const shown = params.context.diagnostics
    .map((diagnostic) => current(document, report, diagnostic))
    .filter((one) => one !== undefined)
  const rules = [...new Set(shown.map((one) => one.rule))]
  return [
    ...shown.flatMap((one) => fixActions(context, document, one)),
    ...(await sizingActions(context, document, report, {
      range: params.range,
      diagnostics: shown.map(({ diagnostic }) => diagnostic),
    })),
    ...(await Promise.all(rules.map((rule) => fixAllOfRule(context, document, report, rule, shown)))).flat(),
    ...(await Promise.all(shown.map((one) => suppressions(context, document, one)))).flat(),
    ...rules.map((rule) => explain(rule)),
  ]
}

/**
 * What the diagnostic carries, if it is of the current version; otherwise what is found at the same place now. One of
 * an older version whose place has moved gives nothing: its edits would land elsewhere.
 */
function current(document: OpenText, report: Report, diagnostic: Diagnostic): Shown | undefined {
  const { source, code: rule, range } = diagnostic
  if (source !== SOURCE || typeof rule !== "string") return undefined
  const data = diagnostic.data as Partial<FindingData> | undefined
  if (data?.version === document.source.version && Array.isArray(data.fixes))
    return { diagnostic, rule, fixes: data.fixes }
  const finding = report.findings.find((one) => one.rule === rule && isAt(one, document, range))
  return finding && { diagnostic, rule, fixes: findingData(finding, document, report.version).fixes }
}

function fixActions({ client }: Context, document: OpenText, { diagnostic, fixes }: Shown): CodeAction[] {
  return fixes.map((fix) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: workspaceEdit(document, [...fix.edits], client),
    ...(client.preferred && fix.safety === "safe" ? { isPreferred: true } : {}),
  }))
}

/** It is about diagnostics as its neighbours are, since some editors put what is about none behind all else. */
async function fixAllOfRule(context: Context, document: OpenText, report: Report, rule: string, shown: Shown[]) {
  const fixable = fixableIn(document, report).filter((one) => one.rule === rule)
  // One finding's own fix does the same.
  if (fixable.length < 2) return []
  const title = `Fix all '${rule}' in this ${wordFor(document)}`
  const diagnostics = shown.filter((one) => one.rule === rule).map((one) => one.diagnostic)
  return [await lazily(context, document, { title, kind: FIX_ALL_OF_RULE, diagnostics }, rule)]
}

function wordFor(document: OpenText): "cell" | "file" {
  return document.uri === document.source.uri ? "file" : "cell"
}

async function fixAllAction(context: Context, document: OpenText, report: Report): Promise<CodeAction[]> {
  if (fixableIn(document, report).length === 0) return []
  return [await lazily(context, document, { title: "Fix all that Shufflewise can fix safely", kind: FIX_ALL })]
}

function fixableIn(document: OpenText, { findings }: Report): Finding[] {
  const isSafe = ({ fixes }: Finding): boolean => fixes.some((fix) => fix.safety === "safe")
  return findings.filter((one) => isSafe(one) && document.holds(one.span.start))
}

/** An action whose edit is computed when it is chosen, or now where the client cannot ask for it. */
async function lazily(context: Context, document: OpenText, action: CodeAction, rule?: string): Promise<CodeAction> {
  const data: FixAllData = { fixAll: true, uri: document.uri, version: document.source.version, rule }
  if (context.client.resolvesEdits) return { ...action, data }
  return { ...action, edit: await fixAll(context, data, { isCancellationRequested: false }) }
}

async function suppressions(context: Context, document: OpenText, shown: Shown): Promise<CodeAction[]> {
  const { diagnostic, rule } = shown
  if ((await context.engine).unsuppressible.has(rule)) return []
  const finding = { rule, start: document.offsetAt(diagnostic.range.start) }
  const action = async (title: string, where: "line" | "file"): Promise<CodeAction[]> => {
    const edit = await suppress(context, document, where, finding)
    return edit === undefined ? [] : [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit }]
  }
  const whole = wordFor(document) === "cell" ? "notebook" : "file"
  return [
    ...(await action(`Allow '${rule}' on this line`, "line")),
    ...(await action(`Allow '${rule}' in this ${whole}`, "file")),
  ]
}

function explain(rule: string): CodeAction {
  const title = `Explain '${rule}'`
  return { title, kind: CodeActionKind.QuickFix, command: { title, command: explainRuleCommand, arguments: [rule] } }
}

function isAt({ span }: Finding, document: OpenText, range: Diagnostic["range"]): boolean {
  if (!document.holds(span.start)) return false
  const { start, end } = document.rangeOf(span)
  return (
    start.line === range.start.line &&
    start.character === range.start.character &&
    end.line === range.end.line &&
    end.character === range.end.character
  )
}
