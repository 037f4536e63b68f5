import assert from "node:assert/strict"
import type { Call, Plan, Program, Site } from "../../../rules/api.ts"
import { rules } from "../../../rules/index.ts"
import { analyze } from "../../../server/src/analysis/index.ts"
import { Kept } from "../../../server/src/analysis/kept.ts"
import { defaultConfig } from "../../../server/src/config/index.ts"
import { lint } from "../../../server/src/lint/index.ts"
import type { Syntax, SyntaxDocument } from "../../../server/src/syntax/types.ts"
import { pysparkSource, random } from "../../perf/syntax-source.ts"
import { pythonSources } from "../fuzz/sources.ts"
import { mutate, pick, tokensOf, upTo } from "../fuzz/tokens.ts"
import { parser } from "../parse.ts"

const config = defaultConfig(rules)
const SEED = Number(process.env.SHUFFLEWISE_SEED ?? 1)

const JOB = `from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.getOrCreate()
KEYS = ["country", "segment"]
LIMIT = 10

def total(df, keys=KEYS):
    return df.groupBy(*keys).agg(F.sum("amount").alias("amount"))

def report(path):
    orders = spark.read.parquet(path)
    if orders.count() > LIMIT:
        total(orders).show()
    return total(orders)

def clean(path):
    rows = spark.table("raw").dropDuplicates(["id"])
    rows.write.parquet(path)
    return rows
`

const CLASS = `
class Job:
    MOST = 10

    def __init__(self, spark: SparkSession, path):
        self.spark = spark
        self.path = path
        self.orders = spark.read.parquet("orders")

    def source(self):
        return self.spark.read.parquet(self.path)

    def shown(self):
        rows = self.source()
        if rows.count() > self.MOST:
            rows.show()

    def grouped(self):
        return self.source().groupBy(*KEYS).count()

    def joined(self):
        return self.orders.join(self.source(), "id")

    def load(self, names):
        self.names = names
        return self.spark.table("a").select(*names)

    def handed(self):
        return collect(self, self.spark.table("b").count())
`

/** A document that is analysed with what the version before left, as an editor's server does. */
class Edited {
  readonly document: SyntaxDocument
  readonly kept = new Kept()
  program: Program
  #calls: readonly Call[] = []

  constructor(syntax: Syntax, text: string) {
    this.document = syntax.open(text)
    this.program = this.#look()
  }

  replace(before: string, after: string): this {
    const start = this.document.text.indexOf(before)
    assert.ok(start >= 0, before)
    return this.change(start, start + before.length, after)
  }

  change(start: number, end: number, text: string): this {
    this.#calls = this.program.calls
    this.document.update([{ start, end, text }])
    this.program = this.#look()
    return this
  }

  /** The functions whose facts were taken over by the last change. */
  get takenOver(): string[] {
    const before = new Set(this.#calls)
    const names = this.program.calls.filter((call) => before.has(call)).map((call) => call.function?.name ?? "")
    return [...new Set(names)].sort()
  }

  #look(): Program {
    return programOf(this.document.text, this.document.module, this.kept)
  }
}

function programOf(text: string, module: SyntaxDocument["module"], kept?: Kept): Program {
  const { target, tables, conf } = config
  return analyze({ module, text, path: "job.py", target, tables, conf, kept }).program
}

/** Everything that rules can ask of a program, as plain data. */
function factsOf(program: Program): unknown {
  const numbers = new Map<number, number>()
  const number = (id: number): number => {
    if (!numbers.has(id)) numbers.set(id, numbers.size)
    return numbers.get(id)!
  }
  const place = (site: Site | null): string | null =>
    site && `${site.top.offset + site.start}-${site.top.offset + site.end}`
  const plan = (each: Plan): unknown => ({
    op: each.op,
    site: place(each.site),
    names: each.names,
    bindings: each.bindings.map(({ site }) => place(site)),
    inputs: each.inputs.map(({ id }) => number(id)),
    uses: each.uses.map(({ call, role }) => `${call.index} ${role}`),
    caches: each.caches.map(({ index }) => index),
    size: each.size,
    columns: each.columns?.value,
    shuffles: each.shuffles,
    depth: each.depth,
    escapes: each.escapes,
    returned: each.returned,
    actions: program.actionsOf(each).map(({ index }) => index),
  })
  return {
    calls: program.calls.map((call, i) => ({
      index: call.index === i ? undefined : `${call.index} at ${i}`,
      api: call.api,
      site: place(call.site),
      name: place(call.nameSite),
      receiver: place(call.receiverSite),
      args: call.args.map(({ name, site, value }) => `${name} ${place(site)} ${value.kind}`),
      result: call.result.kind === "frame" ? number(call.result.plan.id) : call.result.kind,
      statement: [place(call.statement.site), call.statement.targets],
      loops: call.loops.map(({ id }) => number(id)),
      function: call.function && [call.function.name, place(call.function.site), call.function.called],
      via: call.via.map(place),
      path: call.path.map(({ branch, arm, guard }) => [number(branch), arm, guard?.holds, guard?.test.op]),
      uses: call.resultUses.map(({ kind, site }) => `${kind} ${place(site)}`),
      escapes: call.resultEscapes,
    })),
    plans: program.plans.map(plan),
    loops: program.loops.map((loop) => [number(loop.id), loop.kind, place(loop.site), loop.targets, loop.rounds]),
    udfs: program.udfs.map((udf) => [udf.kind, udf.name, udf.calls.map(({ index }) => index), udf.applied.length]),
    uncalled: program.uncalled.map(({ name, site }) => [name, place(site)]),
    confs: program.confs.map(({ key, value }) => [key, value]),
  }
}

/** The facts, and what the rules say of them, are those of a text that was never seen before. */
function isAsFresh({ document, program }: Edited, syntax: Syntax): void {
  const { text } = document
  const fresh = syntax.parse(text)
  assert.deepEqual(factsOf(program), factsOf(programOf(text, fresh)))
  const said = (module: SyntaxDocument["module"], of: Program): unknown =>
    lint({
      module,
      text,
      path: "job.py",
      config,
      rules,
      analysis: { program: of, bounded: undefined },
      minConfidence: "possible",
    })
  assert.deepEqual(said(document.module, program), said(fresh, programOf(text, fresh)))
}

describe("functions between two versions of a text", () => {
  let syntax: Syntax
  before(async () => {
    syntax = await parser()
  })

  it("keep their facts where another one is edited, wherever they then stand", () => {
    const job = new Edited(syntax, JOB)
    job.replace('dropDuplicates(["id"])', 'dropDuplicates(["id", "day"])')
    assert.deepEqual(job.takenOver, ["report", "total"])
    isAsFresh(job, syntax)
    job.replace("LIMIT = 10\n", "LIMIT = 10\n\n# a line more\n")
    assert.deepEqual(job.takenOver, ["clean", "report", "total"])
    isAsFresh(job, syntax)
  })

  for (const [what, before, after, kept] of [
    ["a constant that it uses", "LIMIT = 10", "LIMIT = 20", ["clean", "total"]],
    ["a list that it uses", '"segment"]', '"segment", "day"]', ["clean"]],
    ["a function that it calls", 'F.sum("amount")', 'F.max("amount")', ["clean"]],
    ["what a name of a library means", "functions as F", "types as F", ["clean"]],
    ["the session", "spark = SparkSession.builder.getOrCreate()", "spark = 3", ["total"]],
    ["a setting of the session", "KEYS =", 'spark.conf.set("spark.sql.shuffle.partitions", "8")\nKEYS =', []],
    [
      "a view of the name of its table",
      "KEYS =",
      'spark.range(3).createOrReplaceTempView("raw")\nKEYS =',
      ["report", "total"],
    ],
  ] as const)
    it(`lose their facts with ${what}`, () => {
      const job = new Edited(syntax, JOB)
      job.replace(before, after)
      assert.deepEqual(job.takenOver, kept)
      isAsFresh(job, syntax)
    })

  for (const [what, before, after, kept] of [
    [
      "another function is edited",
      'dropDuplicates(["id"])',
      "distinct()",
      ["grouped", "handed", "report", "shown", "source", "total"],
    ],
    ["a list that they use is", '"segment"]', '"segment", "day"]', ["clean", "handed", "shown", "source"]],
    ["their class is", "MOST = 10", "MOST = 20", ["clean", "report", "total"]],
  ] as const)
    it(`keep or lose their facts as methods where ${what}`, () => {
      const job = new Edited(syntax, JOB + CLASS)
      job.replace(before, after)
      assert.deepEqual(job.takenOver, kept)
      isAsFresh(job, syntax)
    })

  it("that change what others see are looked at anew", () => {
    const text = `${JOB}
def setting():
    spark.conf.set("spark.sql.ansi.enabled", "false")

def viewing(df):
    df.filter("a > 1").createOrReplaceTempView("raw")

def gathering(df):
    KEYS.append(df.count())

def counting(df):
    global LIMIT
    LIMIT = df.count()

def inner(df):
    def each(row):
        return row.a
    return df.rdd.map(each).collect()
`
    const job = new Edited(syntax, text)
    job.replace("    rows.write", "    rows.show()\n    rows.write")
    assert.deepEqual(job.takenOver, ["report", "total"])
    isAsFresh(job, syntax)
  })

  it("are after any edits what a fresh look finds", function () {
    this.timeout(300_000)
    const next = random(SEED)
    const sources = pythonSources().map(tokensOf)
    let reused = 0
    for (let round = 0; round < 60; round++) {
      const job = new Edited(syntax, [JOB, JOB + CLASS, pysparkSource(120, round)][round % 3]!)
      for (let edit = 0; edit < 12; edit++) {
        const tokens = tokensOf(job.document.text)
        const at = upTo(next, tokens.length)
        const part = tokens.slice(at, at + 1 + upTo(next, 8))
        const start = tokens.slice(0, at).join("").length
        const before = part.join("")
        const other = pick(next, sources)
        mutate(part, other.slice(upTo(next, other.length)), next)
        job.change(start, start + before.length, part.join(""))
        reused += job.takenOver.length
        try {
          isAsFresh(job, syntax)
        } catch (error) {
          throw new Error(`round ${round}, edit ${edit}, seed ${SEED}:\n${job.document.text}`, { cause: error })
        }
      }
    }
    assert.ok(reused > 500, `only ${reused} functions kept their facts`)
  })
})
