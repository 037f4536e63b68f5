/** Holds the hand-written layer of the PySpark table to real Spark. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { functionFacts, type MemberFacts, member, onlySparkFrame } from "../../server/src/analysis/pyspark/table.ts"
import { proveJson, versions } from "./prover.ts"

interface Seen {
  readonly jobs: number
  readonly same: boolean
  readonly shuffles?: boolean
  readonly sorted?: boolean
  readonly partitions?: boolean
}

const effects = readFileSync(new URL("effects.py", import.meta.url), "utf8")

/** They do move rows, at most n from each partition: the table does not count that. */
const boundedMoves = new Set(["DataFrame.limit", "DataFrame.offset"])

/** What the table says, and Spark does not show. */
function contradictions(api: string, told: MemberFacts, seen: Seen): string[] {
  const wrong: string[] = []
  const say = (what: string) => wrong.push(`${api}: ${what}; seen ${JSON.stringify(seen)}`)
  if (told.action !== seen.jobs > 0) say(told.action ? "said to run a job" : "runs a job")
  if (told.inPlace !== seen.same && told.kind === "method")
    say(told.inPlace ? "said to return itself" : "returns itself")
  if (seen.shuffles !== undefined && told.wide !== seen.shuffles && !boundedMoves.has(api)) {
    say(told.wide ? "said to shuffle" : "shuffles")
  }
  // What Spark happens to keep on this data, the table need not promise; what it promises must hold.
  if (told.keepsOrdering && seen.sorted === false) say("said to keep the order")
  if (told.keepsPartitioning && seen.partitions === false) say("said to keep the partitions")
  return wrong
}

for (const version of versions) {
  describe(`the PySpark table on Spark ${version}`, function () {
    this.timeout(400_000)

    it("tells what runs a job, shuffles, keeps the order and the partitions, and returns itself", async () => {
      const seen = await proveJson<Record<string, Seen>>(version, effects, 300)
      assert.ok(Object.keys(seen).length > 150)
      const wrong = Object.entries(seen).flatMap(([api, facts]) => {
        const dot = api.lastIndexOf(".")
        const told = member(api.slice(0, dot), api.slice(dot + 1))
        return told ? contradictions(api, told, facts) : [`${api}: not in the table`]
      })
      assert.deepEqual(wrong, [])
    })

    it("names only methods that pandas does not have as those of a Spark frame alone", async () => {
      const others = await proveJson<string[]>(
        version,
        `
import json
import pandas as pd
import pyspark.pandas as ps
others = [pd.DataFrame, ps.DataFrame, type(spark.sparkContext.emptyRDD())]
result = json.dumps(sorted({name for other in others for name in dir(other)}))
`,
      )
      assert.deepEqual(others.filter(onlySparkFrame), [])
    })

    it("names the functions that give another value in each call", async () => {
      if (version !== "3.5") {
        // From 4.0 on, a Column no longer shows its expression: the functions that came since are tried by their rows.
        const twice = await proveJson<Record<string, boolean>>(
          version,
          `
import json
from pyspark.sql import functions as F
makers = {"uuid": F.uuid, "rand": F.rand, "randn": F.randn, "random": F.random,
          "randstr": lambda: F.randstr(8), "uniform": lambda: F.uniform(0, 1 << 30)}
frame = spark.range(50)
result = json.dumps({name: frame.select(make()).collect() != frame.select(make()).collect() for name, make in makers.items()})
`,
        )
        for (const [name, differs] of Object.entries(twice)) {
          assert.equal(functionFacts(name)?.unstable === "value", differs, name)
        }
        return
      }
      const unstable = await proveJson<string[]>(
        version,
        `
import inspect, json
from pyspark.sql import functions as F
found = []
for name, function in inspect.getmembers(F, inspect.isfunction):
    if name.startswith("_"):
        continue
    try:
        needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty and p.kind in (0, 1)]
        column = function(*[F.col("a") for _ in needed])
        if not column._jc.expr().deterministic():
            found.append(name)
    except Exception:
        pass
result = json.dumps(found)
`,
      )
      assert.ok(unstable.includes("rand"))
      assert.deepEqual(
        unstable.filter((name) => functionFacts(name)?.unstable !== "value"),
        [],
      )
    })
  })
}
