import assert from "node:assert/strict"
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type DiskAnswer, type DiskQuestion, measure } from "../../../server/src/workspace/measure.ts"
import { measureLater, measureNow } from "../../../server/src/workspace/measure-node.ts"

const fixtures = resolve(import.meta.dirname, "../fixtures")
const parquet = (name: string): Buffer => readFileSync(join(fixtures, `${name}.parquet`))

describe("measuring data on the disk", () => {
  let folder: string
  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  /** Both ways must say the same. */
  const size = async (path: string, roots?: string[]) => {
    const now = measureNow(join(folder, path), roots)
    assert.deepEqual(await measureLater(join(folder, path), roots), now)
    return now
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sw-measure-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("adds up a folder as Spark reads it, partitions included, and counts rows by the footers", async () => {
    const [thousand, few] = [parquet("thousand-rows"), parquet("204-rows")]
    put("sales/dt=1/part-0.parquet", thousand)
    put("sales/_dt=2/part-1.parquet", few)
    put("sales/_SUCCESS", "x")
    put("sales/.part-0.parquet.crc", "crc")
    put("sales/_temporary/0/part.parquet", thousand)
    const bytes = thousand.length + few.length
    assert.deepEqual(await size("sales"), { bytes, files: 2, compressed: false, rows: 1204 })
  })

  it("reads a footer that is longer than the first look, and no more than is bounded", async () => {
    put("wide.parquet", parquet("wide-footer"))
    assert.equal((await size("wide.parquet"))!.rows, 1)
    let read = 0
    const questions = measure("/w/x.parquet", () => 0)
    const bytes = parquet("wide-footer")
    let step = questions.next()
    while (!step.done) {
      const asked: DiskQuestion = step.value
      if (asked.ask === "read") read += asked.end - asked.start
      const answer: DiskAnswer =
        asked.ask === "read" ? bytes.subarray(asked.start, asked.end) : { kind: "file", size: bytes.length }
      step = questions.next(answer)
    }
    assert.equal(step.value!.rows, 1)
    assert.ok(read < 2 * bytes.length)
  })

  it("gives bytes alone for other formats, and for damaged files", async () => {
    put("a.csv", "id\n1\n2\n")
    assert.deepEqual(await size("a.csv"), { bytes: 7, files: 1, compressed: false })
    put("b.json.gz", "xx")
    assert.deepEqual(await size("b.json.gz"), { bytes: 2, files: 1, compressed: true })
    const broken = Buffer.from(parquet("204-rows"))
    broken.fill(0xff, broken.length - 60, broken.length - 8)
    put("c.parquet", broken)
    assert.deepEqual(await size("c.parquet"), { bytes: broken.length, files: 1, compressed: false })
    put("d.parquet", "PAR1")
    assert.deepEqual(await size("d.parquet"), { bytes: 4, files: 1, compressed: false })
    const lying = Buffer.from(parquet("204-rows"))
    lying.writeUInt32LE(0xffffffff, lying.length - 8)
    put("e.parquet", lying)
    assert.deepEqual(await size("e.parquet"), { bytes: lying.length, files: 1, compressed: false })
  })

  it("knows nothing of tables that keep a log, of what is not there, and of too much", async () => {
    put("delta/_delta_log/0.json", "{}")
    put("delta/part.parquet", parquet("204-rows"))
    assert.equal(await size("delta"), undefined)
    assert.equal(await size("nothing"), undefined)
    mkdirSync(join(folder, "empty"))
    assert.equal(await size("empty"), undefined)
    for (let at = 0; at < 1001; at++) put(`many/${at}.csv`, "")
    assert.equal(await size("many"), undefined)
  })

  it("looks at nothing outside of the roots, wherever a link leads", async () => {
    put("inside/a.csv", "1\n")
    put("outside/b.csv", "1\n")
    symlinkSync(join(folder, "outside"), join(folder, "inside/link"))
    const roots = [join(folder, "inside")]
    assert.equal((await size("inside/a.csv", roots))!.bytes, 2)
    assert.equal(await size("inside/link/b.csv", roots), undefined)
    assert.equal(await size("outside/b.csv", roots), undefined)
    assert.equal((await size("outside/b.csv"))!.bytes, 2)
    assert.equal((await size("inside", roots))!.files, 1)
    copyFileSync(join(folder, "outside/b.csv"), join(folder, "insidex.csv"))
    assert.equal(await size("insidex.csv", roots), undefined)
  })
})
