/** The best layouts side by side, with what the usual recipe gives. */
import { html, nothing, type TemplateResult } from "lit-html"
import { live } from "lit-html/directives/live.js"
import type { Option, Solved } from "../model/answer.ts"
import { figureText } from "../model/format.ts"
import type { Why } from "../model/page.ts"
import { type Row, rowsFor } from "../model/rows.ts"
import type { Act } from "./act.ts"
import { moveInGrid } from "./grid.ts"
import { icons } from "./icons.ts"

export function comparison(answer: Solved, options: readonly Option[], chosen: number, act: Act): TemplateResult {
  const { recipe } = answer
  return html`<table class="comparison" role="grid" aria-label="Layouts side by side; arrow keys move between figures, Enter explains one" @keydown=${moveInGrid}>
    <thead>
      <tr>
        <td></td>
        ${options.map(
          ({ choice }, i) => html`<th scope="col" class=${i === chosen ? "chosen" : ""}>
            <label class="layout">
              <input type="radio" name="layout" value=${i + 1} .checked=${live(i === chosen)} aria-label="Layout ${i + 1}"
                @change=${() => act.change({ kind: "edit", field: "choice", patch: { choice: String(i + 1) }, at: performance.now() })} />
              <span class="layout-title">Layout ${i + 1}${i === 0 ? html`<span class="badge">best</span>` : nothing}</span>
            </label>
            <span class="score" title="How good a layout is, from 0 to 100">
              <meter min="0" max="1" .value=${choice.score} aria-label="Score of layout ${i + 1}"></meter>
              <span>${Math.round(choice.score * 100)}</span>
            </span>
          </th>`,
        )}
        ${recipe ? html`<th scope="col" class="recipe">The usual recipe</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${rowsFor(options).map((row, y) => line(row, y, options, chosen, recipe, act))}
      <tr class="reasons">
        <th scope="row">For and against</th>
        ${options.map(({ choice }, i) => html`<td class=${i === chosen ? "chosen" : ""}>${reasons(choice.reasons)}</td>`)}
        ${
          recipe
            ? html`<td class="recipe">${
                recipe.verdict.length > 0
                  ? reasons(recipe.verdict.map((text) => ({ good: false, text })))
                  : reasons([{ good: true, text: "It fits this cluster." }])
              }</td>`
            : nothing
        }
      </tr>
    </tbody>
  </table>`
}

function line(
  row: Row,
  y: number,
  options: readonly Option[],
  chosen: number,
  recipe: Solved["recipe"],
  act: Act,
): TemplateResult {
  return html`<tr>
    <th scope="row">${row.title}</th>
    ${options.map((option, x) => {
      const more = row.more?.(option) ?? ""
      return html`<td class=${x === chosen ? "chosen" : ""}>
        ${figureButton({ title: row.title, figure: option.figures[row.key] }, act, { x, y })}
        ${more === "" ? nothing : html`<span class="more">${more}</span>`}
      </td>`
    })}
    ${recipe ? html`<td class="recipe">${row.recipe(recipe)}</td>` : nothing}
  </tr>`
}

/** A figure that explains itself when it is pressed; in a grid with its place, one of which takes the tabulator. */
export function figureButton(why: Why, act: Act, at?: { readonly x: number; readonly y: number }): TemplateResult {
  const text = figureText(why.figure)
  const first = at === undefined || (at.x === 0 && at.y === 0)
  return html`<button type="button" class="figure" aria-haspopup="dialog" title="Why ${text}?"
    tabindex=${first ? 0 : -1} data-x=${at?.x ?? nothing} data-y=${at?.y ?? nothing}
    @click=${(event: Event) => act.explain(why, event.currentTarget as HTMLElement)}>${text}</button>`
}

function reasons(all: readonly { readonly good: boolean; readonly text: string }[]): TemplateResult {
  return html`<ul>
    ${all.map(
      ({ good, text }) => html`<li class=${good ? "good" : "bad"}>
        ${good ? icons.good : icons.bad}<span><span class="hidden">${good ? "For: " : "Against: "}</span>${text}</span>
      </li>`,
    )}
  </ul>`
}
