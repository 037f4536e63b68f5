import { type CodeAction, CodeActionKind, type CodeActionParams, type Diagnostic } from "vscode-languageserver"
import type { Finding } from "../lint/types.ts"
import { explainRuleCommand, type FindingData, type PreparedFix } from "../protocol.ts"
import type { Report } from "../workspace/checker.ts"
import type { OpenDocument } from "../workspace/document.ts"
import { Outdated } from "../workspace/unanswered.ts"
import { answer, type Context, type Feature } from "./context.ts"
import { findingData, SOURCE } from "./diagnostic.ts"
import { type FixAllData, fixAll, suppress } from "./file-edits.ts"
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
        const report = reports.known(document) ?? (await reports.current(document, token))
        const { version } = document
        const actions = [
          ...(wants(params, CodeActionKind.QuickFix) ? await quickFixes(context, document, report, params) : []),
          ...(wants(params, FIX_ALL) ? await fixAllAction(context, document, report) : []),
        ]
        if (document.version !== version) throw new Outdated()
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
  document: OpenDocument,
  report: Report,
  params: CodeActionParams,
): Promise<CodeAction[]> {
  const shown = params.context.diagnostics
    .map((diagnostic) => current(document, report, diagnostic))
    .filter((one) => one !== undefined)
  const rules = [...new Set(shown.map((one) => one.rule))]
  return [
    ...shown.flatMap((one) => fixActions(context, document, one)),
    ...(await Promise.all(rules.map((rule) => fixAllOfRule(context, document, report, rule)))).flat(),
    ...(await Promise.all(shown.map((one) => suppressions(context, document, one)))).flat(),
    ...rules.map((rule) => explain(rule)),
  ]
}

/**
 * What the diagnostic carries, if it is of the current version; otherwise what is found at the same place now. One of
 * an older version whose place has moved gives nothing: its edits would land elsewhere.
 */
function current(document: OpenDocument, report: Report, diagnostic: Diagnostic): Shown | undefined {
  const { source, code: rule, range } = diagnostic
  if (source !== SOURCE || typeof rule !== "string") return undefined
  const data = diagnostic.data as Partial<FindingData> | undefined
  if (data?.version === document.version && Array.isArray(data.fixes)) return { diagnostic, rule, fixes: data.fixes }
  const finding = report.findings.find((one) => one.rule === rule && sameRange(document.rangeOf(one.span), range))
  return finding && { diagnostic, rule, fixes: findingData(finding, document, report.version).fixes }
}

function fixActions({ client }: Context, document: OpenDocument, { diagnostic, fixes }: Shown): CodeAction[] {
  return fixes.map((fix) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: workspaceEdit(document, [...fix.edits], client),
    ...(client.preferred && fix.safety === "safe" ? { isPreferred: true } : {}),
  }))
}

async function fixAllOfRule(context: Context, document: OpenDocument, report: Report, rule: string) {
  const fixable = report.findings.filter((one) => one.rule === rule && hasSafeFix(one))
  // One finding's own fix does the same.
  if (fixable.length < 2) return []
  return [await lazily(context, document, { title: `Fix all '${rule}' in this file`, kind: FIX_ALL_OF_RULE }, rule)]
}

async function fixAllAction(context: Context, document: OpenDocument, report: Report): Promise<CodeAction[]> {
  if (!report.findings.some(hasSafeFix)) return []
  return [await lazily(context, document, { title: "Fix all that Shufflewise can fix safely", kind: FIX_ALL })]
}

function hasSafeFix(finding: Finding): boolean {
  return finding.fixes.some((fix) => fix.safety === "safe")
}

/** An action whose edit is computed when it is chosen, or now where the client cannot ask for it. */
async function lazily(
  context: Context,
  document: OpenDocument,
  action: CodeAction,
  rule?: string,
): Promise<CodeAction> {
  const data: FixAllData = { fixAll: true, uri: document.uri, version: document.version, rule }
  if (context.client.resolvesEdits) return { ...action, data }
  return { ...action, edit: await fixAll(context, data, { isCancellationRequested: false }) }
}

async function suppressions(context: Context, document: OpenDocument, shown: Shown): Promise<CodeAction[]> {
  const { diagnostic, rule } = shown
  if ((await context.engine).unsuppressible.has(rule)) return []
  const finding = { rule, start: document.offsetAt(diagnostic.range.start) }
  const action = async (title: string, where: "line" | "file"): Promise<CodeAction> => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: await suppress(context, document, where, finding),
  })
  return [await action(`Allow '${rule}' on this line`, "line"), await action(`Allow '${rule}' in this file`, "file")]
}

function explain(rule: string): CodeAction {
  const title = `Explain '${rule}'`
  return { title, kind: CodeActionKind.QuickFix, command: { title, command: explainRuleCommand, arguments: [rule] } }
}

function sameRange(a: Diagnostic["range"], b: Diagnostic["range"]): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  )
}
