/** The settings in tabs, to copy or to insert. */
import { html, type TemplateResult } from "lit-html"
import type { Output } from "../model/outputs.ts"
import type { Act } from "./act.ts"
import { icons } from "./icons.ts"

/** @param stale the settings are of an earlier state, and not to be taken along */
export function outputs(all: readonly Output[], tab: string, stale: boolean, act: Act): TemplateResult {
  const shown = all.find(({ id }) => id === tab) ?? all[0]!
  return html`<div class="outputs">
    <div class="tab-line">
      <div role="tablist" aria-label="Form of the settings" @keydown=${(event: KeyboardEvent) => move(event, all, shown, act)}>
        ${all.map(
          ({ id, title }) => html`<button type="button" role="tab" class="tab" id="tab-${id}" aria-controls="output"
            aria-selected=${id === shown.id ? "true" : "false"} tabindex=${id === shown.id ? 0 : -1}
            @click=${() => act.change({ kind: "tab", id })}>${title}</button>`,
        )}
      </div>
      <div class="actions">
        <button type="button" class="vscode-button" id="copy" ?disabled=${stale} @click=${() => act.ask({ kind: "copy", text: shown.text })}>${icons.copy}Copy</button>
        <button type="button" class="vscode-button secondary" id="insert" ?disabled=${stale}
          @click=${() => act.ask({ kind: "insert", text: shown.text, language: shown.language })}>${icons.insert}Insert at Cursor</button>
      </div>
    </div>
    <div role="tabpanel" id="output" aria-labelledby="tab-${shown.id}" tabindex="0"><pre>${shown.text}</pre></div>
  </div>`
}

/** Arrow keys, Home and End go from tab to tab. */
function move(event: KeyboardEvent, all: readonly Output[], shown: Output, act: Act): void {
  const at = all.indexOf(shown)
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: (at + 1) % all.length,
    ArrowLeft: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  }
  const next = steps[event.key]
  if (next === undefined) return
  event.preventDefault()
  act.change({ kind: "tab", id: all[next]!.id })
  document.getElementById(`tab-${all[next]!.id}`)?.focus()
}
