import assert from "node:assert/strict"
import { join } from "node:path"
import type { Status } from "../../../server/src/protocol.ts"
import { job, twoCounts } from "./code.ts"
import { essence, freshFindings } from "./fresh.ts"
import { Session } from "./session.ts"

const uri = "file:///work/job.py"
const oddServer = join(import.meta.dirname, "odd-rules-server.ts")

describe("rules that misbehave", () => {
  it("leave the others' findings alone when they throw, and are named in log and status", async () => {
    const session = await Session.start({ entry: oddServer })
    const text = `# odd-throws\n${job}`
    session.open(uri, text)
    assert.deepEqual(essence(await session.items(uri)), freshFindings(text, "/work/job.py"))
    const status = await session.client.notification<Status>("shufflewise/status", (one) => one.troubles.length > 0)
    assert.deepEqual(
      status.troubles.map((one) => [one.uri, one.rule]),
      [[uri, "odd-throws"]],
    )
    assert.match(status.troubles[0]!.reason, /this rule always throws/)
    session.change(uri, 2, [{ text: `${text}\n` }])
    await session.items(uri)
    assert.equal(session.log(2).filter((line) => line.includes("odd-throws")).length, 1)
    await session.client.stop()
  })

  for (const rule of ["odd-endless", "odd-regex"])
    it(`are stopped when they never end (${rule}), and stay off until the file is opened again`, async function () {
      this.timeout(120_000)
      const session = await Session.start({ entry: oddServer })
      const text = `# ${rule}\n${job}`
      session.open(uri, text)
      assert.deepEqual(essence(await session.items(uri)), freshFindings(text, "/work/job.py"))
      const status = await session.client.notification<Status>("shufflewise/status", (one) => one.troubles.length > 0)
      assert.deepEqual(
        status.troubles.map((one) => one.rule),
        [rule],
      )
      assert.match(status.troubles[0]!.reason, /longer than \d+ s/)
      const started = performance.now()
      session.change(uri, 2, [{ text: `${text}\n` }])
      await session.items(uri)
      assert.ok(performance.now() - started < 3000, "the rule was not run again")
      session.open("file:///work/other.py", twoCounts)
      assert.deepEqual(
        essence(await session.items("file:///work/other.py")),
        freshFindings(twoCounts, "/work/other.py"),
      )
      await session.client.stop()
    })
})

describe("a server without its grammar", () => {
  it("says so in status and log, and answers with nothing instead of errors", async () => {
    const session = await Session.start({ entry: oddServer, arguments: ["--no-grammar"] })
    session.open(uri, job)
    assert.deepEqual(await session.items(uri), [])
    assert.equal(await session.hover(uri, 4, 2), null)
    assert.deepEqual(await session.actions(uri, []), [])
    const status = await session.client.notification<Status>("shufflewise/status", (one) => one.state === "failed")
    assert.match(status.message!, /install Shufflewise again.*tree-sitter-python\.wasm/)
    assert.equal(session.log(1).length, 1)
    assert.equal(await session.client.stop(), 0)
  })
})

describe("texts that are not what they should be", () => {
  let session: Session

  before(async () => {
    session = await Session.start({ patience: 120_000 })
  })
  after(() => session.client.stop())

  /** Opened, changed and closed; the server must work and answer in this time. */
  async function survives(text: string, patience: number): Promise<void> {
    const started = performance.now()
    session.open(uri, text)
    await session.pull(uri)
    const middle = { line: Math.floor(text.split("\n").length / 2), character: 0 }
    session.change(uri, 2, [{ range: { start: middle, end: middle }, text: "(" }])
    await session.pull(uri)
    await session.hover(uri, middle.line, 0)
    session.close(uri)
    session.open("file:///work/other.py", twoCounts)
    assert.deepEqual(essence(await session.items("file:///work/other.py")), freshFindings(twoCounts, "/work/other.py"))
    session.close("file:///work/other.py")
    const took = performance.now() - started
    assert.ok(took < patience, `took ${Math.round(took)} ms`)
    assert.deepEqual(session.log(1), [])
  }

  const bytes = Array.from({ length: 50_000 }, (_, index) => String.fromCharCode((index * 7919) % 256)).join("")
  const cases: Record<string, string> = {
    empty: "",
    "binary text with NUL": bytes,
    "lone surrogates": "x = '\ud800'\ny = '\udfff\ud800'\n".repeat(100),
    "CRLF and BOM": `\ufeff${job.replaceAll("\n", "\r\n")}`,
    "lone carriage returns": job.replaceAll("\n", "\r"),
    tabs: job.replaceAll("    ", "\t"),
    "merge conflict": `<<<<<<< HEAD\n${job}=======\n${twoCounts}>>>>>>> other\n`,
    "two thousand brackets": `x = ${"(".repeat(2000)}1${")".repeat(2000)}\n`,
    "one line of 1 MB": `x = "${"a".repeat(1_000_000)}"\n`,
  }
  for (const [name, text] of Object.entries(cases)) it(name, () => survives(text, 20_000))

  it("5 MB", async function () {
    this.timeout(180_000)
    const text = job.repeat(Math.ceil(5_000_000 / job.length))
    await survives(text, 150_000)
    const working = session.client.notifications.some(
      (one) => one.method === "shufflewise/status" && (one.params as Status).state === "working",
    )
    assert.ok(working, "the status said that it works")
  })
})
