import assert from "node:assert/strict"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { cacheFolder } from "../../../server/src/cli/cache.ts"
import { folderWith, job, shufflewise } from "./shell.ts"

/** The cache's only file. */
function cacheFile(cwd: string): string {
  const folder = path.join(cwd, ".cache-of-test/shufflewise")
  const files = readdirSync(folder)
  assert.equal(files.length, 1)
  return path.join(folder, files[0]!)
}

/** Marks every message in the cache, so that one can tell where a result came from. */
function mark(cwd: string): void {
  const file = cacheFile(cwd)
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"message":"', '"message":"CACHED '))
}

async function isCached(cwd: string, ...args: string[]): Promise<boolean> {
  const { code, out } = await shufflewise(["lint", "--quiet", ...args], { cwd })
  assert.equal(code, 1)
  return out.includes("CACHED")
}

describe("the cache of results", () => {
  it("serves files that did not change", async () => {
    const cwd = folderWith({ "a.py": job })
    assert.equal(await isCached(cwd), false)
    mark(cwd)
    assert.equal(await isCached(cwd), true)
    assert.equal(await isCached(cwd, "--format", "json"), true)
    assert.equal(await isCached(cwd, "--no-cache"), false)
    assert.equal(await isCached(cwd), true, "--no-cache leaves it as it is")
  })

  it("forgets a file that changed, and what was found by another configuration", async () => {
    const cwd = folderWith({ "a.py": job })
    for (const change of [
      () => writeFileSync(path.join(cwd, "a.py"), `# new\n${job}`),
      () => writeFileSync(path.join(cwd, "shufflewise.toml"), "tables.t = { rows = 3 }\n"),
      () => writeFileSync(path.join(cwd, "shufflewise.toml"), 'conf.a = "b"\n'),
    ]) {
      await shufflewise(["lint"], { cwd })
      mark(cwd)
      change()
      assert.equal(await isCached(cwd), false)
    }
    await shufflewise(["lint"], { cwd })
    mark(cwd)
    assert.equal(await isCached(cwd, "--spark", "3.5"), false)
    assert.equal(await isCached(cwd, "--min-confidence", "certain"), false)
  })

  it("is passed over when it is damaged, of another program, or cannot be written", async () => {
    const cwd = folderWith({ "a.py": job })
    await shufflewise(["lint"], { cwd })
    const file = cacheFile(cwd)
    for (const content of ["", "{", "null", '{"build":"other","entries":{}}']) {
      writeFileSync(file, content)
      assert.equal(await isCached(cwd), false)
    }
    mark(cwd)
    assert.equal(await isCached(cwd), true, "and made anew")
    rmSync(file)
    mkdirSync(file)
    assert.equal(await isCached(cwd), false)
  })

  it("lies where each system has its caches", () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "/x" }, "linux"), path.join("/x", "shufflewise"))
    assert.match(cacheFolder({}, "linux"), /\.cache.shufflewise$/)
    assert.match(cacheFolder({ XDG_CACHE_HOME: "relative" }, "darwin"), /Library.Caches.shufflewise$/)
    assert.match(cacheFolder({ LOCALAPPDATA: "L" }, "win32"), /^L.shufflewise.Cache$/)
  })
})
