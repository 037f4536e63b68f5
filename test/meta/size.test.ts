import assert from "node:assert/strict"
import { sourcesIn } from "./sources.ts"

const limit = 400

/** Files that may be longer, and why. */
const longer: Readonly<Record<string, string>> = {
  "server/src/syntax/ast.ts": "the list of all node types",
  "server/src/syntax/lower/expressions.ts": "one function for each kind of expression",
  "server/src/analysis/expressions.ts": "one function for each kind of expression",
  "rules/shared/python-translate.ts": "one method for each kind of Python expression",
  "server/src/analysis/spark/dataframe.ts": "one function for each method of DataFrame",
  "scripts/generate-pyspark-api.py": "each Python environment runs it as one file, with no module of ours beside it",
  "test/server/pyspark-table.test.ts": "the table's answers, read beside each other",
}

describe("the size of files", () => {
  const files = sourcesIn(
    ["rules", "grammars", "server", "client", "scripts", "test", "runner"],
    [".ts", ".mjs", ".py"],
  ).map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))

  it(`stays below ${limit} lines, or says why not`, () => {
    const long = files.filter(({ path, lines }) => lines > limit && longer[path] === undefined)
    assert.deepEqual(long, [], "split them by what they do, or give the reason in test/meta/size.test.ts")
  })

  it("needs every exception that is listed", () => {
    const needless = Object.keys(longer).filter(
      (path) => !files.some((file) => file.path === path && file.lines > limit),
    )
    assert.deepEqual(needless, [], "take them off the list")
  })
})
