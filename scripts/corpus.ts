/**
 * `npm run corpus -- DIR… [--sample N] [--seed S] [--rule R…] [--profile P] [--jobs N]`: lints code that nobody here
 * wrote and prints findings by rule, failures, the slowest files, time and memory; with `--sample` then N findings in
 * their context, spread over the rules, to be read and judged. `--rule` leaves out the findings of other rules. Ends
 * with 1 where a file or a rule failed.
 */
import { parseArgs } from "node:util"
import { rules } from "../rules/index.ts"
import { lintCorpus } from "./corpus/lint.ts"
import { reportOf } from "./corpus/report.ts"
import { inContext, sampleOf } from "./corpus/sample.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    rule: { type: "string", multiple: true },
    profile: { type: "string", default: "default" },
    jobs: { type: "string", default: "1" },
  },
})

function fail(message: string): never {
  console.error(`corpus: ${message}`)
  process.exit(2)
}

function count(name: "sample" | "seed" | "jobs", least: number): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < least) fail(`--${name} takes a whole number from ${least} on`)
  return number
}

const [sample, seed, jobs] = [count("sample", 0), count("seed", 0), count("jobs", 1)]
if (positionals.length === 0) fail("name at least one folder")
for (const name of values.rule ?? [])
  if (!rules.some((rule) => rule.name === name)) fail(`there is no rule called ${name}`)

const cwd = process.cwd()
const isTerminal = process.stderr.isTTY
const corpus = await lintCorpus({
  paths: positionals,
  cwd,
  profile: values.profile,
  jobs,
  ...(isTerminal && {
    onProgress: (done: number, all: number) =>
      void process.stderr.write(done === all ? "\r\x1b[K" : done % 50 === 0 ? `\r${done} of ${all} files` : ""),
  }),
})
const findings = corpus.findings.filter((finding) => values.rule?.includes(finding.rule) ?? true)
console.log(reportOf({ ...corpus, findings }))
for (const finding of sampleOf(findings, sample, seed)) console.log(`\n${inContext(finding, cwd)}`)
if (corpus.failures.length + corpus.troubles.length > 0) process.exitCode = 1
