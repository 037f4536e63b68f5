/** The line above all: presets, undo and redo, sharing. */
import { html, nothing, type TemplateResult } from "lit-html"
import { live } from "lit-html/directives/live.js"
import { defaults, linkOf, stateOfLink } from "../../../../server/src/sizing/index.ts"
import type { PageModel } from "../model/page.ts"
import type { Act } from "./act.ts"
import { icons } from "./icons.ts"
import { presetList } from "./machines.ts"

export function toolbar(page: PageModel, act: Act): TemplateResult {
  const { past, future, present } = page.history
  const { opening } = page
  return html`<header class="head">
    <h1>Sizing Calculator</h1>
    <div class="tools" role="toolbar" aria-label="Calculator">
      ${presetList(act)}
      <button type="button" class="vscode-action-button" id="undo" aria-label="Undo" title="Undo (Ctrl+Z)" aria-disabled=${past.length === 0 ? "true" : "false"}
        @click=${() => act.change({ kind: "undo" })}>${icons.undo}</button>
      <button type="button" class="vscode-action-button" id="redo" aria-label="Redo" title="Redo (Ctrl+Shift+Z)" aria-disabled=${future.length === 0 ? "true" : "false"}
        @click=${() => act.change({ kind: "redo" })}>${icons.redo}</button>
      <button type="button" class="vscode-action-button" id="reset" aria-label="Begin anew" title="Begin anew"
        @click=${() => act.change({ kind: "replace", state: defaults })}>${icons.reset}</button>
      <span class="divider"></span>
      <button type="button" class="vscode-action-button" id="share" title="Copies a text that opens this very calculation"
        @click=${() => act.ask({ kind: "copy", text: linkOf(present) })}>${icons.share}<span>Share</span></button>
      <button type="button" class="vscode-action-button" id="open-shared" aria-expanded=${opening === undefined ? "false" : "true"}
        title="Opens a calculation that somebody shared"
        @click=${() => {
          act.change({ kind: "opening", opening: opening === undefined ? { text: "", problem: "" } : undefined })
          document.getElementById("shared-text")?.focus()
        }}>${icons.open}<span>Open shared</span></button>
    </div>
    ${opening === undefined ? nothing : openField(opening, act)}
  </header>`
}

function openField({ text, problem }: NonNullable<PageModel["opening"]>, act: Act): TemplateResult {
  const open = (): void => {
    const read = stateOfLink(text)
    if (read.kind === "problems") {
      act.change({ kind: "opening", opening: { text, problem: read.problems.join("; ") } })
      return
    }
    act.change({ kind: "replace", state: read.state })
    act.change({ kind: "opening", opening: undefined })
    act.change({ kind: "status", text: `${["Opened the shared calculation", ...read.warnings].join("; ")}.` })
    document.getElementById("open-shared")?.focus()
  }
  return html`<form class="open-shared" aria-label="Open a shared calculation" @submit=${(event: Event) => {
    event.preventDefault()
    open()
  }}>
    <label class="vscode-label" for="shared-text">Shared text</label>
    <input class="vscode-textfield ${problem === "" ? "" : "invalid"}" id="shared-text" type="text" autocomplete="off" spellcheck="false"
      .value=${live(text)} aria-invalid=${problem === "" ? "false" : "true"} aria-describedby=${problem === "" ? nothing : "shared-problem"}
      @input=${(event: Event) => act.change({ kind: "opening", opening: { text: (event.target as HTMLInputElement).value, problem: "" } })}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== "Escape") return
        act.change({ kind: "opening", opening: undefined })
        document.getElementById("open-shared")?.focus()
      }} />
    <button type="submit" class="vscode-button" id="open-it">Open</button>
    ${problem === "" ? nothing : html`<p class="problem" id="shared-problem">${icons.error}<span>${problem}.</span></p>`}
  </form>`
}
