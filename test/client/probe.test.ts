import assert from "node:assert/strict"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { environmentJava, probeJava, probePython } from "../../client/src/spark/probe.ts"

describe("asking programs what they are", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "probe-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const script = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
    return path
  }

  it("gets version and prefix from a real Python, and finds a PySpark on its path without importing it", async () => {
    const packages = join(folder, "pyspark")
    mkdirSync(join(packages, "jars"), { recursive: true })
    writeFileSync(join(packages, "__init__.py"), "raise SystemExit('imported')")
    writeFileSync(join(packages, "version.py"), '__version__: str = "4.9.1"\n')
    const python = script("python", `PYTHONPATH=${folder} exec python3 "$@"`)
    const { facts } = await probePython({ program: python, from: "path" })
    assert.ok(!("error" in facts), JSON.stringify(facts))
    assert.match(facts.version, /^3\.\d+\.\d+$/)
    assert.equal(facts.pyspark, "4.9.1")
    assert.equal(facts.sparkHome, packages)
  })

  it("gives the reason when a Python does not run", async () => {
    const broken = script("python", "echo 'no module named encodings' >&2; exit 1")
    assert.deepEqual((await probePython({ program: broken, from: "path" })).facts, {
      error: "no module named encodings",
    })
    const gone = await probePython({ program: join(folder, "gone"), from: "setting" })
    assert.deepEqual(gone.facts, { error: "there is no such file" })
  })

  it("does not take other programs' words for a Python's", async () => {
    const { facts } = await probePython({ program: script("python", "echo hello"), from: "path" })
    assert.ok("error" in facts && facts.error.includes("hello"))
  })

  it("reads Java's version, old and new style", async () => {
    const says = (version: string) =>
      script("java", `printf '    java.home = /jdk here\\n    java.version = ${version}\\n' >&2`)
    const newer = await probeJava({ program: says("17.0.15"), from: "path" })
    assert.deepEqual(newer.facts, { home: "/jdk here", major: 17 })
    const older = await probeJava({ program: says("1.8.0_412"), from: "path" })
    assert.deepEqual(older.facts, { home: "/jdk here", major: 8 })
  })

  it("says so when a Java gives no version", async () => {
    const { facts } = await probeJava({ program: script("java", "exit 0"), from: "path" })
    assert.deepEqual(facts, { error: "it gave no version" })
  })

  it("knows the Java that an environment was made with", async () => {
    assert.equal(await environmentJava(folder), undefined)
    writeFileSync(join(folder, "shufflewise-env.json"), "{}")
    assert.equal(await environmentJava(folder), undefined)
    writeFileSync(join(folder, "shufflewise-env.json"), JSON.stringify({ java: { home: "/env/jre", major: 21 } }))
    assert.equal(await environmentJava(folder), "/env/jre")
  })
})
