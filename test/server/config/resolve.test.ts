import assert from "node:assert/strict"
import { configsOver, told } from "./fixture.ts"

describe("resolving a configuration", () => {
  it("has defaults where no file is", () => {
    const { config, excluded, problems } = configsOver({}).forFile("/w/a.py")
    assert.deepEqual(
      { profile: config.profile, target: config.target, min: config.min, select: config.select, enable: config.enable },
      { profile: "default", target: "4.3", min: "3.5", select: undefined, enable: true },
    )
    assert.equal(excluded, false)
    assert.deepEqual(problems, [])
    assert.deepEqual(config.sources, [])
  })

  it("takes the nearest file upward, and pyproject.toml only if it speaks of us", () => {
    const files = {
      "/w/shufflewise.toml": 'profile = "quiet"',
      "/w/app/pyproject.toml": "[tool.black]\nline-length = 100",
      "/w/lib/pyproject.toml": '[tool.shufflewise]\nprofile = "strict"',
      "/w/both/pyproject.toml": '[tool.shufflewise]\nprofile = "strict"',
      "/w/both/shufflewise.toml": 'profile = "default"',
    }
    const configs = configsOver(files)
    assert.equal(configs.forFile("/w/app/jobs/a.py").config.profile, "quiet")
    assert.equal(configs.forFile("/w/lib/a.py").config.profile, "strict")
    assert.equal(configs.forFile("/w/both/a.py").config.profile, "default")
    assert.equal(configs.forFile("/elsewhere/a.py").config.profile, "default")
    assert.deepEqual(configs.forFile("/w/lib/a.py").config.sources, ["/w/lib/pyproject.toml"])
    assert.equal(configs.forFile("/w/app/b.py").config, configs.forFile("/w/app/jobs/a.py").config)
  })

  it("lays extended files, overrides, editor settings and flags on each other", () => {
    const files = {
      "/shared/base.toml":
        'profile = "quiet"\nignore = ["cross-join"]\nexclude = ["old/**"]\n[rules.missing-broadcast]\nseverity = "error"\nmaxBytes = "10MB"\nprefix = "x_"',
      "/shared/more.toml": 'profile = "strict"\nexclude = ["gen"]',
      "/w/shufflewise.toml": [
        'extends = ["../shared/base.toml", "../shared/more.toml"]',
        "rules.missing-broadcast.maxBytes = '20MB'",
        "[[overrides]]",
        'files = "nb/**"',
        'profile = "quiet"',
        "[[overrides]]",
        'files = ["*_test.py"]',
        "enable = false",
      ].join("\n"),
    }
    const configs = configsOver(files, {
      layers: [
        {
          source: "editor settings",
          values: { rules: { "missing-broadcast": { prefix: "e_" } }, ignore: ["missing-cache"] },
        },
        { source: "command line", values: { select: ["missing-cache", "joins"] } },
      ],
    })
    const { config } = configs.forFile("/w/a.py")
    assert.equal(config.profile, "strict")
    assert.deepEqual(config.rules.get("missing-broadcast"), {
      severity: "error",
      options: { maxBytes: 20_000_000, prefix: "e_" },
      named: true,
    })
    assert.deepEqual(config.select, ["missing-cache", "missing-broadcast", "cross-join"])
    // `missing-cache` is selected by name by a nearer layer than the one that ignores it.
    assert.deepEqual(config.ignore, ["cross-join"])
    assert.equal(config.rules.get("missing-cache")?.named, true)
    assert.equal(config.rules.get("cross-join"), undefined)
    assert.equal(configs.forFile("/w/nb/a.py").config.profile, "quiet")
    assert.equal(configs.forFile("/w/deep/a_test.py").config.enable, false)
    assert.equal(configs.forFile("/w/old/a.py").excluded, true)
    assert.equal(configs.forFile("/w/x/gen/a.py").excluded, true)
    assert.equal(configs.excludes("/w/x/gen"), true)
    assert.equal(configs.excludes("/w/x"), false)
    assert.deepEqual(configs.problems(), [])
  })

  it("switches rules off and on by the nearest word", () => {
    const files = { "/w/shufflewise.toml": '[rules]\ncross-join = "off"\nmissing-cache = "information"' }
    const plain = configsOver(files).forFile("/w/a.py").config
    assert.deepEqual(plain.rules.get("cross-join"), { severity: "off", options: {}, named: false })
    assert.equal(plain.rules.get("missing-cache")?.named, true)
    const flags = { source: "command line", values: { select: ["cross-join"] } }
    const selected = configsOver(files, { layers: [flags] }).forFile("/w/a.py").config
    assert.equal(selected.rules.get("cross-join")?.severity, undefined)
  })

  it("reads what manages the cluster and its machines", () => {
    const text = (lines: readonly string[]): string => ["[cluster]", "executors = 30", "cores = 5", ...lines].join("\n")
    const machine = ['manager = "yarn"', "nodes = 10", "node-cores = 16", 'node-memory = "64g"', "node-gpus = 1"]
    const of = (lines: readonly string[]) => configsOver({ "/w/shufflewise.toml": text(lines) }).forFile("/w/a.py")
    const { config, problems } = of(machine)
    assert.deepEqual(problems, [])
    assert.equal(config.cluster?.manager, "yarn")
    assert.deepEqual(config.cluster?.node, { cores: 16, memory: 65_536, gpus: 1, count: 10 })
    const half = of(["node-cores = 16"])
    assert.equal(half.config.cluster?.node, undefined)
    const wrong = of(['manager = "mesos"', 'node-memory = "64"'])
    assert.match(wrong.problems.map(({ message }) => message).join("\n"), /cluster manager.*\n.*at least 536870912/)
  })

  it("reads cluster, tables, conf and Spark versions", () => {
    const text = [
      'spark = { target = "4.0.1" }',
      "[cluster]",
      "executors = 10",
      "cores = 5",
      'memory = "10g"',
      "task-cpus = 2",
      "[tables]",
      'orders = { size = "1GiB" }',
      "[tables.sales.customers]",
      "rows = 12",
      "[conf]",
      "spark.sql.shuffle.partitions = 64",
      '"spark.sql.adaptive.enabled" = false',
    ].join("\n")
    const files = { "/w/shufflewise.toml": text }
    const { config, problems } = configsOver(files).forFile("/w/a.py")
    assert.deepEqual(told(problems, files), [])
    assert.deepEqual(config.cluster, {
      name: "cluster",
      executors: 10,
      coresPerExecutor: 5,
      executorMemory: 10240,
      slots: 20,
    })
    assert.deepEqual(
      [...config.tables],
      [
        ["orders", { rows: undefined, bytes: 2 ** 30 }],
        ["sales.customers", { rows: 12, bytes: undefined }],
      ],
    )
    assert.deepEqual(
      [...config.conf],
      [
        ["spark.sql.shuffle.partitions", "64"],
        ["spark.sql.adaptive.enabled", "false"],
      ],
    )
    assert.deepEqual([config.target, config.min], ["4.0", "4.0"])
  })

  it("takes an editor's camelCase, its nulls, and no file at all", () => {
    const values = { reportUnusedSuppressions: false, profile: null, spark: { target: "3.5" } }
    const { config, problems } = configsOver({}, { layers: [{ source: "editor settings", values }] }).forFile(undefined)
    assert.equal(config.reportUnusedSuppressions, false)
    assert.deepEqual([config.target, config.min], ["3.5", "3.5"])
    assert.deepEqual(problems, [])
  })

  it("counts globs from the folder of the governing file, also those it extends", () => {
    const files = {
      "/shared/base.toml": 'exclude = ["/top.py", "a/b", "build/"]',
      "/w/shufflewise.toml": 'extends = "../shared/base.toml"',
    }
    const configs = configsOver(files)
    assert.equal(configs.forFile("/w/top.py").excluded, true)
    assert.equal(configs.forFile("/w/x/top.py").excluded, false)
    assert.equal(configs.forFile("/w/a/b/c/d.py").excluded, true)
    assert.equal(configs.forFile("/w/x/a/b/c.py").excluded, false)
    assert.equal(configs.forFile("/w/x/build/c.py").excluded, true)
  })

  it("uses a named file for everything", () => {
    const files = { "/w/shufflewise.toml": 'profile = "quiet"', "/c/other.toml": 'profile = "strict"' }
    const configs = configsOver(files, { configFile: "/c/other.toml" })
    assert.equal(configs.forFile("/w/a.py").config.profile, "strict")
    const missing = configsOver(files, { configFile: "/c/nothing.toml" }).forFile("/w/a.py")
    assert.match(missing.problems[0]!.message, /cannot read this configuration file/)
    assert.equal(missing.config.profile, "default")
  })
})
