import assert from "node:assert/strict"
import { choosePython, type ProbedPython, type PythonFacts, pythonCandidates } from "../../client/src/spark/python.ts"

const files = (...paths: string[]) => ({ windows: false, exists: (path: string) => paths.includes(path) })

const facts = (program: string, pyspark: string | null): PythonFacts => ({
  program,
  version: "3.11.7",
  pyspark,
  sparkHome: null,
  prefix: "/env",
})
const probed = (program: string, answer: PythonFacts | { error: string }, from = "path" as const): ProbedPython => ({
  candidate: { program, from },
  facts: answer,
})

describe("which Pythons are tried", () => {
  it("tries the selected one, then the workspace's .venv, then PATH, and none twice", () => {
    const platform = files("/ws/.venv/bin/python", "/usr/bin/python3", "/usr/bin/python", "/opt/bin/python")
    const sources = { selected: "/opt/bin/python", folders: ["/ws", "/"], path: "/usr/bin::/opt/bin:/none" }
    assert.deepEqual(pythonCandidates(sources, platform), [
      { program: "/opt/bin/python", from: "selected" },
      { program: "/ws/.venv/bin/python", from: "venv" },
      { program: "/usr/bin/python3", from: "path" },
    ])
  })

  it("tries the setting alone, whatever else there is", () => {
    const sources = { setting: "/mine/python", selected: "/opt/bin/python", folders: ["/ws"], path: "/usr/bin" }
    assert.deepEqual(pythonCandidates(sources, files("/ws/.venv/bin/python", "/usr/bin/python3")), [
      { program: "/mine/python", from: "setting" },
    ])
  })

  it("knows Windows' places and separators", () => {
    const there = ["C:\\ws\\.venv\\Scripts\\python.exe", "C:\\Python311\\python.exe"]
    const platform = { windows: true, exists: (path: string) => there.includes(path) }
    const sources = { folders: ["C:\\ws"], path: "C:\\Windows;C:\\Python311" }
    assert.deepEqual(
      pythonCandidates(sources, platform).map(({ program }) => program),
      there,
    )
  })
})

describe("which Python is taken", () => {
  it("takes the first that has PySpark", () => {
    const chosen = choosePython([
      probed("/a", { error: "it ended with 1" }),
      probed("/b", facts("/b", null)),
      probed("/c", facts("/c", "4.3.0")),
      probed("/d", facts("/d", "3.5.9")),
    ])
    assert.equal("program" in chosen && chosen.program, "/c")
  })

  it("says what is wrong with the setting's Python", () => {
    const chosen = choosePython([
      { candidate: { program: "/no/python", from: "setting" }, facts: { error: "there is no such file" } },
    ])
    assert.ok("problem" in chosen)
    assert.match(chosen.problem, /shufflewise\.python\.path \(\/no\/python\) does not run: there is no such file/)
  })

  it("says which Pythons lack PySpark and how to install it", () => {
    const chosen = choosePython([probed("/b", facts("/b", null)), probed("/c", facts("/c", null))])
    assert.ok("problem" in chosen)
    assert.match(chosen.problem, /any of \/b \(Python 3\.11\.7\), \/c/)
    assert.match(chosen.problem, /\/b -m pip install pyspark/)
  })

  it("says what to install when there is no Python at all", () => {
    for (const none of [[], [probed("/a", { error: "it ended with 1" })]]) {
      const chosen = choosePython(none)
      assert.ok("problem" in chosen)
      assert.match(chosen.problem, /^No Python found.*Install Python/)
    }
  })
})
