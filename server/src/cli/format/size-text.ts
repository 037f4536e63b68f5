import { type Advice, type Choice, MIB, mib } from "../../sizing/index.ts"
import type { Style } from "../terminal.ts"

type Answer = Extract<Advice, { kind: "advice" }>

/** What is told of each layout, one row a thing. */
const ROWS: readonly (readonly [title: string, of: (choice: Choice) => string])[] = [
  ["executors", ({ layout }) => `${layout.executors} (${layout.executorsPerNode} a node)`],
  ["cores an executor", ({ layout }) => String(layout.executorCores)],
  ["heap", ({ layout }) => mib(layout.heap * MIB)],
  ["beside the heap", ({ layout }) => mib(layout.overhead * MIB)],
  [
    "of it for Python",
    ({ layout }) =>
      layout.python === 0 ? "–" : `${mib(layout.python * MIB)}, ${mib(layout.pythonPerWorker * MIB)} a worker`,
  ],
  ["off-heap", ({ layout }) => (layout.offHeap === 0 ? "–" : mib(layout.offHeap * MIB))],
  ["booked", ({ layout }) => mib(layout.container * MIB)],
  ["GPUs", ({ layout }) => (layout.executorGpus === 0 ? "–" : `${layout.executorGpus}, ${layout.taskGpus} a task`)],
  ["tasks at once", ({ layout }) => `${layout.slots} (${layout.slotsPerExecutor} an executor)`],
  ["execution a task", ({ layout }) => mib(layout.executionBytesPerTask)],
  ["storage in all", ({ layout }) => mib(layout.storageBytes * layout.executors)],
  ["idle cores a node", ({ layout }) => String(layout.stranded.cores)],
  ["unused a node", ({ layout }) => mib(layout.stranded.memory * MIB)],
  ["shuffle partitions", ({ shufflePartitions }) => String(shufflePartitions.value)],
  ["broadcast up to", ({ broadcastThreshold }) => mib(broadcastThreshold.value)],
  ["dynamic allocation", ({ allocation: { min, max } }) => `${min.value} to ${max.value} executors`],
]

/** The best layouts side by side, why, and what the usual recipe would do. */
export function sizeText(advice: Answer, style: Style): string {
  const { choices, driver, recipe, usable, request, capacity, cost, warnings } = advice
  const out: string[] = []
  const where = `${request.nodes} node${request.nodes === 1 ? "" : "s"} of ${request.cores} cores and ${mib(request.memory * MIB)}, ${request.manager}`
  out.push(
    style.bold(where),
    `Executors can have ${usable.cores.value} cores and ${mib(usable.memory.value * MIB)} of each: ${usable.memory.formula}.`,
    "",
    ...table(choices, style),
    "",
  )
  for (const [i, { reasons }] of choices.entries()) {
    out.push(style.bold(`Layout ${i + 1}`))
    for (const { good, text } of reasons) out.push(`  ${good ? style.green("+") : style.yellow("-")} ${text}`)
  }
  out.push("", `${style.bold("Driver")}  ${mib(driver.heap.value * MIB)} of heap: ${driver.heap.formula}.`)
  if (capacity)
    out.push(
      `${style.bold("Time")}  about ${timeText(capacity.seconds.value)} on these nodes; ${capacity.nodes.value} node${capacity.nodes.value === 1 ? "" : "s"} end in time (${capacity.seconds.source}).`,
    )
  if (cost)
    out.push(
      `${style.bold("Cost")}  ${cost.hour.value.toFixed(2)} an hour${cost.job ? `, ${cost.job.value.toFixed(2)} a job` : ""}.`,
    )
  if (recipe) {
    const told = `${recipe.executorsPerNode} executors a node of ${recipe.executorCores} cores and ${mib(recipe.heap * MIB)} of heap, ${recipe.instances} in all`
    out.push("", `${style.bold("The usual recipe")}  ${told}.`)
    for (const each of recipe.verdict) out.push(`  ${style.yellow("-")} ${each}`)
    if (recipe.verdict.length === 0) out.push("  It fits this cluster.")
  }
  for (const warning of warnings) out.push("", `${style.yellow("note")}: ${warning}`)
  out.push(
    "",
    style.dim(
      "--format submit, conf, python… writes the settings of layout 1; --choice 2 those of another; --share a link.",
    ),
    "",
  )
  return out.join("\n")
}

function table(choices: readonly Choice[], style: Style): string[] {
  const rows = ROWS.map(([title, of]) => [title, ...choices.map(of)])
  const shown = rows.filter((row) => row.slice(1).some((cell) => cell !== "–"))
  const heads = ["", ...choices.map((_, i) => `layout ${i + 1}`)]
  const widths = heads.map((head, i) => Math.max(head.length, ...shown.map((row) => row[i]!.length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]! + 2))
      .join("")
      .trimEnd()
  return [style.bold(line(heads)), ...shown.map((row) => line(row))]
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
