import { defineRule, type Plan, type RuleContext } from "../api.ts"
import { handsOnKeywords, underline } from "../shared/calls.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { isPartitioned, isSmallQuery, jdbcRead, queryOf } from "../shared/jdbc.ts"
import { isSmall } from "../shared/sizes.ts"

/** Looks at the first rows: the one task stops when it has them. */
const LOOKS = /^(show|head|first|take|printSchema|display|limit|columns|dtypes|schema)$/

/** Nothing but its first rows is ever asked for. */
function onlyLookedAt(plan: Plan): boolean {
  return !plan.escapes && plan.uses.length > 0 && plan.uses.every(({ call }) => LOOKS.test(call.name))
}

/** Somebody writes what is made of it: a notebook that is a job, not a look at a table. */
function isStored(plan: Plan): boolean {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if (step.uses.some(({ call }) => call.api.startsWith("DataFrameWriter"))) return true
    if (seen.size < MAX_STEPS) for (const next of consumersOf(step)) seen.add(next)
  }
  return false
}

/** Steps that are made of one frame and looked at. */
const MAX_STEPS = 200

function check(plan: Plan, ctx: RuleContext): void {
  const source = jdbcRead(plan)
  const { call } = plan
  if (!source || !call || call.inUdf || isPartitioned(source) || isSmall(plan) || handsOnKeywords(ctx, call)) return
  const query = queryOf(source)
  if (query !== undefined && isSmallQuery(query)) return
  // rows that a condition of the query's own keeps may be few
  const narrowed = query !== undefined && /\bwhere\b|\bgroup\s+by\b/i.test(query)
  const alone = source.options.get("numpartitions")
  const name = nameOf(plan)
  const table = source.table ?? (query && /^[\w.]+$/.test(query) ? query : undefined)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name} is read by one task over one connection, however large the table and the cluster are: ${
      alone ? "`numPartitions` alone divides nothing" : "nothing tells Spark how to divide it"
    }. Give \`partitionColumn\` (an indexed number, date or timestamp) with \`lowerBound\`, \`upperBound\` and \`numPartitions\`, or a list of \`predicates\`.`,
    evidence: [
      {
        message: table === undefined ? "read over JDBC here" : `table ${table} is read over JDBC here`,
        site: call.nameSite,
      },
    ],
    confidence: narrowed || onlyLookedAt(plan) || (ctx.program.isNotebook && !isStored(plan)) ? "possible" : "likely",
    fixes: [
      {
        title:
          "Divide it by a column: partitionColumn, lowerBound and upperBound (which cut the range and filter nothing), numPartitions as many connections as the database can take",
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const unpartitionedJdbc = defineRule({
  name: "unpartitioned-jdbc",
  family: "reads",
  severity: "warning",
  flags: "A table read over JDBC with nothing that divides it: no partition column with its bounds, no predicates.",
  why: "Spark opens one connection for each partition of the read, and without a partition column there is one: a single task fetches the whole table while all other slots wait, and what follows starts from one partition, which may not fit its executor.",
  bad: `url = "jdbc:derby:memory:shop;create=true"
spark.range(10000).selectExpr("id", "id % 7 AS kind").write.jdbc(url, "visits", mode="overwrite")
visits = spark.read.jdbc(url, "visits")
result = visits.groupBy("kind").count()
`,
  good: `url = "jdbc:derby:memory:shop;create=true"
spark.range(10000).selectExpr("id", "id % 7 AS kind").write.jdbc(url, "visits", mode="overwrite")
reader = spark.read.option("fetchsize", 5000)
visits = reader.jdbc(url, "visits", column="id", lowerBound=0, upperBound=10000, numPartitions=4)
result = visits.groupBy("kind").count()
`,
  whenNot:
    "The table is small, or the query brings few rows. The bounds only cut the range into equal steps: rows outside of them are read too, and a column with gaps or skew gives uneven tasks.",
  fix: {
    safety: "suggestion",
    note: "Which column divides the table evenly, and how many connections the database can take, only its owner knows.",
  },
  references: ["https://spark.apache.org/docs/latest/sql-data-sources-jdbc.html"],
  proof: {
    rows: "same",
    plan: { bad: { has: ["numPartitions=1]"] }, good: { has: ["numPartitions=4]"] } },
  },
  deliberateWords: /small|tiny|one connection|single connection|few rows/i,
  on: { plan: check },
})
