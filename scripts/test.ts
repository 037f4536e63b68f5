/**
 * `npm test`: runs the tiers one after the other and closes with `N passed, N failed`. A tier that can't start, runs
 * no test, or ends badly without saying what failed counts as failed.
 *
 *     npm test -- [--only TIER]… [--list]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { CACHE, ROOT } from "./cache.ts"
import type { TierResult } from "./mocha-reporter.ts"
import { endAll, endChildrenWithUs, isEnding, run } from "./processes.ts"
import { type Tier, tiers } from "./tiers.ts"

interface Outcome extends TierResult {
  readonly name: string
  readonly seconds: number
  /** Why the tier as a whole failed, where it did. */
  readonly trouble?: string
}

/** Runs one tier with its output passed through. */
export async function runTier(tier: Tier, folder: string): Promise<Outcome> {
  console.log(`\n━━ ${tier.name}: ${tier.about}`)
  const began = performance.now()
  const result = await attempt(tier, join(folder, `${tier.name}.json`)).catch(
    (error: Error): Omit<Outcome, "name" | "seconds"> => ({ passed: 0, failed: 1, trouble: error.message }),
  )
  const seconds = (performance.now() - began) / 1000
  if (result.trouble) console.log(`  ${tier.name}: ${result.trouble}`)
  return { ...result, name: tier.name, seconds }
}

async function attempt(tier: Tier, resultFile: string): Promise<Omit<Outcome, "name" | "seconds">> {
  await tier.prepare?.()
  const [program, ...args] = tier.command
  if (program === undefined) throw new Error("The tier has no command.")
  let late = false
  const timer = setTimeout(() => {
    late = true
    void endAll()
  }, tier.minutes * 60_000)
  const env = { ...process.env, TIER_RESULT: resultFile }
  const code = await run(program, args, { cwd: ROOT, env })
  clearTimeout(timer)
  return judge(tier, code, late, readResult(resultFile))
}

/** What a tier's exit code and the result that it wrote (or did not) come to. */
export function judge(
  tier: Pick<Tier, "kind" | "minutes">,
  code: number,
  late: boolean,
  result: TierResult | undefined,
): Omit<Outcome, "name" | "seconds"> {
  if (tier.kind === "check" && !late) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  const passed = result?.passed ?? 0
  const failed = result?.failed ?? 0
  if (late) return { passed, failed: failed + 1, trouble: `ended after ${tier.minutes} minutes` }
  if (result === undefined) return { passed, failed: failed + 1, trouble: `ended with ${code} and gave no result` }
  if (passed + failed === 0) return { passed, failed: 1, trouble: "ran no test" }
  if (code !== 0 && failed === 0) return { passed, failed: 1, trouble: `ended with ${code} though no test failed` }
  return { passed, failed }
}

function readResult(file: string): TierResult | undefined {
  try {
    const { passed, failed } = JSON.parse(readFileSync(file, "utf8")) as TierResult
    return Number.isInteger(passed) && Number.isInteger(failed) ? { passed, failed } : undefined
  } catch {
    return undefined
  }
}

function choose(names: readonly string[]): readonly Tier[] {
  for (const name of names) {
    if (!tiers.some((tier) => tier.name === name)) {
      throw new Error(`There is no tier '${name}'. The tiers are: ${tiers.map(({ name }) => name).join(", ")}`)
    }
  }
  return names.length === 0 ? tiers : tiers.filter(({ name }) => names.includes(name))
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: "string", multiple: true, default: [] }, list: { type: "boolean", default: false } },
  })
  if (values.list) {
    for (const { name, about } of tiers) console.log(`${name.padEnd(10)} ${about}`)
    return 0
  }
  const chosen = choose(values.only)
  endChildrenWithUs()
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, "results-"))
  // A run that a signal ends leaves by process.exit, past any `finally`.
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
  const outcomes: Outcome[] = []
  for (const tier of chosen) {
    if (isEnding()) break
    outcomes.push(await runTier(tier, folder))
  }
  return summarize(outcomes)
}

/** Prints a line a tier and the closing line. @returns the exit code */
function summarize(outcomes: readonly Outcome[]): number {
  console.log("")
  for (const { name, passed, failed, seconds, trouble } of outcomes) {
    const sign = failed === 0 ? "✓" : "✗"
    const counts = `${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed`
    console.log(
      `${sign} ${name.padEnd(10)}${counts} ${seconds.toFixed(1).padStart(7)} s${trouble ? `  ${trouble}` : ""}`,
    )
  }
  const total = (pick: "passed" | "failed"): number => outcomes.reduce((sum, outcome) => sum + outcome[pick], 0)
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`)
  return total("failed") === 0 ? 0 : 1
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    if (!isEnding()) {
      console.error(error instanceof Error ? error.message : String(error))
      process.exitCode = 2
    }
  }
}
