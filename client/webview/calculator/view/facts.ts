/** Figures that follow from the chosen layout, in groups. */
import { html, nothing, type TemplateResult } from "lit-html"
import type { FactGroup } from "../model/facts.ts"
import type { Act } from "./act.ts"
import { figureButton } from "./comparison.ts"

export function facts(groups: readonly FactGroup[], act: Act): TemplateResult {
  return html`<div class="facts">
    ${groups.map(
      ({ title, facts: all }) => html`<section>
        <h3>${title}</h3>
        <dl>
          ${all.map(
            ({ title: name, figure, more }) => html`<div>
              <dt>${name}</dt>
              <dd>${figureButton({ title: name, figure }, act)}${more ? html`<span class="more">${more}</span>` : nothing}</dd>
            </div>`,
          )}
        </dl>
      </section>`,
    )}
  </div>`
}
