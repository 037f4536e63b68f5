import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import { configDocs } from "../../../scripts/generate/config-docs.ts"
import { root } from "../../meta/sources.ts"
import { folderWith, job, lintJson, shufflewise } from "./shell.ts"

const page = readFileSync(path.join(root, "docs/cli.md"), "utf8")

describe("docs/cli.md", () => {
  it("and the docs of the configuration are what the program says of itself", async () => {
    for (const [file, text] of await configDocs.generate({ root, say: () => {} }))
      assert.equal(readFileSync(path.join(root, file), "utf8"), text, `${file}: run \`npm run generate\``)
  })

  it("shows the JSON that the program prints", async () => {
    const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as Record<string, unknown>
    const { report } = await lintJson([], { cwd: folderWith({ "job.py": job }) })
    assert.deepEqual(shape(example), shape(report as unknown as Record<string, unknown>))
  })

  it("names every command", async () => {
    const { err } = await shufflewise(["nothing"], { cwd: root })
    const commands = /the commands are: (.*)/.exec(err)![1]!.split(", ")
    for (const command of commands) assert.match(page, new RegExp(`shufflewise ${command}\\b`))
  })
})

/** The keys of an object and of the objects in it; of a list those of its first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : "list"
  if (typeof value !== "object" || value === null) return "value"
  return Object.fromEntries(
    Object.entries(value)
      // The page does not write every range out, and nothing has failed in the run.
      .filter(([key]) => key !== "range" && key !== "failures")
      .map(([key, inner]) => [key, shape(inner)]),
  )
}
