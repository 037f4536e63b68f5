import { readGrammar } from "../../../grammars/node.ts"
import type { Module } from "../../../server/src/syntax/ast.ts"
import { createSyntax } from "../../../server/src/syntax/index.ts"

const syntax = await createSyntax(await readGrammar())

export function parse(text: string): Module {
  return syntax.parse(text)
}
