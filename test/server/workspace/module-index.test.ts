import assert from "node:assert/strict"
import type { Modules } from "../../../server/src/analysis/modules.ts"
import { defaultConfig } from "../../../server/src/config/index.ts"
import type { Engine } from "../../../server/src/workspace/engine.ts"
import { type Host, type Log, OutOfTime } from "../../../server/src/workspace/host.ts"
import { ModuleIndex } from "../../../server/src/workspace/module-index.ts"
import { nodeHost } from "../../../server/src/workspace/node-host.ts"
import { SourceFiles } from "../../../server/src/workspace/source-files.ts"

/** An index whose modules are the test's, with what it logs and which files were left out when modules were made. */
function indexOf(modules: Partial<Modules>, host: Host = nodeHost) {
  const warnings: string[] = []
  const without: string[][] = []
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message), error: () => {} }
  const engine = {
    modules: (_files: unknown, _config: unknown, left: ReadonlySet<string>) => {
      without.push([...left])
      return modules
    },
  } as unknown as Engine
  return { index: new ModuleIndex(engine, new SourceFiles(host, () => []), host, log), warnings, without }
}

describe("the module index", () => {
  it("says once in the log which module did not end, and leaves it out", () => {
    const bounded = (): never => {
      throw new OutOfTime(1)
    }
    const slow = {
      running: "/w/slow.py",
      isReady: () => false,
      isSpent: () => false,
      *prepare(): Generator<void> {
        yield
        yield
        yield
      },
    }
    const { index, warnings, without } = indexOf(slow, { ...nodeHost, bounded })
    const config = defaultConfig([])
    index.prepare("/w/job.py", config)
    index.prepare("/w/job.py", config)
    assert.deepEqual(without, [[], ["/w/slow.py"]])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /^\/w\/slow\.py: .*longer than 4 s.*unknown/)
  })

  it("says once in the log whose imports lead to more modules than are followed", () => {
    const { index, warnings } = indexOf({ isReady: () => true, isSpent: (path) => path === "/w/job.py" })
    const config = defaultConfig([])
    for (const path of ["/w/job.py", "/w/other.py", "/w/job.py"]) assert.equal(index.prepare(path, config), false)
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /^\/w\/job\.py: .*more modules/)
  })

  it("keeps the modules of the configurations that were used last", () => {
    const { index, without } = indexOf({ isReady: () => true, isSpent: () => false })
    const configs = Array.from({ length: 6 }, () => ({ ...defaultConfig([]) }))
    for (const config of configs) {
      index.prepare("/w/job.py", configs[0]!)
      index.prepare("/w/other.py", config)
    }
    assert.equal(without.length, 6, "the first one's modules were made once")
  })
})
