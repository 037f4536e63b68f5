import assert from "node:assert/strict"
import type { PlanClaim, Rule } from "../../rules/api.ts"
import { rules } from "../../rules/index.ts"
import { marked, planPicture } from "./plan-picture.ts"
import { type Picture, readPictures, writePictures } from "./plan-pictures.ts"
import { type Outcome, prove, versions } from "./prover.ts"

/** Numbers, part by part: `3.10` is after `3.9`. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number))
  return (left?.[0] ?? 0) - (right?.[0] ?? 0) || (left?.[1] ?? 0) - (right?.[1] ?? 0)
}

function appliesTo(rule: Rule, version: string): boolean {
  const { min, max } = rule.spark ?? {}
  return (min === undefined || compare(version, min) >= 0) && (max === undefined || compare(version, max) <= 0)
}

function checkPlan(which: string, claim: PlanClaim | undefined, outcome: Outcome): void {
  if (!claim) return
  const plan = outcome.plan
  assert.ok(plan, `the ${which} example claims a plan, but leaves a ${outcome.kind}, which has none`)
  for (const text of claim.has ?? []) assert.ok(plan.includes(text), `the ${which} plan lacks '${text}':\n${plan}`)
  for (const text of claim.lacks ?? []) assert.ok(!plan.includes(text), `the ${which} plan has '${text}':\n${plan}`)
}

/** The version whose plans the rules' pages show. */
const PICTURED = "4.3"

/** What the page of a rule draws: both plans, where the rule claims something of them and they differ. */
function pictureOf(rule: Rule, bad: Outcome, good: Outcome): Picture | undefined {
  if (!rule.proof.plan || bad.kind !== "DataFrame" || good.kind !== "DataFrame") return undefined
  const after = planPicture(good.plan ?? "")
  const before = marked(planPicture(bad.plan ?? ""), after)
  return before.join() === after.join() ? undefined : { bad: before, good: after }
}

const shown = (outcome: Outcome) => `${outcome.rows} rows: ${outcome.sample.slice(0, 5).join(" ")}`

/** Several distinct aggregates are grouped by their columns in an order that follows from the session's history. */
function withoutOrder(picture: Picture | undefined): unknown {
  const words = (lines: readonly string[]): string[] =>
    lines.map((line) =>
      line
        .split(/[\s,()]+/)
        .sort()
        .join(" "),
    )
  return picture && { bad: words(picture.bad), good: words(picture.good) }
}

/** The page's drawing is what Spark did; with SHUFFLEWISE_DRAW=1 it becomes so. */
function checkPicture(rule: Rule, bad: Outcome, good: Outcome): void {
  const picture = pictureOf(rule, bad, good)
  const known = readPictures()
  if (process.env.SHUFFLEWISE_DRAW === "1") writePictures({ ...known, [rule.name]: picture })
  else
    assert.deepEqual(
      withoutOrder(picture),
      withoutOrder(known[rule.name]),
      "docs/plans.json is not what Spark did: run this with SHUFFLEWISE_DRAW=1, then npm run generate -- rule-docs",
    )
}

for (const version of versions) {
  describe(`rules on Spark ${version}`, function () {
    // An example may take two minutes, and the first one waits for Spark and its tables.
    this.timeout(400_000)

    for (const rule of rules.filter((rule) => appliesTo(rule, version))) {
      it(rule.name, async () => {
        for (const need of rule.proof.needs ?? []) await prove(version, `import ${need}\nresult = ${need}.__name__`)
        const bad = await prove(version, rule.bad)
        const good = await prove(version, rule.good)
        assert.ok(bad.rows > 0 && good.rows > 0, "an example without rows proves nothing")
        if (rule.proof.rows === "same") {
          assert.equal(good.checksum, bad.checksum, `not the same rows.\nbad: ${shown(bad)}\ngood: ${shown(good)}`)
        } else {
          assert.notEqual(good.checksum, bad.checksum, `the rows are said to differ (${rule.proof.rows.differ})`)
        }
        checkPlan("bad", rule.proof.plan?.bad, bad)
        checkPlan("good", rule.proof.plan?.good, good)
        if (version === PICTURED) checkPicture(rule, bad, good)
      })
    }
  })
}
