import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { LANGUAGE_VERSION, Language, MIN_COMPATIBLE_VERSION } from "web-tree-sitter"
import { pythonFile, runtimeFile } from "../../../grammars/load.ts"
import lock from "../../../grammars/lock.json" with { type: "json" }
import { pathOf, readGrammar } from "../../../grammars/node.ts"
import { build } from "../../../scripts/build.ts"
import { Engine } from "../../../server/src/syntax/engine.ts"
import { FlatTree } from "../../../server/src/syntax/flat.ts"
import { createSyntax } from "../../../server/src/syntax/index.ts"
import { showModule } from "./show.ts"

const require = createRequire(import.meta.url)

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex")
}

describe("the locked grammar", () => {
  for (const file of [runtimeFile, pythonFile]) {
    it(`has the bytes of ${file.package} ${file.version} that are installed`, () => {
      const path = pathOf(file)
      assert.equal(sha256(path), file.sha256)
      const { version } = JSON.parse(readFileSync(join(dirname(path), "package.json"), "utf8"))
      assert.equal(version, file.version)
    })
  }

  it("is shipped as it is, and parses from there", async () => {
    const outdir = mkdtempSync(join(tmpdir(), "shufflewise-grammar-"))
    try {
      await build({ outdir, only: [] })
      for (const { file, sha256: expected } of [runtimeFile, pythonFile])
        assert.equal(sha256(join(outdir, file)), expected)
      const bytes = (file: string) => new Uint8Array(readFileSync(join(outdir, file)))
      const syntax = await createSyntax({ runtime: bytes(runtimeFile.file), python: bytes(pythonFile.file) })
      assert.equal(showModule(syntax.parse("df = spark.table('t')")), 'df = spark.table("t")')
    } finally {
      rmSync(outdir, { recursive: true })
    }
  })

  it("has the ABI that the lock says, and the runtime takes it", async () => {
    // The runtime is one for the process, and this starts it.
    await Engine.load(await readGrammar())
    const language = await Language.load(new Uint8Array(readFileSync(pathOf(pythonFile))))
    assert.equal(language.abiVersion, lock.python.abi)
    assert.deepEqual({ min: MIN_COMPATIBLE_VERSION, max: LANGUAGE_VERSION }, lock.runtime.abi)
    assert.equal(language.name, "python")
  })

  it("is the grammar that package.json asks for, exactly", () => {
    const { devDependencies } = require("../../../package.json") as { devDependencies: Record<string, string> }
    assert.equal(devDependencies[runtimeFile.package], runtimeFile.version)
    assert.equal(devDependencies[pythonFile.package], pythonFile.version)
  })

  it("is refused with a reason when it is another grammar", async () => {
    const runtime = (await readGrammar()).runtime
    await assert.rejects(createSyntax({ runtime, python: new Uint8Array([0, 1, 2, 3]) }), /./)
  })
})

describe("reading trees from the runtime's memory", () => {
  it("is what the engine does with the locked runtime", async () => {
    assert.equal((await Engine.load(await readGrammar())).readsMemory, true)
  })

  it("gives what the public cursor gives, for trees with errors and long tokens too", async () => {
    const engine = await Engine.load(await readGrammar())
    const sources = [
      "",
      "x",
      "def f(:\n  x = [1, 2\n  y = 3\nclass",
      `x = '${"long ".repeat(200)}'\n\n\n${"\n".repeat(300)}y = ${"(".repeat(50)}1${")".repeat(50)}`,
      "match x:\n  case [a, *_] | {'k': b, **c} if d: pass\n",
      "print >>f, x; exec 'y' in z\nexcept E, e: pass\n`a`",
      'f\'{x!r:>{w}} {{}}\' rb\'\\x00\' """a\nb"""',
      `a${".b(c)".repeat(500)}`,
      "é😀 = 'ü' # 😀\nz",
    ]
    for (const source of sources) {
      const tree = engine.parse(source, null)!
      const fast = new FlatTree()
      const slow = new FlatTree()
      engine.read(tree, fast)
      engine.readByCursor(tree, slow)
      tree.delete()
      assert.ok(fast.equals(slow), JSON.stringify(source.slice(0, 60)))
      assert.ok(source === "" || fast.length > 1)
    }
  })
})
