import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rules } from "../../rules/index.ts"
import { ruleDocs } from "../../scripts/generate/rule-docs.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const names = rules.map((rule) => rule.name)

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  )
}

describe("the catalogue of rules", () => {
  it("is sorted by name, each once", () => {
    assert.deepEqual(names, [...new Set(names)].sort())
  })

  it("has kebab-case names", () => {
    for (const name of names) assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/)
  })

  it("has one file and one test for each rule, and no file that is in no list", () => {
    const written = filesBelow("rules").filter(
      (path) => path.split("/").length === 3 && !/^rules\/(api|shared)\//.test(path),
    )
    assert.deepEqual(written.sort(), rules.map((rule) => `rules/${rule.family}/${rule.name}.ts`).sort())
    for (const rule of rules) {
      const test = `test/rules/${rule.family}/${rule.name}.test.ts`
      assert(existsSync(join(root, test)), `${test} is missing`)
      // describeRule counts the cases
      assert.match(read(test), /^describeRule\(/m, `${test} does not call describeRule`)
    }
  })

  it("imports nothing but the facts and what rules share", () => {
    for (const path of filesBelow("rules").filter((file) => !/^rules\/api(\.ts$|\/)/.test(file))) {
      const allowed = path.startsWith("rules/shared/")
        ? /^(\.\.\/api|\.\/[\w-]+)\.ts$/
        : path === "rules/index.ts"
          ? /^\.\/(api|[a-z]+\/[\w-]+)\.ts$/
          : /^\.\.\/(api|shared\/[\w-]+)\.ts$/
      for (const [, source] of read(path).matchAll(/^(?:import|export)\b[^"']*from "([^"]+)"/gm))
        assert.match(source!, allowed, `${path} imports ${source}`)
    }
  })

  it("says everything about each rule, in whole sentences, with nothing left from the scaffold", () => {
    for (const rule of rules) {
      for (const text of [rule.flags, rule.why, rule.whenNot, rule.fix.note]) assert.match(text, /[.`)]$/, rule.name)
      assert(rule.references.length > 0, rule.name)
      for (const address of rule.references) assert.match(address, /^https:\/\/spark\.apache\.org\/docs\/latest\//)
      assert.doesNotMatch(read(`rules/${rule.family}/${rule.name}.ts`), /[‹›]/)
    }
  })

  it("has options whose defaults their own schemas allow", () => {
    for (const rule of rules)
      for (const [name, schema] of Object.entries(rule.options ?? {})) {
        const wanted = {
          bytes: "number",
          integer: "number",
          boolean: "boolean",
          string: "string",
          "string[]": "object",
        }
        assert.equal(typeof schema.default, wanted[schema.type], `${rule.name}.${name}`)
        if (typeof schema.default !== "number") continue
        assert(schema.default >= (schema.minimum ?? -Infinity) && schema.default <= (schema.maximum ?? Infinity))
      }
  })

  it("has up-to-date pages, and none of a rule that is gone", async () => {
    const pages = await ruleDocs.generate({ root, say: () => {} })
    for (const [path, text] of pages) {
      assert(existsSync(join(root, path)), `${path} is missing: run npm run generate -- rule-docs`)
      assert.equal(read(path), text, `${path} is out of date: run npm run generate -- rule-docs`)
    }
    assert.deepEqual(filesBelow("docs/rules").sort(), [...pages.keys()].sort())
  })
})
