/** The form: what is asked. */
import { html, nothing, type TemplateResult } from "lit-html"
import { live } from "lit-html/directives/live.js"
import { type CalculatorState, deployModeOf } from "../../../../server/src/sizing/index.ts"
import { type Field, type Group, groups, type Option } from "../model/fields.ts"
import { filled } from "../model/history.ts"
import { editOf, type PageModel } from "../model/page.ts"
import type { Act } from "./act.ts"
import { dataRows } from "./data-rows.ts"
import { icons } from "./icons.ts"
import { instanceField } from "./machines.ts"
import { problemText } from "./problem.ts"

/** A field's problem, if it has one. */
type Problems = ReadonlyMap<string, string>

export function form({ history, outcome }: PageModel, act: Act): TemplateResult {
  const state = history.present
  const problems: Problems = new Map(outcome.problems.map(({ field, message }) => [field, message]))
  return html`<form class="form" aria-label="What the cluster is, and what runs on it" @submit=${(event: Event) => event.preventDefault()}>
    ${groups.map((group) => section(group, state, problems, act))}
  </form>`
}

function section(group: Group, state: CalculatorState, problems: Problems, act: Act): TemplateResult {
  const shown = group.fields.filter(({ when }) => when?.(state) ?? true)
  const names = group.fields.map(({ field }) => field)
  const body = html`
    ${group.about ? html`<p class="about">${group.about}</p>` : nothing}
    ${group.id === "data" ? dataRows(state, problems, act) : nothing}
    <div class="fields">
      ${shown.map((each) => (each.field === "instance" ? instanceField(state, problems, act) : field(each, state, problems, act)))}
      ${group.id === "spark" ? pythonBox(state, act) : nothing}
    </div>`
  if (!group.folded)
    return html`<section class="group" aria-labelledby="group-${group.id}">
      <h2 id="group-${group.id}">${group.title}</h2>
      ${body}
    </section>`
  const count = filled(state, names)
  const trouble = names.some((name) => problems.has(name))
  return html`<details class="group" id="group-${group.id}" data-filled=${count > 0 || trouble}>
    <summary>
      ${icons.chevron}
      <h2>${group.title}</h2>
      ${count > 0 ? html`<span class="badge">${count} set</span>` : nothing}
    </summary>
    ${body}
  </details>`
}

function field(each: Field, state: CalculatorState, problems: Problems, act: Act): TemplateResult {
  const { field: name, label, wide } = each
  const problem = problems.get(name)
  return html`<div class="field ${wide ? "wide" : ""}">
    <label class="vscode-label" for=${name}>${label}</label>
    ${each.options === undefined ? textField(each, state, problem, act) : choice(each, each.options, state, act)}
    ${problemText(name, problem)}
  </div>`
}

function textField({ field: name, placeholder }: Field, state: CalculatorState, problem: string | undefined, act: Act) {
  return html`<input
    class="vscode-textfield ${problem === undefined ? "" : "invalid"}"
    id=${name}
    type="text"
    autocomplete="off"
    spellcheck="false"
    placeholder=${placeholder ?? ""}
    .value=${live(state[name])}
    aria-invalid=${problem === undefined ? "false" : "true"}
    aria-describedby=${problem === undefined ? nothing : `${name}-problem`}
    @input=${(event: InputEvent) => edit(name, (event.target as HTMLInputElement).value, act)}
  />`
}

function choice({ field: name }: Field, options: readonly Option[], state: CalculatorState, act: Act): TemplateResult {
  const value = state[name]
  // what a link or a command brought may not be among the options: it is shown as it is, with its problem
  const known = options.some((each) => each.value === value)
  const all = known ? options : [...options, { value, label: value }]
  return html`<div class="vscode-select">
    <select id=${name} @change=${(event: Event) => edit(name, (event.target as HTMLSelectElement).value, act)}>
      ${all.map(
        (each) =>
          html`<option value=${each.value} .selected=${live(each.value === value)}>${labelOf(name, each, state)}</option>`,
      )}
    </select>
    <span class="chevron-icon">${icons.chevron}</span>
  </div>`
}

function labelOf(name: string, { value, label }: Option, state: CalculatorState): string {
  return name === "deployMode" && value === "" ? `${label} (${deployModeOf({ ...state, deployMode: "" })})` : label
}

function pythonBox({ python }: CalculatorState, act: Act): TemplateResult {
  return html`<div class="vscode-checkbox wide">
    <input
      type="checkbox"
      id="python"
      .checked=${live(python)}
      @change=${(event: Event) => edit("python", (event.target as HTMLInputElement).checked, act)}
    />
    <label for="python"><span class="icon"><span class="icon-checked">${icons.good}</span></span><span class="text">The application is Python</span></label>
  </div>`
}

function edit(name: keyof CalculatorState, value: string | boolean, act: Act): void {
  act.change({ kind: "edit", field: name, patch: editOf(name, value), at: performance.now() })
}
