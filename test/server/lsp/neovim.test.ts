import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { job } from "./code.ts"
import { findNeovim, type Neovim } from "./neovim.ts"
import { root } from "./session.ts"

interface Report {
  readonly problem?: string
  readonly first: { line: number; code: string; source: string; message: string }[]
  readonly actions: string[]
  readonly fixed: string
  readonly second: { code: string }[]
  readonly hover: string
  readonly settings: unknown
}

/** A code block of the documentation, by the word behind its language. */
function documented(name: string): string {
  const page = readFileSync(join(root, "docs/editors.md"), "utf8")
  const block = new RegExp(`^\`\`\`lua ${name}\\n(.*?)^\`\`\``, "ms").exec(page)
  assert.ok(block, `docs/editors.md has no block '${name}'`)
  return block[1]!
}

/** Starts Neovim with a block of the documentation as its init file, on a job in a folder of its own. */
async function drive(neovim: Neovim, block: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "shufflewise-nvim-"))
  try {
    const path = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    // The command that the documentation names, from this checkout.
    chmodSync(
      path("shufflewise", `#!/bin/sh\nexec "${process.execPath}" "${join(root, "server/src/cli.ts")}" "$@"\n`),
      0o755,
    )
    path("shufflewise.toml", 'ignore = ["window-without-partition"]\n')
    const init = path("init.lua", documented(block))
    const file = path("job.py", job)
    const driver = join(import.meta.dirname, "neovim-driver.lua")
    const report = join(folder, "report.json")
    await promisify(execFile)(neovim.command, ["--headless", "-u", init, "-c", `luafile ${driver}`], {
      cwd: folder,
      timeout: 120_000,
      env: {
        ...process.env,
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        XDG_STATE_HOME: folder,
        SHUFFLEWISE_FILE: file,
        SHUFFLEWISE_REPORT: report,
      },
    })
    return JSON.parse(readFileSync(report, "utf8")) as Report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const neovim = findNeovim()
// The runner of the tests installs it, or says that what follows is not run; see `ensureNeovim`.
if (neovim !== undefined)
  describe(`Neovim ${neovim.version.join(".")}`, () => {
    const [major, minor] = neovim.version
    const blocks = major > 0 || minor >= 11 ? ["neovim-0.11", "neovim-0.7"] : ["neovim-0.7"]
    for (const block of blocks)
      it(`finds, fixes and explains with the documented configuration (${block})`, async function () {
        this.timeout(150_000)
        const report = await drive(neovim, block)
        assert.equal(report.problem, undefined)
        const codes = report.first.map((one) => one.code)
        assert.ok(codes.includes("missing-broadcast"))
        assert.ok(!codes.includes("window-without-partition"), "the configuration file is in force")
        assert.ok(report.first.every((one) => one.source === "shufflewise"))
        assert.ok(report.actions.includes("Allow 'count-as-emptiness' on this line"))
        assert.equal(report.fixed, "if orders.isEmpty():")
        assert.deepEqual(
          report.second.map((one) => one.code),
          codes.filter((code) => code !== "count-as-emptiness"),
        )
        assert.match(report.hover, /`orders`, DataFrame from csv/)
      })
  })
