import { readGrammar } from "../../grammars/node.ts"
import { createSyntax } from "../../server/src/syntax/index.ts"
import type { Syntax } from "../../server/src/syntax/types.ts"

let loaded: Promise<Syntax> | undefined

/** The parser, loaded once for all tests. */
export async function parser(): Promise<Syntax> {
  loaded ??= readGrammar().then(createSyntax)
  return loaded
}
