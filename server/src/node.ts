/**
 * The language server on Node: `--node-ipc` (as VS Code starts it) or `--stdio` (everybody else, and the default).
 * Importing this module starts it.
 */

import { createConnection } from "vscode-languageserver/node"
import packageJson from "../../package.json" with { type: "json" }
import { startServer } from "./app.ts"
import { loadEngine } from "./workspace/load-engine.ts"
import { nodeHost, readGrammar } from "./workspace/node-host.ts"

const connection = process.argv.includes("--node-ipc")
  ? createConnection()
  : createConnection(process.stdin, process.stdout)

// A forgotten promise must not end the server: what it was for is lost, the rest goes on.
process.on("unhandledRejection", (reason) => connection.console.error(`unhandled: ${String(reason)}`))

startServer({ connection, host: nodeHost, version: packageJson.version, loadEngine: () => loadEngine(readGrammar()) })
