/** With the runner every stage names the line that started it, read from real event logs. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { ensureEnv } from "../../scripts/python-env.ts"
import { versions } from "./prover.ts"
import {
  type Ended,
  lineOf,
  logSettings,
  programs,
  readEventLog,
  runWith,
  type Stage,
  shareWithout,
  stagesOf,
} from "./runner-run.ts"

const files = ["lines.py", "beside.py", "zipped.py"]

/** The lines that say of themselves that they start a job, as `file:line`. */
const marked = files.flatMap((file) =>
  readFileSync(join(programs, file), "utf8")
    .split("\n")
    .flatMap((text, at) => (text.endsWith("# job") ? [`${file}:${at + 1}`] : [])),
)

for (const version of versions) {
  describe(`call sites on Spark ${version}`, function () {
    this.timeout(900_000)
    let folder = ""
    const ended: Record<"with" | "without", Ended> = {} as never
    const stages: Record<"with" | "without", Stage[]> = {} as never

    before(async () => {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      folder = mkdtempSync(join(tmpdir(), "shufflewise-lines-"))
      for (const way of ["without", "with"] as const) {
        // The same folder for both, so that they print the same.
        const job = join(folder, "job")
        rmSync(job, { recursive: true, force: true })
        const logs = join(folder, way)
        for (const made of [job, logs]) mkdirSync(made, { recursive: true })
        for (const file of ["lines.py", "beside.py"]) cpSync(join(programs, file), join(job, file))
        const zip = join(job, "helpers.zip")
        execFileSync(env.python, ["-m", "zipfile", "-c", zip, "zipped.py"], { cwd: programs })
        const settings = {
          ...logSettings(logs),
          "spark.ui.enabled": "false",
          "spark.sql.shuffle.partitions": "3",
          "spark.sql.warehouse.dir": join(job, "warehouse"),
          // A catalog of version 2, with the database that Spark brings along.
          "spark.sql.catalog.derby": "org.apache.spark.sql.execution.datasources.v2.jdbc.JDBCTableCatalog",
          "spark.sql.catalog.derby.url": "jdbc:derby:memory:db;create=true",
          "spark.sql.catalog.derby.driver": "org.apache.derby.jdbc.EmbeddedDriver",
        }
        const conf = Object.entries(settings).flatMap(([key, value]) => ["--conf", `${key}=${value}`])
        const submit = join(env.folder, "bin", "spark-submit")
        const args = ["--master", "local[2]", ...conf, "--py-files", zip, join(job, "lines.py"), job]
        ended[way] = await runWith(submit, args, { runner: way === "with", cwd: job, variables: env.variables })
        assert.equal(ended[way].code, 0, ended[way].stdout + ended[way].stderr)
        stages[way] = stagesOf(readEventLog(logs))
      }
    })
    after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))

    it("leave no time without a line, where Spark alone leaves much", () => {
      assert.equal(shareWithout(stages.with, lineOf), 0)
      const alone = shareWithout(stages.without, lineOf)
      assert.ok(alone > 0.2, `${(alone * 100).toFixed(1)}% without the runner`)
    })

    it("are the lines that start something, no other, and each of them", () => {
      const lines = stages.with.map((stage) => {
        const site = lineOf(stage)
        return site ? `${basename(site.file)}:${site.line}` : stage.name
      })
      assert.deepEqual([...new Set(lines)].sort(), [...marked].sort())
    })

    it("name the method that was called", () => {
      const names = new Set(stages.with.map((stage) => lineOf(stage)?.action))
      for (const name of [
        "count",
        "parquet",
        "saveAsTable",
        "sql",
        "create",
        "append",
        "fit",
        "load",
        "toTable",
        "mean",
      ]) {
        assert.ok(names.has(name), `${name} is not among ${[...names].join(", ")}`)
      }
    })

    it("give a file in a zip its path there", () => {
      const zipped = stages.with.map(lineOf).find((site) => site?.file.endsWith("zipped.py"))
      assert.equal(basename(join(zipped?.file ?? "", "..")), "helpers.zip")
    })

    it("tell the way that led there", () => {
      const stage = stages.with.find((stage) => lineOf(stage)?.file.endsWith("beside.py"))
      const way = (stage?.properties["callSite.long"] ?? "").split("\n")
      assert.match(way[0] ?? "", /beside\.py:\d+ in total$/)
      assert.match(way[1] ?? "", /lines\.py:\d+ in helpers$/)
      assert.match(way[2] ?? "", /lines\.py:\d+ in <module>$/)
    })

    it("change neither what the program prints nor what Spark runs", () => {
      assert.equal(ended.with.stdout, ended.without.stdout)
      // AQE starts stages at once where it can, and skips one that turned out to be needless meanwhile, or doesn't.
      const more = stages.with.length - stages.without.length
      assert.ok(Math.abs(more) <= 3, `${more} stages more`)
    })
  })
}
