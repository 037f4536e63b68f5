import assert from "node:assert/strict"
import { callRule, check, ruleOf, short } from "./fixture.ts"

const header =
  "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ndf = spark.read.parquet('x')\n"
const counts = callRule("counts", "DataFrame.count")

describe("running rules", () => {
  it("hears each call of an API and nothing else", () => {
    const text = `${header}n = df.count()\n[1].count(1)\ndf.show()\nm = df.count()\n`
    const { findings, troubles } = check(text, [counts])
    assert.deepEqual(short(text, findings), ["4:counts", "7:counts"])
    assert.deepEqual(troubles, [])
    assert.equal(text.slice(findings[0]!.span.start, findings[0]!.span.end), "count")
    assert.deepEqual(
      { ...findings[0], span: null },
      {
        rule: "counts",
        family: "driver",
        severity: "warning",
        confidence: "certain",
        message: "Count is called",
        span: null,
        evidence: [],
        fixes: [],
      },
    )
  })

  it("hears loops, confs, plans and the whole program", () => {
    const heard: string[] = []
    const rule = ruleOf({
      name: "listens",
      on: {
        loop: (loop) => heard.push(`loop ${loop.kind}`),
        conf: (conf) => heard.push(`conf ${conf.key}`),
        plan: (plan) => heard.push(`plan ${plan.op}`),
        program: (program) => heard.push(`program ${program.loops.length}`),
      },
    })
    check(`${header}spark.conf.set('spark.sql.adaptive.enabled', 'true')\nfor i in range(3):\n    df.show()\n`, [rule])
    for (const fact of ["loop for", "conf spark.sql.adaptive.enabled", "plan read", "program 1"])
      assert.ok(heard.includes(fact), `${fact} in ${heard}`)
  })

  it("says a thing once where one written call is reached in several ways, as surely as the surest", () => {
    const text = `${header}def total(frame):\n    return frame.count()\na = total(df)\nb = total(df.limit(3))\n`
    let ways = 0
    const rule = callRule("counts", "DataFrame.count", () => ({
      confidence: ++ways === 1 ? "likely" : "certain",
      message: `way ${ways}`,
    }))
    const { findings } = check(text, [rule])
    assert.equal(findings.length, 1)
    assert.ok(ways >= 2, `the analysis gave ${ways} ways`)
    assert.deepEqual([findings[0]!.confidence, findings[0]!.message], ["certain", "Way 2"])
  })

  it("tells each piece of evidence once", () => {
    const rule = callRule("counts", "DataFrame.count", (call) => ({
      evidence: [
        { message: "a", site: call.site },
        { message: "a", site: call.site },
        { message: "a", site: call.nameSite },
        { message: "b" },
        { message: "b" },
      ],
    }))
    const { findings } = check(`${header}df.count()\n`, [rule])
    assert.deepEqual(
      findings[0]!.evidence.map((each) => each.message),
      ["a", "a", "b"],
    )
  })

  it("switches off a rule that throws, and goes on with the others", () => {
    const thrower = callRule("thrower", "DataFrame.count", () => {
      throw new Error("oh")
    })
    const text = `${header}df.count()\ndf.count()\n`
    const { findings, troubles } = check(text, [thrower, counts])
    assert.deepEqual(short(text, findings), ["4:counts", "5:counts"])
    assert.equal(troubles.length, 1)
    assert.equal(troubles[0]!.rule, "thrower")
    assert.match(troubles[0]!.reason, /^it threw: oh \(run\.test\.ts:\d+:\d+\)$/)
  })

  it("switches off a rule that runs over its time", () => {
    let heard = 0
    const slow = callRule("slow", "DataFrame.count", () => {
      heard++
      for (const end = performance.now() + 12; performance.now() < end; );
      return {}
    })
    const text = `${header}${"df.count()\n".repeat(10)}`
    const { troubles } = check(text, [slow, counts], { budget: 10 })
    assert.deepEqual(troubles, [{ rule: "slow", reason: "it took longer than 10 ms", slow: true }])
    assert.equal(heard, 1)
  })

  it("leaves out what a watchdog switched off, and tells it who runs", () => {
    const ran: string[] = []
    const { findings, troubles } = check(`${header}df.count()\n`, [counts, callRule("other", "DataFrame.count")], {
      switchedOff: new Map([["counts", "it did not end"]]),
      onRule: (rule) => ran.push(rule),
    })
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ["other"],
    )
    assert.deepEqual(troubles, [{ rule: "counts", reason: "it did not end", slow: true }])
    assert.deepEqual(ran, ["other"])
  })

  it("drops a place outside of the text, and fixes that cannot be made", () => {
    const text = `${header}df.count()\n`
    const rule = callRule("faulty", "DataFrame.count", (call) => ({
      fixes: [
        {
          title: "far",
          safety: "safe",
          edits: [{ site: { top: { offset: 0 }, start: 5, end: text.length + 1 }, text: "" }],
        },
        {
          title: "overlap",
          safety: "safe",
          edits: [
            { site: call.site, text: "a" },
            { site: call.nameSite, text: "b" },
          ],
        },
        { title: "empty", safety: "safe", edits: [] },
        { title: "advice", safety: "suggestion", edits: [] },
      ],
    }))
    const lost = callRule("lost", "DataFrame.count", () => ({ at: { top: { offset: 0 }, start: 9, end: 4 } }))
    const { findings, troubles } = check(text, [rule, lost])
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ["faulty"],
    )
    assert.deepEqual(
      findings[0]!.fixes.map((fix) => fix.title),
      ["advice"],
    )
    assert.deepEqual(
      troubles.map((trouble) => trouble.reason),
      [
        "it reported a place outside of the text (9 to 4)",
        'its fix "far" was dropped: an edit lies outside of the text',
        'its fix "overlap" was dropped: its edits overlap',
        'its fix "empty" was dropped: it changes nothing',
      ],
    )
  })

  it("leaves a place in another file to that file's lint", () => {
    const elsewhere = callRule("elsewhere", "DataFrame.count", (call) => ({ at: { ...call.nameSite, path: "lib.py" } }))
    const here = callRule("here", "DataFrame.count", (call) => ({
      at: { ...call.nameSite, path: "job.py" },
      evidence: [{ message: "there", site: { ...call.site, path: "lib.py" } }],
    }))
    const { findings } = check(`${header}df.count()\n`, [elsewhere, here])
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ["here"],
    )
    assert.equal(findings[0]!.span.path, undefined)
    assert.equal(findings[0]!.evidence[0]!.span!.path, "lib.py")
  })
})
