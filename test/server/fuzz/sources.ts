/** The Python that fuzzers begin with: rules' examples, the sample jobs, and the checkout's own scripts. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { rules } from "../../../rules/index.ts"
import { root } from "../lsp/session.ts"

const FILES = [
  "samples/jobs/03_distributed_joins.py",
  "samples/jobs/measuring.py",
  "samples/jobs/reporting.py",
  "samples/jobs/spark_figures.py",
  "scripts/generate-pyspark-api.py",
  "test/samples/jobs/helpers_unittest.py",
  "test/spark/effects.py",
  "test/spark/prove.py",
  "test/spark/tables.py",
]
/** Lines of one piece of a file: small ones are many, and each is read in a moment. */
const LINES = 40

/** Whole examples, and pieces of files, each with its file's imports before it. */
export function pythonSources(): string[] {
  const examples = rules.flatMap((rule) => [rule.bad, rule.good])
  return [...examples, ...FILES.flatMap((file) => piecesOf(readFileSync(join(root, file), "utf8")))]
}

/** Cuts a file before lines at column 0. */
function piecesOf(text: string): string[] {
  const lines = text.split("\n")
  const imports = lines.filter((line) => /^(?:import|from) .*[^(,]$/.test(line))
  const pieces: string[] = []
  let piece: string[] = []
  for (const line of lines) {
    if (piece.length >= LINES && /^[A-Za-z_@#]/.test(line)) {
      pieces.push([...imports, ...piece, ""].join("\n"))
      piece = []
    }
    piece.push(line)
  }
  return [...pieces, [...imports, ...piece].join("\n")]
}
