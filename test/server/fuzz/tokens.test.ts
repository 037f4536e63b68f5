import assert from "node:assert/strict"
import { rules } from "../../../rules/index.ts"
import { analyze } from "../../../server/src/analysis/index.ts"
import { defaultConfig } from "../../../server/src/config/index.ts"
import { planSketch } from "../../../server/src/features/plan-sketch.ts"
import { applyFixes, lint } from "../../../server/src/lint/index.ts"
import type { Syntax } from "../../../server/src/syntax/types.ts"
import { nodeHost } from "../../../server/src/workspace/node-host.ts"
import { random } from "../../perf/syntax-source.ts"
import { parser } from "../parse.ts"
import { pythonSources } from "./sources.ts"
import { mutate, pick, tokensOf, upTo } from "./tokens.ts"

const VARIANTS = 10_000
const SEED = Number(process.env.SHUFFLEWISE_SEED ?? 1)
/** Only to end a hang, and to name the text that it is about: what is bounded is the work, not the time. */
const HANG_MS = 20_000
/** Facts that come of one text at most. A text of 60 lines has some hundred; the analysis' own bound is beyond 60,000 steps. */
const MOST_FACTS = 20_000

const config = defaultConfig(rules)

/** Looks at a text as an editor does. Throws where anything in it goes wrong; gives the number of findings. */
function look(syntax: Syntax, text: string, path: string, offset: number): number {
  const module = syntax.parse(text)
  const { target, tables, conf } = config
  const analysis = analyze({ module, text, path, target, tables, conf })
  const { calls, plans, loops, udfs } = analysis.program
  const facts = calls.length + plans.length + loops.length + udfs.length
  assert.ok(facts < MOST_FACTS, `${facts} facts come of it`)
  const { findings, troubles } = lint({ module, text, path, config, rules, analysis, minConfidence: "possible" })
  assert.deepEqual(troubles, [])
  for (const { span, evidence, fixes } of findings)
    for (const { start, end } of [
      span,
      ...evidence.flatMap((each) => each.span ?? []),
      ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.span)),
    ])
      assert.ok(start >= 0 && start <= end && end <= text.length, `${start} to ${end} is outside of the text`)
  const found = analysis.valueAt(offset)
  if (found !== undefined) planSketch(found.value, () => "here")
  // A fix of code that parsed leaves code that parses.
  const fixed = applyFixes(text, findings, { unsafe: true })
  if (!module.broken && fixed.edits.length > 0)
    assert.equal(syntax.parse(fixed.text).broken, false, `after its fixes it does not parse any more:\n${fixed.text}`)
  return findings.length
}

describe("code that was mutated token by token", () => {
  it(`is parsed, analysed and linted without an exception or a hang, ${VARIANTS} variants`, async function () {
    this.timeout(600_000)
    const syntax = await parser()
    const next = random(SEED)
    const sources = pythonSources().map(tokensOf)
    let findings = 0
    for (let variant = 1; variant <= VARIANTS; variant++) {
      const tokens = [...pick(next, sources)]
      const other = pick(next, sources)
      for (let left = 1 + upTo(next, 4); left > 0 && tokens.length > 0; left--)
        mutate(tokens, other.slice(upTo(next, other.length)), next)
      const text = tokens.join("")
      const path = pick(next, ["job.py", "job.py", "job.py", "test_job.py"])
      const offset = upTo(next, text.length + 1)
      try {
        findings += nodeHost.bounded(() => look(syntax, text, path, offset), HANG_MS)
      } catch (error) {
        const said = error instanceof Error ? error.stack : String(error)
        assert.fail(`variant ${variant} of SHUFFLEWISE_SEED=${SEED}, offset ${offset}: ${said}\n--- ${path}\n${text}`)
      }
    }
    assert.ok(findings > VARIANTS / 10, `there were ${findings} findings in all: the variants have nothing to look at`)
  })

  it("begins with tokens that are the text itself", () => {
    for (const source of pythonSources()) assert.equal(tokensOf(source).join(""), source)
  })
})
