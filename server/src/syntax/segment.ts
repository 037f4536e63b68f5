/** A stretch of text that begins at column 0 and is parsed on its own, whatever stands around it. */
export interface Segment {
  /** Offset in the text; the only thing that moves when text before it changes. */
  start: number
  /** Up to where the next segment begins. */
  readonly length: number
  readonly kind: "code" | "trivia" | "opaque"
  /** Length of what is code, from the start; blank lines and comments follow it. 0 for trivia. */
  readonly codeLength: number
  /** No code stands before it in its cell. */
  readonly first: boolean
  /** How far from its start the text was looked at to tell where it ends. */
  readonly reach: number
  /** Start and end of each comment, relative to the start. */
  readonly comments: readonly number[]
  /** Start and end of what is to be read as blank though it is no comment: conflict markers, magics in a block. */
  readonly blanks: readonly number[]
  /** Its logical lines. Empty for trivia, opaque text, and code of one logical line that may be whole. */
  readonly lines: readonly LogicalLine[]
}

/** A statement, or a compound statement's header, with all the physical lines that its brackets go over. */
export interface LogicalLine {
  /** Relative to the segment's start; where the first token begins. */
  readonly start: number
  readonly end: number
  /**
   * `broken`: its characters alone say that it can't parse. `foreign`: they say that it isn't Python at all (words
   * side by side as in prose, a table's bars), so that there is no use in looking for expressions in it.
   */
  readonly state: "unknown" | "broken" | "foreign"
}
