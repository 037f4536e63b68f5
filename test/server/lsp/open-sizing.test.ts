import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { CodeAction, Range } from "vscode-languageserver"
import { fileUri, Session } from "./session.ts"

const uri = "file:///work/job.py"
const OPEN = "shufflewise.openSizingCalculator"
const calculator = { clientCommands: [OPEN] }

const TEXT = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = (
    SparkSession.builder.appName("totals")
    .config("spark.executor.cores", "1")
    .config("spark.executor.memory", "2g")
    .config("spark.executor.instances", "40")
    .config("spark.driver.memory", "8g")
    .getOrCreate()
)
orders = spark.range(5_000_000_000)
joined = orders.join(F.broadcast(spark.range(5_000_000_000)), "id")
`
const line = (text: string): Range => {
  const at = TEXT.split("\n").findIndex((each) => each.includes(text))
  return { start: { line: at, character: 0 }, end: { line: at, character: 0 } }
}

/** What the action would hand over; undefined where it isn't offered. */
function handedOver(actions: readonly CodeAction[]): Record<string, unknown> | undefined {
  const offered = actions.filter(({ command }) => command?.command === OPEN)
  assert.ok(offered.length <= 1, "it is offered once")
  assert.ok(offered.every(({ title, edit }) => title === "Open in Sizing Calculator…" && edit === undefined))
  return offered[0]?.command?.arguments?.[0] as Record<string, unknown> | undefined
}

async function opened(options: object, at = uri, folder?: string): Promise<Session> {
  const session = await Session.start({ initializationOptions: options, folder })
  session.open(at, TEXT)
  return session
}

function onLine(session: Session, range: Range, at = uri): Promise<CodeAction[]> {
  return session.client.request("textDocument/codeAction", {
    textDocument: { uri: at },
    range,
    context: { diagnostics: [] },
  })
}

describe("opening the calculator from code", () => {
  it("is offered with a finding about executors, filled with the settings around it", async () => {
    const session = await opened(calculator)
    const found = (await session.items(uri)).find(({ code }) => code === "executor-shape")
    assert.ok(found)
    const actions = await session.actions(uri, [found])
    const state = handedOver(actions)
    assert.equal(state?.executorCores, "1")
    assert.equal(state.executorMemory, "2g")
    assert.equal(state.driverMemory, "8g")
    assert.equal(state.spark, "4.3")
    assert.deepEqual(actions.find(({ command }) => command?.command === OPEN)?.diagnostics, [found])
    await session.client.stop()
  })

  it("brings along what a finding knows of the data", async () => {
    const session = await opened(calculator)
    const found = (await session.items(uri)).find(({ code }) => code === "broadcast-too-large")
    assert.ok(found)
    const state = handedOver(await session.actions(uri, [found]))
    assert.equal(state?.broadcast, "76294m")
    assert.equal(state.executorMemory, "2g")
    await session.client.stop()
  })

  it("is a light bulb on a line that sets something of executors, and on no other", async () => {
    const session = await opened(calculator)
    await session.items(uri)
    for (const text of ["spark.executor.memory", "spark.executor.cores", "spark.executor.instances"])
      assert.equal(handedOver(await onLine(session, line(text)))?.executorMemory, "2g", text)
    for (const text of ["appName", "spark.range", "spark.driver.memory"])
      assert.equal(handedOver(await onLine(session, line(text))), undefined, text)
    await session.client.stop()
  })

  it("is not offered to an editor that doesn't have it", async () => {
    const session = await opened({})
    const items = await session.items(uri)
    for (const item of items) assert.equal(handedOver(await session.actions(uri, [item])), undefined)
    assert.equal(handedOver(await onLine(session, line("spark.executor.memory"))), undefined)
    const commands = session.initialized.capabilities.executeCommandProvider?.commands
    assert.deepEqual(commands, ["shufflewise.explainRule"])
    await session.client.stop()
  })

  it("takes machines and manager from the team's configuration", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sizing-"))
    const cluster =
      'name = "prod"\nexecutors = 30\ncores = 5\nmanager = "yarn"\nnodes = 10\nnode-cores = 16\nnode-memory = "64g"'
    writeFileSync(join(folder, "shufflewise.toml"), `[cluster]\n${cluster}\n`)
    const at = fileUri(join(folder, "job.py"))
    const session = await opened(calculator, at, folder)
    await session.items(at)
    const state = handedOver(await onLine(session, line("spark.executor.memory"), at))
    assert.deepEqual(
      [state?.manager, state?.nodes, state?.cores, state?.memory, state?.executorCores],
      ["yarn", "10", "16", "64g", "1"],
    )
    await session.client.stop()
    rmSync(folder, { recursive: true })
  })
})
