import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { Ajv } from "ajv"
import { parse } from "smol-toml"
import packageJson from "../../../package.json" with { type: "json" }
import { rules } from "../../../rules/index.ts"
import { createConfigs, schemaFor } from "../../../server/src/config/index.ts"
import { configJsonSchema } from "../../../server/src/config/json-schema.ts"
import type { Spec } from "../../../server/src/config/schema.ts"
import { suppressionRules } from "../../../server/src/lint/index.ts"
import { editorKeys } from "../../../server/src/protocol.ts"

const all = [...rules, ...suppressionRules]
const schema = schemaFor(all)

/** A setting as package.json declares it, as far as it is compared. */
interface Setting {
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly properties?: Record<string, unknown>
  readonly additionalProperties?: { readonly properties?: Record<string, unknown>; readonly anyOf?: readonly Setting[] }
}

const settings = new Map(
  Object.entries(packageJson.contributes.configuration.properties as Record<string, Setting>).map(
    ([name, setting]) => [name.replace("shufflewise.", ""), setting] as const,
  ),
)

const camel = (key: string): string => key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The keys that an editor can set, `spark.target` for a key in the table `spark`. */
const editable = new Map<string, Spec>(
  Object.entries(schema.keys)
    .filter(([key]) => !["extends", "exclude", "overrides"].includes(key))
    .flatMap(([key, spec]) =>
      key === "spark" && spec.kind === "record"
        ? Object.entries(spec.keys).map(([inner, each]) => [`${key}.${inner}`, each] as const)
        : [[camel(key), spec] as const],
    ),
)

describe("the configuration and what speaks of it", () => {
  it("has the same keys in the editor's settings", () => {
    const ofTheLinter = [...settings.keys()].filter((name) => !editorKeys.has(name.split(".")[0]!))
    assert.deepEqual(ofTheLinter.sort(), [...editable.keys()].sort())
  })

  it("has the same choices, patterns and defaults there", () => {
    for (const [name, spec] of editable) {
      const setting = settings.get(name)!
      if (spec.kind === "choice") assert.deepEqual(setting.enum, Object.keys(spec.choices), name)
      if (spec.kind === "text" && spec.pattern) assert.equal(setting.pattern, `^${spec.pattern}$`, name)
      if (setting.default !== undefined && setting.default !== null)
        assert.deepEqual(setting.default, spec.default, name)
    }
  })

  it("has the same keys in the tables there", () => {
    const keysOf = (spec: Spec | undefined): string[] =>
      spec?.kind === "record"
        ? Object.keys(spec.keys).map(camel).sort()
        : keysOf(spec?.kind === "map" ? spec.of : undefined)
    const cluster = settings.get("cluster")!
    assert.deepEqual(Object.keys(cluster.properties ?? {}).sort(), keysOf(editable.get("cluster")))
    assert.deepEqual(cluster.required, ["executors", "cores"])
    const tables = settings.get("tables")!.additionalProperties?.properties ?? {}
    assert.deepEqual(Object.keys(tables).sort(), keysOf(editable.get("tables")))
    const severity = settings.get("rules")!.additionalProperties?.anyOf?.find((each) => each.enum)?.enum
    const ruleSpec = schema.keys.rules
    assert.ok(ruleSpec?.kind === "record")
    for (const spec of Object.values(ruleSpec.keys)) {
      assert.ok(spec.kind === "record" && spec.keys.severity?.kind === "choice")
      assert.deepEqual(severity, Object.keys(spec.keys.severity.choices))
    }
  })

  it("has every rule and every option", () => {
    const ruleSpec = schema.keys.rules
    assert.ok(ruleSpec?.kind === "record")
    assert.deepEqual(
      Object.keys(ruleSpec.keys),
      all.map((rule) => rule.name),
    )
    for (const rule of rules) {
      const spec: Spec | undefined = ruleSpec.keys[rule.name]
      assert.ok(spec?.kind === "record")
      assert.deepEqual(Object.keys(spec.keys), ["severity", ...Object.keys(rule.options ?? {})])
    }
  })

  it("has a JSON schema that takes what the linter takes, and refuses what it refuses", () => {
    const validate = new Ajv({ strict: false }).compile(configJsonSchema(all))
    const cases: [toml: string, ok: boolean][] = [
      ["", true],
      ['profile = "strict"\nselect = ["joins", "missing-cache"]\nexclude = ["a"]', true],
      ['extends = "a.toml"', true],
      ['extends = ["a.toml"]', true],
      ['[rules]\ncross-join = "off"\nmissing-broadcast = { severity = "error", maxBytes = "50MiB" }', true],
      ["[rules.missing-broadcast]\nmaxBytes = 1000", true],
      ['[[overrides]]\nfiles = "a/**"\nignore = ["driver"]', true],
      ['[cluster]\nexecutors = 3\ncores = 4\nmemory = "10g"', true],
      ["tables.orders.rows = 3\nconf.a = true\nconf.b = 3", true],
      ['spark.target = "4.0"', true],
      ['profile = "loud"', false],
      ["profil = 1", false],
      ['select = ["nothing"]', false],
      ['[rules]\nmissing-broadcast = "loud"', false],
      ['[rules.missing-broadcast]\nmaxBytes = "much"', false],
      ["[[overrides]]\nignore = []", false],
      ["[cluster]\nexecutors = 3", false],
      ['spark.target = "four"', false],
    ]
    for (const [toml, ok] of cases) {
      const configs = createConfigs({
        readFile: (path) => ({ "/shufflewise.toml": toml, "/a.toml": "" })[path],
        rules: all,
      })
      assert.equal(configs.forFile("/a.py").problems.length === 0, ok, `the linter: ${toml}`)
      assert.equal(validate(parse(toml)), ok, `the JSON schema: ${toml}`)
    }
  })

  it("is shown in its page by examples that are right", () => {
    const page = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8")
    const examples = [...page.matchAll(/```toml\n([\s\S]*?)```/g)].map((match) => match[1]!)
    assert.ok(examples.length > 5)
    for (const example of examples) {
      const name = example.includes("[tool.shufflewise]") ? "/pyproject.toml" : "/shufflewise.toml"
      // The file that the example extends need not be there.
      const readFile = (path: string) => (path === name ? example : path.startsWith("/shared") ? "" : undefined)
      assert.deepEqual(createConfigs({ readFile, rules: all }).forFile("/a.py").problems, [], example)
    }
  })
})
