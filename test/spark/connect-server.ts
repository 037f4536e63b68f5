/** A real Spark Connect server on loopback, out of the PySpark that pip installs, and what its clients need. */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort } from "../../client/src/spark/job.ts"
import { cached, ROOT } from "../../scripts/cache.ts"
import { endGroup, startGroup } from "../../scripts/processes.ts"
import { runProgram } from "../../scripts/python-env/processes.ts"
import type { PythonEnv } from "../../scripts/python-env.ts"
import type { SparkVersion } from "./prover.ts"

/**
 * A folder with gRPC for an environment's PySpark, for PYTHONPATH; about 18 MB, fetched the first time. Apart from the
 * environment, which examples of rules run in without it.
 */
export async function connectPackages(env: PythonEnv, version: SparkVersion): Promise<string> {
  const pins = join(ROOT, "requirements", `connect-${version}.txt`)
  const hash = createHash("sha256").update(readFileSync(pins)).update(env.pythonVersion).digest("hex").slice(0, 12)
  const { folder } = await cached(`connect-${version}-${hash}`, async (target) => {
    const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", target, "-r", pins]
    const { code, stderr } = await runProgram(env.python, args, { timeout: 300_000 })
    if (code !== 0) throw new Error(`gRPC could not be installed: ${stderr}`)
  })
  return folder
}

export interface ConnectServer {
  /** `sc://127.0.0.1:41234` */
  readonly url: string
  stop(): Promise<void>
}

/** Starts a server; `env` must be of Spark 4, whose pip package brings it along. Resolves when it takes clients. */
export async function startConnectServer(
  env: PythonEnv,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<ConnectServer> {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const all = { ...settings, "spark.connect.grpc.binding.port": String(port) }
  const conf = Object.entries(all).flatMap(([key, value]) => ["--conf", `${key}=${value}`])
  const server = "org.apache.spark.sql.connect.service.SparkConnectServer"
  const child = startGroup(
    join(env.variables.SPARK_HOME!, "bin", "spark-submit"),
    ["--class", server, "--master", "local[2]", ...conf, "spark-internal"],
    { env: { ...process.env, ...env.variables }, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  )
  const log: string[] = []
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The server ${why}:\n${log.slice(-20).join("\n")}`))
    const timer = setTimeout(() => fail("did not come up in time"), 120_000)
    child.once("exit", (code) => fail(`ended with ${code}`))
    createInterface({ input: child.stderr! }).on("line", (line) => {
      log.push(line)
      if (!/Spark Connect server started/.test(line)) return
      clearTimeout(timer)
      resolve()
    })
  }).catch(async (error) => {
    await endGroup(child)
    throw error
  })
  return { url: `sc://127.0.0.1:${port}`, stop: () => endGroup(child, 15_000) }
}
