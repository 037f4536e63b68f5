/** The tiers of `npm test`, in the order they run. */
import { join } from "node:path"
import { ensureNeovim } from "../test/server/lsp/neovim.ts"
import { ROOT } from "./cache.ts"
import { ensureEnv } from "./python-env.ts"

/** What a tier runs: a command that is one check, or a runner that writes a `TierResult`. */
export interface Tier {
  readonly name: string
  /** What it proves, in a few words. */
  readonly about: string
  /** Program and arguments; paths from the checkout's root. */
  readonly command: readonly string[]
  /** check: its exit code is the result; counted: it writes how many tests passed and failed. */
  readonly kind: "check" | "counted"
  /** Ended after this many minutes. */
  readonly minutes: number
  /** Makes what the tier needs; what it throws makes the tier fail. */
  readonly prepare?: () => Promise<void>
}

const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name)
const node = (...args: readonly string[]): readonly string[] => [process.execPath, ...args]
const mocha = (...patterns: readonly string[]): readonly string[] =>
  node(join("node_modules", "mocha", "bin", "mocha.js"), "--reporter", "./scripts/mocha-reporter.ts", ...patterns)

async function bothSparks(): Promise<void> {
  for (const name of ["spark35", "spark4"] as const) await ensureEnv(name, { say: (line) => console.log(`  ${line}`) })
}

async function neovim(): Promise<void> {
  ensureNeovim((line) => console.log(`  ${line}`))
}

export const tiers: readonly Tier[] = [
  {
    name: "types",
    about: "TypeScript's types hold",
    command: [bin("tsc"), "--noEmit", "-p", "tsconfig.json"],
    kind: "check",
    minutes: 5,
  },
  {
    name: "page types",
    about: "so do those of the web views, which have a browser's names and none of Node's",
    command: [bin("tsc"), "--noEmit", "-p", "client/webview"],
    kind: "check",
    minutes: 5,
  },
  { name: "style", about: "Biome finds nothing", command: [bin("biome"), "check", "."], kind: "check", minutes: 5 },
  {
    name: "generated",
    about: "generated files are what their generators make",
    command: node("scripts/generate.ts", "--check"),
    kind: "check",
    minutes: 10,
    prepare: bothSparks,
  },
  { name: "build", about: "everything bundles", command: node("scripts/build.ts"), kind: "check", minutes: 2 },
  {
    name: "unit",
    about: "rules, analysis, command line and client, part by part",
    command: mocha(
      "test/{rules,server,client,webview,meta}/**/*.test.ts",
      ...["--exclude", "test/server/lsp/**", "--exclude", "test/server/fuzz/workspace.test.ts"],
    ),
    kind: "counted",
    minutes: 15,
  },
  {
    name: "edits",
    about: "ten thousand edits of modules that import each other, each compared with a fresh look",
    command: mocha("test/server/fuzz/workspace.test.ts"),
    kind: "counted",
    minutes: 20,
  },
  {
    name: "lsp",
    about: "the language server as a process, driven by a scripted client",
    command: mocha("test/server/lsp/**/*.test.ts"),
    kind: "counted",
    minutes: 10,
    prepare: neovim,
  },
  {
    name: "spark",
    about: "every rule's premise and fix on real Spark 3.5 and 4, and what rides along with a job",
    command: mocha("test/spark/**/*.test.ts"),
    kind: "counted",
    minutes: 35,
    prepare: bothSparks,
  },
  {
    name: "samples",
    about: "the example jobs run, and are linted as they say",
    command: mocha("test/samples/**/*.test.ts"),
    kind: "counted",
    minutes: 25,
    prepare: bothSparks,
  },
  {
    name: "e2e",
    about: "the extension in a real VS Code, and the packaged .vsix",
    command: node("test/e2e/run.ts"),
    kind: "counted",
    minutes: 10,
  },
  {
    name: "start",
    about: "npm start, once and until Ctrl-C",
    command: mocha("test/start/**/*.test.ts"),
    kind: "counted",
    minutes: 10,
  },
]
