/** What the parts of the page can set in motion. */
import type { ToHost } from "../messages.ts"
import type { Action, Why } from "../model/page.ts"

export interface Act {
  /** Changes the page. */
  readonly change: (action: Action) => void
  /** Asks the extension for something. */
  readonly ask: (message: ToHost) => void
  /** Explains a figure beside the button that it stands on. */
  readonly explain: (why: Why, button: HTMLElement) => void
}
