import type { TextChange } from "./types.ts"

/** The stretch that several changes together replaced: `start` to `oldEnd` before, `start` to `newEnd` after. */
export interface ChangedSpan {
  readonly start: number
  readonly oldEnd: number
  readonly newEnd: number
}

/** Applies changes one after the other, each to the text that the one before it left. Offsets are clamped to the text. */
export function applyChanges(
  text: string,
  changes: readonly TextChange[],
): { readonly text: string; readonly span: ChangedSpan | undefined } {
  let now = text
  let span: ChangedSpan | undefined
  for (const change of changes) {
    const start = Math.min(Math.max(0, change.start), now.length)
    const end = Math.min(Math.max(start, change.end), now.length)
    now = now.slice(0, start) + change.text + now.slice(end)
    const newEnd = start + change.text.length
    span = span ? joined(span, start, end, newEnd) : { start, oldEnd: end, newEnd }
  }
  return { text: now, span }
}

/** @param start of the next change, `end` before and `newEnd` after it, in the text that `span` left */
function joined(span: ChangedSpan, start: number, end: number, newEnd: number): ChangedSpan {
  const beyond = Math.max(0, end - span.newEnd)
  return {
    start: Math.min(span.start, start),
    oldEnd: span.oldEnd + beyond,
    newEnd: Math.max(span.newEnd, end) + newEnd - end,
  }
}
