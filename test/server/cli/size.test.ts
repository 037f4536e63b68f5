import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import { Ajv } from "ajv"
import { load } from "js-yaml"
import { sizeOptions } from "../../../server/src/cli/size-options.ts"
import { root } from "../../meta/sources.ts"
import { type Ran, shufflewise } from "./shell.ts"

const size = (...args: string[]): Promise<Ran> => shufflewise(["size", ...args], { cwd: root })
const cluster = ["--nodes", "10", "--cores", "16", "--memory", "64g", "--manager", "yarn"]
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(path.join(root, "docs/sizing.schema.json"), "utf8")) as object,
)
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
    const described = [...page.slice(page.indexOf("## JSON")).matchAll(/^\| `([\w.[\]]+)` \|/gm)].map(
      (match) => match[1]!,
    )
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

  it("gives JSON that its schema holds for, whatever is asked", async () => {
    const asked: readonly (readonly string[])[] = [
      ["--preset", "laptop"],
      ["--preset", "gpu", "--manager", "yarn"],
      ["--preset", "hundred", "--price", "3"],
      ["--preset", "three", "--manager", "standalone", "--jvm-only", "--off-heap", "1g", "--executor-cores", "2"],
      ["--instance", "r5.4xlarge", "--platform", "emr", "--nodes", "4", "--data", "a:2TB:cached"],
      [...cluster, "--data", "a:2TB", "--throughput", "10MiB", "--deadline", "30m", "--price", "1"],
    ]
    for (const args of asked) {
      const { out, err } = await size(...args, "--format", "json")
      assert.equal(err, "")
      assert(validate(JSON.parse(out)), `${args.join(" ")}: ${JSON.stringify(validate.errors, null, 2)}`)
    }
    const { out } = await size(...cluster, "--format", "json")
    const answer = JSON.parse(out) as { choices: { layout: { heap: number }; figures: { heap: { value: number } } }[] }
    const [first] = answer.choices
    assert.equal(first!.figures.heap.value, first!.layout.heap)
    assert(!validate({ ...answer, schema: 2 }) && !validate({ ...answer, more: 1 }))
  })

  it("takes the numbers of a type of machines, and what its platform leaves of it", async () => {
    const { out } = await size("--instance", "m5.4xlarge", "--platform", "emr", "--nodes", "10")
    assert.match(
      out,
      /^10 nodes of 16 cores and 64 GiB, yarn\n.* 15 cores and 56 GiB of each: .*memory-mb of m5\.4xlarge/,
    )
    const over = await size("--preset", "gpu", "--instance", "m5.4xlarge", "--memory", "32g")
    assert.match(over.out, /^4 nodes of 16 cores and 32 GiB, kubernetes/)
  })

  it("writes what platforms take", async () => {
    const on = (format: string, instance: string): Promise<Ran> =>
      size("--instance", instance, "--nodes", "4", "--format", format)
    const emr = JSON.parse((await on("emr", "m5.4xlarge")).out) as { Configurations: { Classification: string }[] }
    assert.deepEqual(
      emr.Configurations.map(({ Classification }) => Classification),
      ["spark", "spark-defaults"],
    )
    const databricks = JSON.parse((await on("databricks", "Standard_E8ds_v5")).out) as { num_workers: number }
    assert.equal(databricks.num_workers, 4)
    assert.match((await on("dataproc", "n2-standard-8")).out, /"pysparkJob"/)
    const yaml = load((await on("operator", "m5.4xlarge")).out) as { spec: { executor: { instances: number } } }
    assert(yaml.spec.executor.instances >= 4)
  })

  it("writes a link, and goes on from one", async () => {
    const asked = [...cluster, "--executor-memory", "8g", "--data", "orders:200GB", "--choice", "2"]
    const { out } = await size(...asked, "--share")
    assert.match(out, /^shufflewise:size\?v=1&nodes=10&cores=16&memory=64g&manager=yarn&.*&data=orders:200GB\n$/)
    const again = await size("--from", out.trim(), "--format", "conf")
    assert.equal(again.out, (await size(...asked, "--format", "conf")).out)
    const more = await size("--from", out.trim(), "--nodes", "3", "--share")
    assert.equal(more.out, out.replace("nodes=10", "nodes=3"))
    const newer = await size("--from", `${out.trim()}&colour=red`)
    assert.equal(newer.code, 0)
    assert.match(newer.err, /^note: --from: `colour` is not known, and left out\n$/)
  })

  it("says which value is wrong, why, and what is allowed, and ends with 2", async () => {
    const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
      [["--memory", "64g"], /--cores is needed: --cores 16, or the type of the nodes: --instance m5\.4xlarge/],
      [["--cores", "16", "--memory", "64"], /--memory: `64` is no size; write it with its unit, as in 64g/],
      [["--cores", "many", "--memory", "64g"], /--cores: `many` is no number/],
      [["--cores", "0", "--memory", "64g"], /--cores: `0` is out of range; it is a whole number from 1 to 1,024/],
      [[...cluster, "--manager", "mesos"], /--manager: there is no `mesos`/],
      [[...cluster, "--data", "200GB"], /--data: `200GB` can't be read; write NAME:SIZE/],
      [[...cluster, "--deadline", "soon"], /--deadline: `soon` is no time/],
      [[...cluster, "--manager", "standalone", "--deploy-mode", "cluster"], /no cluster mode for Python/],
      [
        [...cluster, "--executor-memory", "100m"],
        /--executor-memory: `100m` is out of range; it is from 450 MiB to 16 TiB/,
      ],
      [["--instance", "m5.4xlarg"], /--instance: nothing is known of `m5\.4xlarg`; did you mean `m5\.4xlarge`\?/],
      [["--instance", "huge"], /--instance: nothing is known of `huge`; give --cores and --memory instead/],
      [
        ["--instance", "n2-standard-8", "--platform", "emr"],
        /--instance: `n2-standard-8` is a machine of Google Cloud/,
      ],
      [["--preset", "huge"], /--preset: there is no `huge`; it is one of laptop, three, ten, hundred, gpu/],
      [["--from", "nodes=1"], /--from: this is no link to a calculator; it begins with `shufflewise:size\?`/],
      [["--from", "shufflewise:size?python=1"], /--from: `python` is `1`; it is true or false/],
      [["--from", "shufflewise:size?cores=x&memory=1g"], /--cores: `x` is no number/],
      [["--from", "shufflewise:size?", "--preset", "ten"], /--from and --preset both say where to begin/],
      [[...cluster, "--format", "operator"], /--format: `operator` is for the manager kubernetes, .* is `yarn`/],
      [["--preset", "ten", "--format", "operator", "--deploy-mode", "client"], /--deploy-mode is cluster for it/],
      [[...cluster, "--platform", "dataproc", "--format", "emr"], /--format: `emr` .* --platform is `dataproc`/],
      [["--preset", "laptop", "--format", "conf", "--choice", "2"], /--choice: there is one layout, and no number 2/],
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
