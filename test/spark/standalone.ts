/** A real Standalone cluster on loopback, out of the PySpark that pip installs. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { endGroup, startGroup } from "../../scripts/processes.ts"
import type { PythonEnv } from "../../scripts/python-env.ts"

export interface WorkerShape {
  readonly cores: number
  /** MiB that the worker books out. */
  readonly memory: number
  readonly gpus: number
}

export interface Standalone {
  /** `spark://127.0.0.1:41234` */
  readonly master: string
  stop(): Promise<void>
}

/** How long a daemon may take to say that it is up, milliseconds. */
const PATIENCE = 60_000

/** Starts a master and one worker, with as many pretended GPUs as are asked for; their addresses are all Spark looks at. */
export async function startStandalone(env: PythonEnv, folder: string, worker: WorkerShape): Promise<Standalone> {
  mkdirSync(folder, { recursive: true })
  const discovery = join(folder, "gpus.sh")
  const addresses = Array.from({ length: worker.gpus }, (_, i) => `"${i}"`).join(", ")
  writeFileSync(discovery, `#!/bin/sh\necho '{"name": "gpu", "addresses": [${addresses}]}'\n`)
  chmodSync(discovery, 0o755)
  const gpus =
    worker.gpus > 0
      ? `-Dspark.worker.resource.gpu.amount=${worker.gpus} -Dspark.worker.resource.gpu.discoveryScript=${discovery}`
      : ""
  const variables = {
    ...process.env,
    ...env.variables,
    SPARK_DAEMON_MEMORY: "256m",
    SPARK_WORKER_OPTS: gpus,
    // two masters on a host would want the same port for this
    SPARK_MASTER_OPTS: "-Dspark.master.rest.enabled=false",
    SPARK_NO_DAEMONIZE: "1",
  }
  const sparkClass = join(env.variables.SPARK_HOME!, "bin", "spark-class")
  const port = await freePort()
  const daemons: ChildProcess[] = []
  const start = (name: string, args: readonly string[], ready: RegExp): Promise<void> => {
    const child = startGroup(sparkClass, [`org.apache.spark.deploy.${name}`, ...args], {
      env: variables,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    })
    daemons.push(child)
    return said(child, ready, name)
  }
  const stop = async (): Promise<void> => {
    await Promise.all(daemons.map((child) => endGroup(child)))
  }
  const master = `spark://127.0.0.1:${port}`
  try {
    const host = ["--host", "127.0.0.1", "--webui-port", "0"]
    await start("master.Master", [...host, "--port", String(port)], /elected leader/)
    const size = ["--cores", String(worker.cores), "--memory", `${worker.memory}m`, "-d", join(folder, "work")]
    await start("worker.Worker", [...host, ...size, master], /Successfully registered with master/)
  } catch (error) {
    await stop()
    throw error
  }
  return { master, stop }
}

/** Resolves when a daemon's log says what is waited for. */
function said(child: ChildProcess, ready: RegExp, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const seen: string[] = []
    const fail = (why: string): void => reject(new Error(`${name} ${why}:\n${seen.slice(-20).join("\n")}`))
    const timer = setTimeout(() => fail("did not come up in time"), PATIENCE)
    child.once("exit", (code) => fail(`ended with ${code}`))
    createInterface({ input: child.stderr! }).on("line", (line) => {
      seen.push(line)
      if (!ready.test(line)) return
      clearTimeout(timer)
      resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port was given")
  return address.port
}

/** Runs a Python program to its end and gives what it wrote; its errors become the error's text. */
export async function runPython(env: PythonEnv, args: readonly string[], input: string): Promise<string> {
  const child = spawn(env.python, args, { env: { ...process.env, ...env.variables }, stdio: ["pipe", "pipe", "pipe"] })
  let output = ""
  let errors = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4000)
  })
  child.stdin.end(input)
  const [code] = (await once(child, "close")) as [number | null]
  if (code !== 0) throw new Error(`Python ended with ${code}:\n${errors}`)
  return output
}
