import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { createServer } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { freePort, type Job, type JobOptions, startJob } from "../../client/src/spark/job.ts"

/** Starts a job that is a shell script; every shell is a "Python" as far as a process is concerned. */
function start(script: string, options: Partial<JobOptions> = {}) {
  const seen = { output: "", ui: [] as string[], ends: [] as number[] }
  let job: Job | undefined
  const ended = new Promise<number>((resolve) => {
    job = startJob({
      python: "/bin/sh",
      args: ["-c", script],
      cwd: "/",
      env: process.env,
      uiPort: 1,
      onOutput: (text) => {
        seen.output += text
      },
      onUi: (url) => seen.ui.push(url),
      onEnd: (code) => {
        seen.ends.push(code)
        resolve(code)
      },
      ...options,
    })
  })
  if (!job) throw new Error("startJob gave nothing")
  return { job, seen, ended }
}

/** Whether a process with this argument on its command line is alive. */
function alive(argument: string): boolean {
  const processes = execFileSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" })
  return processes.split("\n").some((line) => line.includes(argument) && !line.startsWith("Z"))
}

async function shown(seen: { output: string }, text: string): Promise<void> {
  for (let waited = 0; !seen.output.includes(text); waited += 20) {
    if (waited > 5000) throw new Error(`never printed ${text}; printed ${seen.output}`)
    await sleep(20)
  }
}

describe("a job's process", () => {
  it("passes output of both streams on, and its exit code", async () => {
    const { seen, ended } = start("echo out; echo err >&2; exit 3")
    assert.equal(await ended, 3)
    assert.match(seen.output, /out\n/)
    assert.match(seen.output, /err\n/)
  })

  it("ends what it started, too, when it is stopped", async () => {
    const { job, seen, ended } = start("sleep 311.7 & echo started; wait")
    await shown(seen, "started")
    assert.ok(alive("sleep 311.7"))
    await job.stop()
    assert.equal(await ended, 128 + 15)
    assert.equal(alive("sleep 311.7"), false)
  })

  it("kills what does not heed the request", async () => {
    const { job, seen, ended } = start("trap '' TERM; echo started; while true; do sleep 0.1; done")
    await shown(seen, "started")
    await job.stop()
    assert.equal(await ended, 128 + 9)
  }).timeout(10_000)

  it("ends what outlives it: a JVM left behind would keep its port", async () => {
    const { ended } = start("trap '' TERM; sleep 312.7 & exit 0")
    assert.equal(await ended, 0)
    // a killed process stands in the list until its parent has heard of it
    for (let waited = 0; alive("sleep 312.7") && waited < 3000; waited += 50) await sleep(50)
    assert.equal(alive("sleep 312.7"), false)
  }).timeout(10_000)

  it("says that the program could not be started", async () => {
    const { seen, ended } = start("", { python: "/no/such/python" })
    assert.equal(await ended, 127)
    assert.match(seen.output, /\/no\/such\/python could not be started/)
  })

  it("ends once, however often it is stopped", async () => {
    const { job, seen, ended } = start("echo started; sleep 313.7")
    await shown(seen, "started")
    await Promise.all([job.stop(), job.stop()])
    await ended
    await job.stop()
    assert.equal(seen.ends.length, 1)
  })
})

describe("a job's Spark UI", () => {
  it("is told of once it answers, once", async () => {
    const uiPort = await freePort()
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/api/v1/applications" ? 200 : 404
      response.end("[]")
    })
    const { job, seen, ended } = start("sleep 314.7", { uiPort })
    await sleep(600)
    assert.deepEqual(seen.ui, [])
    await new Promise<void>((resolve) => server.listen(uiPort, "127.0.0.1", resolve))
    await sleep(1500)
    assert.deepEqual(seen.ui, [`http://127.0.0.1:${uiPort}`])
    await job.stop()
    await ended
    server.close()
  })
})
