import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { PublishDiagnosticsParams, RegistrationParams } from "vscode-languageserver"
import { job } from "./code.ts"
import { fileUri, poorCapabilities, richCapabilities, Session } from "./session.ts"

const published = "textDocument/publishDiagnostics"

describe("configuration", () => {
  let folder: string
  let uri: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shufflewise-"))
    uri = fileUri(join(folder, "jobs/job.py"))
    mkdirSync(join(folder, "jobs"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const rules = async (session: Session): Promise<unknown[]> => (await session.items(uri)).map((one) => one.code)

  /** Tells the server that files changed, as a client that watches them. */
  function told(session: Session): void {
    session.client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: fileUri(folder), type: 2 }] })
  }

  it("is that of the nearest file, and follows it without a restart", async () => {
    const session = await Session.start({ folder })
    session.open(uri, job)
    assert.ok((await rules(session)).includes("count-as-emptiness"))
    write("pyproject.toml", '[tool.shufflewise]\nignore = ["count-as-emptiness"]\n')
    told(session)
    await session.client.until(
      () => session.client.requests.some((one) => one.method === "workspace/diagnostic/refresh"),
      "a request to pull again",
    )
    assert.ok(!(await rules(session)).includes("count-as-emptiness"))
    write("jobs/shufflewise.toml", 'select = ["count-as-emptiness"]\n')
    told(session)
    assert.deepEqual(await rules(session), ["count-as-emptiness"])
    rmSync(join(folder, "jobs/shufflewise.toml"))
    told(session)
    assert.ok(!(await rules(session)).includes("count-as-emptiness"))
    await session.client.stop()
  })

  it("is not read again when an event changes nothing", async () => {
    write("pyproject.toml", '[tool.shufflewise]\nignore = ["count-as-emptiness"]\n')
    const session = await Session.start({ folder })
    session.open(uri, job)
    const { resultId } = await session.pull(uri)
    told(session)
    assert.equal((await session.pull(uri, resultId)).kind, "unchanged")
    await session.client.stop()
  })

  it("watches TOML files where the client can, since any may be extended", async () => {
    write("team.toml", 'ignore = ["count-as-emptiness"]\n')
    write("shufflewise.toml", 'extends = ["team.toml"]\n')
    const session = await Session.start({ folder })
    await session.client.until(
      () => session.client.requests.filter((one) => one.method === "client/registerCapability").length === 2,
      "both registrations",
    )
    const registered = session.client.requests
      .filter((one) => one.method === "client/registerCapability")
      .flatMap((one) => (one.params as RegistrationParams).registrations)
    const watch = registered.find((one) => one.method === "workspace/didChangeWatchedFiles")
    assert.deepEqual(watch?.registerOptions, {
      watchers: [
        { globPattern: "**/*.toml" },
        { globPattern: "**/*.{py,ipynb}" },
        { globPattern: "**/*.{sh,bash}" },
        { globPattern: "**/spark-defaults.conf" },
      ],
    })
    session.open(uri, job)
    assert.ok(!(await rules(session)).includes("count-as-emptiness"))
    write("team.toml", "")
    told(session)
    assert.ok((await rules(session)).includes("count-as-emptiness"))
    await session.client.stop()
  })

  it("of a client that watches nothing is looked at again on every save", async () => {
    const session = await Session.start({ folder, capabilities: poorCapabilities })
    session.open(uri, job)
    const first = await session.client.notification<PublishDiagnosticsParams>(published)
    assert.ok(first.diagnostics.some((one) => one.code === "count-as-emptiness"))
    write("shufflewise.toml", 'ignore = ["count-as-emptiness"]\n')
    session.save(uri)
    await session.client.notification<PublishDiagnosticsParams>(
      published,
      (one) => one.diagnostics.length > 0 && !one.diagnostics.some((each) => each.code === "count-as-emptiness"),
    )
    await session.client.stop()
  })

  it("takes the editor's settings on top, each folder's own, and their changes", async () => {
    write("shufflewise.toml", 'ignore = ["count-as-emptiness"]\n')
    const settings: { value: unknown } = { value: { select: ["count-as-emptiness"], enable: null } }
    const session = await Session.start({ folder, settings })
    session.open(uri, job)
    assert.deepEqual(await rules(session), ["count-as-emptiness"])
    const asked = session.client.requests.find((one) => one.method === "workspace/configuration")
    assert.deepEqual(asked?.params, { items: [{ scopeUri: uri, section: "shufflewise" }] })
    settings.value = { enable: false }
    session.client.notify("workspace/didChangeConfiguration", { settings: null })
    assert.deepEqual(await rules(session), [])
    await session.client.stop()
  })

  it("takes settings from the start options and from pushed changes where the client is not asked", async () => {
    const capabilities = { ...richCapabilities, workspace: { ...richCapabilities.workspace, configuration: false } }
    const session = await Session.start({
      folder,
      capabilities,
      initializationOptions: { settings: { ignore: ["count-as-emptiness"] } },
    })
    session.open(uri, job)
    assert.ok(!(await rules(session)).includes("count-as-emptiness"))
    session.client.notify("workspace/didChangeConfiguration", { settings: { shufflewise: {} } })
    assert.ok((await rules(session)).includes("count-as-emptiness"))
    await session.client.stop()
  })

  it("logs what is wrong in the editor's settings, once, and uses the rest", async () => {
    const settings = { value: { ignore: ["count-as-emptiness"], profil: "strict" } }
    const session = await Session.start({ folder, settings })
    session.open(uri, job)
    assert.ok(!(await rules(session)).includes("count-as-emptiness"))
    session.open(fileUri(join(folder, "other.py")), job)
    await session.items(fileUri(join(folder, "other.py")))
    assert.equal(session.log(2).length, 1)
    assert.match(session.log(2)[0]!, /^editor settings: .*profil.*profile/)
    await session.client.stop()
  })

  it("uses a named file instead of looking for one", async () => {
    write("shufflewise.toml", "")
    write("other.toml", 'select = ["count-as-emptiness"]\n')
    for (const configFile of ["other.toml", join(folder, "other.toml")]) {
      const session = await Session.start({ folder, settings: { value: { configFile } } })
      session.open(uri, job)
      assert.deepEqual(await rules(session), ["count-as-emptiness"])
      await session.client.stop()
    }
  })

  it("leaves excluded files alone", async () => {
    write("shufflewise.toml", 'exclude = ["jobs"]\n')
    const session = await Session.start({ folder })
    session.open(uri, job)
    assert.deepEqual(await rules(session), [])
    await session.client.stop()
  })

  it("shows what is wrong in a file at its place there, and withdraws it when it is mended", async () => {
    write("shufflewise.toml", '# ours\nprofil = "strict"\n')
    const session = await Session.start({ folder })
    session.open(uri, job)
    await session.items(uri)
    const config = fileUri(join(folder, "shufflewise.toml"))
    const wrong = await session.client.notification<PublishDiagnosticsParams>(published, (one) => one.uri === config)
    assert.equal(wrong.diagnostics.length, 1)
    assert.deepEqual(wrong.diagnostics[0]!.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } })
    assert.match(String(wrong.diagnostics[0]!.message), /`profile`/)
    const before = session.client.notifications.length
    write("shufflewise.toml", '# ours\nprofile = "strict"\n')
    told(session)
    await session.items(uri)
    const mended = await session.client.notification<PublishDiagnosticsParams>(
      published,
      (one) => one.uri === config,
      before,
    )
    assert.deepEqual(mended.diagnostics, [])
    await session.client.stop()
  })

  it("does not wait for a client that never gives its settings", async () => {
    const settings = { value: undefined }
    const session = await Session.start({ folder, settings })
    session.client.mute("workspace/configuration")
    session.open(uri, job)
    assert.ok((await rules(session)).includes("count-as-emptiness"))
    assert.match(session.log(2).join("\n"), /did not give its settings/)
    await session.client.stop()
  })
})
