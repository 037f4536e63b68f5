#!/usr/bin/env node
/** The command line. In a thread it is a worker of its own run. */
import { isMainThread } from "node:worker_threads"
import type { Rule } from "../../rules/api.ts"

async function loadRules(): Promise<readonly Rule[]> {
  return (await import("../../rules/index.ts")).rules
}

async function main(): Promise<void> {
  if (!isMainThread) {
    const { serveWorker } = await import("./cli/worker.ts")
    return serveWorker(await loadRules())
  }
  const [{ runCli }, { processIo }] = await Promise.all([import("./cli/main.ts"), import("./cli/io.ts")])
  // `shufflewise lint | head` closes our output early, which is nobody's mistake.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0)
    throw error
  })
  const args = process.argv.slice(2)
  process.exitCode = await runCli({ args, io: processIo(), entry: import.meta.filename, rules: loadRules })
}

void main()
