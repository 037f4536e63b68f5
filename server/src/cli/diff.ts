import { execFileSync } from "node:child_process"
import path from "node:path"
import type { ReportedFinding } from "./report.ts"
import { UsageError } from "./usage.ts"

/** Line numbers from 1, both included. */
type LineSpan = readonly [first: number, last: number]

/** The same output whatever the user's settings of git are. */
const diffCommand = [
  ...["-c", "core.quotePath=false", "diff", "--unified=0", "--no-color", "--no-ext-diff", "--find-renames"],
  ...["--src-prefix=a/", "--dst-prefix=b/"],
]

/** What changed against a base of git, by absolute path. */
export interface Changes {
  /** Files of which something changed or that are new; all that need to be linted. */
  has(file: string): boolean
  /** Whether a finding stands on a changed line of its file. */
  touches(file: string, finding: ReportedFinding): boolean
}

/**
 * Asks git what changed in the folder's repository since it parted from `base`, in the work tree, untracked files
 * included. Throws a `UsageError` when this is no repository or git does not know the base.
 */
export function changesSince(base: string, folder: string): Changes {
  const git = (...args: string[]): string => runGit(args, folder)
  // Relative, since git would answer with links resolved and our paths keep them.
  const top = path.resolve(folder, git("rev-parse", "--show-cdup").trimEnd())
  const commit = commitOf(base, git)
  const parted = forkPoint(commit, git)
  const diff = git(...diffCommand, parted, "--")
  const changed = new Map([...parseDiff(diff)].map(([name, spans]) => [path.join(top, name), spans]))
  const fresh = git("-C", top, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
  for (const name of fresh) if (name !== "") changed.set(path.join(top, name), [[1, Infinity]])
  return {
    has: (file) => changed.has(file),
    touches(file, { range, cell }) {
      const spans = changed.get(file)
      if (spans === undefined) return false
      // A notebook's lines are those of its cells, git's are those of its JSON: it counts as changed as a whole.
      if (cell !== null) return true
      return spans.some(([first, last]) => range.start.line <= last && range.end.line >= first)
    },
  }
}

/** The lines that a unified diff without context adds or changes, by the new name of the file. */
export function parseDiff(diff: string): Map<string, LineSpan[]> {
  const files = new Map<string, LineSpan[]>()
  let spans: LineSpan[] = []
  // Lines of content that are still to come: they may look like anything.
  let content = 0
  for (const line of diff.split("\n")) {
    if (content > 0 && /^[-+]/.test(line)) {
      content--
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (hunk !== null) {
      const first = Number(hunk[2])
      const count = Number(hunk[3] ?? 1)
      content = Number(hunk[1] ?? 1) + count
      if (count > 0) spans.push([first, first + count - 1])
    } else if (line.startsWith("+++ ")) {
      spans = []
      const name = unquote(line.slice(4).replace(/\t$/, ""))
      if (name !== "/dev/null") files.set(name.slice(2), spans)
    }
  }
  return files
}

/** Git quotes names with odd characters as C does. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name
  const plain: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" }
  return name
    .slice(1, -1)
    .replace(/(?:\\[0-7]{3})+/g, (octets) =>
      Buffer.from(
        octets
          .split("\\")
          .slice(1)
          .map((octet) => Number.parseInt(octet, 8)),
      ).toString("utf8"),
    )
    .replace(/\\(.)/g, (_, char: string) => plain[char] ?? char)
}

function commitOf(base: string, git: (...args: string[]) => string): string {
  try {
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`).trim()
  } catch {
    throw new UsageError(`--diff: git knows no commit, branch or tag \`${base}\``)
  }
}

/** Where this branch left the base's, so that what others did since does not count; the base itself in a shallow clone. */
function forkPoint(commit: string, git: (...args: string[]) => string): string {
  try {
    return git("merge-base", commit, "HEAD").trim()
  } catch {
    return commit
  }
}

function runGit(args: readonly string[], folder: string): string {
  try {
    return execFileSync("git", args, {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "pipe"],
    })
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === "ENOENT") throw new UsageError("--diff needs git, which is not on the PATH")
    throw new UsageError(
      `--diff: git says: ${
        String(stderr ?? "")
          .trim()
          .split("\n")[0]
      }`,
    )
  }
}
