import assert from "node:assert/strict"
import { join } from "node:path"
import { describeJob } from "./job-suite.ts"
import { jobsFolder, run } from "./spark-job.ts"

const suite = {
  name: "06_gpu_accelerated_udfs",
  sections: ["detection", "images", "batch-sizes", "precision", "text", "matrices", "devices", "video"],
  // onnxruntime is in the tests' environments; a GPU, CuPy and torch are not.
  args: ["--scale", "2000", "--runs", "1", "--library", "onnxruntime"],
  options: { scale: 2000, runs: 1, batch_size: 128, library: "onnxruntime", weights: null },
  mayBeSkipped: ["matrices", "devices"],
}

describeJob(suite, (spark, ran) => {
  it("runs real inference on the CPU, and says so", () => {
    assert.match(ran().finished.stdout, /^images: 2,000 images through a model on onnxruntime, on the CPU$/m)
    assert.match(ran().finished.stdout, /^matrices +skipped: needs cupy$/m)
    assert.match(ran().finished.stdout, /^devices +skipped: needs GPUs that Spark schedules,/m)
  })

  it("is slower by row than in batches", () => {
    for (const [name, row, batch] of [
      ["images", "row UDF", "predict_batch_udf"],
      ["video", "frame by frame", "in batches"],
    ] as const) {
      const [slow, fast] = [ran().variant(name, row), ran().variant(name, batch)]
      assert(fast.median_seconds < slow.median_seconds, `${name}: ${slow.median_seconds} and ${fast.median_seconds} s`)
    }
  })

  it("draws the curve of batch sizes", () => {
    const { notes } = ran().section("batch-sizes")
    const sizes = notes.slice(0, -1).map((note) => Number(/^Batches of +(\d+): +[\d,]+ images\/s #+$/.exec(note)?.[1]))
    assert.deepEqual(sizes, [1, 8, 32, 128, 512, 2048])
    assert.match(notes.at(-1) ?? "", /^The best here: \d+\. Folklore says 128\.$/)
  })

  it("says how many images 16 bits move to another class", () => {
    assert.match(ran().section("precision").notes[0] ?? "", /^16 bits: by the counts, \d+ of 2,000 images have another/)
  })

  it("finds the objects that were drawn", () => {
    const { notes, by } = ran().section("video")
    assert(by.has("as drawn"), "what was drawn is one of the answers that must agree")
    const [, boxes, frames, crosses] = /: box ([\d,]+), frame ([\d,]+), cross ([\d,]+)$/.exec(notes[0] ?? "") ?? []
    for (const count of [boxes, frames, crosses]) assert(Number(count?.replaceAll(",", "")) > 1000, notes[0])
  })

  it("skips what needs a library that is not there", async () => {
    const args = [join(jobsFolder, `${suite.name}.py`), "--scale", "1000", "--library", "torch", "--section", "text"]
    const { code, stdout } = await run(spark, "python", args)
    assert.equal(code, 0)
    assert.match(stdout, /^text +skipped: needs torch$/m)
  })
})
