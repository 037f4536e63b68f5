import assert from "node:assert/strict"
import { scanImports } from "../../../server/src/analysis/import-scan.ts"
import { Modules } from "../../../server/src/analysis/modules.ts"
import { parser } from "../parse.ts"
import { analyzed, planNamed, sketch } from "./sketch.ts"
import { settings, workspace } from "./workspace.ts"

/** Asserts the sketch of the frame that `df` holds in `/w/job.py`. */
async function holds(files: Record<string, string>, expected: string): Promise<void> {
  const { program } = await (await workspace(files)).analyze("/w/job.py")
  assert.equal(sketch(planNamed(program, "df")), expected)
}

const LOAD = `def load(spark, name):\n    return spark.read.parquet(name)\n`

describe("analysis: across files", () => {
  it("follows an imported helper", () =>
    holds(
      { "/w/io_helpers.py": LOAD, "/w/job.py": `from io_helpers import load\ndf = load(spark, "a").distinct()\n` },
      "distinct(read)",
    ))
  it("through import … as, a package and a relative import", () =>
    holds(
      {
        "/w/lib/__init__.py": `from .readers import load as fetch\n`,
        "/w/lib/readers.py": LOAD,
        "/w/job.py": `import lib as l\ndf = l.fetch(spark, "a")\n`,
      },
      "read",
    ))
  it("through a package without __init__, and a submodule by from", () =>
    holds(
      {
        "/w/lib/readers.py": LOAD,
        "/w/job.py": `from lib import readers\nimport lib.readers\ndf = readers.load(spark, "a").union(lib.readers.load(spark, "b"))\n`,
      },
      "union(read, read)",
    ))
  it("from a src layout, and from a folder above", () =>
    holds(
      { "/w/src/app/readers.py": LOAD, "/w/job.py": `from app.readers import load\ndf = load(spark, "a")\n` },
      "read",
    ))
  it("through a star import", () =>
    holds(
      {
        "/w/common.py": `from pyspark.sql import functions as F\n${LOAD}`,
        "/w/job.py": `from common import *\ndf = load(spark, "a").filter(F.col("x") > 1)\n`,
      },
      "filter(read)",
    ))
  it("asks each module once, however often star imports lead to it", async () => {
    const stars = `from a import *\nfrom b import *\nfrom c import *\n`.repeat(4)
    const space = await workspace({
      "/w/a.py": stars,
      "/w/b.py": stars,
      "/w/c.py": `${stars}${LOAD}`,
      "/w/job.py": `${stars}df = load(spark, "a")\n${"missing()\n".repeat(20)}`,
    })
    // an answer at all: what grew with each star would not end
    assert.equal(sketch(planNamed((await space.analyze("/w/job.py")).program, "df")), "read")
  })
  it("through a class of another file, and its base class in a third", () =>
    holds(
      {
        "/w/base.py": `class Base:\n    def __init__(self, spark):\n        self.spark = spark\n    def read(self):\n        return self.spark.read.csv("a")\n`,
        "/w/jobs.py": `from base import Base\nclass Job(Base):\n    def run(self):\n        return self.read().dropDuplicates()\n`,
        "/w/job.py": `from jobs import Job\ndf = Job(spark).run()\n`,
      },
      "distinct(read)",
    ))
  it("takes a session and frames that another file made at its top level", () =>
    holds(
      {
        "/w/session.py": `from pyspark.sql import SparkSession\nspark_session = SparkSession.builder.getOrCreate()\ncountries = spark_session.createDataFrame([("de", 1), ("fr", 2)], ["code", "id"])\n`,
        "/w/job.py": `from session import spark_session, countries\ndf = spark_session.read.parquet("a").join(countries, "id")\n`,
      },
      "join(read, local)",
    ))
  it("ends on imports in a circle", () =>
    holds(
      {
        "/w/a.py": `from b import g\ndef f(spark):\n    return spark.table("t")\n`,
        "/w/b.py": `from a import f\ndef g():\n    return 1\n`,
        "/w/job.py": `from a import f\ndf = f(spark)\n`,
      },
      "table",
    ))
  it("gives the same in a circle, whoever is asked first", async () => {
    const files = {
      "/w/a.py": `from b import g\ndef f(spark):\n    return g(spark).distinct()\n`,
      "/w/b.py": `from a import f\nfrom pyspark.sql import DataFrame\ndef g(spark):\n    return spark.table("t")\n`,
      "/w/first.py": `from b import f\ndf = f(spark)\n`,
      "/w/job.py": `from a import f\ndf = f(spark)\n`,
    }
    for (const before of [[], ["/w/first.py"], ["/w/a.py", "/w/b.py"]]) {
      const { analyze } = await workspace(files)
      for (const path of before) await analyze(path)
      const { program } = await analyze("/w/job.py")
      assert.equal(sketch(planNamed(program, "df")), "distinct(table)")
    }
  })
  it("through a package that re-exports with a star", () =>
    holds(
      {
        "/w/lib/__init__.py": `from .readers import *\n`,
        "/w/lib/readers.py": LOAD,
        "/w/job.py": `from lib import load\ndf = load(spark, "a")\n`,
      },
      "read",
    ))
  it("through a relative import inside of another file's function", () =>
    holds(
      {
        "/w/lib/__init__.py": "",
        "/w/lib/readers.py": LOAD,
        "/w/lib/jobs.py": `def start(spark):\n    from .readers import load\n    return load(spark, "a")\n`,
        "/w/job.py": `from lib.jobs import start\ndf = start(spark)\n`,
      },
      "read",
    ))
  it("puts places into the file they stand in", async () => {
    const { analyze } = await workspace({
      "/w/steps.py": `def clean(d):\n    return d.distinct()\n`,
      "/w/job.py": `from steps import clean\nclean(spark.table("t")).count()\n`,
    })
    const { program } = await analyze("/w/job.py")
    const distinct = program.calls.find((call) => call.api === "DataFrame.distinct")
    assert.equal(distinct?.site.path, "/w/steps.py")
    assert.equal(program.calls.find((call) => call.api === "DataFrame.count")?.site.path, undefined)
  })
  it("keeps analyses apart: what one does to another file's frame doesn't reach the next", async () => {
    const { analyze } = await workspace({
      "/w/m.py": `base = spark.table("t").groupBy("k").count()\n`,
      "/w/job.py": `from m import base\nbase.count()\n`,
    })
    await analyze("/w/job.py")
    const { program } = await analyze("/w/job.py")
    assert.equal(planNamed(program, "base").uses.length, 1)
  })
})

describe("analysis: call sites of other files", () => {
  const files = {
    "/w/steps.py": `import pyspark\ndef clean(data, limit):\n    small = data.limit(limit)\n    return small\nclass Step:\n    def run(self, data):\n        return data.distinct()\n`,
    "/w/job.py": `from steps import clean, Step\nclean(spark.table("t"), 5)\nStep().run(spark.table("u"))\n`,
  }

  it("tell a function what its parameters are", async () => {
    const { analyze, sites } = await workspace(files)
    const before = await analyze("/w/steps.py")
    assert.ok(!before.program.calls.some((call) => call.spark))
    const job = await analyze("/w/job.py")
    assert.deepEqual([...sites.note("/w/job.py", job.outgoing)], ["/w/steps.py"])
    const after = await analyze("/w/steps.py")
    assert.deepEqual(
      after.program.calls.filter((call) => call.spark).map((call) => call.api),
      ["DataFrame.limit", "DataFrame.distinct"],
    )
  })
  it("say nothing where they differ", async () => {
    const { analyze, sites } = await workspace({
      ...files,
      "/w/other.py": `import pandas as pd\nfrom steps import clean\nclean(pd.DataFrame(), 5)\n`,
    })
    for (const path of ["/w/job.py", "/w/other.py"]) sites.note(path, (await analyze(path)).outgoing)
    const { program } = await analyze("/w/steps.py")
    assert.ok(!program.calls.some((call) => call.api === "DataFrame.limit"))
  })
  it("are the same for the same calls, so that nothing is done again", async () => {
    const { analyze, sites } = await workspace(files)
    sites.note("/w/job.py", (await analyze("/w/job.py")).outgoing)
    assert.equal(sites.note("/w/job.py", (await analyze("/w/job.py")).outgoing).size, 0)
  })
})

describe("analysis: a file that others import changes", () => {
  it("is interpreted anew, with all that depends on it", async () => {
    const space = await workspace({
      "/w/m.py": LOAD,
      "/w/n.py": `from m import load\n`,
      "/w/job.py": `from n import load\ndf = load(spark, "a")\n`,
    })
    assert.equal(sketch(planNamed((await space.analyze("/w/job.py")).program, "df")), "read")
    space.files["/w/m.py"] = `def load(spark, name):\n    return spark.range(3)\n`
    assert.deepEqual([...space.modules.changed("/w/m.py")].sort(), ["/w/job.py", "/w/m.py", "/w/n.py"])
    assert.equal(sketch(planNamed((await space.analyze("/w/job.py")).program, "df")), "range")
  })
  it("and what follows it by an import that only the parser sees, in broken code", async () => {
    const job = `from other import x from m import load\ndf = load(spark, "a")\n`
    const space = await workspace({ "/w/m.py": LOAD, "/w/other.py": "x = 1\n", "/w/job.py": job })
    assert.equal(sketch(planNamed((await space.analyze("/w/job.py")).program, "df")), "read")
    assert.deepEqual([...space.modules.changed("/w/m.py")].sort(), ["/w/job.py", "/w/m.py"])
  })
  it("and so is what imports a file that comes", async () => {
    const space = await workspace({ "/w/job.py": `from m import load\ndf = load(spark, "a")\n`, "/w/other.py": "" })
    await space.analyze("/w/job.py")
    await space.analyze("/w/other.py")
    space.files["/w/m.py"] = LOAD
    assert.deepEqual([...space.modules.changed("/w/m.py")].sort(), ["/w/job.py", "/w/m.py"])
    assert.equal(sketch(planNamed((await space.analyze("/w/job.py")).program, "df")), "read")
  })
})

describe("analysis: imports as they are written", () => {
  it("are found without parsing", () => {
    const text = `import a.b as c, d  # e\nfrom .f import (\n    g as h,  # and\n    i,\n)\nif x: from .. import j\nk = 1; import l\nfrom m import \\\n    n\nfrom o import *\nimportant = 1\n`
    const found = scanImports(text).map(({ module, level, names }) => `${".".repeat(level)}${module} ${names.join()}`)
    assert.deepEqual(found, ["a.b ", "d ", ".f g,i", ".. j", "l ", "m n", "o "])
  })
  it("and in a notebook's JSON", () => {
    const json = JSON.stringify({ source: ["from a import b\n", "import c"], text: "x\nfrom .d import e" })
    const found = scanImports(json).map(({ module, level, names }) => `${level} ${module} ${names.join()}`)
    assert.deepEqual(found, ["0 a b", "0 c ", "1 d e"])
  })
})

describe("analysis: bounds across files", () => {
  it("follow no more modules for one file than they may, and the rest of the names is unknown", async () => {
    const files: Record<string, string> = {}
    for (let at = 0; at < 8; at++)
      files[`/w/m${at}.py`] = `from m${at + 1} import *\nframe${at} = spark.table("t").distinct()\n`
    files["/w/m8.py"] = 'frame8 = spark.table("t").distinct()\n'
    files["/w/job.py"] = "from m0 import *\nnear = frame0.limit(1)\nfar = frame8.limit(1)\n"
    const read: string[] = []
    const reader = {
      read: (path: string) => {
        read.push(path)
        return files[path]
      },
      isFile: (path: string) => files[path] !== undefined,
    }
    const syntax = await parser()
    const known = async (most: number): Promise<unknown[]> => {
      read.length = 0
      const modules = new Modules((text) => syntax.parse(text), reader, settings, new Set(), most)
      while (!modules.isReady("/w/job.py")) for (const _ of modules.prepare("/w/job.py"));
      const imports = modules.resolver("/w/job.py")
      const { program } = await analyzed(files["/w/job.py"]!, { path: "/w/job.py", imports })
      const held = (name: string): boolean => program.plans.some((plan) => plan.names.includes(name))
      return [held("near"), held("far"), modules.isSpent("/w/job.py")]
    }
    assert.deepEqual(await known(100), [true, true, false])
    assert.deepEqual(await known(4), [true, false, true])
    assert.ok(!read.includes("/w/m6.py"))
  })

  it("says how much is kept, so that whoever keeps it can begin anew", async () => {
    const files: Record<string, string> = {
      "/w/a.py": "from b import load\n",
      "/w/b.py": LOAD,
      "/w/job.py": 'from a import load\ndf = load(spark, "t")\n',
    }
    const syntax = await parser()
    const reader = { read: (path: string) => files[path], isFile: (path: string) => files[path] !== undefined }
    const modules = new Modules((text) => syntax.parse(text), reader, settings)
    assert.equal(modules.characters, 0)
    for (const _ of modules.prepare("/w/job.py"));
    assert.equal(modules.characters, files["/w/a.py"]!.length + files["/w/b.py"]!.length)
  })
})
