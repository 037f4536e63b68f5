/**
 * The server with rules that misbehave on files that ask for it: `odd-throws` throws, `odd-endless` never ends,
 * `odd-regex` never ends inside one regular expression. With `--no-grammar` it finds no grammar.
 */
import { createConnection } from "vscode-languageserver/node"
import { defineRule, type Program, type Rule, type RuleContext } from "../../../rules/api.ts"
import { startServer } from "../../../server/src/app.ts"
import { loadEngine } from "../../../server/src/workspace/load-engine.ts"
import { nodeHost, readGrammar } from "../../../server/src/workspace/node-host.ts"

function odd(name: string, misbehave: () => void): Rule {
  return defineRule({
    name,
    family: "driver",
    severity: "warning",
    flags: "",
    why: "",
    bad: "",
    good: "",
    whenNot: "",
    fix: { safety: "none", note: "" },
    references: [],
    proof: { rows: "same" },
    on: {
      program(_: Program, ctx: RuleContext) {
        const wanted = ctx.text({ top: { offset: 0 }, start: 0, end: 200 })
        if (wanted.includes(name)) misbehave()
      },
    },
  })
}

const oddRules = [
  odd("odd-throws", () => {
    throw new Error("this rule always throws")
  }),
  odd("odd-endless", () => {
    for (;;);
  }),
  odd("odd-regex", () => {
    ;/^(a+)+$/.test(`${"a".repeat(60)}b`)
  }),
]

startServer({
  connection: createConnection(process.stdin, process.stdout),
  host: nodeHost,
  version: "0.0.0",
  loadEngine: () => loadEngine(process.argv.includes("--no-grammar") ? noGrammar() : readGrammar(), oddRules),
})

async function noGrammar(): Promise<never> {
  throw new Error("ENOENT: tree-sitter-python.wasm")
}
