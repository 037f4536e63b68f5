import assert from "node:assert/strict"
import type { Anchor, Call, Evidence, FrameValue, Plan, PlanOp, Site, Value } from "../../../rules/api.ts"
import { planSketch } from "../../../server/src/features/plan-sketch.ts"

const top: Anchor = { offset: 0 }
/** A site whose line is its start. */
const site = (line: number): Site => ({ top, start: line, end: line + 1 })
const where = ({ start }: Site): string => `line ${start}`

function call(name: string, line: number): Call {
  return {
    index: 0,
    api: `DataFrame.${name}`,
    spark: true,
    name,
    receiver: { kind: "unknown" },
    args: [],
    eachValue: () => {},
    result: { kind: "unknown" },
    site: site(line),
    nameSite: site(line),
    receiverSite: null,
    statement: { site: site(line), targets: [], bare: false },
    loops: [],
    function: null,
    inUdf: null,
    path: [],
    via: [],
    within: [],
    action: false,
    wide: false,
    resultUses: [],
    resultEscapes: false,
    deliberate: undefined,
  }
}

const unbounded = { min: 0, max: Number.POSITIVE_INFINITY }
const nothing: Evidence[] = []

function plan(op: PlanOp, more: Partial<Plan> = {}): Plan {
  return {
    id: 1,
    kind: "DataFrame",
    op,
    inputs: [],
    call: call(op, 1),
    site: site(1),
    names: [],
    bindings: [],
    returned: false,
    wide: false,
    expensive: null,
    source: null,
    join: null,
    keys: undefined,
    condition: undefined,
    exprs: undefined,
    unstable: [],
    windows: [],
    udfs: [],
    streaming: false,
    columns: undefined,
    size: { rows: unbounded, bytes: unbounded, confidence: "possible", evidence: nothing, sparkKnows: false },
    partitions: undefined,
    shuffles: 0,
    depth: 0,
    caches: [],
    unpersists: [],
    hints: [],
    uses: [],
    escapes: false,
    ...more,
  }
}

const frame = (of: Plan): FrameValue => ({ kind: "frame", class: of.kind, plan: of })
const lines = (value: Value): string[] => planSketch(value, where)!.split("\n")

describe("plan sketch", () => {
  it("says of a frame that nothing is known of just that", () => {
    assert.deepEqual(lines(frame(plan("opaque", { call: null }))), [
      "**Shufflewise** · DataFrame made by code that is not followed",
      "",
      "- columns: not known",
      "- rows: not known",
      "- bytes: not known",
      "- partitions: not known",
      "- shuffles: none since its source",
      "- cached: no",
    ])
  })

  it("names the frame and its source", () => {
    const source = { format: "parquet", path: "s3://b/`x`", table: undefined, options: new Map(), schema: false }
    const title = (more: Partial<Plan>) => lines(frame(plan("read", { names: ["raw", "orders"], ...more })))[0]
    assert.equal(title({ source }), "**Shufflewise** · `orders`, DataFrame from parquet at `` s3://b/`x` ``")
    assert.equal(title({ source: { ...source, format: undefined } })!.includes("from files at"), true)
    assert.equal(
      title({ source: { ...source, table: "db.t" } }),
      "**Shufflewise** · `orders`, DataFrame from table `db.t`",
    )
    assert.equal(title({ kind: "RDD", call: call("map", 7) }), "**Shufflewise** · `orders`, RDD by `map()`, line 1")
  })

  it("says where frames without a call come from", () => {
    const title = (op: PlanOp) => lines(frame(plan(op, { call: null, site: site(9) })))[0]!.replace(/^.*DataFrame /, "")
    assert.equal(title("param"), "from a parameter")
    assert.equal(title("either"), "from one of several branches")
    assert.equal(title("loop"), "carried by the loop at line 9")
    assert.equal(title("project"), "made at line 9")
  })

  it("says of every fact how it is known", () => {
    const evidence = (message: string): Evidence => ({ message })
    const known = plan("local", {
      columns: {
        value: [
          { name: "id", type: "bigint" },
          { name: "odd name", type: undefined },
        ],
        confidence: "certain",
        evidence: evidence("read with a schema"),
      },
      size: {
        rows: { min: 3, max: 3 },
        bytes: { min: 0, max: 2048 },
        confidence: "likely",
        evidence: [evidence("built from a list of 3 rows"), evidence("weaker")],
        sparkKnows: true,
      },
      partitions: { value: 1200, confidence: "likely", evidence: evidence("`repartition(1200)`") },
    })
    assert.deepEqual(lines(frame(known)).slice(2, 6), [
      "- columns: 2: `id bigint`, `odd name` — certain: read with a schema",
      "- rows: 3 rows — likely: built from a list of 3 rows",
      "- bytes: at most 2 KiB, which Spark's statistics know",
      "- partitions: 1,200 — likely: `repartition(1200)`",
    ])
  })

  it("shows intervals as people say them", () => {
    const rows = (min: number, max: number) => {
      const size = {
        rows: { min, max },
        bytes: unbounded,
        confidence: "certain",
        evidence: nothing,
        sparkKnows: false,
      } as const
      return lines(frame(plan("limit", { size })))[3]
    }
    assert.equal(rows(1, 1), "- rows: 1 row")
    assert.equal(rows(0, 1), "- rows: at most 1 row")
    assert.equal(rows(10, 5_000_000), "- rows: 10 to 5,000,000 rows")
    assert.equal(rows(7, Number.POSITIVE_INFINITY), "- rows: at least 7 rows")
    assert.equal(rows(0, 0), "- rows: 0 rows")
  })

  it("shows bytes in binary units", () => {
    const bytes = (max: number) => {
      const size = {
        rows: unbounded,
        bytes: { min: max, max },
        confidence: "certain",
        evidence: nothing,
        sparkKnows: false,
      } as const
      return lines(frame(plan("read", { size })))[4]
    }
    assert.equal(bytes(1023), "- bytes: 1,023 bytes")
    assert.equal(bytes(1536), "- bytes: 1.5 KiB")
    assert.equal(bytes(10 * 2 ** 20), "- bytes: 10 MiB")
    assert.equal(bytes(150.4 * 2 ** 30), "- bytes: 150 GiB")
    assert.equal(bytes(2 ** 60), "- bytes: 1,024 PiB")
  })

  it("shortens long lists of columns", () => {
    const value = Array.from({ length: 40 }, (_, index) => ({ name: `c${index}`, type: undefined }))
    const columns = { value, confidence: "certain", evidence: { message: "x" } } as const
    assert.match(lines(frame(plan("read", { columns })))[2]!, /^- columns: 40: `c0`, .*`c11` and 28 more — /)
  })

  it("lists the shuffles back to a cache, in the order they run, each once", () => {
    const read = plan("read")
    const before = plan("aggregate", {
      inputs: [read],
      wide: true,
      call: call("groupBy", 2),
      caches: [call("cache", 3)],
    })
    const join = plan("join", { inputs: [before, before], wide: true, call: call("join", 4) })
    const sort = plan("sort", { inputs: [join, join], wide: true, call: call("orderBy", 5), shuffles: 2 })
    const text = "- shuffles: 2 since its source, cache or checkpoint: `join()` at line 4, `orderBy()` at line 5"
    assert.equal(lines(frame(sort))[6], text)
  })

  it("ends on plans that a loop carries", () => {
    const inputs: Plan[] = []
    const loop = plan("loop", { inputs, call: null })
    const join = plan("join", { inputs: [loop], wide: true, shuffles: 1, call: call("join", 3) })
    inputs.push(plan("read"), join)
    assert.match(lines(frame(join))[6]!, /`join\(\)` at line 3$/)
  })

  it("says which call caches and which frees", () => {
    const cached = { caches: [call("cache", 3)], unpersists: [call("unpersist", 8)] }
    assert.equal(lines(frame(plan("read", { ...cached, unpersists: [] })))[7], "- cached: by `cache()` at line 3")
    assert.equal(
      lines(frame(plan("read", cached)))[7],
      "- cached: by `cache()` at line 3, freed by `unpersist()` at line 8",
    )
  })

  it("adds streaming, hints and costs where there are any", () => {
    const more = lines(frame(plan("read", { streaming: true, hints: ["broadcast"], expensive: "a Python UDF" }))).slice(
      8,
    )
    assert.deepEqual(more, [
      "- streaming: yes: every step runs once per micro-batch",
      "- hints: `broadcast`",
      "- expensive: a Python UDF",
    ])
  })

  it("shows the plan behind groups and writers, and nothing for other values", () => {
    const of = plan("read", { names: ["orders"] })
    const grouped: Value = { kind: "grouped", plan: of, keys: [{ op: "star" }], how: "groupBy" }
    assert.match(lines(grouped)[0]!, /`orders`, DataFrame grouped by 1 key, by/)
    assert.match(
      lines({ kind: "spark", class: "DataFrameWriter", plan: of })[0]!,
      /`orders`, DataFrameWriter of a DataFrame/,
    )
    assert.equal(planSketch({ kind: "spark", class: "SparkSession" }, where), undefined)
    assert.equal(planSketch({ kind: "unknown" }, where), undefined)
  })
})
