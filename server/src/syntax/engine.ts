import { Language, Parser, type Tree } from "web-tree-sitter"
import { readByCursor } from "./cursor-reader.ts"
import { FlatTree } from "./flat.ts"
import { type Numbers, numbersOf } from "./kinds.ts"
import type { GrammarBytes } from "./types.ts"

/** The loaded parser. Trees it gives are the caller's to delete. */
export class Engine {
  readonly #parser: Parser
  readonly #numbers: Numbers
  readonly #flat = new FlatTree()

  private constructor(parser: Parser, numbers: Numbers) {
    this.#parser = parser
    this.#numbers = numbers
  }

  /**
   * Loads runtime and grammar.
   * @throws Error when the bytes are no wasm, or not the versions in grammars/lock.json.
   */
  static async load(bytes: GrammarBytes): Promise<Engine> {
    await Parser.init({ wasmBinary: bytes.runtime })
    const language = await Language.load(bytes.python)
    const parser = new Parser()
    parser.setLanguage(language)
    return new Engine(parser, numbersOf(language))
  }

  parse(text: string): Tree | null {
    return this.#parser.parse(text)
  }

  /** The tree as arrays; valid until the next call. */
  read(tree: Tree): FlatTree {
    readByCursor(tree, this.#numbers, this.#flat)
    return this.#flat
  }
}
