import assert from "node:assert/strict"
import { formatBytes, parseBytes } from "../../../server/src/config/bytes.ts"
import { didYouMean, nearest } from "../../../server/src/config/nearest.ts"
import { below, dirname, foldersAbove, resolve, toSlashes } from "../../../server/src/config/paths.ts"

describe("sizes", () => {
  it("reads numbers, decimal, binary and Spark's units", () => {
    const cases: [unknown, number | undefined][] = [
      [0, 0],
      [1024, 1024],
      ["10MB", 10_000_000],
      ["100MiB", 100 * 2 ** 20],
      ["1.5 GiB", 1.5 * 2 ** 30],
      ["10g", 10 * 2 ** 30],
      ["512m", 512 * 2 ** 20],
      ["77", 77],
      ["77b", 77],
      ["2TB", 2e12],
    ]
    for (const [written, bytes] of cases) assert.equal(parseBytes(written), bytes, String(written))
  })

  it("refuses what is no size", () => {
    for (const written of [-1, 1.5, "-3MB", "MB", "10 parsecs", "", "1e9", null, true, ["1"], "99999999PB"])
      assert.equal(parseBytes(written), undefined, String(written))
  })

  it("writes the largest exact binary unit", () => {
    assert.equal(formatBytes(100 * 2 ** 20), "100 MiB")
    assert.equal(formatBytes(1.5 * 2 ** 30), "1.5 GiB")
    assert.equal(formatBytes(1000), "1000 B")
    assert.equal(parseBytes(formatBytes(3 * 2 ** 40)), 3 * 2 ** 40)
  })
})

describe("the nearest word", () => {
  const words = ["missing-broadcast", "missing-cache", "cross-join", "group-by-key"]

  it("forgives slips, swapped letters, case and underscores", () => {
    assert.equal(nearest("mising-brodcast", words), "missing-broadcast")
    assert.equal(nearest("corss-join", words), "cross-join")
    assert.equal(nearest("Group_By_Key", words), "group-by-key")
  })

  it("takes a beginning that only one word has", () => {
    assert.equal(nearest("group", words), "group-by-key")
    assert.equal(nearest("missing", words), undefined)
  })

  it("offers nothing that is far", () => {
    assert.equal(nearest("E501", words), undefined)
    assert.equal(didYouMean("zebra", words), "")
    assert.equal(didYouMean("crossjoin", words), "; did you mean `cross-join`?")
  })
})

describe("paths as text", () => {
  it("climbs to the root on every kind of path", () => {
    assert.deepEqual([...foldersAbove("/a/b/c.py")], ["/a/b", "/a", "/"])
    assert.deepEqual([...foldersAbove("C:/a/c.py")], ["C:/a", "C:/"])
    assert.deepEqual([...foldersAbove("vscode-vfs://host/a/c.py")], ["vscode-vfs://host/a", "vscode-vfs://host/"])
    assert.deepEqual([...foldersAbove("c.py")], ["."])
    assert.equal(dirname("/c.py"), "/")
  })

  it("joins, with dots taken out", () => {
    assert.equal(resolve("/a/b", "../c/./d.toml"), "/a/c/d.toml")
    assert.equal(resolve("/", "d.toml"), "/d.toml")
    assert.equal(resolve("/a", "/x/y.toml"), "/x/y.toml")
    assert.equal(resolve("C:/a", "..\\b.toml"), "C:/b.toml")
    assert.equal(resolve("C:/a", "D:\\b.toml"), "D:/b.toml")
    assert.equal(resolve("/a", "../../../b"), "/b")
  })

  it("knows what is below what", () => {
    assert.equal(below("/a", "/a/b.py"), "b.py")
    assert.equal(below("/", "/a/b.py"), "a/b.py")
    assert.equal(below("/a", "/ab/c.py"), undefined)
    assert.equal(toSlashes("C:\\a\\b"), "C:/a/b")
    assert.equal(toSlashes("/a\\b"), "/a\\b")
  })
})
