import assert from "node:assert/strict"
import { apis, planNamed, programOf, sketch } from "./sketch.ts"

const HEAD = `from concurrent.futures import ThreadPoolExecutor
import threading
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
df = spark.table("t").distinct()
def save(frame, path):
    frame.write.parquet(path)
`

/** The actions that compute `df`. */
async function actions(text: string): Promise<string[]> {
  const program = await programOf(HEAD + text)
  const plan = planNamed(program, "df")
  assert.equal(plan.escapes, false)
  return program.actionsOf(plan).map((call) => call.name)
}

describe("analysis: functions that other threads run", () => {
  it("by a pool's submit", async () => {
    assert.deepEqual(await actions(`with ThreadPoolExecutor(3) as pool:\n    pool.submit(save, df, "a")\n`), [
      "parquet",
    ])
  })
  it("by a thread's target", async () => {
    assert.deepEqual(await actions(`threading.Thread(target=save, args=(df, "a")).start()\n`), ["parquet"])
  })
  it("by apply_async of a pool", async () => {
    const text = `from multiprocessing.pool import ThreadPool\nThreadPool(3).apply_async(save, (df, "a"))\n`
    assert.deepEqual(await actions(text), ["parquet"])
  })
  it("a future's result is what the function returned", async () => {
    const program = await programOf(`${HEAD}def load(path):
    return spark.read.parquet(path)
with ThreadPoolExecutor(3) as pool:
    futures = [pool.submit(load, path) for path in paths]
parts = [future.result() for future in futures]
one = parts[0].limit(3)
`)
    assert.equal(sketch(planNamed(program, "one")), "limit(read)")
  })
  it("of functions that are not known nothing is said", async () => {
    const program = await programOf(`from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(3)
pool.submit(work, 1).result().count()
`)
    assert.ok(!apis(program).some((api) => api.startsWith("DataFrame.")))
  })
})
