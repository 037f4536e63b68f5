import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver"
import type { ConfigProblem } from "../config/types.ts"
import { LineIndex } from "../workspace/lines.ts"
import type { Context, Feature } from "./context.ts"
import { SOURCE } from "./diagnostic.ts"

/** Problems come up file by file while documents are opened; they are shown together after this pause. */
const QUIET_MS = 50

/** Shows what is wrong in configuration files at the place where it is wrong, pushed: nobody pulls for those files. */
export const configProblems: Feature = {
  install(context) {
    let shown = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const publish = (): void => {
      timer = undefined
      const byPath = groupByPath(context.settings.problems())
      for (const path of shown) if (!byPath.has(path)) send(context, path, [])
      for (const [path, problems] of byPath) send(context, path, problems)
      shown = new Set(byPath.keys())
    }
    context.settings.onProblems = () => {
      if (timer === undefined) timer = setTimeout(publish, QUIET_MS)
    }
  },
}

function groupByPath(problems: readonly ConfigProblem[]): Map<string, ConfigProblem[]> {
  const byPath = new Map<string, ConfigProblem[]>()
  for (const problem of problems) byPath.set(problem.path, [...(byPath.get(problem.path) ?? []), problem])
  return byPath
}

function send({ connection, host }: Context, path: string, problems: readonly ConfigProblem[]): void {
  const text = host.readFile(path) ?? ""
  const lines = new LineIndex(text)
  const diagnostics = problems.map(
    (problem): Diagnostic => ({
      range: { start: lines.positionAt(problem.start, text), end: lines.positionAt(problem.end, text) },
      severity: problem.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      source: SOURCE,
      message: problem.message,
    }),
  )
  void connection.sendDiagnostics({ uri: host.uriOf(path), diagnostics })
}
