import assert from "node:assert/strict"
import type { Confidence } from "../../../rules/api.ts"
import { callRule, check } from "./fixture.ts"

const header =
  "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ndf = spark.read.parquet('x')\n"
const text = `${header}df.count()\n`

const sure = (confidence: Confidence) =>
  callRule(`${confidence}-one`, "DataFrame.count", () => ({ confidence }), {
    family: confidence === "certain" ? "joins" : "driver",
    options: { depth: { type: "integer", default: 7, minimum: 0, description: "" } },
  })
const all = [sure("certain"), sure("likely"), sure("possible")]

/** Names of the rules that spoke. */
function spoke(settings: Record<string, unknown>, more: Parameters<typeof check>[2] = {}): string {
  return check(text, all, { settings, ...more })
    .findings.map((finding) => finding.rule.replace("-one", ""))
    .join(" ")
}

describe("which findings are shown", () => {
  it("goes by the profile", () => {
    assert.equal(spoke({}), "certain likely")
    assert.equal(spoke({ profile: "quiet" }), "certain")
    assert.equal(spoke({ profile: "strict" }), "certain likely possible")
  })

  it("shows possible findings of a rule that the user names", () => {
    assert.equal(spoke({ select: ["possible-one", "joins"] }), "certain possible")
    assert.equal(spoke({ rules: { "possible-one": "error" } }), "certain likely possible")
    assert.equal(spoke({ rules: { "possible-one": { depth: 1 } } }), "certain likely possible")
    assert.equal(spoke({ select: ["driver"] }), "likely")
  })

  it("goes by a minimum above all", () => {
    assert.equal(spoke({ rules: { "possible-one": "error" } }, { minConfidence: "certain" }), "certain")
    assert.equal(spoke({ profile: "quiet" }, { minConfidence: "possible" }), "certain likely possible")
  })

  it("goes by select, ignore, off and enable", () => {
    assert.equal(spoke({ select: ["joins"] }), "certain")
    assert.equal(spoke({ ignore: ["driver"] }), "certain")
    assert.equal(spoke({ rules: { "certain-one": "off" } }), "likely")
    assert.equal(spoke({ enable: false }), "")
  })

  it("takes severities from the configuration, the report, the rule", () => {
    const rule = callRule("counts", "DataFrame.count", () => ({ severity: "error" }))
    assert.equal(check(text, [rule]).findings[0]!.severity, "error")
    const settings = { rules: { counts: "information" } }
    assert.equal(check(text, [rule], { settings }).findings[0]!.severity, "information")
    assert.equal(check(text, [sure("certain")]).findings[0]!.severity, "warning")
  })

  it("goes by the Spark version that the code runs on", () => {
    const from4 = callRule("counts", "DataFrame.count", undefined, { spark: { min: "4.0" } })
    const until4 = callRule("counts", "DataFrame.count", undefined, { spark: { max: "4.0" } })
    const on = (target: string, rule: typeof from4) =>
      check(text, [rule], { settings: { spark: { target } } }).findings.length
    assert.deepEqual([on("3.5", from4), on("4.0", from4), on("4.10", from4)], [0, 1, 1])
    assert.deepEqual([on("3.5", until4), on("4.0", until4), on("4.10", until4)], [1, 1, 0])
  })

  it("lets only correctness rules speak in tests", () => {
    const correct = callRule("correct", "DataFrame.count", undefined, { correctness: true })
    const { findings } = check(text, [...all, correct], { path: "tests/test_job.py" })
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ["correct"],
    )
  })

  it("gives rules their options over their defaults", () => {
    const seen: unknown[] = []
    const see = (_: unknown, ctx: { options: unknown }) => {
      seen.push(ctx.options)
      return {}
    }
    const rule = callRule("counts", "DataFrame.count", see, {
      options: {
        depth: { type: "integer", default: 7, description: "" },
        size: { type: "bytes", default: 5, description: "" },
      },
    })
    check(text, [rule])
    check(text, [rule], { settings: { rules: { counts: { size: "2KiB" } } } })
    assert.deepEqual(seen, [
      { depth: 7, size: 5 },
      { depth: 7, size: 2048 },
    ])
  })
})

describe("deliberate code", () => {
  const rule = callRule("counts", "DataFrame.count", undefined, { deliberateWords: /materiali[sz]e/i })
  const confidence = (code: string, rules = [rule]) =>
    check(header + code, rules, { minConfidence: "possible" }).findings[0]?.confidence

  it("is what a comment on the line or above speaks of", () => {
    assert.equal(confidence("df.count()"), "certain")
    assert.equal(confidence("df.count()  # materialise it now"), "possible")
    assert.equal(confidence("# Materialize\ndf.count()"), "possible")
    assert.equal(confidence("# we materialize\n# before the join\ndf.count()"), "possible")
    assert.equal(confidence("x = (\n    df\n    # materialize\n    .count()\n)"), "possible")
    assert.equal(confidence("x = (\n    df\n    .count()\n)  # materialize"), "possible")
  })

  it("is not what a comment elsewhere speaks of", () => {
    assert.equal(confidence("# materialize\n\ndf.count()"), "certain")
    assert.equal(confidence("x = 1  # materialize\ndf.count()"), "certain")
    assert.equal(confidence("df.count()\n# materialize"), "certain")
    assert.equal(confidence("for i in range(9):\n    df.count()\n    x = 1  # materialize"), "certain")
    assert.equal(confidence("x = 'materialize'; df.count()"), "certain")
  })

  it("is hidden by default, with the comment as evidence where it is shown", () => {
    const code = `${header}df.count()  # materialize`
    assert.deepEqual(check(code, [rule]).findings, [])
    const [finding] = check(code, [rule], { settings: { profile: "strict" } }).findings
    const { span } = finding!.evidence[0]!
    assert.equal(code.slice(span!.start, span!.end), "# materialize")
  })

  it("is not deliberate where another way leads to it", () => {
    const code =
      "import os\nDEBUG = os.environ.get('x')\ndef total(f):\n    return f.count()\nif DEBUG:\n    total(df)\n"
    assert.equal(confidence(code), "possible")
    assert.equal(confidence(`${code}total(df)\n`), "certain")
    assert.equal(confidence(code.replace("if", "total(df)\nif")), "certain")
  })

  it("is no excuse for a correctness rule", () => {
    const correct = callRule("counts", "DataFrame.count", undefined, {
      deliberateWords: /materialize/,
      correctness: true,
    })
    assert.equal(confidence("df.count()  # materialize", [correct]), "certain")
  })

  it("is what stands under a debug flag", () => {
    const code = "import sys\nDEBUG = '--debug' in sys.argv\nif DEBUG:\n    df.count()\n"
    assert.equal(confidence(code), "possible")
  })
})
