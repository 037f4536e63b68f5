/** Arrow keys between the figures of a table: the whole table is one stop of the tabulator. */

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function moveInGrid(event: KeyboardEvent): void {
  const step = STEPS[event.key]
  const from = event.target as HTMLElement
  const { x, y } = from.dataset
  if (step === undefined || x === undefined || y === undefined) return
  const grid = event.currentTarget as HTMLElement
  const to = grid.querySelector<HTMLElement>(`[data-x="${Number(x) + step[0]}"][data-y="${Number(y) + step[1]}"]`)
  event.preventDefault()
  if (to === null) return
  from.tabIndex = -1
  to.tabIndex = 0
  to.focus()
}
