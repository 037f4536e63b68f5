/**
 * Scaffolds a rule: its file, its test and its lines in the index.
 *
 *     npm run new-rule -- family/name-of-the-bad-pattern
 *
 * `--root DIR` works on another copy of the repository.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const FAMILIES = [
  "joins",
  "shuffles",
  "lineage",
  "partitions",
  "udfs",
  "driver",
  "reads",
  "config",
  "columns",
  "streaming",
]

/** `late-filter` as an identifier: `lateFilter`. */
function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** What is wrong with a rule's family or name, in words; undefined where they will do. */
function objection(family: string | undefined, name: string | undefined): string | undefined {
  if (!family || !name) return "say which: npm run new-rule -- family/name-of-the-bad-pattern"
  if (!FAMILIES.includes(family)) return `there is no family '${family}'; there are: ${FAMILIES.join(", ")}`
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name))
    return `'${name}' is no rule name: lower-case words joined by '-' that name the bad pattern, such as late-filter`
  return undefined
}

function ruleText(family: string, name: string): string {
  return `import { type Call, defineRule, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { madeHere, nameAt, receiverPlan } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  if (!plan || isSmall(plan)) return
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: \`\${nameAt(ctx, call.receiverSite, plan)} ‹what happens on the cluster, and why here›.\`,
    evidence: [madeHere(plan)],
    confidence: "likely",
  })
}

export const ${camel(name)} = defineRule({
  name: "${name}",
  family: "${family}",
  severity: "warning",
  flags: "‹What it flags, in one sentence.›",
  why: "‹What it costs on a cluster.›",
  bad: \`orders = spark.read.parquet("orders")
result = orders.toLocalIterator()
\`,
  good: \`orders = spark.read.parquet("orders")
result = orders.limit(10).toLocalIterator()
\`,
  whenNot: "‹When the pattern is right.›",
  fix: { safety: "none", note: "‹What the fix does, or why there is none.›" },
  references: ["‹the page of Spark's documentation that says so›"],
  proof: { rows: { differ: "‹why, or make them the same›" } },
  on: { calls: { "DataFrame.toLocalIterator": check } },
})
`
}

function testText(family: string, name: string): string {
  return `import { ${camel(name)} } from "../../../rules/${family}/${name}.ts"
import { describeRule } from "../harness.ts"

const READ = \`from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
\`

describeRule(${camel(name)}, ({ fires, silent }) => {
  fires(
    "over a whole table",
    \`\${READ}rows = orders.toLocalIterator()
#             ^^^^^^^^^^^^^^^^^ \\\`orders\\\`
#             | read from parquet 'orders'
\`,
  )

  silent("at most ten rows can come", \`\${READ}rows = orders.limit(10).toLocalIterator()\\n\`)
})
`
}

/** The index with the rule's import and entry at their sorted places. */
function withRule(index: string, family: string, name: string): string {
  const line = `import { ${camel(name)} } from "./${family}/${name}.ts"`
  const key = (text: string): string => /"(.*)"/.exec(text)![1]!
  const lines = index.split("\n")
  const imports = lines.filter((text) => /^import \{ \w+ \} from "\.\/\w+\//.test(text))
  const next = imports.find((text) => key(text) > key(line))
  if (next) lines.splice(lines.indexOf(next), 0, line)
  else lines.splice(lines.indexOf(imports.at(-1)!) + 1, 0, line)
  const start = lines.findIndex((text) => text.startsWith("export const rules"))
  const end = lines.indexOf("]", start)
  const entries = [...lines.slice(start + 1, end), `  ${camel(name)},`].sort(byRuleName)
  lines.splice(start + 1, end - start - 1, ...entries)
  return lines.join("\n")
}

/** Entries are sorted as the names of their rules are: `missingCache` as `missing-cache`. */
function byRuleName(a: string, b: string): number {
  const kebab = (entry: string): string => entry.trim().replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return kebab(a) < kebab(b) ? -1 : 1
}

function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { root: { type: "string" } },
    allowPositionals: true,
  })
  const root = values.root ?? fileURLToPath(new URL("..", import.meta.url))
  const [family, name] = positionals.length === 1 ? positionals[0]!.split("/") : []
  const wrong = objection(family, name)
  if (wrong) {
    console.error(wrong)
    return 2
  }
  const rule = `rules/${family}/${name}.ts`
  const test = `test/rules/${family}/${name}.test.ts`
  const taken = [rule, test].find((path) => existsSync(join(root, path)))
  if (taken) {
    console.error(`${taken} is there already: choose another name, or edit that file`)
    return 2
  }
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
  write(rule, ruleText(family!, name!))
  write(test, testText(family!, name!))
  write("rules/index.ts", withRule(readFileSync(join(root, "rules/index.ts"), "utf8"), family!, name!))
  console.log(`Next: fill in what stands in ‹…›, write the cases, and run npx mocha ${test}`)
  return 0
}

process.exitCode = main(process.argv.slice(2))
