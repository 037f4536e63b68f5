/** The careless functions of the samples carry the mistakes that the linter finds, and nothing else does. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { rules } from "../../rules/index.ts"
import { analyze } from "../../server/src/analysis/index.ts"
import { defaultConfig } from "../../server/src/config/index.ts"
import { lint } from "../../server/src/lint/index.ts"
import type { Finding } from "../../server/src/lint/types.ts"
import type { Syntax } from "../../server/src/syntax/types.ts"
import { parser } from "../server/parse.ts"
import { jobsFolder } from "./spark-job.ts"

/** `line: rule`, the line counting from 1. */
type Place = string

function findings(syntax: Syntax, file: string, text: string): readonly Finding[] {
  const config = defaultConfig(rules)
  const module = syntax.parse(text)
  const { target, tables, conf } = config
  const analysis = analyze({ module, text, path: file, target, tables, conf })
  assert.equal(analysis.bounded, undefined, "the analysis sees the whole file")
  const result = lint({ module, text, path: file, config, rules, analysis })
  assert.deepEqual(result.troubles, [])
  return result.findings
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length
}

function expected(text: string): Place[] {
  return text.split("\n").flatMap((line, index) => {
    const [, names] = /# expect: ([a-z-]+(?:, [a-z-]+)*)$/.exec(line) ?? []
    return (names?.split(", ") ?? []).map((rule) => `${index + 1}: ${rule}`)
  })
}

function found(text: string, all: readonly Finding[]): Place[] {
  return all.map((finding) => `${lineOf(text, finding.span.start)}: ${finding.rule}`)
}

describe("expectations of the samples", () => {
  let syntax: Syntax
  before(async () => {
    syntax = await parser()
  })

  for (const file of readdirSync(jobsFolder).filter((name) => name.endsWith(".py"))) {
    const text = readFileSync(join(jobsFolder, file), "utf8")

    it(`${file}: the linter finds what the file expects, and no more`, () => {
      assert.deepEqual(found(text, findings(syntax, file, text)), expected(text))
    })

    it(`${file}: every comment that speaks of expectations can be read`, () => {
      assert.equal(text.match(/#.*\bexpect\b/g)?.length ?? 0, expected(text).length)
      const known = new Set(rules.map((rule) => rule.name))
      for (const place of expected(text)) assert(known.has(place.split(": ")[1] ?? ""), place)
    })

    if (/^\d\d_/.test(file)) {
      it(`${file}: has mistakes to show`, () => assert(expected(text).length > 0))
    }
  }

  it("a mistake that is put right is no longer found", () => {
    const file = "03_distributed_joins.py"
    const text = readFileSync(join(jobsFolder, file), "utf8")
    const better = text.replace("return orphans.count() > 0", "return not orphans.isEmpty()")
    assert.notEqual(better, text)
    const missing = expected(text).filter((place) => !found(better, findings(syntax, file, better)).includes(place))
    assert.deepEqual(
      missing.map((place) => place.split(": ")[1]),
      ["count-as-emptiness"],
    )
  })
})
