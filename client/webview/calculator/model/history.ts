/** What was entered, and the way back. Pure. */
import { type CalculatorState, defaults, stateOf } from "../../../../server/src/sizing/index.ts"

export interface History {
  readonly past: readonly CalculatorState[]
  readonly present: CalculatorState
  readonly future: readonly CalculatorState[]
  /** The field that was edited last, and when (milliseconds): more typing in it is the same step. */
  readonly edited?: { readonly field: string; readonly at: number } | undefined
}

export type Change =
  /** One field was edited by a person; `field` tells steps apart. */
  | { readonly kind: "edit"; readonly field: string; readonly patch: Partial<CalculatorState>; readonly at: number }
  /** Everything else than the named fields becomes as by default: a preset, a shared state, a reset. */
  | { readonly kind: "replace"; readonly state: CalculatorState }
  | { readonly kind: "undo" }
  | { readonly kind: "redo" }

/** Steps that can be undone. */
const STEPS = 100
/** Milliseconds without typing after which the same field makes a new step. */
const PAUSE = 1500

export function historyOf(present: CalculatorState): History {
  return { past: [], present, future: [] }
}

/** The history after a change; the same object where nothing changed. */
export function changed(history: History, change: Change): History {
  const { past, present, future, edited } = history
  switch (change.kind) {
    case "undo": {
      const before = past.at(-1)
      return before === undefined
        ? history
        : { past: past.slice(0, -1), present: before, future: [present, ...future].slice(0, STEPS) }
    }
    case "redo": {
      const [next, ...rest] = future
      return next === undefined ? history : { past: [...past, present].slice(-STEPS), present: next, future: rest }
    }
    case "replace":
      return same(present, change.state)
        ? history
        : { past: [...past, present].slice(-STEPS), present: change.state, future: [] }
    case "edit": {
      const state = { ...present, ...change.patch }
      if (same(present, state)) return history
      const goesOn = edited?.field === change.field && change.at - edited.at < PAUSE && past.length > 0
      return {
        past: goesOn ? past : [...past, present].slice(-STEPS),
        present: state,
        future: [],
        edited: { field: change.field, at: change.at },
      }
    }
  }
}

function same(a: CalculatorState, b: CalculatorState): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Steps that are kept over a reload. */
const KEPT = 20

/** What is kept over a reload. */
export function saved({ past, present, future }: History): object {
  return { past: past.slice(-KEPT), present, future: future.slice(0, KEPT) }
}

/** A history out of what was kept, whatever that is; undefined where nothing was. */
export function restored(value: unknown): History | undefined {
  if (typeof value !== "object" || value === null || !("present" in value)) return undefined
  const { past, present, future } = value as Record<string, unknown>
  const states = (list: unknown): CalculatorState[] => (Array.isArray(list) ? list.slice(0, KEPT).map(stateOf) : [])
  return { past: states(past), present: stateOf(present), future: states(future) }
}

/** How many of the optional fields are filled: what a folded group says of itself. */
export function filled(state: CalculatorState, fields: readonly (keyof CalculatorState)[]): number {
  return fields.filter((field) => state[field] !== defaults[field]).length
}
