import type { Module } from "./ast.ts"

/** The bytes of the two wasm files; the caller reads them, since only it knows where it runs. */
export interface GrammarBytes {
  /** web-tree-sitter's runtime. */
  readonly runtime: Uint8Array
  /** tree-sitter-python. */
  readonly python: Uint8Array
}

/** One replacement, offsets in UTF-16 units of the text before it. */
export interface TextChange {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A text that is kept parsed. Create with `Syntax.open`, change with `update`, free with `dispose`. */
export interface SyntaxDocument {
  readonly text: string
  /** The current version's AST. Unchanged top-level statements are the same `Top` objects as before. */
  readonly module: Module
  /** Applies changes one after the other and reparses incrementally. Never throws on any text. */
  update(changes: readonly TextChange[]): void
  dispose(): void
}

/** The parser, loaded once a process. */
export interface Syntax {
  /** Parses a text and keeps it. Never throws on any text. */
  open(text: string): SyntaxDocument
  /** Parses once, frees everything, gives the plain AST. */
  parse(text: string): Module
}
