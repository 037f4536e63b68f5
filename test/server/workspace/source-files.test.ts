import assert from "node:assert/strict"
import { nodeHost } from "../../../server/src/workspace/node-host.ts"
import { OpenNotebook } from "../../../server/src/workspace/notebook.ts"
import { SourceFiles } from "../../../server/src/workspace/source-files.ts"

function notebook(source: string, output = ""): string {
  return JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", source, outputs: [output] }] })
}

describe("the workspace's files", () => {
  const disk: Record<string, string> = {
    "/w/a.py": "x = 1",
    "/w/n.ipynb": notebook("x = 2"),
    "/w/broken.ipynb": "{",
    "/w/large.ipynb": notebook("x = 3", "p".repeat(6 * 2 ** 20)),
  }
  const files = new SourceFiles({ ...nodeHost, readFile: (path) => disk[path] }, () => ["/w"])

  it("are of notebooks the text of their cells, unless they are broken or too large", () => {
    assert.equal(files.read("/w/a.py"), "x = 1")
    assert.match(files.read("/w/n.ipynb")!, /^# %% .*\nx = 2\n$/)
    for (const name of ["broken", "large", "none"]) assert.equal(files.read(`/w/${name}.ipynb`), undefined)
  })

  it("are what an editor has open before what the disk holds, and tell whether that differs", () => {
    const same = new OpenNotebook("file:///w/n.ipynb", [{ uri: "c", opened: { version: 1, text: "x = 2" } }])
    assert.equal(files.opened(same), undefined)
    same.update("c", [{ text: "x = 4" }], 2)
    assert.match(files.read("/w/n.ipynb")!, /x = 4/)
    assert.equal(files.closed(same), "/w/n.ipynb")
    assert.match(files.read("/w/n.ipynb")!, /x = 2/)
  })
})
