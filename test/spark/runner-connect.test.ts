/** Over Spark Connect every job carries the line that started it as a tag, for a client of each version. */
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureEnv } from "../../scripts/python-env.ts"
import { type ConnectServer, connectPackages, startConnectServer } from "./connect-server.ts"
import { type SparkVersion, versions } from "./prover.ts"
import {
  type Ended,
  logSettings,
  programs,
  readEventLog,
  runWith,
  type Stage,
  shareWithout,
  stagesOf,
} from "./runner-run.ts"

const program = join(programs, "connected.py")
const marked = readFileSync(program, "utf8")
  .split("\n")
  .flatMap((text, at) => (text.endsWith("# job") ? [at + 1] : []))

/** The line of connected.py in a stage's tags. */
function taggedLine({ properties }: Stage): number | undefined {
  const tags = (properties["spark.job.tags"] ?? "").split(",")
  const tag = tags.find((tag) => tag.includes("shufflewise:"))
  const [, line] = /shufflewise:\S+ at .*connected\.py:(\d+)$/.exec(tag ?? "") ?? []
  return line ? Number(line) : undefined
}

describe("call sites over Spark Connect", function () {
  this.timeout(600_000)
  let folder = ""
  let server: ConnectServer | undefined
  const ended = new Map<SparkVersion, Record<"with" | "without", Ended>>()
  let stages: Stage[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "shufflewise-connect-"))
    const logs = join(folder, "logs")
    mkdirSync(logs)
    const settings = { ...logSettings(logs), "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2" }
    server = await startConnectServer(await ensureEnv("spark4"), join(folder, "server"), settings)
    const { url } = server
    for (const version of versions) {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      const variables = { ...env.variables, PYTHONPATH: await connectPackages(env, version) }
      const run = (runner: boolean) => runWith(env.python, [program, url, folder], { runner, cwd: folder, variables })
      ended.set(version, { without: await run(false), with: await run(true) })
    }
    await server.stop()
    server = undefined
    stages = stagesOf(readEventLog(logs))
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  for (const version of versions) {
    it(`leave what a client of ${version} prints and how it ends as they were`, () => {
      const { with: along, without } = ended.get(version)!
      assert.equal(along.code, 1, along.stderr)
      assert.equal(along.stdout, without.stdout)
      assert.match(along.stderr, /at the end/)
      assert.doesNotMatch(along.stdout + along.stderr, /shufflewise/)
    })
  }

  it("are in the tags of all that ran with the runner, half of what ran", () => {
    const without = shareWithout(stages, taggedLine)
    assert.ok(without > 0 && without < 1)
    const tagged = stages.filter((stage) => taggedLine(stage) !== undefined)
    assert.equal(tagged.length * 2, stages.length)
    assert.deepEqual([...new Set(tagged.map(taggedLine))].sort(), [...marked].sort())
  })
})
