/**
 * `npm run bench [-- --json] [-- --only lint|server|workspace|cli|calculator]`: how fast we are, as ratios to what cannot be avoided (the
 * bare parse) and to a fast server that knows no types. Prints a table, or the same as JSON. Nothing here fails a test:
 * machines differ.
 */
import { parseArgs } from "node:util"
import { measureCalculator } from "./calculator-speed.ts"
import { measureCli } from "./cli-speed.ts"
import { measureLint } from "./lint-speed.ts"
import { measureServer, type Row } from "./lsp-latency.ts"
import { measureWorkspace } from "./workspace-speed.ts"

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  lint: measureLint,
  server: () => measureServer(),
  workspace: measureWorkspace,
  cli: measureCli,
  calculator: measureCalculator,
}

const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string", multiple: true } } })
const wanted = values.only ?? Object.keys(parts)
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`bench: no part is called ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`)
  process.exit(2)
}

const rows: Row[] = []
for (const name of wanted) {
  console.error(`measuring ${name}…`)
  rows.push(...(await parts[name]!()))
}
if (values.json)
  console.log(JSON.stringify({ node: process.version, cpus: navigator.hardwareConcurrency, rows }, null, 2))
else console.log(table(rows))

/** The rows as Markdown, as docs/performance.md has them. */
function table(all: readonly Row[]): string {
  const lines = all.map(
    ({ name, value, unit, aim, met }) =>
      `| ${name} | ${value} ${unit} | ${aim ?? ""} | ${met === undefined ? "" : met ? "yes" : "**missed**"} |`,
  )
  return ["| what | measured | aim | met |", "|---|---|---|---|", ...lines].join("\n")
}
