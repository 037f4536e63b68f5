/** A program with the runner behaves as it does without: what it sees, prints and raises, and how it ends. */
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findPythons } from "../../scripts/python-env/pythons.ts"
import { type Ended, programs, type RunOptions, runWith } from "./runner-run.ts"

let folder = ""
before(() => {
  folder = mkdtempSync(join(tmpdir(), "shufflewise-runner-"))
})
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))

/** Runs a program both ways and holds the two against each other. @returns what both did */
async function same(
  program: string,
  args: readonly string[],
  options: Omit<RunOptions, "runner" | "cwd"> = {},
): Promise<Ended> {
  const [without, along] = await Promise.all(
    [false, true].map(async (runner) => {
      return runWith(program, args, { ...options, runner, cwd: folder })
    }),
  )
  assert.deepEqual(along, without)
  assert.doesNotMatch(along!.stdout + along!.stderr, /shufflewise_runner|sitecustomize\.py/)
  return along!
}

/** Ways to end of ends.py, with the exit code or signal. */
const ends = [
  ["nothing", 0],
  ["zero", 0],
  ["three", 3],
  ["large", 300 % 256],
  ["negative", 255],
  ["text", 1],
  ["none", 0],
  ["false", 0],
  ["list", 1],
  ["at once", 7],
  ["failure", 1],
  ["chained", 1],
  ["thread", 0],
  ["interrupt", "SIGINT"],
  ["term", "SIGTERM"],
  ["kill", "SIGKILL"],
  ["assertion", 1],
] as const

/** One of each version that the runner is for. */
const pythons = (await findPythons()).filter(
  ({ minor }, at, all) => minor >= 9 && minor <= 13 && all.findIndex((other) => other.minor === minor) === at,
)

describe("a program with the runner", function () {
  this.timeout(60_000)

  it("finds a Python to be tried with", () => assert.ok(pythons.length > 0))

  for (const { path: python, version } of pythons) {
    it(`sees on Python ${version} what it would see without`, async () => {
      const { stdout, code } = await same(python, [join(programs, "itself.py"), "--flag", "an argument"], {
        input: "in\nput",
      })
      assert.equal(code, 0, stdout)
      assert.match(stdout, /^__main__ .*itself\.py None None /)
      assert.match(stdout, /^spawn \[2, 4\]$/m)
      assert.match(stdout, /^at exit$/m)
    })

    it(`hands on to the sitecustomize that Python ${version} would have run`, async () => {
      const own = join(folder, `own-${version}`)
      mkdirSync(own, { recursive: true })
      writeFileSync(join(own, "sitecustomize.py"), "WHO = 'mine'\n")
      const variables = { PYTHONPATH: `${own}:/nowhere` }
      const { stdout } = await same(python, [join(programs, "itself.py")], { variables })
      assert.match(stdout, /^True mine$/m)
    })

    it(`ends on Python ${version} as it would without`, async () => {
      for (const [way, code] of ends) {
        const ended = await same(python, [join(programs, "ends.py"), way])
        assert.equal(ended.code ?? ended.signal, code, `${way}: ${ended.stderr}`)
        assert.match(ended.stdout, /^before\n/)
      }
    })
  }

  it("may be a module, a text, or typed in", async () => {
    const python = pythons[0]!.path
    const module = await same(python, ["-m", "ends", "three"], { variables: { PYTHONPATH: programs } })
    assert.equal(module.code, 3)
    assert.equal((await same(python, ["-c", "import sys; print(sys.argv, sys.path); 1 / 0", "x"])).code, 1)
    assert.equal((await same(python, ["-"], { input: "print(__name__)\nraise SystemExit(4)\n" })).code, 4)
    assert.equal((await same(python, [join(programs, "nowhere.py")])).code, 2)
  })

  it("starts where Python is told to hear of no environment at all", async () => {
    assert.equal((await same(pythons[0]!.path, ["-I", join(programs, "ends.py"), "three"])).code, 3)
  })
})
