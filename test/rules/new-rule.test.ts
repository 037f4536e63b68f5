import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const script = join(root, "scripts/new-rule.ts")

interface Ran {
  readonly status: number | null
  readonly output: string
}

function run(command: string, args: readonly string[], cwd: string): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 50_000 })
  return { status, output: `${stdout}${stderr}` }
}

describe("npm run new-rule", () => {
  let copy: string

  before(() => {
    copy = mkdtempSync(join(tmpdir(), "new-rule-"))
    for (const path of ["rules", "server/src", "grammars", "test/rules", "test/server/parse.ts", "package.json"])
      cpSync(join(root, path), join(copy, path), { recursive: true })
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"))
    const config = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"))
    writeFileSync(
      join(copy, "tsconfig.json"),
      JSON.stringify({ ...config, include: ["rules", "test/rules/*/*.ts", "test/rules/harness.ts"] }),
    )
  })

  after(() => rmSync(copy, { recursive: true, force: true }))

  const scaffold = (...args: string[]): Ran => run(process.execPath, [script, "--root", copy, ...args], copy)

  it("scaffolds a rule whose types hold and whose cases pass, but for the number that its author must write", () => {
    const made = scaffold("driver/late-iterator")
    assert.equal(made.status, 0, made.output)
    const types = run(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", "tsconfig.json"], copy)
    assert.equal(types.status, 0, types.output)
    const test = run(
      process.execPath,
      [join(root, "node_modules/mocha/bin/mocha.js"), "test/rules/driver/late-iterator.test.ts"],
      copy,
    )
    assert.match(test.output, /2 passing/)
    assert.match(test.output, /1 failing/)
    assert.match(test.output, /1 of 5 cases fire/)
  })

  it("keeps the index sorted, by import and by name", () => {
    assert.equal(scaffold("config/aa-first").status, 0)
    assert.equal(scaffold("udfs/zz-last").status, 0)
    const index = readFileSync(join(copy, "rules/index.ts"), "utf8")
    const imports = [...index.matchAll(/from "\.\/(\w+\/[\w-]+)\.ts"/g)].map((match) => match[1]!)
    assert.deepEqual(imports, [...imports].sort())
    const entries = [...index.matchAll(/^ {2}(\w+),$/gm)].map((match) => match[1]!)
    assert.equal(entries[0], "aaFirst")
    assert.equal(entries.at(-1), "zzLast")
    assert.equal(new Set(entries).size, imports.length)
  })

  it("refuses what would not do, and says what would", () => {
    for (const [args, said] of [
      [[], "say which"],
      [["late-filter"], "say which"],
      [["speed/late-filter"], "there is no family 'speed'; there are: joins"],
      [["driver/LateFilter"], "lower-case words joined by '-'"],
      [["driver/count-as-emptiness"], "is there already"],
    ] as const) {
      const refused = scaffold(...args)
      assert.equal(refused.status, 2, refused.output)
      assert(refused.output.includes(said), refused.output)
    }
    assert(!existsSync(join(copy, "rules/speed")))
  })
})
