/** Why a figure is what it is: its formula, what went in, and where the formula is from. */
import { html, nothing, type TemplateResult } from "lit-html"
import { figureText, inputText, words } from "../model/format.ts"
import type { Why } from "../model/page.ts"
import { icons } from "./icons.ts"

const ID = "why"

export function whyBox(why: Why | undefined): TemplateResult {
  return html`<div id=${ID} class="why" popover="auto" role="dialog" aria-labelledby="why-title" tabindex="-1">
    ${why === undefined ? nothing : content(why)}
  </div>`
}

function content({ title, figure }: Why): TemplateResult {
  const inputs = Object.entries(figure.inputs)
  return html`
    <div class="why-head">
      <h3 id="why-title">${title}: ${figureText(figure)}</h3>
      <button type="button" class="vscode-action-button" aria-label="Close" popovertarget=${ID} popovertargetaction="hide">${icons.close}</button>
    </div>
    <p class="formula"><code>${figure.formula}</code></p>
    ${
      inputs.length === 0
        ? nothing
        : html`<dl>
          ${inputs.map(
            ([name, value]) => html`<div><dt>${words(name)}</dt><dd>${inputText(name, value, figure.unit)}</dd></div>`,
          )}
        </dl>`
    }
    <p class="source"><span>Source</span> ${figure.source}</p>`
}

/** Opens the box beside what asked for it. The editor closes it again on Escape and on a click elsewhere. */
export function openWhy(button: HTMLElement): void {
  const box = document.getElementById(ID)
  if (box === null) return
  box.hidePopover()
  box.showPopover()
  const at = button.getBoundingClientRect()
  const { width, height } = box.getBoundingClientRect()
  const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8))
  const below = at.bottom + 6
  const top = below + height > window.innerHeight ? Math.max(8, at.top - height - 6) : below
  box.style.left = `${left}px`
  box.style.top = `${top}px`
  box.focus()
}
