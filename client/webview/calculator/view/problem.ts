/** What is wrong with a field, below it. */
import { html, nothing, type TemplateResult } from "lit-html"
import { icons } from "./icons.ts"

/** @param id the field's own; the text is `ID-problem`, which describes it */
export function problemText(id: string, problem: string | undefined): TemplateResult | typeof nothing {
  return problem === undefined
    ? nothing
    : html`<p class="problem" id="${id}-problem">${icons.error}<span>${problem}</span></p>`
}
