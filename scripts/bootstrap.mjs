/**
 * The first step of `npm start` and `npm test`. Runs on the machine's own Node (20 or newer), with no package installed
 * yet: installs the Node packages where they are missing or stale, then runs the real script on the pinned Node.
 *
 * Usage: node scripts/bootstrap.mjs start|test [argument…]
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const MINIMUM_NODE = 20
const WINDOWS = process.platform === "win32"

/** @param {string} message what is wrong and what to do @returns {never} */
function fail(message) {
  console.error(`\nshufflewise: ${message}`)
  process.exit(1)
}

/** @param {string} path of a JSON file, from the checkout's root @returns {any} its value, or undefined when it can't be read */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), "utf8"))
  } catch {
    return undefined
  }
}

/**
 * Compares what package-lock.json asks for with what npm says it installed.
 * @returns {string | undefined} why the packages have to be installed, or undefined when they are up to date
 */
function whyInstall() {
  const wanted = readJson("package-lock.json")
  if (!wanted) fail("package-lock.json is missing or broken. Check the clone: git checkout package-lock.json")
  const installed = readJson("node_modules/.package-lock.json")
  if (!installed) return "not installed yet"
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === "") continue
    const present = installed.packages[path]
    // Optional packages are those of other platforms, which npm leaves out.
    if (present ? present.version !== entry.version : !entry.optional) {
      return `${path.replace(/^.*node_modules\//, "")} is not at ${entry.version}`
    }
  }
  return undefined
}

function install() {
  const reason = whyInstall()
  if (!reason) return
  const count = Object.keys(readJson("package-lock.json").packages).length - 1
  console.log(`Node packages: ${reason}; installing (about ${count} packages, 450 MB on disk) …`)
  const began = Date.now()
  // npm tells its own place to the scripts it runs; without it (plain `node scripts/bootstrap.mjs`), npm is on the PATH.
  const cli = process.env.npm_execpath
  const usable = cli !== undefined && /npm-cli\.c?js$/.test(cli) && existsSync(cli)
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"]
  const run = usable
    ? spawnSync(process.execPath, [cli, ...args], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] })
    : spawnSync(WINDOWS ? "npm.cmd" : "npm", args, {
        cwd: ROOT,
        stdio: ["ignore", "inherit", "inherit"],
        shell: WINDOWS,
      })
  if (run.error)
    fail(`npm could not be started (${run.error.message}). Install npm, which comes with Node, and try again.`)
  if (run.signal) process.exit(128 + constants.signals[run.signal])
  if (run.status !== 0) {
    fail(
      "the Node packages could not be installed; npm's own message is above.\n" +
        "If it speaks of the network, check the connection and, behind a proxy, `npm config get registry` and `npm config get proxy`; then run the command again.",
    )
  }
  console.log(`Node packages: installed in ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

/** @returns {string} path of the pinned Node */
function pinnedNode() {
  const node = join(ROOT, "node_modules", "node", "bin", WINDOWS ? "node.exe" : "node")
  if (existsSync(node) && spawnSync(node, ["--version"]).status === 0) return node
  return fail(
    `the pinned Node (${node}) is missing or does not run: the install script of the package 'node' did not do its work.\n` +
      "If install scripts are switched off (`npm config get ignore-scripts`), run: npm rebuild node --ignore-scripts=false",
  )
}

const [name, ...args] = process.argv.slice(2)
if (name !== "start" && name !== "test") fail("usage: node scripts/bootstrap.mjs start|test [argument…]")
if (Number.parseInt(process.versions.node, 10) < MINIMUM_NODE) {
  fail(
    `Node ${MINIMUM_NODE} or newer is needed to start, and this is ${process.version}. Install a newer one and try again.`,
  )
}
install()

// Everything that follows, npm's and mocha's `#!/usr/bin/env node` included, finds the pinned Node first.
process.env.PATH = [join(ROOT, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter)
const child = spawn(pinnedNode(), [join(ROOT, "scripts", `${name}.ts`), ...args], {
  cwd: ROOT,
  stdio: "inherit",
})
// A terminal's Ctrl-C reaches the child by itself, and it ends its own children: wait for that. Other signals are passed on.
process.on("SIGINT", () => {})
for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal))
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
