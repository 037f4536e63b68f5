import assert from "node:assert/strict"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { run } from "../../scripts/processes.ts"

const PROCESSES = pathToFileURL(resolve("scripts/processes.ts")).href

function alive(argument: string): boolean {
  const processes = execFileSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" })
  return processes.split("\n").some((line) => line.includes(argument) && !line.startsWith("Z"))
}

/** A process that starts a child with a child of its own, then does `then`. */
async function parent(seconds: string, then: string) {
  const code = `
    import { endChildrenWithUs, startGroup } from ${JSON.stringify(PROCESSES)}
    endChildrenWithUs()
    const child = startGroup("/bin/sh", ["-c", "sleep ${seconds} & echo ready; wait"], { stdio: ["ignore", "pipe", "inherit"] })
    child.stdout.on("data", () => { console.log("ready"); ${then} })
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] })
  await once(child.stdout, "data")
  return child
}

describe("child processes", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`end with us on ${signal}, and what they started too`, async () => {
      const seconds = `32${code}.5`
      const child = await parent(seconds, "")
      assert.ok(alive(`sleep ${seconds}`))
      child.kill(signal)
      assert.deepEqual(await once(child, "exit"), [code, null])
      assert.equal(alive(`sleep ${seconds}`), false)
    })
  }

  it("end with us when we exit by ourselves", async () => {
    const child = await parent("327.5", "process.exit(3)")
    if (child.exitCode === null) await once(child, "exit")
    assert.equal(child.exitCode, 3)
    assert.equal(alive("sleep 327.5"), false)
  })

  it("give their exit code, or 128 and the signal that ended them", async () => {
    assert.equal(await run("/bin/sh", ["-c", "exit 5"]), 5)
    assert.equal(await run("/bin/sh", ["-c", "kill -9 $$"]), 137)
  })

  it("give 127 and a reason where there is no such program", async () => {
    let output = ""
    const code = await run("/no/such/program", [], {}, (chunk) => {
      output += chunk
    })
    assert.equal(code, 127)
    assert.match(output, /\/no\/such\/program: .*ENOENT/)
  })
})
