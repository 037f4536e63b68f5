import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { judge, runTier } from "../../scripts/test.ts"
import { type Tier, tiers } from "../../scripts/tiers.ts"

const counted = { kind: "counted", minutes: 1 } as const
const check = { kind: "check", minutes: 1 } as const

describe("what a tier comes to", () => {
  it("a check is one test", () => {
    assert.deepEqual(judge(check, 0, false, undefined), { passed: 1, failed: 0 })
    assert.deepEqual(judge(check, 2, false, undefined), { passed: 0, failed: 1 })
  })

  it("a runner's own counts are taken", () => {
    assert.deepEqual(judge(counted, 0, false, { passed: 12, failed: 0 }), { passed: 12, failed: 0 })
    assert.deepEqual(judge(counted, 3, false, { passed: 12, failed: 3 }), { passed: 12, failed: 3 })
  })

  it("a runner that gives no result has failed, even with exit code 0", () => {
    const { failed, trouble } = judge(counted, 0, false, undefined)
    assert.equal(failed, 1)
    assert.match(trouble ?? "", /gave no result/)
  })

  it("a runner that runs no test has failed", () => {
    assert.deepEqual(judge(counted, 0, false, { passed: 0, failed: 0 }), {
      passed: 0,
      failed: 1,
      trouble: "ran no test",
    })
  })

  it("a runner that ends badly though its tests passed has failed", () => {
    const { passed, failed } = judge(counted, 1, false, { passed: 5, failed: 0 })
    assert.deepEqual([passed, failed], [5, 1])
  })

  it("one that was ended for its time has failed", () => {
    const { failed, trouble } = judge(counted, 143, true, { passed: 5, failed: 1 })
    assert.equal(failed, 2)
    assert.match(trouble ?? "", /ended after 1 minutes/)
  })
})

describe("a tier that is run", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tier-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("fails when what it needs can't be made", async () => {
    const tier: Tier = {
      ...counted,
      name: "x",
      about: "y",
      command: [process.execPath, "-e", "0"],
      prepare: () => Promise.reject(new Error("no Java")),
    }
    const { failed, trouble } = await runTier(tier, folder)
    assert.deepEqual([failed, trouble], [1, "no Java"])
  })

  it("fails when its program is missing", async () => {
    const { failed } = await runTier({ ...counted, name: "x", about: "y", command: ["/no/such/program"] }, folder)
    assert.equal(failed, 1)
  })

  it("is counted by Mocha's reporter, failures included", () => {
    const file = join(folder, "some.test.ts")
    const result = join(folder, "result.json")
    writeFileSync(
      file,
      "describe('d', () => { it('a', () => {}); it('b', () => {}); it('c', () => { throw new Error('no') }) })",
    )
    const mocha = spawnSync(
      process.execPath,
      ["node_modules/mocha/bin/mocha.js", "--reporter", "./scripts/mocha-reporter.ts", file],
      { encoding: "utf8", env: { ...process.env, TIER_RESULT: result } },
    )
    assert.equal(mocha.status, 1)
    assert.deepEqual(JSON.parse(readFileSync(result, "utf8")), { passed: 2, failed: 1 })
    assert.match(mocha.stdout, /✗ d c: no/)
    assert.match(mocha.stdout, /some\.test\.ts: 2 passed, 1 FAILED/)
  })

  it("has a name of its own", () => {
    assert.equal(new Set(tiers.map(({ name }) => name)).size, tiers.length)
  })
})
