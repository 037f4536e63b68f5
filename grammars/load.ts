/** Which wasm files the parser is made of, by the names they have both in their packages and beside our bundles. */

import lock from "./lock.json" with { type: "json" }

/** One wasm file: where it comes from, and what it must be. */
export interface GrammarFile {
  /** npm package that the file lies in, at its top. */
  readonly package: string
  readonly version: string
  /** Name of the file in its package and, after a build, in `dist/`. */
  readonly file: string
  /** Of the bytes, in lower-case hex. */
  readonly sha256: string
}

/** web-tree-sitter's runtime. */
export const runtimeFile: GrammarFile = lock.runtime
/** tree-sitter-python. */
export const pythonFile: GrammarFile = lock.python
