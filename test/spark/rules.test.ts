import assert from "node:assert/strict"
import type { PlanClaim, Rule } from "../../rules/api.ts"
import { rules } from "../../rules/index.ts"
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

const shown = (outcome: Outcome) => `${outcome.rows} rows: ${outcome.sample.slice(0, 5).join(" ")}`

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
      })
    }
  })
}
