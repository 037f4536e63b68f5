/** Instance types and presets to choose from. */
import { html, nothing, type TemplateResult } from "lit-html"
import { guard } from "lit-html/directives/guard.js"
import { live } from "lit-html/directives/live.js"
import {
  type CalculatorState,
  type Instance,
  instances,
  presets,
  stateOf,
} from "../../../../server/src/sizing/index.ts"
import { whole } from "../model/format.ts"
import type { Act } from "./act.ts"
import { icons } from "./icons.ts"
import { problemText } from "./problem.ts"

const CLOUDS: Readonly<Record<Instance["cloud"], string>> = { aws: "AWS", gcp: "Google Cloud", azure: "Azure" }

/** Several hundred options, made anew only when another one is chosen. What a link named and nobody knows is shown, too. */
function options(chosen: string): TemplateResult {
  const option = (value: string, label: string): TemplateResult =>
    html`<option value=${value} .selected=${value === chosen}>${label}</option>`
  return html`${option("", "Machines of my own")}
    ${chosen === "" || instances.has(chosen) ? nothing : option(chosen, chosen)}
    ${Object.entries(CLOUDS).map(
      ([cloud, name]) => html`<optgroup label=${name}>
        ${[...instances.values()]
          .filter((each) => each.cloud === cloud)
          .map((each) => option(each.name, labelOf(each)))}
      </optgroup>`,
    )}`
}

function labelOf({ name, cores, memory, gpus, gpu }: Instance): string {
  return `${name} (${cores} × ${whole(memory / 1024)} GiB${gpus > 0 ? `, ${gpus} × ${gpu ?? "GPU"}` : ""})`
}

export function instanceField(
  { instance }: CalculatorState,
  problems: ReadonlyMap<string, string>,
  act: Act,
): TemplateResult {
  return html`<div class="field wide">
    <label class="vscode-label" for="instance">Instance type</label>
    <div class="vscode-select">
      <select id="instance"
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value, act)}>
        ${guard([instance], () => options(instance))}
      </select>
      <span class="chevron-icon">${icons.chevron}</span>
    </div>
    ${problemText("instance", problems.get("instance"))}
  </div>`
}

/** Fills in what a type of machine has. */
function choose(name: string, act: Act): void {
  const found = instances.get(name)
  const patch: Partial<CalculatorState> =
    found === undefined
      ? { instance: "" }
      : {
          instance: name,
          cores: String(found.cores),
          memory: found.memory % 1024 === 0 ? `${found.memory / 1024}g` : `${found.memory}m`,
          gpus: String(found.gpus),
          gpuMemory: found.gpuMemory === undefined ? "" : `${found.gpuMemory}m`,
          ...(found.gpus === 0 ? { gpuMemoryPerTask: "" } : {}),
        }
  act.change({ kind: "edit", field: "instance", patch, at: performance.now() })
}

/** A list that begins anew with one of the presets; it never shows one as chosen, since any field may differ from it. */
export function presetList(act: Act): TemplateResult {
  return html`<div class="vscode-select preset">
    <select id="preset" aria-label="Begin with a preset" .value=${live("")}
      @change=${(event: Event) => {
        const list = event.target as HTMLSelectElement
        const preset = presets[list.value]
        if (preset) act.change({ kind: "replace", state: stateOf(preset.state) })
        list.value = ""
      }}>
      <option value="">Presets…</option>
      ${Object.entries(presets).map(([name, { title }]) => html`<option value=${name}>${title.charAt(0).toUpperCase() + title.slice(1)}</option>`)}
    </select>
    <span class="chevron-icon">${icons.chevron}</span>
  </div>`
}
