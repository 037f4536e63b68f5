/** The whole page. */
import { html, nothing, type TemplateResult } from "lit-html"
import { chosenOf, executorsText, type Option, type Solved } from "../model/answer.ts"
import { factsOf } from "../model/facts.ts"
import { figureText } from "../model/format.ts"
import { nodePicture } from "../model/node-picture.ts"
import { outputsOf } from "../model/outputs.ts"
import type { PageModel } from "../model/page.ts"
import type { Act } from "./act.ts"
import { comparison } from "./comparison.ts"
import { facts } from "./facts.ts"
import { form } from "./form.ts"
import { icons } from "./icons.ts"
import { outputs } from "./outputs.ts"
import { picture } from "./picture.ts"
import { toolbar } from "./toolbar.ts"
import { whyBox } from "./why.ts"

export function wholePage(page: PageModel, act: Act): TemplateResult {
  return html`
    ${toolbar(page, act)}
    <div class="columns">
      ${form(page, act)}
      <main class="answer" aria-label="Answer">${answer(page, act)}</main>
    </div>
    ${whyBox(page.why)}
    <p class="status" role="status">${page.status}</p>`
}

function answer(page: PageModel, act: Act): TemplateResult {
  const { outcome, history } = page
  const chosen = chosenOf(history.present, outcome)
  const option = outcome.options[chosen]
  return html`
    ${trouble(page)}
    ${
      outcome.answer && option
        ? html`<div class="solved ${outcome.stale ? "stale" : ""}">${solved(page, outcome.answer, outcome.options, option, chosen, act)}</div>`
        : nothing
    }`
}

/** Why there is no answer to what stands in the form. */
function trouble({ outcome }: PageModel): TemplateResult | typeof nothing {
  const { problems, needs, answer: last } = outcome
  const below = last === undefined ? nothing : html`<p>Below is the last answer that there was.</p>`
  if (needs.length > 0)
    return html`<section class="notice error" aria-labelledby="no-fit">
      ${icons.error}
      <div><h2 id="no-fit">No executor fits</h2><ul>${needs.map((each) => html`<li>${each}</li>`)}</ul>${below}</div>
    </section>`
  if (problems.length > 0)
    return html`<section class="notice" aria-labelledby="cannot-read">
      ${icons.warning}
      <div>
        <h2 id="cannot-read">${problems.length === 1 ? "A field can't be read" : `${problems.length} fields can't be read`}</h2>
        <ul>${problems.map(({ message }) => html`<li>${message}</li>`)}</ul>${below}
      </div>
    </section>`
  return nothing
}

function solved(
  page: PageModel,
  found: Solved,
  options: readonly Option[],
  option: Option,
  chosen: number,
  act: Act,
): TemplateResult {
  const { layout } = option.choice
  return html`
    <section class="headline" aria-labelledby="headline">
      <h2 id="headline">${executorsText(layout.executors)} <span>of</span> ${layout.executorCores} ${layout.executorCores === 1 ? "core" : "cores"} <span>and</span> ${figureText(option.figures.heap)} <span>of heap</span></h2>
      <p>${layout.slots.toLocaleString("en-US")} tasks at once, ${figureText(option.figures.executionPerTask)} of execution memory each. Executors can have ${found.usable.cores.value} of ${found.request.cores} cores and ${figureText(found.usable.memory)} of a node.</p>
    </section>
    <section aria-labelledby="compare"><h2 id="compare">The best layouts, side by side</h2>
      <div class="scroll">${comparison(found, options, chosen, act)}</div></section>
    <section aria-labelledby="node"><h2 id="node">One node with layout ${chosen + 1}</h2>${picture(nodePicture(found, option))}</section>
    ${
      found.warnings.length === 0
        ? nothing
        : html`<section aria-labelledby="mind"><h2 id="mind">Mind</h2>
          <ul class="warnings">${found.warnings.map((each) => html`<li>${icons.warning}<span>${each}</span></li>`)}</ul></section>`
    }
    <section aria-labelledby="follows"><h2 id="follows">What follows from it</h2>${facts(factsOf(found, option), act)}</section>
    <section aria-labelledby="settings"><h2 id="settings">Settings of layout ${chosen + 1}</h2>${outputs(outputsOf(found, option), page.tab, page.outcome.stale, act)}</section>`
}
