import assert from "node:assert/strict"
import { join } from "node:path"
import { jobsFolder, run } from "./spark-job.ts"

const job = "03_distributed_joins.py"

const bad: readonly (readonly [readonly string[], RegExp])[] = [
  [["--scale", "many"], /argument --scale: 'many' is not a whole number of at least 1,000$/],
  [["--scale", "999"], /argument --scale: '999' is not a whole number/],
  [["--scale", "-5"], /argument --scale: '-5' is not a whole number/],
  [["--scale", "1e6"], /argument --scale: '1e6' is not a whole number/],
  [["--scale"], /argument --scale: expected one argument$/],
  [["--section", "skewed"], /argument --section: invalid choice: 'skewed' \(choose from .*skew.*\)$/],
  [["--seed", "-1"], /argument --seed: '-1' is not a whole number from 0 to 2,147,483,647$/],
  [["--runs", "0"], /argument --runs: '0' is not a whole number from 1 to 100$/],
  [["--hot-percent", "100"], /argument --hot-percent: '100' is not a whole number from 1 to 99$/],
  [["--report", "no/such/folder/report.json"], /argument --report: .* name a file in a folder that exists$/],
  [["--report", "."], /argument --report: '\.' cannot be written/],
  [["--report", ""], /argument --report: '' cannot be written/],
  [["--scal", "many"], /'many' is not a whole number/],
  [["--colour"], /unrecognized arguments: --colour$/],
  [["orders.csv"], /unrecognized arguments: orders\.csv$/],
]

/** What a job takes beside what all take. */
const own: readonly (readonly [file: string, args: readonly string[], message: RegExp])[] = [
  ["04_aggregations_at_scale.py", ["--scale", "0"], /argument --scale: '0' is not a whole number of at least 1,000$/],
  ["05_fault_tolerance.py", ["--rounds", "1"], /argument --rounds: '1' is not a whole number from 2 to 12$/],
  ["05_fault_tolerance.py", ["--section", "skew"], /argument --section: invalid choice: 'skew'/],
  [
    "06_gpu_accelerated_udfs.py",
    ["--batch-size", "0"],
    /argument --batch-size: '0' is not a whole number from 1 to 10,000$/,
  ],
  ["06_gpu_accelerated_udfs.py", ["--library", "keras"], /argument --library: invalid choice: 'keras'/],
  ["06_gpu_accelerated_udfs.py", ["--weights", "no.onnx"], /argument --weights: 'no\.onnx' is not a file$/],
  ["07_resource_management.py", ["--runs", "0"], /argument --runs: '0' is not a whole number from 1 to 100$/],
  [
    "08_shuffle_optimization.py",
    ["--hot-percent", "0"],
    /argument --hot-percent: '0' is not a whole number from 1 to 99$/,
  ],
  ["09_cluster_monitoring.py", ["--seed", "x"], /argument --seed: 'x' is not a whole number from 0 to 2,147,483,647$/],
]

describe("arguments of the example jobs", function () {
  this.timeout(120_000)

  for (const [args, message] of bad) {
    it(`refuses ${args.join(" ")} in one line, and exits 2`, async () => {
      const { code, stdout, stderr } = await run("spark4", "python", [join(jobsFolder, job), ...args])
      assert.equal(code, 2)
      assert.equal(stdout, "")
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr)
      assert(stderr.startsWith(`${job}: `), stderr)
      assert.match(stderr.trimEnd(), message)
    })
  }

  for (const [file, args, message] of own) {
    it(`${file} refuses ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await run("spark4", "python", [join(jobsFolder, file), ...args])
      assert.equal(code, 2)
      assert.equal(stdout, "")
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr)
      assert.match(stderr.trimEnd(), message)
    })
  }

  it("says by --help what there is", async () => {
    const { code, stdout } = await run("spark4", "python", [join(jobsFolder, job), "--help"])
    assert.equal(code, 0)
    for (const word of ["--scale", "--section", "--report", "--seed", "--runs", "--hot-percent", "--tables", "skew"]) {
      assert(stdout.includes(word), word)
    }
  })

  it("passes the exit code on through spark-submit", async () => {
    const { code, stdout } = await run("spark4", "spark-submit", [join(jobsFolder, job), "--scale", "0"])
    assert.equal(code, 2)
    // spark-submit prints both of the job's streams to its standard output.
    assert.match(stdout, /^03_distributed_joins\.py: argument --scale: '0' is not a whole number/)
  })
})
