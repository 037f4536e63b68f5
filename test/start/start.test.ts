import assert from "node:assert/strict"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"

const MINUTES = 60_000

/** `npm start` without npm, as the leader of a group like a terminal's foreground job. */
function start(...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ["scripts/bootstrap.mjs", "start", ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk
    })
  }
  return { child, output: () => output }
}

/** The living descendants of a process. */
function descendants(root: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,stat="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith("Z"))
    .map(([pid, parent]) => [Number(pid), Number(parent)] as const)
  const family = new Set([root])
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const [pid, parent] of rows) if (family.has(parent)) family.add(pid)
  }
  family.delete(root)
  return [...family]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z")
  } catch {
    return false
  }
}

describe("npm start", () => {
  it("--once ends with the number of first findings and the time of every step", async () => {
    const { child, output } = start("--once")
    const [code] = await once(child, "close")
    assert.equal(code, 0, output())
    const published = Number(/(\d+) findings published by the extension/.exec(output())?.[1])
    const linted = Number(/(\d+) warnings[,;]/.exec(output())?.[1])
    assert.ok(published > 0)
    // The terminal lints every sample, the editor the one that is open: today that one has all the findings.
    assert.ok(published <= linted, `${published} in the editor, ${linted} in the terminal`)
    for (const step of ["Python, Spark and Java", "VS Code", "Build", "Lint samples/", "First findings"]) {
      assert.match(output(), new RegExp(`^  ${step}.* \\d+\\.\\d s$`, "m"))
    }
  }).timeout(5 * MINUTES)

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`serves VS Code on loopback until ${signal}, which ends every child`, async () => {
      const { child, output } = start()
      const deadline = Date.now() + 3 * MINUTES
      while (!output().includes("Ctrl-C ends it")) {
        assert.ok(Date.now() < deadline && child.exitCode === null, output())
        await sleep(100)
      }
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output())?.[0]
      assert.ok(url)
      const page = await fetch(url)
      assert.equal(page.status, 200)
      assert.match(await page.text(), /workbench/)
      const family = descendants(child.pid!)
      assert.ok(family.length >= 2, "the server is a child")
      // Ctrl-C reaches the whole group of the terminal; other signals reach the one that they are sent to.
      process.kill(signal === "SIGINT" ? -child.pid! : child.pid!, signal)
      await once(child, "close")
      assert.deepEqual(family.filter(isAlive), [])
      await assert.rejects(fetch(url))
    }).timeout(4 * MINUTES)
  }
})
