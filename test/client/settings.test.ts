import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { chosenSettings, type InspectedSetting, isChosen, serverSettings } from "../../client/src/settings.ts"
import { editorKeys } from "../../server/src/protocol.ts"

const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
const declared = Object.keys(
  (manifest as { contributes: { configuration: { properties: object } } }).contributes.configuration.properties,
)

describe("the settings that the server is told", () => {
  const chosen = (values: Record<string, unknown>, places: Record<string, InspectedSetting>) =>
    chosenSettings(
      Object.keys(places),
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

  it("are all that package.json declares but the client's own, which the linter would not know", () => {
    const told = serverSettings(declared)
    const own = declared.filter((name) => !told.includes(name.replace("shufflewise.", "")))
    assert.deepEqual(own.sort(), [
      "shufflewise.java.home",
      "shufflewise.python.path",
      "shufflewise.run.callSites",
      "shufflewise.run.eventLog",
      "shufflewise.trace.server",
    ])
    for (const name of own) assert.ok(editorKeys.has(name.split(".")[1] ?? ""), `${name} is taken for the linter's`)
    for (const name of ["spark.target", "configFile", "codeLens"]) assert.ok(told.includes(name), name)
  })
})
