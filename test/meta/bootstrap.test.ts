import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const LOCK = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/other-platform": { version: "1.0.0", optional: true },
  },
}

describe("the first step of npm start and npm test", () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "bootstrap-"))
    mkdirSync(join(root, "scripts"))
    copyFileSync("scripts/bootstrap.mjs", join(root, "scripts", "bootstrap.mjs"))
    writeFileSync(join(root, "package-lock.json"), JSON.stringify(LOCK))
    writeFileSync(
      join(root, "scripts", "start.ts"),
      "console.log('started with', ...process.argv.slice(2)); process.exit(7)",
    )
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), 0o755)
  }
  /** An npm that writes down how it was called and does this. */
  const fakeNpm = (script: string): void => write("bin/npm", `#!/bin/sh\necho "$@" > ${root}/called\n${script}\n`)
  const installed = (packages: object): void => write("node_modules/.package-lock.json", JSON.stringify({ packages }))
  const pinned = (): void => write("node_modules/node/bin/node", `#!/bin/sh\nexec ${process.execPath} "$@"\n`)
  const bootstrap = (args: readonly string[], nodeArgs: readonly string[] = []) => {
    const { npm_execpath: _, ...env } = process.env
    const result = spawnSync(process.execPath, [...nodeArgs, join(root, "scripts", "bootstrap.mjs"), ...args], {
      encoding: "utf8",
      env: { ...env, PATH: `${join(root, "bin")}:${process.env.PATH}` },
    })
    return { code: result.status, stdout: result.stdout, stderr: result.stderr }
  }
  const npmWasCalled = (): boolean => existsSync(join(root, "called"))

  it("runs the script on the pinned Node, passes arguments on and its exit code back", () => {
    fakeNpm("exit 1")
    installed({ "node_modules/a": { version: "1.0.0" } })
    pinned()
    const { code, stdout } = bootstrap(["start", "--once"])
    assert.equal(code, 7)
    assert.match(stdout, /started with --once/)
    assert.equal(npmWasCalled(), false)
  })

  it("installs exactly what the lock file says where nothing is installed, and says how large it is", () => {
    fakeNpm(`mkdir -p ${root}/node_modules/node/bin && ln -s ${process.execPath} ${root}/node_modules/node/bin/node`)
    const { code, stdout } = bootstrap(["start"])
    assert.equal(code, 7)
    assert.match(stdout, /Node packages: not installed yet; installing \(about 2 packages, \d+ MB on disk\)/)
    assert.match(readFileSync(join(root, "called"), "utf8"), /^ci /)
  })

  it("installs again where a package is at another version, and names it", () => {
    fakeNpm("exit 0")
    installed({ "node_modules/a": { version: "0.9.0" } })
    pinned()
    assert.match(bootstrap(["start"]).stdout, /a is not at 1\.0\.0; installing/)
    assert.ok(npmWasCalled())
  })

  it("says what to check when npm fails", () => {
    fakeNpm("exit 1")
    const { code, stderr } = bootstrap(["start"])
    assert.equal(code, 1)
    assert.match(stderr, /could not be installed.*\n.*network.*proxy/)
  })

  it("says what to do when the pinned Node's install script did not run", () => {
    fakeNpm("exit 0")
    installed({ "node_modules/a": { version: "1.0.0" } })
    const { code, stderr } = bootstrap(["start"])
    assert.equal(code, 1)
    assert.match(stderr, /pinned Node .* is missing .*\n.*npm rebuild node/)
  })

  it("says that the lock file is broken", () => {
    writeFileSync(join(root, "package-lock.json"), "{")
    assert.match(bootstrap(["start"]).stderr, /package-lock\.json is missing or broken/)
  })

  it("says which Node it needs on an older one", () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.0"})'
    const { code, stderr } = bootstrap(["start"], ["--import", old])
    assert.equal(code, 1)
    assert.match(stderr, /Node 20 or newer is needed/)
  })

  it("names its commands when called with another", () => {
    const { code, stderr } = bootstrap(["stop"])
    assert.equal(code, 1)
    assert.match(stderr, /usage: .*start\|test/)
  })
})
