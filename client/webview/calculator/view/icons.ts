/** Icons as drawings of our own, in the text's colour. */
import { html, type TemplateResult } from "lit-html"

const drawn = (path: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d=${path} fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`

export const icons = {
  undo: drawn("M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6"),
  redo: drawn("m10 3 3 3-3 3m3-3H7a4 4 0 0 0 0 8h3"),
  share: drawn("M8 10V2M5 5l3-3 3 3M3 8v6h10V8"),
  open: drawn("M8 2v8M5 7l3 3 3-3M3 10v4h10v-4"),
  reset: drawn("M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5.5H6"),
  copy: drawn("M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1"),
  insert: drawn("M5.5 3v10M4 3h3M4 13h3M8.5 8h5M11 5.5 13.5 8 11 10.5"),
  add: drawn("M8 3v10M3 8h10"),
  remove: drawn("m4 4 8 8M12 4l-8 8"),
  close: drawn("m4 4 8 8M12 4l-8 8"),
  chevron: drawn("m4 6 4 4 4-4"),
  warning: drawn("M8 2 1.5 13.5h13zM8 6.5v3.2M8 11.6v.1"),
  error: drawn("M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.8v4M8 11v.1"),
  good: drawn("m3 8.5 3.2 3.2L13 4.5"),
  bad: drawn("M3.5 8h9"),
}
