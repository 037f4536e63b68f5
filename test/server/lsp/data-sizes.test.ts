import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileUri, Session, type SessionOptions } from "./session.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")
const job = (path: string): string =>
  lines(
    "from pyspark.sql import SparkSession",
    "spark = SparkSession.builder.getOrCreate()",
    `countries = spark.read.option("header", True).csv("${path}")`,
    "rows = countries.filter('id > 1').collect()",
  )
const refresh = "workspace/diagnostic/refresh"

describe("sizes of data, in the server", () => {
  let folder: string
  let session: Session
  const uri = (name: string): string => fileUri(join(folder, name))
  const put = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const start = async (options: SessionOptions = {}): Promise<void> => {
    session = await Session.start({ folder: join(folder, "workspace"), ...options })
  }
  const said = async (): Promise<string> => {
    const hover = await session.hover(uri("workspace/jobs/etl.py"), 2, 1)
    return /^- rows: .*\n- bytes: .*$/m.exec((hover!.contents as { value: string }).value)![0]
  }
  const refreshes = (): number => session.client.requests.filter((one) => one.method === refresh).length
  const open = async (path: string): Promise<void> => {
    session.open(uri("workspace/jobs/etl.py"), job(path))
    await session.items(uri("workspace/jobs/etl.py"))
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sw-sizes-"))
    put("workspace/data/countries.csv", "id,name\n1,de\n")
    put("elsewhere/countries.csv", "id,name\n")
  })
  afterEach(async () => {
    assert.deepEqual(session.log(1), [])
    await session.client.stop()
    rmSync(folder, { recursive: true })
  })

  it("come after the first answer, by a request to ask again, from the workspace's folder", async () => {
    await start()
    await open("data/countries.csv")
    await session.client.until(() => refreshes() > 0, "a request to pull again")
    assert.match(
      await said(),
      /at most 13 rows — certain: 'data\/countries.csv' is 13 bytes on disk\n- bytes: 13 bytes/,
    )
  })

  it("outside of the workspace are looked up only once that is trusted", async () => {
    await start()
    await open(join(folder, "elsewhere/countries.csv"))
    await open("../elsewhere/countries.csv")
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(refreshes(), 0)
    assert.match(await said(), /bytes: not known/)
    session.client.notify("shufflewise/trusted")
    await session.client.until(() => refreshes() > 0, "a request to pull again")
    await session.items(uri("workspace/jobs/etl.py"))
    await session.client.until(() => refreshes() > 1, "a second request to pull again")
    assert.match(await said(), /'\.\.\/elsewhere\/countries.csv' is 8 bytes on disk/)
  })

  it("outside are looked up from the start where the client says that the workspace is trusted", async () => {
    await start({ initializationOptions: { trusted: true } })
    await open(join(folder, "elsewhere/countries.csv"))
    await session.client.until(() => refreshes() > 0, "a request to pull again")
    assert.match(await said(), /likely: .*elsewhere\/countries.csv' is 8 bytes on disk/)
  })

  it("of what is not on this machine stay unknown", async () => {
    await start({ initializationOptions: { trusted: true } })
    await open("s3://data/countries.csv")
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(refreshes(), 0)
    assert.match(await said(), /bytes: not known/)
  })
})
