import { Language, Parser, type Tree } from "web-tree-sitter"
import { readByCursor } from "./cursor-reader.ts"
import { FlatTree } from "./flat.ts"
import { type Numbers, numbersOf } from "./kinds.ts"
import { type Memory, readFromMemory } from "./memory-reader.ts"
import type { GrammarBytes } from "./types.ts"

/** The runtime is one for the process: it is started once, and keeps its memory in the options it was given. */
let runtime: Promise<Partial<Memory>> | undefined

/**
 * Milliseconds that a parse may take: far more than any text that is Python needs, on a busy machine too. What
 * takes longer makes the parser's recovery run wild, which takes quadratic time on some texts.
 */
const LEAST_TIME = 250
const TIME_A_CHARACTER = 0.003
/** The parser reports each hundred steps. More time than this between two reports is the machine's, not the parser's. */
const LONGEST_STEPS = 20

/** The loaded parser. Trees it gives are the caller's to delete. */
export class Engine {
  readonly #parser: Parser
  readonly #numbers: Numbers
  readonly #memory: Memory | undefined

  private constructor(parser: Parser, numbers: Numbers, memory: Partial<Memory>) {
    this.#parser = parser
    this.#numbers = numbers
    this.#memory = this.#checked(memory)
  }

  /**
   * Loads runtime and grammar.
   * @throws Error when the bytes are no wasm, or not the versions in grammars/lock.json.
   */
  static async load(bytes: GrammarBytes): Promise<Engine> {
    runtime ??= start(bytes.runtime)
    const memory = await runtime
    const language = await Language.load(bytes.python)
    const parser = new Parser()
    parser.setLanguage(language)
    return new Engine(parser, numbersOf(language), memory)
  }

  /** Whether trees are read straight from the runtime's memory; else they are by its slower public cursor. */
  get readsMemory(): boolean {
    return this.#memory !== undefined
  }

  /**
   * Parses a text.
   * @param old the tree of the text before, edited to fit this text
   * @param time milliseconds it may take; what it takes by itself when left out
   * @returns null where it took longer
   */
  parse(text: string, old: Tree | null, time = LEAST_TIME + text.length * TIME_A_CHARACTER): Tree | null {
    let spent = 0
    let last = performance.now()
    const progressCallback = () => {
      const now = performance.now()
      spent += Math.min(now - last, LONGEST_STEPS)
      last = now
      return spent > time
    }
    // The binding asks for the text from an index on, and takes some thousand characters at a time.
    const tree = this.#parser.parse((index) => text.slice(index, index + CHUNK), old, { progressCallback })
    if (!tree) this.#parser.reset()
    return tree
  }

  /** Copies a tree into arrays. */
  read(tree: Tree, flat: FlatTree): void {
    if (this.#memory) readFromMemory(this.#memory, tree.rootNode.id, this.#numbers, flat)
    else this.readByCursor(tree, flat)
  }

  /** The same by tree-sitter's public cursor, which takes ten times as long. */
  readByCursor(tree: Tree, flat: FlatTree): void {
    readByCursor(tree, this.#numbers, flat)
  }

  /** The memory where reading it gives just what the public cursor gives, so that its layout is as we know it. */
  #checked(memory: Partial<Memory>): Memory | undefined {
    if (!isMemory(memory)) return undefined
    const tree = this.#parser.parse(PROBE)
    if (!tree) return undefined
    try {
      const expected = new FlatTree()
      const actual = new FlatTree()
      this.readByCursor(tree, expected)
      readFromMemory(memory, tree.rootNode.id, this.#numbers, actual)
      return actual.equals(expected) ? memory : undefined
    } catch {
      return undefined
    } finally {
      tree.delete()
    }
  }
}

/** As much text as the runtime takes at once (10 KiB of UTF-16, and room for the end). */
const CHUNK = 5 * 1024 - 1

/** Some of everything that a tree's layout depends on: inlined and long tokens, fields, aliases, extras, errors. */
const PROBE = [
  "import a.b as c  # comment",
  "async def f(x: int = 1, *args, **kw) -> List[int]:",
  "    with (open(x) as g, h()): return [i for i in x if i not in 'a long string, longer than inline' \\",
  "        'é'] + -1.5 ** f\"{x!r:>{w}}\"",
  "match x:",
  "    case {'a': [1, *_]} | Foo(b=c) if x: pass",
  `${"\n".repeat(20)}print >>x, y`,
  "x = foo bar(] = 1",
  "lambda: (yield)",
].join("\n")

function isMemory(memory: Partial<Memory>): memory is Memory {
  return !!memory.HEAPU8 && !!memory.HEAPU16 && !!memory.HEAPU32
}

async function start(wasmBinary: Uint8Array): Promise<Partial<Memory>> {
  // The runtime takes this object for its own module, and puts its memory's views on it.
  const module: Partial<Memory> & { wasmBinary: Uint8Array } = { wasmBinary }
  await Parser.init(module)
  return module
}
