/** What every example job has to keep, whatever it measures. A job's own test says the rest. */
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { EnvName } from "../../scripts/python-env.ts"
import { type Report, type Section, section, type Variant, validReport } from "./report.ts"
import { type Finished, jobsFolder, run, sparks } from "./spark-job.ts"

export interface Suite {
  /** `04_aggregations_at_scale` */
  readonly name: string
  /** All sections, in their order. */
  readonly sections: readonly string[]
  /** Large enough for what the figures must show, small enough for a test. */
  readonly args: readonly string[]
  /** The options that the report must name with those arguments, next to `seed`. */
  readonly options: Readonly<Record<string, unknown>>
  /** Sections that may say `skipped` in the tests' environments. */
  readonly mayBeSkipped?: readonly string[]
  /** Sections whose checked answers depend on the version of Spark or on the machine. */
  readonly ownAnswers?: readonly string[]
}

/** The one run that all checks of a version look at. */
export interface Ran {
  readonly finished: Finished
  readonly report: Report
  /** Command lines of processes that the job started and did not end; always empty where there is no `/proc`. */
  readonly leftProcesses: readonly string[]
  /** A variant of a section, which must be there. */
  variant(sectionName: string, variantName: string): Variant
  section(sectionName: string): ReturnType<typeof section>
}

/** Runs a job once on each version of Spark, checks what every job has to keep, and then what `more` adds. */
export function describeJob(suite: Suite, more: (spark: EnvName, ran: () => Ran) => void): void {
  const reports = new Map<string, Report>()
  for (const spark of sparks) {
    describe(`${suite.name}.py on ${spark}`, function () {
      this.timeout(7 * 60_000)
      let ran: Ran | undefined

      before(async () => {
        ran = await runOnce(spark, suite)
        reports.set(spark, ran.report)
      })

      everyJob(spark, suite, () => theRun(ran))
      more(spark, () => theRun(ran))
    })
  }

  describe(`${suite.name}.py on both`, () => {
    it("gives the same answers on every version", () => {
      const [first, second] = sparks.map((spark) => reports.get(spark))
      assert(first && second)
      assert.deepEqual(checksums(first, suite), checksums(second, suite))
    })
  })
}

async function runOnce(spark: EnvName, suite: Suite): Promise<Ran> {
  const job = join(jobsFolder, `${suite.name}.py`)
  const mark = randomUUID()
  const args = [job, ...suite.args, "--report", "report.json"]
  const finished = await run(spark, "python", args, { variables: { SAMPLE_RUN: mark } })
  assert.equal(finished.code, 0, `${finished.stdout.slice(-3000)}\n${finished.stderr.slice(-3000)}`)
  const report = validReport(finished.report)
  return {
    finished,
    report,
    leftProcesses: await lastingProcesses(mark),
    section: (sectionName) => section(report, sectionName),
    variant(sectionName, variantName) {
      const found = section(report, sectionName).by.get(variantName)
      assert(found, `${sectionName} has the variant ${variantName}`)
      return found
    },
  }
}

function theRun(ran: Ran | undefined): Ran {
  assert(ran, "the job ran")
  return ran
}

function everyJob(spark: EnvName, suite: Suite, ran: () => Ran): void {
  it("runs every section, and all variants of each agree", () => {
    const { report } = ran()
    assert.deepEqual(
      report.sections.map((one) => one.name),
      suite.sections,
    )
    for (const one of report.sections) {
      if (one.verdict === "skipped" && suite.mayBeSkipped?.includes(one.name)) continue
      assert.notEqual(one.verdict, "skipped", `${one.name}: ${one.statement}`)
      assert.equal(new Set(checksumsOf(one)).size, 1, one.name)
    }
    assert.equal(report.ok, true)
    assert.equal(report.job, suite.name)
  })

  it("says what ran where", () => {
    const { environment, options } = ran().report
    assert.match(environment.spark, spark === "spark35" ? /^3\.5\./ : /^4\./)
    assert.equal(environment.master, "local[*]")
    assert.deepEqual(options, { seed: 1, ...suite.options })
  })

  it("prints a table of all sections last, in ASCII within 100 columns", () => {
    const { stdout } = ran().finished
    const lines = stdout.trimEnd().split("\n")
    const table = lines.slice(lines.findIndex((line) => /^={100}$/.test(line)))
    const rows = table
      .filter((line) => /^[a-z-]+ +(skipped:|.* \d+ > \d+ )/.test(line))
      .map((line) => line.split(" ")[0])
    assert.deepEqual(rows, suite.sections)
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is about what is not ASCII
    assert.match(stdout, /^[\x00-\x7f]*$/, "every terminal can show it")
  })

  it("leaves nothing in the folder it ran in", () => {
    assert.deepEqual(ran().finished.left, [])
  })

  it("leaves no process behind", () => {
    assert.deepEqual(ran().leftProcesses, [])
  })
}

/** Those that are still there after a while: a JVM ends a little after the Python that it served. */
async function lastingProcesses(mark: string): Promise<readonly string[]> {
  const deadline = Date.now() + 20_000
  while (processesWith(mark).length > 0 && Date.now() < deadline) await setTimeout(200)
  return processesWith(mark)
}

/** Command lines of the processes whose environment has a value. */
function processesWith(value: string): readonly string[] {
  if (!existsSync("/proc")) return []
  const found: string[] = []
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(join("/proc", id, "environ"), "utf8")
      if (environment.includes(value))
        found.push(readFileSync(join("/proc", id, "cmdline"), "utf8").replaceAll("\0", " "))
    } catch {
      // it has ended, or is another user's
    }
  }
  return found
}

function checksums(report: Report, suite: Suite): Record<string, readonly string[]> {
  const shared = report.sections.filter((one) => !suite.ownAnswers?.includes(one.name))
  return Object.fromEntries(shared.map((one) => [one.name, checksumsOf(one)]))
}

function checksumsOf(one: Section): readonly string[] {
  return (one.variants ?? []).flatMap((variant) => variant.checksums)
}
