/** Which lines are the user's: without a Spark, on each Python that the runner is for. */
import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findPythons } from "../../scripts/python-env/pythons.ts"
import { programs, runWith } from "./runner-run.ts"

const program = join(programs, "fake_spark.py")
/** Line of the program that reports what comes right before. */
const lineBefore = (what: string): number => readFileSync(program, "utf8").split("\n").indexOf(`show("${what}")`)

const pythons = (await findPythons()).filter(
  ({ minor }, at, all) => minor >= 9 && minor <= 13 && all.findIndex((other) => other.minor === minor) === at,
)

describe("the user's lines", function () {
  this.timeout(60_000)
  for (const { path: python, version } of pythons) {
    describe(`on Python ${version}`, () => {
      let folder = ""
      const short = new Map<string, string>()
      const long = new Map<string, string>()
      let output: string[] = []

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), "shufflewise-stack-"))
        const ended = await runWith(python, [program, folder], { runner: true, cwd: folder })
        assert.equal(ended.code, 0, ended.stderr)
        output = ended.stdout.trim().split("\n")
        for (const line of output) {
          const [what = "", site = "", way = ""] = line
            .replaceAll(folder, "DIR")
            .replaceAll(program, "PROGRAM")
            .split(" | ")
          short.set(what, site)
          long.set(what, way)
        }
      })
      after(() => rmSync(folder, { recursive: true, force: true }))

      it("are the innermost ones in the user's own files", () => {
        assert.equal(short.get("program"), `count at PROGRAM:${lineBefore("program")}`)
        assert.equal(short.get("helper"), "count at DIR/mine/helper.py:3")
        assert.equal(short.get("zip"), "count at DIR/mine.zip/in_zip.py:3")
        assert.equal(short.get("callback"), "count at DIR/mine/helper.py:3")
      })

      it("are not those of an installed package, whose method they name", () => {
        assert.equal(short.get("package"), "go at DIR/mine/helper.py:5")
      })

      it("may be a notebook's cell, or text that the program runs", () => {
        assert.equal(short.get("cell"), "count at /tmp/ipykernel_1/2345.py:3")
        assert.equal(short.get("exec"), "count at <string>:1")
        assert.equal(short.get("generated"), `count at PROGRAM:${lineBefore("generated")}`)
      })

      it("are those that wait, for a thread that has none", () => {
        const at = lineBefore("thread")
        assert.ok(
          [at, at - 1].some((line) => short.get("thread") === `count at PROGRAM:${line}`),
          short.get("thread"),
        )
      })

      it("keep their path when the program goes elsewhere, and count again when they come again", () => {
        assert.equal(short.get("moved"), "count at DIR/mine/helper.py:3")
        assert.equal(short.get("twice"), `count at PROGRAM:${lineBefore("twice")}`)
      })

      it("are told with the way that led there", () => {
        const way = `['DIR/mine/helper.py:5 in library', 'PROGRAM:${lineBefore("package")} in <module>']`
        assert.equal(long.get("package"), way)
      })

      it("give way to what the program sets, and to what a thread was handed on", () => {
        assert.equal(short.get("theirs"), "None")
        assert.equal(short.get("ours again"), `count at PROGRAM:${lineBefore("ours again")}`)
        assert.equal(short.get("inherited"), "None")
      })

      it("are set where there is a context, of this program's threads alone; a JVM that is gone does no harm", () => {
        for (const what of ["gone", "shared threads", "no context"]) assert.equal(short.get(what), "None", what)
        assert.equal(short.get("another context"), `count at PROGRAM:${lineBefore("another context")}`)
      })

      it("are read without a frame of ours on the stack, or a loader that is another", () => {
        assert.ok(output.includes("['<module>', 'fails', '__call__']"), output.join("\n"))
        assert.equal(output[0], "zipimporter True")
      })
    })
  }
})
