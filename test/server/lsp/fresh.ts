import type { Diagnostic } from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import { rules } from "../../../rules/index.ts"
import { analyze } from "../../../server/src/analysis/index.ts"
import { defaultConfig } from "../../../server/src/config/index.ts"
import { lint, suppressionRules } from "../../../server/src/lint/index.ts"
import { createSyntax } from "../../../server/src/syntax/index.ts"
import { readGrammar } from "../../../server/src/workspace/node-host.ts"

const config = defaultConfig([...rules, ...suppressionRules])
const syntax = await createSyntax(await readGrammar())

/** What two diagnostics must share to be the same finding. */
export type Essence = Pick<Diagnostic, "range" | "code" | "severity" | "message">

/** Parses, analyses and lints a text from nothing, with positions by the LSP library's own document. */
export function freshFindings(text: string, path: string): Essence[] {
  const module = syntax.parse(text)
  const { target, tables, conf } = config
  const analysis = analyze({ module, text, path, target, tables, conf })
  const document = TextDocument.create("x:", "python", 1, text)
  return lint({ module, text, path, config, rules, analysis }).findings.map((finding) => ({
    range: { start: document.positionAt(finding.span.start), end: document.positionAt(finding.span.end) },
    code: finding.rule,
    severity: { error: 1, warning: 2, information: 3 }[finding.severity] as 1 | 2 | 3,
    message: finding.message,
  }))
}

export function essence(diagnostics: readonly Diagnostic[]): Essence[] {
  return diagnostics.map(({ range, code, severity, message }) => ({ range, code, severity, message }))
}
