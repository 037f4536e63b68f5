import assert from "node:assert/strict"
import packageJson from "../../../package.json" with { type: "json" }
import { folderWith, job, lintJson, places, shufflewise } from "./shell.ts"

const clean = "from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate()\n"

describe("shufflewise lint", () => {
  it("prints one JSON object of the contract's shape", async () => {
    const cwd = folderWith({ "jobs/etl.py": job, "other.py": clean, "notes.txt": "not Python" })
    const { code, err, report } = await lintJson([], { cwd })
    assert.equal(code, 1, err)
    assert.equal(err, "")
    assert.deepEqual(Object.keys(report), ["schema", "version", "files", "seconds", "failures", "findings"])
    assert.equal(report.schema, 1)
    assert.equal(report.version, packageJson.version)
    assert.equal(report.files, 2)
    assert.ok(report.seconds >= 0 && report.seconds < 60)
    assert.deepEqual(report.failures, [])
    const [finding] = report.findings
    assert.deepEqual(Object.keys(finding!), [
      ...["path", "cell", "range", "rule", "family", "severity", "confidence", "message", "evidence", "fixes"],
    ])
    assert.deepEqual(
      { ...finding, message: "", evidence: [], fixes: [] },
      {
        path: "jobs/etl.py",
        cell: null,
        range: { start: { line: 3, column: 4 }, end: { line: 3, column: 35 } },
        rule: "count-as-emptiness",
        family: "driver",
        severity: "warning",
        confidence: "certain",
        message: "",
        evidence: [],
        fixes: [],
      },
    )
    const [fix] = finding!.fixes
    assert.equal(fix!.safety, "safe")
    assert.ok(fix!.edits.length > 0 && fix!.edits.every((edit) => edit.path === "jobs/etl.py"))
    assert.ok(finding!.evidence.every((each) => each.message.length > 0))
  })

  it("sorts by path, line and column, and prints the same bytes twice but for the seconds", async () => {
    const cwd = folderWith({ "b.py": `${job}${job}`, "a/z.py": job, "a.py": job, "a/é.py": job })
    const args = ["lint", "--format", "json", "--no-cache", "--jobs", "3"]
    const [first, second] = [await shufflewise(args, { cwd }), await shufflewise(args, { cwd })]
    const masked = (out: string): string => out.replace(/"seconds": [\d.]+/, "")
    assert.equal(masked(first.out), masked(second.out))
    assert.deepEqual(places(JSON.parse(first.out)), [
      "a.py:3:4 count-as-emptiness",
      "a/z.py:3:4 count-as-emptiness",
      "a/é.py:3:4 count-as-emptiness",
      "b.py:3:4 count-as-emptiness",
      "b.py:7:4 count-as-emptiness",
    ])
  })

  it("exits with 0, 1 or 2 as the contract says", async () => {
    const cwd = folderWith({
      "job.py": job,
      "clean.py": clean,
      "shufflewise.toml": "",
      "bad/shufflewise.toml": "profil = 1",
      "bad/clean.py": clean,
      "worse/shufflewise.toml": "profile = 1",
      "worse/clean.py": clean,
    })
    const code = async (...args: string[]): Promise<number | null> =>
      (await shufflewise(["lint", ...args], { cwd })).code
    assert.equal(await code("clean.py"), 0)
    assert.equal(await code("job.py"), 1)
    assert.equal(await code("job.py", "--fail-on", "error"), 0)
    assert.equal(await code("job.py", "--fail-on", "never"), 0)
    assert.equal(await code("job.py", "--fail-on", "information"), 1)
    assert.equal(await code("clean.py", "gone.py"), 2)
    assert.equal(await code("job.py", "gone.py", "--fail-on", "never"), 2)
    assert.equal(await code("bad/clean.py"), 0, "a key that is not known is a warning")
    assert.equal(await code("worse/clean.py"), 2, "a wrong value is an error")
  })

  it("lints and prints all other files where one fails", async () => {
    const cwd = folderWith({ "job.py": job, "bad.py": Buffer.from([0xff, 0xfe, 0x00]) })
    const { code, err, report } = await lintJson(["job.py", "gone.py", "bad.py"], { cwd })
    assert.equal(code, 2)
    assert.deepEqual(places(report), ["job.py:3:4 count-as-emptiness"])
    assert.deepEqual(
      report.failures.map((failure) => failure.path),
      ["bad.py", "gone.py"],
    )
    assert.match(err, /gone\.py: not linted: there is no such file or folder; check the path/)
  })

  it("reads standard input under the name it is given", async () => {
    const cwd = folderWith({ "shufflewise.toml": '[[overrides]]\nfiles = "quiet/*"\nignore = ["driver"]' })
    const lint = (name: string) => lintJson(["-", "--stdin-filename", name], { cwd, stdin: job })
    assert.deepEqual(places((await lint("src/job.py")).report), ["src/job.py:3:4 count-as-emptiness"])
    assert.deepEqual(places((await lint("quiet/job.py")).report), [])
    assert.deepEqual(places((await lint("tests/test_job.py")).report), [])
    const unnamed = await lintJson(["-"], { cwd, stdin: job })
    assert.deepEqual(places(unnamed.report), ["<stdin>:3:4 count-as-emptiness"])
  })

  it("takes its flags above the configuration", async () => {
    const cwd = folderWith({ "job.py": job, "shufflewise.toml": 'ignore = ["count-as-emptiness"]', "other.toml": "" })
    const rules = async (...args: string[]) => (await lintJson(["job.py", ...args], { cwd })).report.findings.length
    assert.equal(await rules(), 0)
    assert.equal(await rules("--config", "other.toml"), 1)
    assert.equal(await rules("--select", "count-as-emptiness,joins"), 1)
    assert.equal(await rules("--config", "other.toml", "--ignore", "driver"), 0)
    assert.equal(await rules("--config", "other.toml", "--select", "joins"), 0)
    assert.equal(await rules("--config", "other.toml", "--spark", "3.2"), 0, "isEmpty() is there from 3.3 on")
  })

  it("says in words what is wrong with a call", async () => {
    const cwd = folderWith({ "job.py": job })
    const cases: [args: string[], message: RegExp][] = [
      [["lint", "--formt", "json"], /unknown option --formt; did you mean `--format`\?/],
      [["lint", "--format"], /--format needs a value: --format FORMAT/],
      [["lint", "--format", "--quiet"], /--format needs a value/],
      [["lint", "--format", "jsn"], /--format: there is no `jsn`; did you mean `json`\?/],
      [["lint", "--fix=yes"], /--fix takes no value/],
      [["lint", "--jobs", "0"], /--jobs: `0` is no number from 1 to 9999/],
      [["lint", "--select", "count-as-emptines"], /did you mean "count-as-emptiness"\?/],
      [["lint", "--spark", "four"], /--spark: `four` is no version; write one such as 4\.\d/],
      [["lint", "--config", "gone.toml"], /--config: there is no file gone\.toml/],
      [["lint", "--unsafe-fixes"], /--unsafe-fixes needs --fix/],
      [["lint", "--fix", "-"], /--fix writes files, and standard input is none/],
      [["lint", "--write-baseline"], /--write-baseline needs --baseline FILE/],
      [["lint", "--stdin-filename", "a.py"], /--stdin-filename needs `-` as the path/],
      [
        ["lnt"],
        /there is no command `lnt`; did you mean `lint`\?\nthe commands are: lint, rules, explain, config, size, server/,
      ],
      [["job.py"], /did you mean `shufflewise lint job\.py`\?/],
      [["size"], /--cores is needed/],
      [["report"], /there is no command `report`\nthe commands are/],
      [["explain", "missing-brodcast"], /did you mean `missing-broadcast`\?/],
      [["explain"], /write the name of one rule/],
      [["config", "shw"], /shufflewise config show, check or init; did you mean `show`\?/],
    ]
    for (const [args, message] of cases) {
      const { code, out, err } = await shufflewise(args, { cwd })
      assert.equal(code, 2, args.join(" "))
      assert.equal(out, "", args.join(" "))
      assert.match(err, message)
    }
  })

  it("tells of problems in the configuration at their places, and goes on", async () => {
    const cwd = folderWith({
      "job.py": job,
      "pyproject.toml": '[tool.shufflewise]\nselect = ["driver"]\nprofil = "x"\n',
    })
    const { code, err, report } = await lintJson([], { cwd })
    assert.equal(code, 1)
    assert.equal(err, "pyproject.toml:3:1: warning: `profil` is no key of the configuration; did you mean `profile`?\n")
    assert.equal(report.findings.length, 1)
  })
})

describe("the other commands", () => {
  const cwd = folderWith({ "a.py": clean })

  it("tells version and help", async () => {
    assert.equal((await shufflewise(["--version"], { cwd })).out, `shufflewise ${packageJson.version}\n`)
    const help = await shufflewise(["--help"], { cwd })
    assert.equal(help.code, 0)
    for (const command of ["lint", "rules", "explain", "config", "server"])
      assert.match(help.out, new RegExp(`shufflewise ${command}`))
    const lint = await shufflewise(["lint", "--help"], { cwd })
    assert.match(lint.out, /--fail-on SEVERITY/)
    assert.equal((await shufflewise([], { cwd })).code, 2)
  })

  it("lists and explains rules", async () => {
    const table = await shufflewise(["rules"], { cwd })
    assert.match(table.out, /^joins$/m)
    assert.match(table.out, /^ {2}missing-broadcast +warning +safe +A join/m)
    const listed = JSON.parse((await shufflewise(["rules", "--format", "json"], { cwd })).out) as {
      rules: { name: string; options?: object }[]
    }
    const names = listed.rules.map((rule) => rule.name)
    assert.ok(names.includes("missing-broadcast") && names.includes("unused-suppression"))
    for (const name of names) {
      const { code, out } = await shufflewise(["explain", name], { cwd })
      assert.equal(code, 0)
      assert.ok(out.startsWith(`${name}\n\n`) && out.includes("Why it matters"), out)
    }
    const one = JSON.parse((await shufflewise(["explain", "cross-join", "--format", "json"], { cwd })).out) as {
      page: string
    }
    assert.match(one.page, /^# cross-join/)
  }).timeout(180_000)

  it("shows, checks and writes configurations", async () => {
    const folder = folderWith({ "sub/a.py": clean })
    const init = await shufflewise(["config", "init"], { cwd: folder })
    assert.deepEqual([init.code, init.err], [0, ""])
    assert.match((await shufflewise(["config", "init"], { cwd: folder })).err, /is there already; add --force/)
    const checked = await shufflewise(["config", "check"], { cwd: folder })
    assert.deepEqual([checked.code, checked.out], [0, "shufflewise.toml: no problem\n"])
    const shown = JSON.parse((await shufflewise(["config", "show", "sub/a.py"], { cwd: folder })).out) as Record<
      string,
      unknown
    >
    assert.deepEqual(shown.sources, ["shufflewise.toml"])
    assert.equal(shown.profile, "default")
  })

  it("fails a check that finds problems", async () => {
    const folder = folderWith({ "sub/shufflewise.toml": "ignore = ['cros-join']", "sub/a.py": clean })
    const { code, out, err } = await shufflewise(["config", "check"], { cwd: folder })
    assert.deepEqual([code, out], [2, ""])
    assert.match(err, /^sub\/shufflewise\.toml:1:11: error: .*did you mean "cross-join"\?/)
  })
})
