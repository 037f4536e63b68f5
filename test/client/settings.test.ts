import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { chosenSettings, type InspectedSetting, isChosen, serverSettings } from "../../client/src/settings.ts"
import { editorKeys } from "../../server/src/protocol.ts"

const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
const declared = Object.keys(
  (manifest as { contributes: { configuration: { properties: object } } }).contributes.configuration.properties,
).map((name) => name.replace(/^shufflewise\./, ""))

describe("the settings that the server is told", () => {
  const chosen = (values: Record<string, unknown>, places: Record<string, InspectedSetting>) =>
    chosenSettings(
      (name) => values[name],
      (name) => places[name],
    )

  it("are those that somebody chose: a default must not undo what a configuration file says", () => {
    const values = { enable: true, profile: "default", ignore: ["joins"] }
    const places = { enable: {}, profile: {}, ignore: { workspaceFolderValue: ["joins"] } }
    assert.deepEqual(chosen(values, places), { ignore: ["joins"] })
  })

  it("count as chosen even where the choice is the default", () => {
    assert.deepEqual(chosen({ profile: "default" }, { profile: { globalValue: "default" } }), { profile: "default" })
    assert.deepEqual(chosen({ enable: false }, { enable: { workspaceValue: false } }), { enable: false })
  })

  it("are nested as the server reads them", () => {
    const values = { "spark.target": "4.0", "spark.min": "3.5" }
    const places = { "spark.target": { globalValue: "4.0" }, "spark.min": { workspaceValue: "3.5" } }
    assert.deepEqual(chosen(values, places), { spark: { target: "4.0", min: "3.5" } })
  })

  it("leave out what is set to null", () => {
    assert.equal(isChosen({ globalValue: null }), false)
    assert.equal(isChosen(undefined), false)
  })

  it("are, with the client's own, exactly those that package.json declares", () => {
    const own = declared.filter((name) => !(serverSettings as readonly string[]).includes(name))
    assert.deepEqual(declared.filter((name) => !own.includes(name)).sort(), [...serverSettings].sort())
    for (const name of own) assert.ok(editorKeys.has(name.split(".")[0] ?? ""), `${name} would reach the linter`)
  })
})
