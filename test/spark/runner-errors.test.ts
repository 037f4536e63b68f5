/** Errors of a program on real Spark: with the runner each has the frames that it has without. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureEnv } from "../../scripts/python-env.ts"
import { versions } from "./prover.ts"
import { type Ended, programs, runWith } from "./runner-run.ts"

/** The frames of all tracebacks, in order, and what was raised. Messages name tasks and times, which no two runs share. */
function raised({ stdout, stderr }: Ended): string[] {
  const found: string[] = []
  for (const text of [stdout, stderr])
    for (const [line, frame, error] of text.matchAll(
      /^ *(File ".*", line \d+, in \S+)$|^([\w.]+(?:Error|Exception))\b.*$/gm,
    ))
      found.push(frame ?? error ?? line)
  return found
}

/** What the program itself prints at its end. */
const results = ({ stdout }: Ended): string[] => stdout.slice(stdout.lastIndexOf("[2, 3]")).trimEnd().split("\n")

for (const version of versions) {
  describe(`errors with the runner on Spark ${version}`, function () {
    this.timeout(400_000)
    let folder = ""
    after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))

    it("are raised from the same lines, and end the program in the same way", async () => {
      const { python } = await ensureEnv(version === "3.5" ? "spark35" : "spark4", {
        say: (line) => console.error(line),
      })
      folder = mkdtempSync(join(tmpdir(), "shufflewise-errors-"))
      const run = (runner: boolean): Promise<Ended> =>
        runWith(python, [join(programs, "errors.py")], { runner, cwd: folder })
      const without = await run(false)
      const along = await run(true)
      assert.ok(raised(without).length > 100, without.stdout + without.stderr)
      assert.deepEqual(raised(along), raised(without))
      assert.equal(results(without)[0], "[2, 3] True", without.stdout)
      assert.deepEqual(results(along), results(without))
      assert.deepEqual([along.code, along.signal], [without.code, without.signal])
      assert.equal(along.code, 1)
      assert.doesNotMatch(along.stdout + along.stderr, /shufflewise_runner\/|sitecustomize\.py/)
    })
  })
}
