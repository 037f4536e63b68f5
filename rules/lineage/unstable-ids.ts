import { defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { nameOf } from "../shared/frames.ts"
import { unstableUse } from "../shared/unstable.ts"

function checkPlan(plan: Plan, ctx: RuleContext): void {
  const found = unstableUse(plan, ctx.program)
  if (!found) return
  const { made, shuffle, pair, join } = found
  const name = nameOf(plan)
  const step = shuffle.call?.name ?? shuffle.op
  const call = plan.call!
  ctx.report({
    at: call.nameSite,
    about: call,
    message: `\`${made}\` goes by the place of each row, and after \`${step}\` rows arrive in another order each time: ${pair ? `\`${pair[0].name}\` and \`${pair[1].name}\` see other values for the same rows` : "the two sides of the join see other values for the same rows"}. Checkpoint ${name}, or write it and read it back, before it is used; or make the values from the row itself, such as \`xxhash64\` of its key.`,
    evidence: [
      { message: `\`${step}\` brings the rows in no fixed order`, site: shuffle.call?.nameSite ?? shuffle.site },
      ...(pair ?? []).map((call) => ({ message: `computes ${name} anew`, site: call.nameSite })),
      ...(join ? [{ message: `both sides come from ${name}`, site: join.call?.nameSite ?? join.site }] : []),
    ],
    confidence: "likely",
    fixes: [
      {
        title: `Keep ${name} by checkpoint() before its first use, or make the values from the row's own key`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) if (plan.unstable.length > 0) checkPlan(plan, ctx)
}

export const unstableIds = defineRule({
  name: "unstable-ids",
  family: "lineage",
  severity: "warning",
  flags:
    "`monotonically_increasing_id`, `rand`, `randn` or `uuid` after a shuffle, on a frame that two actions compute or that is joined with itself, with nothing kept between.",
  why: "These functions are seeded once, but give their values by a row's place in its partition. A shuffle's blocks arrive in no fixed order, so a second computation gives the same row another value: identifiers that were written no longer match those that are joined.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").dropDuplicates(["id"])
numbered = orders.withColumn("number", F.monotonically_increasing_id())
numbered.select("number", "amount").write.mode("overwrite").parquet("amounts")
numbered.select("number", "country").write.mode("overwrite").parquet("places")
result = spark.read.parquet("amounts").join(spark.read.parquet("places"), "number").select("amount", "country")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").dropDuplicates(["id"])
numbered = orders.withColumn("number", F.monotonically_increasing_id()).checkpoint()
numbered.select("number", "amount").write.mode("overwrite").parquet("amounts")
numbered.select("number", "country").write.mode("overwrite").parquet("places")
result = spark.read.parquet("amounts").join(spark.read.parquet("places"), "number").agg(F.count("*"))
`,
  whenNot:
    "The frame is read from files with no shuffle between (the place of a row is then fixed), is used once, or is cached or checkpointed right after.",
  fix: {
    safety: "suggestion",
    note: "Whether to keep the frame or to derive the values from a key, the author decides.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.monotonically_increasing_id.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.checkpoint.html",
  ],
  proof: {
    rows: { differ: "the good example only counts the rows, since the bad one's pairs differ from run to run" },
  },
  deliberateWords: /determinis|stable|random|shuffl/i,
  on: { program: check },
})
