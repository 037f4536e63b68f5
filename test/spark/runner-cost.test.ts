/** What the runner costs: calls into the JVM, which are the same on any machine, and Python's own time. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureEnv } from "../../scripts/python-env.ts"
import { versions } from "./prover.ts"
import { programs, runWith } from "./runner-run.ts"

/** Of five calls: wall clock, Python's processor time, and how many commands went to the JVM. */
interface Cost {
  readonly ms: number
  readonly cpu_ms: number
  readonly commands: number
}
type Part = "columns" | "steps" | "settings" | "sessions" | "actions"

for (const version of versions) {
  describe(`the runner's cost on Spark ${version}`, function () {
    this.timeout(400_000)
    const costs: Record<"with" | "without", Record<Part, Cost>> = {} as never

    before(async () => {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      const cwd = mkdtempSync(join(tmpdir(), "shufflewise-cost-"))
      try {
        for (const way of ["without", "with"] as const) {
          const options = { runner: way === "with", cwd, variables: env.variables }
          const { code, stdout, stderr } = await runWith(env.python, [join(programs, "cost.py")], options)
          assert.equal(code, 0, stderr)
          costs[way] = JSON.parse(stdout.trim().split("\n").at(-1)!)
        }
      } finally {
        rmSync(cwd, { recursive: true, force: true })
      }
    })

    const more = (part: Part) => costs.with[part].commands - costs.without[part].commands

    it("is no call into the JVM while plans are built and settings are read, and few for columns", () => {
      for (const part of ["steps", "settings"] as const) assert.equal(more(part), 0, part)
      // Spark 4 asks for the active session with each column, which may be a new line's first call.
      assert.ok(more("columns") <= (version === "3.5" ? 0 : 8), String(more("columns")))
    })

    it("is two calls for a line that may start a job", () => {
      // PySpark's own two around collect() fall away.
      assert.equal(more("actions"), 2 + 2 - 2)
      assert.ok(more("sessions") > 0 && more("sessions") <= 8, String(more("sessions")))
    })

    it("is little of Python's time", () => {
      for (const part of ["columns", "steps", "settings"] as const) {
        const added = costs.with[part].cpu_ms - costs.without[part].cpu_ms
        assert.ok(added < 1, `${part}: ${added.toFixed(3)} ms for five calls, ${JSON.stringify(costs)}`)
      }
    })
  })
}
