/**
 * What our syntax layer costs beside the bare parser, in CPU time: `node test/perf/syntax-speed.ts [--json]`.
 * The bare parser is tree-sitter on the whole text with nothing read from its tree.
 */

import { Language, Parser } from "web-tree-sitter"
import { readGrammar } from "../../grammars/node.ts"
import { createSyntax } from "../../server/src/syntax/index.ts"
import { pysparkSource, random } from "./syntax-source.ts"

interface Row {
  readonly lines: number
  /** Milliseconds of CPU. */
  readonly bareParse: number
  readonly parse: number
  /** (parse − bareParse) ÷ bareParse: what scanning and lowering cost. */
  readonly lowering: number
  readonly keystroke: number
  readonly fullToKeystroke: number
}

const bytes = await readGrammar()
const syntax = await createSyntax(bytes)
const bare = new Parser()
bare.setLanguage(await Language.load(bytes.python))

const rows = [100, 1000, 5000].map(measure)
if (process.argv.includes("--json")) console.log(JSON.stringify(rows))
else {
  console.log("lines  bare parse  parse+lower  lowering/parse  keystroke  full/keystroke")
  for (const row of rows) {
    const cells = [
      String(row.lines).padStart(5),
      `${row.bareParse.toFixed(2)} ms`.padStart(11),
      `${row.parse.toFixed(2)} ms`.padStart(12),
      row.lowering.toFixed(2).padStart(15),
      `${row.keystroke.toFixed(3)} ms`.padStart(10),
      row.fullToKeystroke.toFixed(0).padStart(15),
    ]
    console.log(cells.join(" "))
  }
}

function measure(lines: number): Row {
  const text = pysparkSource(lines)
  const rounds = Math.max(6, Math.round(20_000 / lines))
  const bareTimes: number[] = []
  const times: number[] = []
  for (let round = 0; round < 8; round++) {
    // In turns, so that what else the machine does falls on both.
    bareTimes.push(cpu(rounds, () => bare.parse(text)?.delete()))
    times.push(cpu(rounds, () => syntax.parse(text)))
  }
  const bareParse = least(bareTimes)
  const parse = least(times)
  const keystroke = measureKeystrokes(text)
  return {
    lines,
    bareParse,
    parse,
    lowering: (parse - bareParse) / bareParse,
    keystroke,
    fullToKeystroke: parse / keystroke,
  }
}

/** Types words into lines all over the text, a letter at a time, and takes them out again. */
function measureKeystrokes(text: string): number {
  const document = syntax.open(text)
  const next = random(1)
  const times: number[] = []
  for (let round = 0; round < 6; round++) {
    times.push(
      cpu(40, () => {
        const at = document.text.indexOf("\n", Math.floor(next() * document.text.length))
        const word = ".limit(10)"
        for (let typed = 0; typed < word.length; typed++) {
          document.update([{ start: at + typed, end: at + typed, text: word[typed]! }])
        }
        for (let typed = word.length; typed > 0; typed--) {
          document.update([{ start: at + typed - 1, end: at + typed, text: "" }])
        }
      }) / 20,
    )
  }
  document.dispose()
  return least(times)
}

function cpu(rounds: number, run: () => void): number {
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / rounds
}

function least(times: readonly number[]): number {
  return Math.min(...times)
}
