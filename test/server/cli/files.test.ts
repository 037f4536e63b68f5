import assert from "node:assert/strict"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import path from "node:path"
import { folderWith, job, lintJson, places, shufflewise } from "./shell.ts"

/** The files below a folder in which the job's finding was seen. */
async function linted(cwd: string, ...args: string[]): Promise<string[]> {
  const { report } = await lintJson(args, { cwd })
  return report.findings.map((finding) => finding.path)
}

describe("which files are linted", () => {
  it("walks folders, without what git ignores, what holds no code of the user's, and what is excluded", async () => {
    const cwd = folderWith({
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/info/exclude": "local.py\n",
      ".gitignore": "build/\n*.gen.py\n!keep.gen.py\n/top.py\n",
      "a.py": job,
      "b.txt": job,
      "local.py": job,
      "top.py": job,
      "x.gen.py": job,
      "keep.gen.py": job,
      "build/c.py": job,
      ".venv/lib/d.py": job,
      "node_modules/e.py": job,
      "sub/top.py": job,
      "sub/.gitignore": "skip.py\n!x.gen.py\n",
      "sub/skip.py": job,
      "sub/x.gen.py": job,
      "old/f.py": job,
      "shufflewise.toml": 'exclude = ["old"]',
    })
    assert.deepEqual(await linted(cwd), ["a.py", "keep.gen.py", "sub/top.py", "sub/x.gen.py"])
    assert.deepEqual(await linted(path.join(cwd, "sub")), ["top.py", "x.gen.py"])
    assert.deepEqual(await linted(cwd, "sub", "top.py", "old/f.py", "b.txt"), [
      ...["b.txt", "old/f.py", "sub/top.py", "sub/x.gen.py", "top.py"],
    ])
  })

  it("takes a folder that is named though git ignores it, and says when it finds no file", async () => {
    const cwd = folderWith({ ".git/HEAD": "", ".gitignore": "build/", "build/lib/a.py": job, "src/b.txt": job })
    assert.deepEqual(await linted(cwd, "build/lib"), ["build/lib/a.py"])
    const { code, err } = await shufflewise(["lint"], { cwd })
    assert.deepEqual(
      [code, err],
      [0, "warning: there is no Python file or notebook here that is not ignored or excluded\n"],
    )
  })

  it("follows links inside the folder once, and none out of it", async () => {
    const cwd = folderWith({ "root/real/a.py": job, "outside/b.py": job, "root/c.py": job })
    symlinkSync("../real", path.join(cwd, "root/real/again"))
    symlinkSync("real", path.join(cwd, "root/alias"))
    symlinkSync("../outside", path.join(cwd, "root/out"))
    symlinkSync("../outside/b.py", path.join(cwd, "root/b.py"))
    symlinkSync("c.py", path.join(cwd, "root/d.py"))
    symlinkSync("loop.py", path.join(cwd, "root/loop.py"))
    symlinkSync("nowhere.py", path.join(cwd, "root/dangling.py"))
    assert.deepEqual(await linted(cwd, "root"), ["root/c.py", "root/real/a.py"])
    assert.deepEqual(await linted(cwd, "root/out"), ["root/out/b.py"])
    const { code, report } = await lintJson(["root/loop.py"], { cwd })
    assert.equal(code, 2)
    assert.match(report.failures[0]!.reason, /links lead in a circle/)
  })

  it("shows paths from where it runs, and whole ones above", async () => {
    const cwd = folderWith({ "here/a.py": job, "b.py": job })
    const { report } = await lintJson(["a.py", "../b.py"], { cwd: path.join(cwd, "here") })
    assert.deepEqual(
      report.findings.map((finding) => finding.path),
      [path.join(cwd, "b.py"), "a.py"],
    )
  })

  it("does not parse what cannot matter, and misses nothing by that", async () => {
    const cwd = folderWith({
      "plain.py": "def f(x):\n    return x.count() == 0\n",
      "kernel.py": "if spark.table('t').filter('a').count() == 0:\n    pass\n",
      "comment.py": "x = 1  # shufflewise: ignore[cros-join]\n",
    })
    const { report } = await lintJson(["--fail-on", "never"], { cwd })
    assert.equal(report.files, 3)
    assert.deepEqual(places(report), [
      "comment.py:1:30 unknown-rule-in-suppression",
      "kernel.py:1:4 count-as-emptiness",
    ])
  })
})

describe("files that are no ordinary code", () => {
  const failure = async (content: string | Buffer, name = "a.py"): Promise<string> => {
    const cwd = folderWith({ [name]: content, "job.py": job })
    const { code, report } = await lintJson([], { cwd })
    assert.equal(code, 2)
    assert.deepEqual(places(report), ["job.py:3:4 count-as-emptiness"])
    assert.equal(report.failures.length, 1)
    assert.equal(report.failures[0]!.path, name)
    return report.failures[0]!.reason
  }
  const finds = async (content: string | Buffer): Promise<string[]> => {
    const cwd = folderWith({ "a.py": content })
    const { code, err, report } = await lintJson([], { cwd })
    assert.deepEqual(report.failures, [])
    assert.ok(code === 0 || code === 1, err)
    return places(report).map((each) => each.replace("a.py:", ""))
  }

  it("says why bytes that are no text were not linted", async () => {
    assert.match(await failure(Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 256))), /binary file/)
    assert.match(await failure(`x = 1\ny = "\0"\n`), /NUL byte in line 2, which Python refuses; remove it/)
    assert.match(await failure(Buffer.from("\uFEFFx = 1", "utf16le")), /UTF-16.*save it as UTF-8/)
    assert.match(
      await failure(Buffer.from("x = 1\ny = 'caf\xe9'\n", "latin1")),
      /line 2 is not valid UTF-8; save the file as UTF-8/,
    )
    assert.match(await failure("# -*- coding: klingon -*-\nspark"), /encoded as klingon, which is not supported/)
    assert.match(
      await failure(`spark = '${"x".repeat(5.1 * 2 ** 20)}'`),
      /5\.1 MiB, and files over 5 MiB are not linted/,
    )
  })

  it("reads declared encodings, byte order marks and every kind of line break", async () => {
    const accented = job.replace("'none'", "'café'")
    assert.deepEqual(await finds(Buffer.from(`# coding: latin-1\n${accented}`, "latin1")), ["4:4 count-as-emptiness"])
    assert.deepEqual(await finds(`\uFEFF${job}`), ["3:4 count-as-emptiness"])
    assert.deepEqual(await finds(job.replaceAll("\n", "\r\n")), ["3:4 count-as-emptiness"])
    assert.deepEqual(await finds(job.replace("df.filter", "'🚀é', df.filter")), ["3:11 count-as-emptiness"])
    assert.deepEqual(await finds(job.replaceAll("    ", "\t")), ["3:4 count-as-emptiness"])
  })

  it("copes with empty, broken, deep, long and old code", async () => {
    const below = (code: string, lines: number): [string, string[]] => [
      `${code}\n${job}`,
      [`${lines + 3}:4 count-as-emptiness`],
    ]
    assert.deepEqual(await finds(""), [])
    assert.deepEqual(await finds("\n\n\n"), [])
    const cases = [
      below("print 'python 2', spark", 1),
      below("try:\n    pass\nexcept E, e:\n    raise E, 'x'", 4),
      below(`x = ${"(".repeat(2000)}1${")".repeat(2000)}`, 1),
      below(`x = "${"y".repeat(2 ** 20)}"`, 1),
    ]
    for (const [code, expected] of cases) assert.deepEqual(await finds(code), expected, code.slice(0, 40))
    const conflict = `<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n${job}`
    assert.ok((await finds(conflict)).every((each) => each.endsWith("count-as-emptiness")))
    assert.ok(Array.isArray(await finds(`${job}df.count((`)))
  })

  it("lints 200,000 lines and 5 MB", async () => {
    const lines = `${job}${"x = spark\n".repeat(199_990)}`
    assert.deepEqual(await finds(lines), ["3:4 count-as-emptiness"])
    const long = `${job}${`# ${"spark ".repeat(20)}\n`.repeat(42_000)}`
    assert.ok(long.length > 5_000_000 && long.length < 5 * 2 ** 20)
    assert.deepEqual(await finds(long), ["3:4 count-as-emptiness"])
  }).timeout(60_000)

  it("says that a file or folder may not be read", async () => {
    const root = process.getuid?.() === 0
    // The superuser may read everything, so the test runs the program as somebody else.
    const uid = root ? 65534 : undefined
    const cwd = folderWith({ "a.py": job, "secret.py": job, "closed/b.py": job })
    mkdirSync(path.join(cwd, ".cache-of-test"), { mode: 0o777 })
    chmodSync(path.join(cwd, "secret.py"), 0o000)
    chmodSync(path.join(cwd, "closed"), 0o000)
    chmodSync(cwd, 0o755)
    try {
      const { code, report } = await lintJson([], { cwd, uid })
      assert.equal(code, 2)
      assert.deepEqual(places(report), ["a.py:3:4 count-as-emptiness"])
      assert.deepEqual(report.failures, [
        { path: "closed", reason: "it cannot be read: permission is denied; check its permissions" },
        { path: "secret.py", reason: "it cannot be read: permission is denied; check its permissions" },
      ])
    } finally {
      chmodSync(path.join(cwd, "closed"), 0o755)
    }
  })

  it("lints a folder whose name ends in .py, and many files named twice once", async () => {
    const cwd = folderWith({ "odd.py/a.py": job, "b.py": job })
    assert.deepEqual(await linted(cwd, ".", "b.py", "odd.py"), ["b.py", "odd.py/a.py"])
    writeFileSync(path.join(cwd, "c d.py"), job)
    const { out } = await shufflewise(["lint", "--quiet", "c d.py"], { cwd })
    assert.match(out, /^c d\.py:3:4: warning: .* \[count-as-emptiness\]\n$/)
  })
})
