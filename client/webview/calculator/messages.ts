/** What the calculator's page and the extension say to each other. */
import type { StartingState } from "../../../server/src/sizing/state.ts"

/** From the page. */
export type ToHost =
  /** It listens now. */
  | { readonly kind: "ready" }
  /** Puts a text on the clipboard. */
  | { readonly kind: "copy"; readonly text: string }
  /** Puts a text at the cursor of the text editor that was used last. */
  | { readonly kind: "insert"; readonly text: string; readonly language: string }

/** To the page. */
export type ToPage =
  /** Shows this instead of what is there; a step that can be undone. */
  | { readonly kind: "show"; readonly state: StartingState }
  /** What became of a request: a sentence for the status line. */
  | { readonly kind: "done"; readonly text: string }

/** The kind of web view, as VS Code keeps it over a reload. */
export const VIEW_TYPE = "shufflewise.calculator"
