import assert from "node:assert/strict"
import { rules } from "../../rules/index.ts"
import { applied, findingsIn, ready } from "./harness.ts"

describe("the examples in the rules", () => {
  before(ready)

  for (const rule of rules) {
    it(`${rule.name}: the bad one is found by this rule and by no other`, () => {
      const found = findingsIn(rule.bad, rule, {}, rules)
      assert.deepEqual([...new Set(found.map((finding) => finding.rule))], [rule.name])
    })

    it(`${rule.name}: the good one is clean for every rule`, () => {
      const found = findingsIn(rule.good, rule, {}, rules)
      assert.deepEqual(
        found.map((finding) => `${finding.rule}: ${finding.message}`),
        [],
      )
    })

    if (rule.fix.safety === "safe")
      it(`${rule.name}: the fix of the bad one is the good one, which Spark proves`, () => {
        const [finding] = findingsIn(rule.bad, rule)
        const [fix] = finding!.fixes
        assert.equal(fix?.safety, "safe")
        assert.equal(applied(rule.bad, fix), rule.good)
      })

    it(`${rule.name}: both leave a result`, () => {
      for (const code of [rule.bad, rule.good]) assert.match(code, /^result = /m)
    })
  }
})
