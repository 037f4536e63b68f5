import assert from "node:assert/strict"
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { build } from "../../../scripts/build.ts"
import { root } from "../../meta/sources.ts"
import { folderWith, job, temporaryFolder } from "./shell.ts"

/** npm as it comes with the Node that runs the tests, or the one on the PATH. */
function npm(args: readonly string[], cwd: string): string {
  const quiet = { npm_config_update_notifier: "false", npm_config_fund: "false", npm_config_audit: "false" }
  const env = { ...process.env, ...quiet }
  return execFileSync("npm", args, {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  })
}

/** A Node 20: this machine's, or npm's. */
function node20(): string {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const node = path.join(folder, process.platform === "win32" ? "node.exe" : "node")
    if (!existsSync(node)) continue
    const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" })
    if (stdout.startsWith("v20.")) return node
  }
  const folder = temporaryFolder()
  writeFileSync(path.join(folder, "package.json"), '{"private": true, "allowScripts": {"node": true}}')
  npm(["install", "node@20", "--no-save"], folder)
  return path.join(folder, "node_modules/node/bin/node")
}

/** The checkout as npm sees it, with a build of its own: the one in `dist/` belongs to whoever works there. */
async function checkoutToPack(): Promise<string> {
  const folder = temporaryFolder()
  const { files } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { files: string[] }
  for (const name of ["package.json", ...files.filter((file) => !file.startsWith("dist/"))])
    if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(folder, name), { recursive: true })
  await build({ outdir: path.join(folder, "dist") })
  return folder
}

describe("the package", () => {
  it("is installed from its tarball in an empty folder, and lints on Node 20", async () => {
    const packed = temporaryFolder()
    npm(["pack", "--pack-destination", packed, "--ignore-scripts"], await checkoutToPack())
    const tarballs = readdirSync(packed)
    assert.equal(tarballs.length, 1)
    const tarball = path.join(packed, tarballs[0]!)

    const home = temporaryFolder()
    npm(["install", tarball, "--prefix", home, "--offline", "--omit=dev"], home)
    const installed = readdirSync(path.join(home, "node_modules")).filter((name) => !name.startsWith("."))
    assert.deepEqual(installed, ["shufflewise"], "it needs no other package")
    const held = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n")
    // npm packs what `main` names, which is VS Code's entry, whatever `files` says.
    const allowed =
      /^package\/(package\.json|LICENSE|README\.md|CHANGELOG\.md|dist\/(cli|extension)\.cjs|dist\/[\w-]+\.wasm|dist\/rules\/[\w-]+\.md)$/
    assert.deepEqual(
      held.filter((name) => !allowed.test(name)),
      [],
    )

    const cwd = folderWith({ "job.py": job, "more/job.py": job })
    const cli = path.join(home, "node_modules/.bin/shufflewise")
    const node = node20()
    const run = (...args: string[]) => {
      const env = { ...process.env, XDG_CACHE_HOME: path.join(cwd, "cache"), NO_COLOR: "1" }
      return spawnSync(node, [cli, ...args], { cwd, env, encoding: "utf8" })
    }
    assert.match(run("--version").stdout, /^shufflewise \d+\.\d+\.\d+\n$/)
    for (const args of [[], ["--jobs", "2"]]) {
      const { status, stdout, stderr } = run("lint", "--format", "json", ...args)
      assert.equal(status, 1, stderr)
      const { findings } = JSON.parse(stdout) as { findings: { path: string; rule: string }[] }
      assert.deepEqual(
        findings.map((finding) => `${finding.path} ${finding.rule}`),
        ["job.py count-as-emptiness", "more/job.py count-as-emptiness"],
      )
    }
    assert.match(run("explain", "missing-broadcast").stdout, /Example\n\n {4}from pyspark/)
    assert.match(run("config", "check").stdout, /no configuration file/)
  }).timeout(180_000)
})
