/** The command line with rules that misbehave, for tests. Run as a program; it serves its own worker threads. */
import { isMainThread } from "node:worker_threads"
import { defineRule, type Rule } from "../../../rules/api.ts"
import { processIo } from "../../../server/src/cli/io.ts"
import { runCli } from "../../../server/src/cli/main.ts"
import { serveWorker } from "../../../server/src/cli/worker.ts"

function rule(name: string, check: (shown: unknown) => void): Rule {
  return defineRule({
    name,
    family: "driver",
    severity: "warning",
    flags: name,
    why: "",
    bad: "",
    good: "",
    whenNot: "",
    fix: { safety: "none", note: "" },
    references: [],
    proof: { rows: "same" },
    on: {
      calls: {
        "DataFrame.count": (call, ctx) => {
          const { receiver } = call
          check(receiver.kind === "frame" ? receiver.plan.source?.path : undefined)
          ctx.report({ at: call.nameSite, about: call, message: name, evidence: [], confidence: "certain" })
        },
      },
    },
  })
}

const rules: readonly Rule[] = [
  rule("endless", (path) => {
    while (path === "endless");
  }),
  rule("quitter", (path) => {
    if (path === "quit" && !isMainThread) process.exit(3)
  }),
  rule("sound", () => {}),
  rule("thrower", (path) => {
    if (path === "throw") throw new Error("no luck")
  }),
]

if (isMainThread) {
  const args = process.argv.slice(2)
  process.exitCode = await runCli({
    args,
    io: processIo(),
    entry: import.meta.filename,
    rules: () => Promise.resolve(rules),
  })
} else await serveWorker(rules)
