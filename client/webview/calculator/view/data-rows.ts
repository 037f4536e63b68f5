/** The data sets that are read, one a line. */
import { html, type TemplateResult } from "lit-html"
import { live } from "lit-html/directives/live.js"
import type { CalculatorState, DataRow } from "../../../../server/src/sizing/index.ts"
import type { Act } from "./act.ts"
import { icons } from "./icons.ts"
import { problemText } from "./problem.ts"

export function dataRows({ data }: CalculatorState, problems: ReadonlyMap<string, string>, act: Act): TemplateResult {
  const change = (rows: readonly DataRow[], field: string): void =>
    act.change({ kind: "edit", field, patch: { data: rows }, at: performance.now() })
  const set = (index: number, patch: Partial<DataRow>, field: string): void =>
    change(
      data.map((row, i) => (i === index ? { ...row, ...patch } : row)),
      field,
    )
  // the focus goes where the next word will be said; it would be lost with a button that goes
  const remove = (index: number): void => {
    change(
      data.filter((_, at) => at !== index),
      "data.remove",
    )
    document.getElementById("add-data")?.focus()
  }
  const add = (): void => {
    change([...data, { name: "", size: "", cached: false }], "data.add")
    document.getElementById(`data-${data.length}-name`)?.focus()
  }
  return html`<div class="data" role="group" aria-label="Data sets that are read">
    ${data.map(({ name, size, cached }, i) => {
      const problem = problems.get(`data.${i}.size`)
      return html`<div class="data-row">
          <input class="vscode-textfield" id="data-${i}-name" type="text" spellcheck="false" autocomplete="off" placeholder="name"
            aria-label="Name of data set ${i + 1}" .value=${live(name)}
            @input=${(event: InputEvent) => set(i, { name: textOf(event) }, `data.${i}.name`)} />
          <input class="vscode-textfield ${problem === undefined ? "" : "invalid"}" id="data-${i}-size" type="text" spellcheck="false"
            autocomplete="off" placeholder="200GB" aria-label="Size of data set ${i + 1}" .value=${live(size)}
            aria-invalid=${problem === undefined ? "false" : "true"} aria-describedby="data.${i}.size-problem"
            @input=${(event: InputEvent) => set(i, { size: textOf(event) }, `data.${i}.size`)} />
          <div class="vscode-checkbox">
            <input type="checkbox" id="data-${i}-cached" .checked=${live(cached)}
              @change=${(event: Event) => set(i, { cached: (event.target as HTMLInputElement).checked }, `data.${i}.cached`)} />
            <label for="data-${i}-cached"><span class="icon"><span class="icon-checked">${icons.good}</span></span><span class="text">cached</span></label>
          </div>
          <button type="button" class="vscode-action-button" aria-label="Remove data set ${i + 1}" title="Remove" @click=${() => remove(i)}>${icons.remove}</button>
        </div>
        ${problemText(`data.${i}.size`, problem)}`
    })}
    <button type="button" class="vscode-action-button add" id="add-data" @click=${add}>${icons.add}<span>Add data set</span></button>
  </div>`
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value
}
