import { Document } from "./document.ts"
import { Engine } from "./engine.ts"
import { SegmentParser } from "./segment-parser.ts"
import type { GrammarBytes, Syntax } from "./types.ts"

/**
 * Loads the parser.
 * @throws Error when the bytes are no wasm, or not the versions in grammars/lock.json.
 */
export async function createSyntax(bytes: GrammarBytes): Promise<Syntax> {
  const parser = new SegmentParser(await Engine.load(bytes))
  return {
    open: (text) => new Document(parser, text),
    parse: (text) => {
      const document = new Document(parser, text)
      document.dispose()
      return document.module
    },
  }
}
