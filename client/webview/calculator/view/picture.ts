/** One node, drawn: its memory as areas, its cores and GPUs below. */
import { html, nothing, svg, type TemplateResult } from "lit-html"
import { MIB, mib } from "../../../../server/src/sizing/index.ts"
import type { NodePicture, Region } from "../model/node-picture.ts"

const WIDTH = 640
const HEIGHT = 190
const GAP = 4
/** Boxes for cores and GPUs: their largest edge. */
const BOX = 14
/** Narrowest column that still holds a title of its own. */
const TITLED = 56

/** A part of the node from left to right: an executor or what no executor has; its area is its memory. */
interface Column {
  readonly x: number
  readonly width: number
  readonly regions: readonly Region[]
  readonly title: string
  readonly cores: number
  readonly gpus: number
}

export function picture(node: NodePicture): TemplateResult {
  const columns = columnsOf(node)
  const boxes = boxRows(columns)
  const height = HEIGHT + 22 + boxes.height
  return html`<figure class="node">
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="node-title" aria-describedby="node-text">
      <title id="node-title">How a node is cut</title>
      ${columns.map(column)}
      ${boxes.drawn}
    </svg>
    ${legend(node)}
    <p class="hidden" id="node-text">${node.text}</p>
  </figure>`
}

function columnsOf({ executor, executors, booked, outside, memory, cores, gpus }: NodePicture): readonly Column[] {
  const found: Omit<Column, "x" | "width">[] = []
  const sizes: number[] = []
  for (let i = 0; i < executors; i++) {
    found.push({ regions: executor, title: `executor ${i + 1}`, cores: cores.each, gpus: gpus.each })
    sizes.push(booked)
  }
  const strandedDrawn = outside.some(({ part }) => part === "stranded")
  for (const each of outside) {
    const left = each.part === "stranded"
    found.push({
      regions: [each],
      title: left ? "stranded" : "system",
      // cores that nobody has stand under memory that nobody has; where none of that is left, under the system's
      cores: left ? cores.stranded : cores.kept + (strandedDrawn ? 0 : cores.stranded),
      gpus: left ? gpus.stranded : 0,
    })
    sizes.push(each.memory)
  }
  const drawable = WIDTH - GAP * (found.length - 1)
  const all = Math.max(
    memory,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  let x = 0
  return found.map((each, i) => {
    const width = Math.max(2, (sizes[i]! / all) * drawable)
    const placed = { ...each, x, width }
    x += width + GAP
    return placed
  })
}

function column({ x, width, regions, title }: Column): TemplateResult {
  const total = regions.reduce((sum, { memory }) => sum + memory, 0)
  let y = HEIGHT
  return svg`<g>
    ${regions.map((region) => {
      const height = (region.memory / total) * HEIGHT
      y -= height
      const size = mib(region.memory * MIB)
      return svg`<rect class="part ${region.part}" x=${x} y=${y} width=${width} height=${Math.max(0.5, height)}><title>${region.title}: ${size}</title></rect>
        ${
          height > 16 && width > TITLED
            ? svg`<text class="in-part" x=${x + width / 2} y=${y + height / 2 + 4}>${size}</text>`
            : nothing
        }`
    })}
    ${width > TITLED ? svg`<text class="column-title" x=${x + width / 2} y=${HEIGHT + 15}>${title}</text>` : nothing}
  </g>`
}

/** Cores under the column that has them, as many in a row as there is room for; GPUs below them. */
function boxRows(columns: readonly Column[]): { readonly drawn: TemplateResult[]; readonly height: number } {
  const edge = Math.max(3, Math.min(BOX, ...columns.filter(({ cores }) => cores > 0).map(({ width }) => width - 2)))
  const drawn: TemplateResult[] = []
  let height = 0
  for (const { x, width, cores, gpus, title } of columns) {
    const perRow = Math.max(1, Math.floor((width + 2) / (edge + 2)))
    const box = (i: number, name: string): void => {
      const left = x + (i % perRow) * (edge + 2)
      const top = HEIGHT + 22 + Math.floor(i / perRow) * (edge + 2)
      drawn.push(svg`<rect class="box ${name} ${title}" x=${left} y=${top} width=${edge} height=${edge} rx="2" />`)
      height = Math.max(height, top + edge + 2 - HEIGHT - 22)
    }
    for (let i = 0; i < cores; i++) box(i, "core")
    const skipped = Math.ceil(cores / perRow) * perRow
    for (let i = 0; i < gpus; i++) box(skipped + i, "gpu")
  }
  return { drawn, height }
}

function legend({ executor, executors, booked, outside, cores, gpus }: NodePicture): TemplateResult {
  const row = ({ part, title, memory }: Region): TemplateResult => html`<li>
    <svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><rect class="part ${part}" x="0.5" y="0.5" width="11" height="11" /></svg>
    <span>${title}</span><span class="amount">${mib(memory * MIB)}</span>
  </li>`
  return html`<figcaption class="legend" aria-hidden="true">
    <h3>${executors === 1 ? "The executor" : `Each of ${executors} executors`}<span class="amount">${mib(booked * MIB)}</span></h3>
    <ul>${[...executor].reverse().map(row)}</ul>
    ${outside.length > 0 ? html`<h3>Beside them</h3><ul>${outside.map(row)}</ul>` : nothing}
    <h3>Cores<span class="amount">${cores.each * executors} at work${cores.stranded > 0 ? `, ${cores.stranded} idle` : ""}${cores.kept > 0 ? `, ${cores.kept} kept` : ""}</span></h3>
    ${gpus.each > 0 ? html`<h3>GPUs<span class="amount">${gpus.each * executors} at work${gpus.stranded > 0 ? `, ${gpus.stranded} idle` : ""}</span></h3>` : nothing}
  </figcaption>`
}
