import assert from "node:assert/strict"
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { cached } from "../../scripts/cache.ts"
import { ensureWorkbench, freePort, pageUrl } from "../../scripts/vscode-server.ts"

describe("what the checkout keeps for itself", () => {
  let folder: string
  const { PATH } = process.env
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cache-"))
  })
  afterEach(() => {
    process.env.PATH = PATH
    rmSync(folder, { recursive: true })
  })

  it("is made once", async () => {
    let made = 0
    const make = async (partial: string) => {
      made++
      writeFileSync(join(partial, "file"), "")
    }
    assert.deepEqual(await cached("thing", make, folder), { folder: join(folder, "thing"), made: true })
    assert.deepEqual(await cached("thing", make, folder), { folder: join(folder, "thing"), made: false })
    assert.equal(made, 1)
    assert.ok(existsSync(join(folder, "thing", "file")))
  })

  it("is never half made: what failed is gone", async () => {
    await assert.rejects(
      cached("thing", () => Promise.reject(new Error("no network")), folder),
      /no network/,
    )
    assert.deepEqual(readdirSync(folder), [])
  })

  it("is VS Code, which without a network says what to check", async () => {
    writeFileSync(join(folder, "npm"), "#!/bin/sh\necho 'npm error network ENOTFOUND' >&2\nexit 1\n")
    chmodSync(join(folder, "npm"), 0o755)
    process.env.PATH = `${folder}:${PATH}`
    const said: string[] = []
    const install = ensureWorkbench((line) => said.push(line), folder)
    await assert.rejects(
      install,
      /Check the network connection and run the command again\.\nnpm error network ENOTFOUND/,
    )
    assert.match(said.join(), /VS Code 1\.\d+\.\d+: installing from npm \(600 MB on disk\)/)
    assert.deepEqual(readdirSync(folder), ["npm"])
  })
})

describe("the workbench's address", () => {
  it("names folder, extension, tests and file as the page understands them", () => {
    const server = { port: 4711, origin: "http://127.0.0.1:4711" }
    const target = { workspace: "/a folder", extension: "/checkout", tests: "/checkout/t.cjs", file: "/a folder/x.py" }
    const url = new URL(pageUrl(server, target))
    assert.equal(url.origin, server.origin)
    assert.equal(url.searchParams.get("folder"), "/a folder")
    assert.deepEqual(JSON.parse(url.searchParams.get("payload") ?? ""), [
      ["extensionDevelopmentPath", "vscode-remote://127.0.0.1:4711/checkout"],
      ["extensionTestsPath", "vscode-remote://127.0.0.1:4711/checkout/t.cjs"],
      ["openFile", "vscode-remote://127.0.0.1:4711/a%20folder/x.py"],
    ])
  })

  it("is on a port that is free", async () => {
    const [one, other] = [await freePort(), await freePort()]
    assert.ok(one > 1023 && other > 1023)
  })
})
