import type { CodeLens } from "vscode-languageserver"
import { actionText } from "./action-lens.ts"
import { answer, type Feature } from "./context.ts"

/** `textDocument/codeLens`: over each action what it costs. Off until `shufflewise.codeLens` is switched on. */
export const codeLens: Feature = {
  capability: () => ({ codeLensProvider: { resolveProvider: false } }),

  install({ connection, documents, log, reports, settings }) {
    connection.onCodeLens(({ textDocument }, token) =>
      answer<CodeLens[] | null>(log, token, null, async () => {
        const document = documents.get(textDocument.uri)
        if (document === undefined || !(await settings.of(document.source.uri)).lenses) return null
        const { analysis } = await reports.current(document.source, token)
        if (analysis === undefined) return null
        const lenses = new Map<number, CodeLens>()
        for (const call of analysis.program.calls) {
          const { top, start, end, path } = call.nameSite
          const title = path === undefined ? actionText(call, analysis.program) : undefined
          const at = top.offset + start
          if (title === undefined || lenses.has(at) || !document.holds(at)) continue
          lenses.set(at, {
            range: document.rangeOf({ start: at, end: top.offset + end }),
            command: { title, command: "" },
          })
        }
        return [...lenses.values()]
      }),
    )
  },
}
