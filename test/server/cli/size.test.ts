import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import { sizeOptions } from "../../../server/src/cli/size-options.ts"
import { root } from "../../meta/sources.ts"
import { type Ran, shufflewise } from "./shell.ts"

const size = (...args: string[]): Promise<Ran> => shufflewise(["size", ...args], { cwd: root })
const cluster = ["--nodes", "10", "--cores", "16", "--memory", "64g", "--manager", "yarn"]
const page = readFileSync(path.join(root, "docs/sizing.md"), "utf8")

describe("shufflewise size", function () {
  this.timeout(60_000)

  it("shows the best layouts side by side, with reasons, and what the usual recipe breaks", async () => {
    const { code, out, err } = await size(...cluster, "--data", "orders:200GB", "--data", "dim:2GB:cached")
    assert.equal(code, 0, err)
    assert.match(out, /^cores an executor +5 +3 +7$/m)
    assert.match(out, /^shuffle partitions +3011 /m)
    assert.match(out, /the cached 1,907 MiB fit the storage memory/)
    assert.match(out, /2 of 3 fit a node's 56 GiB: 5 cores a node never run a task/)
  })

  it("writes what Spark reads", async () => {
    const submit = await size(...cluster, "--format", "submit")
    assert.match(
      submit.out,
      /^spark-submit \\\n {2}--master yarn \\\n[\s\S]*--executor-memory 16757m \\\n[\s\S]*job\.py\n$/,
    )
    const conf = await size(...cluster, "--format", "conf", "--choice", "2")
    assert.match(conf.out, /^spark\.executor\.cores +3$/m)
    assert.match(conf.out, /^spark\.executor\.memory +10g$/m)
    const python = await size(...cluster, "--format", "python")
    assert.match(python.out, /\.config\("spark\.executor\.cores", "5"\)\n/)
  })

  it("gives JSON as docs/sizing.md describes it, each figure with its formula and source", async () => {
    const asked = ["--data", "a:2TB", "--throughput", "10MiB", "--deadline", "30m", "--price", "1"]
    const { out } = await size(...cluster, ...asked, "--format", "json")
    const answer = JSON.parse(out) as Record<string, unknown>
    const described = [...page.matchAll(/^\| `([\w.[\]]+)` \|/gm)].map((match) => match[1]!)
    assert.deepEqual(Object.keys(answer).sort(), described.filter((name) => /^\w+$/.test(name)).sort())
    const choice = (answer.choices as Record<string, unknown>[])[0]!
    const ofChoice = described
      .filter((name) => /^choices\[\]\.\w+$/.test(name))
      .map((name) => name.slice("choices[].".length))
    assert.deepEqual(Object.keys(choice).sort(), ofChoice.sort())
    const layout = described
      .filter((name) => name.startsWith("choices[].layout."))
      .map((name) => name.slice("choices[].layout.".length))
    assert.deepEqual(Object.keys(choice.layout as object).sort(), layout.sort())
    for (const figure of [choice.shufflePartitions, (answer.driver as Record<string, unknown>).heap])
      assert.deepEqual(Object.keys(figure as object).sort(), ["formula", "inputs", "source", "unit", "value"])
  })

  it("says which value is wrong, why, and what is allowed, and ends with 2", async () => {
    const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
      [["--memory", "64g"], /--cores is needed: --cores 16/],
      [["--cores", "16", "--memory", "64"], /--memory: `64` is no size; write it with its unit, as in 64g/],
      [["--cores", "many", "--memory", "64g"], /--cores: `many` is no number/],
      [["--cores", "0", "--memory", "64g"], /--cores: cores is 0; it is a whole number from 1 to 1024/],
      [[...cluster, "--manager", "mesos"], /--manager: there is no `mesos`/],
      [[...cluster, "--data", "200GB"], /--data: `200GB` can't be read; write NAME:SIZE/],
      [[...cluster, "--deadline", "soon"], /--deadline: `soon` is no time/],
      [[...cluster, "--manager", "standalone", "--deploy-mode", "cluster"], /no cluster mode for Python/],
      [[...cluster, "--executor-memory", "100m"], /--executor-memory: heap is 100; it is a whole number from 450/],
      [[...cluster, "extra"], /takes options alone; what is `extra`\?/],
    ]
    for (const [args, said] of cases) {
      const { code, out, err } = await size(...args)
      assert.equal(code, 2, err)
      assert.equal(out, "")
      assert.match(err, said)
    }
  })

  it("says what would make an impossible request possible", async () => {
    const { code, err } = await size("--nodes", "3", "--cores", "4", "--memory", "1g")
    assert.equal(code, 2)
    assert.match(err, /no executor fits\.\n {2}.*needs/)
  })

  it("has a page that names every option", () => {
    for (const { name } of sizeOptions) assert(page.includes(`--${name}`), name)
  })
})
