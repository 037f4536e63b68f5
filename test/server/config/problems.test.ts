import assert from "node:assert/strict"
import { configsOver, told } from "./fixture.ts"

/** What is wrong in one `shufflewise.toml`, as `text at the place: message`. */
function problemsIn(text: string): string[] {
  const files = { "/w/shufflewise.toml": text }
  return told(configsOver(files).forFile("/w/a.py").problems, files).map((line) =>
    line.slice("/w/shufflewise.toml: ".length),
  )
}

describe("problems in a configuration file", () => {
  it("names the nearest key, at the key", () => {
    assert.deepEqual(problemsIn('profil = "strict"'), [
      "profil: `profil` is no key of the configuration; did you mean `profile`?",
    ])
    assert.deepEqual(problemsIn("[cluster]\nexecutors = 1\ncores = 1\nspeed = 3"), [
      "speed: `speed` is no key of `cluster`; the keys here are `name`, `executors`, `cores`, `memory`, `task-cpus`, `manager`, `nodes`, `node-cores`, `node-memory`, `node-gpus`",
    ])
  })

  it("names the nearest rule, at the rule", () => {
    assert.deepEqual(problemsIn('select = ["joins", "mising-cache"]'), [
      '"mising-cache": `select`: "mising-cache" is no rule or family; did you mean "missing-cache"?',
    ])
    assert.deepEqual(problemsIn('[rules]\ncros-join = "off"'), [
      "cros-join: `cros-join` is no rule of `rules`; did you mean `cross-join`?",
    ])
    assert.deepEqual(problemsIn("[rules.missing-broadcast]\nmaxbyte = 1"), [
      "maxbyte: `maxbyte` is no key of `missing-broadcast`; did you mean `maxBytes`?",
    ])
  })

  it("says what a value may be, at the value", () => {
    const cases: [string, string][] = [
      ['profile = "strickt"', '"strickt": `profile`: "strickt" is no profile; did you mean "strict"?'],
      ['profile = "loud"', '"loud": `profile`: "loud" is no profile; it is one of `quiet`, `default`, `strict`'],
      ["enable = 1", "1: `enable` is true or false, not 1"],
      ["spark.target = 4.0", '4.0: `target` is a version in quotes such as "4.0", not 4'],
      ['exclude = "a"', '"a": `exclude` is a list in brackets, not "a"'],
      [
        "rules.cross-join = 3",
        "3: `cross-join`: 3 is no severity; it is one of `error`, `warning`, `information`, `off`",
      ],
      ['tables.t = "1GB"', '"1GB": `t` is a table of settings, not "1GB"'],
      ["tables.t.rows = -1", "-1: `rows` is at least 0, not -1"],
      ['tables.t.size = "big"', '"big": `size` is a size such as "100MiB", "10GB" or a number of bytes, not "big"'],
      ["rules.missing-broadcast.minRows = 1001", "1001: `minRows` is from 0 to 1000, not 1001"],
      ["rules.missing-broadcast.minRows = 1.5", "1.5: `minRows` is a whole number, not 1.5"],
      ["conf.a = [1]", "[1]: `a` is a text, a number, or true or false, not a list"],
      [
        "cluster = { executors = 1, cores = 1, memory = 8192 }",
        "8192: `memory` is at least 1048576 bytes, not 8192; a number without a unit counts bytes",
      ],
      ["[cluster]\ncores = 1", "cluster: `cluster` needs `executors`"],
      ["[[overrides]]\nprofile = 'quiet'", "overrides: `overrides` needs `files`"],
      ["overrides = [{ files = ['a'], exclude = ['b'] }]", "exclude: `exclude` is no key of `overrides`"],
      [
        'spark = { target = "3.5", min = "4.0" }',
        '"4.0": `min` 4.0 is above `target` 3.5; it is the lowest version that the code must run on',
      ],
    ]
    for (const [text, message] of cases) assert.deepEqual(problemsIn(text), [message], text)
  })

  it("keeps all that is right beside what is wrong", () => {
    const files = {
      "/w/shufflewise.toml":
        'profile = "loud"\nignore = ["cross-join", 3]\n[rules.missing-broadcast]\nmaxBytes = "?"\nminRows = 7',
    }
    const { config, problems } = configsOver(files).forFile("/w/a.py")
    assert.equal(problems.length, 3)
    assert.equal(config.profile, "default")
    assert.deepEqual(config.ignore, ["cross-join"])
    assert.deepEqual(config.rules.get("missing-broadcast")?.options, { minRows: 7 })
  })

  it("tells of malformed TOML at its line, and goes on with the defaults", () => {
    const files = { "/w/shufflewise.toml": '# first\nprofile = "strict"\nignore = [oops\r\nselect = []' }
    const { config, problems } = configsOver(files).forFile("/w/a.py")
    assert.equal(config.profile, "default")
    assert.equal(problems.length, 1)
    const { start, end, message } = problems[0]!
    assert.match(message, /^this is not valid TOML \(.+\); the default settings are in force until it is mended$/)
    assert.ok(
      start >= files["/w/shufflewise.toml"].indexOf("ignore") && end <= files["/w/shufflewise.toml"].indexOf("\r"),
    )
  })

  it("leaves a broken pyproject.toml of others alone, and reports one of ours", () => {
    assert.deepEqual(configsOver({ "/w/pyproject.toml": "[tool.black\n" }).forFile("/w/a.py").problems, [])
    assert.equal(configsOver({ "/w/pyproject.toml": "[tool.shufflewise\n" }).forFile("/w/a.py").problems.length, 1)
  })

  it("notices a table of nearly our name", () => {
    const files = { "/w/pyproject.toml": '[tool.shufflewize]\nprofile = "quiet"\n# shufflewise' }
    assert.deepEqual(told(configsOver(files).forFile("/w/a.py").problems, files), [
      "/w/pyproject.toml: shufflewize: [tool.shufflewize] is not read; did you mean [tool.shufflewise]?",
    ])
  })

  it("tells a missing file, a circle and an address of `extends` in words, at the path", () => {
    const files = {
      "/w/shufflewise.toml": 'extends = ["gone.toml", "b.toml", "https://example.org/x.toml"]\nprofile = "strict"',
      "/w/b.toml": 'extends = "c.toml"',
      "/w/c.toml": 'extends = ["shufflewise.toml"]\nignore = ["cross-join"]',
    }
    const { config, problems } = configsOver(files).forFile("/w/a.py")
    assert.deepEqual(told(problems, files), [
      '/w/c.toml: "shufflewise.toml": this file extends itself: shufflewise.toml → b.toml → c.toml → shufflewise.toml; take one of these `extends` out',
      '/w/shufflewise.toml: "gone.toml": cannot read `gone.toml`: there is no such file at /w/gone.toml',
      '/w/shufflewise.toml: "https://example.org/x.toml": `extends` takes the path of a file; an address is not fetched',
    ])
    assert.equal(config.profile, "strict")
    assert.deepEqual(config.ignore, ["cross-join"])
  })

  it("checks editor settings and flags too", () => {
    const layers = [{ source: "command line", values: { select: ["mising-cache"], profile: "loud" } }]
    assert.deepEqual(told(configsOver({}, { layers }).forFile("/w/a.py").problems, {}), [
      'command line: : `select`: "mising-cache" is no rule or family; did you mean "missing-cache"?',
      'command line: : `profile`: "loud" is no profile; it is one of `quiet`, `default`, `strict`',
    ])
  })

  it("takes any text without an exception", () => {
    for (const text of [
      "",
      "\uFEFFprofile = 'quiet'",
      "\0",
      "[[[",
      "a.b.c = 1",
      "__proto__ = 1",
      "extends = ''",
      "extends = '.'",
    ])
      assert.ok(configsOver({ "/w/shufflewise.toml": text }).forFile("/w/a.py").config, JSON.stringify(text))
  })
})
