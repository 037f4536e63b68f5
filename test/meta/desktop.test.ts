import assert from "node:assert/strict"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { desktopEditor, openDesktop } from "../../scripts/desktop.ts"

describe("the desktop editor", () => {
  let folder: string
  let code: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "desktop-"))
    code = join(folder, "code")
    writeFileSync(
      code,
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/called\nexit $(cat ${folder}/exit 2>/dev/null || echo 0)\n`,
    )
    chmodSync(code, 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("is taken where there is a display", () => {
    assert.equal(desktopEditor({ PATH: `/none:${folder}`, DISPLAY: ":0" }, "linux"), code)
    assert.equal(desktopEditor({ PATH: folder, WAYLAND_DISPLAY: "wayland-0" }, "linux"), code)
    assert.equal(desktopEditor({ PATH: folder }, "darwin"), code)
  })

  it("is not taken without a display, or where there is none", () => {
    assert.equal(desktopEditor({ PATH: folder }, "linux"), undefined)
    assert.equal(desktopEditor({ PATH: "/none", DISPLAY: ":0" }, "linux"), undefined)
  })

  it("opens a folder and a file with the extension from this checkout", async () => {
    await openDesktop(code, "/samples", ["/samples/a.py"])
    assert.deepEqual(readFileSync(join(folder, "called"), "utf8").trim().split("\n"), [
      "--new-window",
      `--extensionDevelopmentPath=${resolve(".")}`,
      "/samples",
      "/samples/a.py",
    ])
  })

  it("says so when it fails", async () => {
    writeFileSync(join(folder, "exit"), "4")
    await assert.rejects(openDesktop(code, "/samples", []), /code ended with 4/)
  })
})
