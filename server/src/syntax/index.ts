import type { Comment, Module, Top } from "./ast.ts"
import { Engine } from "./engine.ts"
import * as K from "./kinds.ts"
import type { Lowering } from "./lower/lowering.ts"
import { lowerStmt } from "./lower/statements.ts"
import type { GrammarBytes, Syntax, SyntaxDocument, TextChange } from "./types.ts"

/**
 * Loads the parser.
 * @throws Error when the bytes are no wasm, or not the versions in grammars/lock.json.
 */
export async function createSyntax(bytes: GrammarBytes): Promise<Syntax> {
  const engine = await Engine.load(bytes)
  const parse = (text: string): Module => parseWhole(engine, text)
  return { parse, open: (text) => new Document(text, parse) }
}

class Document implements SyntaxDocument {
  text: string
  module: Module
  readonly #parse: (text: string) => Module

  constructor(text: string, parse: (text: string) => Module) {
    this.#parse = parse
    this.text = text
    this.module = parse(text)
  }

  update(changes: readonly TextChange[]): void {
    for (const { start, end, text } of changes) this.text = this.text.slice(0, start) + text + this.text.slice(end)
    this.module = this.#parse(this.text)
  }

  dispose(): void {}
}

function parseWhole(engine: Engine, text: string): Module {
  const tree = engine.parse(text)
  if (!tree) return { body: [], comments: [], broken: true, flavor: "module" }
  try {
    const flat = engine.read(tree)
    const l: Lowering = {
      tree: flat,
      text,
      mayHaveErrors: tree.rootNode.hasError,
      base: 0,
      names: new Set(),
      depth: 0,
      broken: false,
    }
    const body: Top[] = []
    const comments: Comment[] = []
    for (let c = 1; c < flat.length; c = flat.next[c]!) {
      if (flat.kind[c]! < K.FIRST_PART || flat.kind[c] === K.MISSING) continue
      const offset = flat.start[c]!
      l.base = offset
      l.names = new Set()
      body.push({ offset, stmt: lowerStmt(l, c), names: l.names })
    }
    for (let c = 0; c < flat.length; c++) {
      if (flat.kind[c] !== K.COMMENT) continue
      const start = flat.start[c]!
      const end = flat.end[c]!
      comments.push({ start, end, text: text.slice(start, end) })
    }
    const flavor = text.startsWith("# Databricks notebook source")
      ? "databricks"
      : /^# ?%%/m.test(text)
        ? "percent"
        : "module"
    return { body, comments, broken: l.broken, flavor }
  } finally {
    tree.delete()
  }
}
