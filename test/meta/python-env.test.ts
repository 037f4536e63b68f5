/** What a person is told whose machine lacks something. Nothing is installed here, and no network is asked. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { withLock } from "../../scripts/python-env/lock.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

describe("making a Python environment", function () {
  this.timeout(60_000)
  let folder = ""

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shufflewise-env-"))
    cpSync(join(root, "requirements"), join(folder, "requirements"), { recursive: true })
    mkdirSync(join(folder, "bin"))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** Puts a program on the PATH that the tried code sees. */
  function program(name: string, script: string): void {
    const path = join(folder, "bin", name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }

  /** A Python that says that it is of a version, and makes environments whose pip does as told. */
  function python(version: string, lacks: string | null, pip = "exit 0"): void {
    const minor = version.split(".")[1]
    const facts = JSON.stringify([join(folder, "bin", "python3"), version, [3, Number(minor)], lacks])
    const inner = `#!/bin/sh\\n${pip.replaceAll('"', '\\"')}\\n`
    program(
      "python3",
      `if [ "$1" = "-c" ]; then echo '${facts}'; exit 0; fi
if [ "$2" = "venv" ]; then
  /bin/mkdir -p "$3/bin" && : > "$3/pyvenv.cfg" && printf "${inner}" > "$3/bin/python" && /bin/chmod +x "$3/bin/python"
fi`,
    )
  }

  /** Runs a part of the module in a process whose machine has only what the test put there. */
  function run(code: string, env: Record<string, string> = {}) {
    const script = join(folder, "try.mjs")
    const from = JSON.stringify(new URL("../../scripts/python-env.ts", import.meta.url).href)
    const say = "say: (line) => console.log(line)"
    writeFileSync(
      script,
      `import * as envs from ${from}
const ensure = (name) => envs.ensureEnv(name, { root: ${JSON.stringify(folder)}, ${say} })
try { ${code} } catch (error) { console.log(error.name + ": " + error.message) }`,
    )
    const { stdout, stderr } = spawnSync(process.execPath, [script], {
      encoding: "utf8",
      env: { PATH: join(folder, "bin"), HOME: folder, ...env },
    })
    return stdout + stderr
  }

  it("says which Python to install where there is none", () => {
    assert.match(run('await ensure("user")'), /EnvError: No Python 3\.9 to 3\.14 found.*no Python at all.*Install one/s)
  })

  it("says which Python it found where that is too old, and what is wanted", () => {
    python("3.8.18", null)
    assert.match(run('await ensure("user")'), /EnvError: No Python 3\.9 to 3\.14 found.*Found: 3\.8\.18/s)
  })

  it("says so where it is too new for the environment", () => {
    python("3.13.0", null)
    assert.match(run('await ensure("spark35")'), /EnvError: No Python 3\.9 to 3\.11 found, which PySpark 3\.5\.9 needs/)
  })

  it("names the package of Debian where the venv module is missing", () => {
    python("3.12.3", "ensurepip")
    assert.match(run('await ensure("user")'), /EnvError: .*'ensurepip' is missing.*apt install python3\.12-venv/s)
  })

  it("passes over a program that is called python3 and does not run", () => {
    program("python3", "exit 127")
    assert.match(run("console.log(JSON.stringify(await envs.findPythons()))"), /^\[\]/)
  })

  it("tells pip's own reason, and to look at the network, where nothing can be fetched", () => {
    python("3.12.3", null, 'echo "ERROR: Could not find a version that satisfies the requirement pyspark" >&2; exit 1')
    const output = run('await ensure("user")')
    assert.match(output, /user: PySpark 4\.3\.0 for Python 3\.12\.3 into \.venv \(about \d+ MB/)
    assert.match(output, /EnvError: pip could not install .*Could not find a version.*If the network is the cause/s)
  })

  it("makes it anew after a run that was cut off", () => {
    python("3.12.3", null, "exit 1")
    run('await ensure("user")')
    assert.deepEqual(JSON.parse(readFileSync(join(folder, ".venv", "shufflewise-env.json"), "utf8")), {})
    assert.match(run('await ensure("user")'), /user: PySpark 4\.3\.0/)
    assert.ok(!existsSync(join(folder, ".venv.lock")))
  })

  it("leaves a virtual environment of the user's own alone", () => {
    python("3.12.3", null)
    mkdirSync(join(folder, ".venv"))
    writeFileSync(join(folder, ".venv", "pyvenv.cfg"), "home = /usr/bin\n")
    assert.match(run('await ensure("user")'), /EnvError: .*is a virtual environment of yours\. Move it/)
    assert.ok(existsSync(join(folder, ".venv", "pyvenv.cfg")))
  })

  it("says so where something else is in the way", () => {
    python("3.12.3", null)
    mkdirSync(join(folder, ".venv"))
    writeFileSync(join(folder, ".venv", "notes.txt"), "mine")
    assert.match(run('await ensure("user")'), /EnvError: .*is in the way/)
    assert.ok(existsSync(join(folder, ".venv", "notes.txt")))
  })

  it("looks for a Java in JAVA_HOME first, reads its version from its own file, and says what it found", () => {
    for (const [name, version] of [
      ["old", "1.8.0_412"],
      ["new", "21.0.4"],
    ] as const) {
      const home = join(folder, name)
      mkdirSync(join(home, "bin"), { recursive: true })
      writeFileSync(join(home, "bin", "java"), "")
      writeFileSync(join(home, "release"), `JAVA_VERSION="${version}"\n`)
    }
    const javas = run("console.log(JSON.stringify((await envs.findJavas()).map((java) => java.major)))", {
      JAVA_HOME: join(folder, "old"),
      PATH: `${join(folder, "bin")}:${join(folder, "new", "bin")}`,
    })
    assert.match(javas, /^\[8,21\]/)
    python("3.12.3", null)
    const output = run('await ensure("user")', { JAVA_HOME: join(folder, "old") })
    assert.match(output, /no Java 17 to 25 here \(found: 8 \(.*old\)\): fetching a Java runtime/)
  })

  it("takes over the lock of a process that has ended", async () => {
    const ended = spawnSync(process.execPath, ["-e", ""]).pid
    writeFileSync(join(folder, "x.lock"), String(ended))
    const done = await withLock(
      join(folder, "x.lock"),
      () => assert.fail("nobody holds it"),
      async () => "done",
    )
    assert.equal(done, "done")
    assert.ok(!existsSync(join(folder, "x.lock")))
  })

  it("waits for the lock of a living process", async () => {
    const order: string[] = []
    const lock = join(folder, "x.lock")
    const first = withLock(
      lock,
      () => undefined,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 200))
        order.push("first")
      },
    )
    const second = withLock(
      lock,
      () => order.push("waited"),
      async () => order.push("second"),
    )
    await Promise.all([first, second])
    assert.deepEqual(order, ["waited", "first", "second"])
  })
})
