import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import path from "node:path"
import { parseDiff } from "../../../server/src/cli/diff.ts"
import { folderWith, job, lintJson, places, shufflewise } from "./shell.ts"

function git(cwd: string, ...args: string[]): void {
  const who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
  execFileSync("git", [...who, ...args], { cwd, stdio: "ignore" })
}

/** A repository on branch `main` with these files committed. */
function repositoryWith(files: Readonly<Record<string, string>>): string {
  const cwd = folderWith({ ...files, ".gitignore": ".cache-of-test\n" })
  git(cwd, "init", "--initial-branch=main")
  git(cwd, "add", ".")
  git(cwd, "commit", "--message=first")
  return cwd
}

const check = "if df.filter('y').count() == 0:\n    raise ValueError\n"

describe("shufflewise lint --diff", () => {
  it("tells only of changed lines and new files", async () => {
    const cwd = repositoryWith({ "job.py": job, "same.py": job, 'sub/é "x".py': job })
    writeFileSync(path.join(cwd, "job.py"), `${job}${check}`)
    writeFileSync(path.join(cwd, 'sub/é "x".py'), `# new first line\n${job}${check}`)
    writeFileSync(path.join(cwd, "new.py"), job)
    const { code, report } = await lintJson(["--diff", "main"], { cwd })
    assert.equal(code, 1)
    assert.deepEqual(places(report), [
      "job.py:5:4 count-as-emptiness",
      "new.py:3:4 count-as-emptiness",
      'sub/é "x".py:6:4 count-as-emptiness',
    ])
    assert.equal(report.files, 3)
    const below = await lintJson(["--diff", "main"], { cwd: path.join(cwd, "sub") })
    assert.deepEqual(places(below.report), ['é "x".py:6:4 count-as-emptiness'])
  })

  it("counts from where the branch parted, whatever happened on the base since", async () => {
    const cwd = repositoryWith({ "job.py": job, "other.py": job })
    git(cwd, "checkout", "-b", "topic")
    writeFileSync(path.join(cwd, "job.py"), `${job}${check}`)
    git(cwd, "commit", "--all", "--message=topic")
    git(cwd, "checkout", "main")
    writeFileSync(path.join(cwd, "other.py"), "x = 1\n")
    git(cwd, "commit", "--all", "--message=main")
    git(cwd, "checkout", "topic")
    const { report } = await lintJson(["--diff", "main"], { cwd })
    assert.deepEqual(places(report), ["job.py:5:4 count-as-emptiness"])
  })

  it("tells of a moved file only where it changed", async () => {
    const cwd = repositoryWith({ "old.py": `${job}${"x = spark\n".repeat(30)}` })
    renameSync(path.join(cwd, "old.py"), path.join(cwd, "moved.py"))
    git(cwd, "add", "--all")
    assert.deepEqual(places((await lintJson(["--diff", "main"], { cwd })).report), [])
  })

  it("is not led astray by the user's settings of git, nor by a base that looks like an option", async () => {
    const cwd = repositoryWith({ "job.py": job })
    git(cwd, "config", "diff.noprefix", "true")
    git(cwd, "config", "color.diff", "always")
    writeFileSync(path.join(cwd, "job.py"), `${job}${check}`)
    assert.deepEqual(places((await lintJson(["--diff", "HEAD"], { cwd })).report), ["job.py:5:4 count-as-emptiness"])
    const { code, err } = await shufflewise(["lint", "--diff=--output=stolen"], { cwd })
    assert.equal(code, 2)
    assert.match(err, /git knows no commit, branch or tag `--output=stolen`/)
  })

  it("says what is missing outside of a repository", async () => {
    const { code, err } = await shufflewise(["lint", "--diff", "main"], { cwd: folderWith({ "job.py": job }) })
    assert.equal(code, 2)
    assert.match(err, /--diff: git says: fatal: not a git repository/)
  })

  it("reads diffs whose content looks like a diff", () => {
    const diff = [
      "diff --git a/x.py b/x.py",
      "--- a/x.py",
      "+++ b/x.py",
      "@@ -1,2 +1,2 @@",
      "--- a/fake.py",
      "-@@ -9 +9 @@",
      "+++ b/fake.py",
      "+@@ -7 +7 @@",
      "@@ -10 +10,0 @@ def f():",
      "-gone",
      "@@ -20,0 +20 @@",
      "+new",
      "\\ No newline at end of file",
      "diff --git a/gone.py b/gone.py",
      "--- a/gone.py",
      "+++ /dev/null",
      "@@ -1 +0,0 @@",
      "-x",
    ].join("\n")
    assert.deepEqual(
      [...parseDiff(diff)],
      [
        [
          "x.py",
          [
            [1, 2],
            [20, 20],
          ],
        ],
      ],
    )
  })
})

describe("shufflewise lint --baseline", () => {
  it("leaves out what it knows, moved or not, and tells of what is new", async () => {
    const cwd = folderWith({ "jobs/a.py": job, "b.py": `${job}${check}` })
    const made = await shufflewise(["lint", "--baseline", "known.json", "--write-baseline"], { cwd })
    assert.deepEqual([made.code, made.err], [0, ""])
    const known = JSON.parse(readFileSync(path.join(cwd, "known.json"), "utf8")) as { files: object }
    assert.deepEqual(Object.keys(known.files), ["b.py", "jobs/a.py"])
    const again = await shufflewise(["lint", "--baseline", "known.json"], { cwd })
    assert.equal(again.code, 0)
    assert.match(again.out, /nothing found; 3 known from the baseline/)

    writeFileSync(path.join(cwd, "jobs/a.py"), `# moved\n\n${job}${check}`)
    const { code, report } = await lintJson(["--baseline", "known.json"], { cwd })
    assert.equal(code, 1)
    assert.deepEqual(places(report), ["jobs/a.py:7:4 count-as-emptiness"])
    const elsewhere = await lintJson(["--baseline", "../known.json"], { cwd: path.join(cwd, "jobs") })
    assert.deepEqual(places(elsewhere.report), ["a.py:7:4 count-as-emptiness"])
  })

  it("knows as many as there were", async () => {
    const cwd = folderWith({ "b.py": `${job}${check}` })
    await shufflewise(["lint", "--baseline", "known.json", "--write-baseline"], { cwd })
    writeFileSync(path.join(cwd, "b.py"), `${job}${check}${check}`)
    assert.equal((await lintJson(["--baseline", "known.json"], { cwd })).report.findings.length, 1)
  })

  it("says what is wrong with its file", async () => {
    const cwd = folderWith({ "a.py": job, "bad.json": "{}" })
    assert.match(
      (await shufflewise(["lint", "--baseline", "gone.json"], { cwd })).err,
      /add --write-baseline to make it/,
    )
    assert.match(
      (await shufflewise(["lint", "--baseline", "bad.json"], { cwd })).err,
      /is not a baseline of Shufflewise/,
    )
  })
})
