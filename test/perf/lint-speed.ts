/** CPU of a whole lint in this process against tree-sitter's bare parse of the same text. */
import { Language, Parser } from "web-tree-sitter"
import { readGrammar } from "../../grammars/node.ts"
import { rules } from "../../rules/index.ts"
import { analyze } from "../../server/src/analysis/index.ts"
import { defaultConfig } from "../../server/src/config/index.ts"
import { lint } from "../../server/src/lint/index.ts"
import { createSyntax } from "../../server/src/syntax/index.ts"
import type { Row } from "./lsp-latency.ts"
import { pysparkSource } from "./syntax-source.ts"

const SIZES = [100, 1_000, 5_000]
/** Milliseconds that each figure is measured for, after as long a warm-up. */
const ENOUGH = 1_500

/** CPU milliseconds of one call, garbage collection included: what a loaded machine does not inflate. */
function cpu(run: () => void): number {
  const warm = performance.now()
  while (performance.now() - warm < ENOUGH) run()
  const before = process.cpuUsage()
  const start = performance.now()
  let count = 0
  while (performance.now() - start < ENOUGH || count < 5) {
    run()
    count++
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / count
}

export async function measureLint(): Promise<Row[]> {
  const bytes = await readGrammar()
  const syntax = await createSyntax(bytes)
  const parser = new Parser()
  parser.setLanguage(await Language.load(bytes.python))
  const config = defaultConfig(rules)
  const rows: Row[] = []
  for (const lines of SIZES) {
    const text = pysparkSource(lines)
    const path = "job.py"
    const input = { path, target: config.target, tables: config.tables, conf: config.conf, text }
    const bare = cpu(() => parser.parse(text)?.delete())
    const parsed = cpu(() => syntax.parse(text))
    const module = syntax.parse(text)
    const analyzed = cpu(() => analyze({ ...input, module }))
    const whole = cpu(() => {
      const fresh = syntax.parse(text)
      lint({ module: fresh, text, path, config, rules, analysis: analyze({ ...input, module: fresh }) })
    })
    const ms = (name: string, value: number): Row => ({
      name: `${lines} lines: ${name}`,
      value: Math.round(value * 100) / 100,
      unit: "ms",
    })
    rows.push(ms("bare parse", bare), ms("parse and lower", parsed), ms("analyse", analyzed), ms("whole lint", whole))
    const ratio = whole / bare
    rows.push({
      name: `${lines} lines: whole lint to bare parse`,
      value: Math.round(ratio * 100) / 100,
      unit: "times",
      aim: "at most 2",
      met: ratio <= 2,
    })
  }
  return rows
}
