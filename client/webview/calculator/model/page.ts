/** All that the page shows, and how it changes. Pure. */
import { type CalculatorState, defaults, type Figure } from "../../../../server/src/sizing/index.ts"
import { type Outcome, outcomeOf } from "./answer.ts"
import { type Change, changed, type History, historyOf } from "./history.ts"

export interface Why {
  readonly title: string
  readonly figure: Figure
}

export interface PageModel {
  readonly history: History
  readonly outcome: Outcome
  /** The output that is shown. */
  readonly tab: string
  /** The figure that is explained. */
  readonly why: Why | undefined
  /** The last thing that was done, in a sentence. */
  readonly status: string
  /** The field for a shared text is open; what stands in it, and what is wrong with that. */
  readonly opening: { readonly text: string; readonly problem: string } | undefined
}

export type Action =
  | Change
  | { readonly kind: "tab"; readonly id: string }
  | { readonly kind: "why"; readonly why: Why }
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "opening"; readonly opening: PageModel["opening"] }

export function pageOf(history: History = historyOf(defaults)): PageModel {
  return {
    history,
    outcome: outcomeOf(history.present),
    tab: "submit",
    why: undefined,
    status: "",
    opening: undefined,
  }
}

/** The page after an action; the same object where nothing changed. */
export function acted(page: PageModel, action: Action): PageModel {
  switch (action.kind) {
    case "tab":
      return { ...page, tab: action.id }
    case "why":
      return { ...page, why: action.why }
    case "status":
      return { ...page, status: action.text }
    case "opening":
      return { ...page, opening: action.opening }
    default: {
      const history = changed(page.history, action)
      if (history === page.history) return page
      return { ...page, history, outcome: outcomeOf(history.present, page.outcome), status: "" }
    }
  }
}

/** What editing a field changes besides: a machine of one's own is no longer of the type that was chosen. */
export function editOf(field: keyof CalculatorState, value: string | boolean): Partial<CalculatorState> {
  const own = field === "cores" || field === "memory" || field === "gpus" || field === "gpuMemory"
  return { [field]: value, ...(own ? { instance: "" } : {}) }
}
