import { defineRule, type Plan, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { nameOf } from "../shared/frames.ts"
import { databaseOf, isPartitioned, isSmallQuery, jdbcRead, queryOf } from "../shared/jdbc.ts"
import { isSmall } from "../shared/sizes.ts"

/** What a driver does where nobody says how many rows to fetch at once; only where that hurts. */
const BY_DEFAULT: Readonly<Record<string, string>> = {
  oracle: "Oracle's driver fetches 10 rows a round trip",
  postgresql: "PostgreSQL's driver takes the whole result of a partition into memory at once",
  mysql: "MySQL's driver takes the whole result of a partition into memory at once",
  derby: "Derby fetches 16 rows at once",
  redshift: "Redshift's driver takes the whole result of a partition into memory at once",
}

function check(plan: Plan, ctx: RuleContext): void {
  const source = jdbcRead(plan)
  const { call } = plan
  // a read that nothing divides is unpartitioned-jdbc's
  if (!source || !call || call.inUdf || !isPartitioned(source) || source.options.has("fetchsize")) return
  const query = queryOf(source)
  if (isSmall(plan) || (query !== undefined && isSmallQuery(query))) return
  const database = databaseOf(source)
  const known = database === undefined ? undefined : BY_DEFAULT[database]
  if (database !== undefined && known === undefined) return
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${nameOf(plan)} is read with no \`fetchsize\`: ${known ?? "the driver decides how many rows come a round trip, and some take ten, some all of them"}. A few thousand keep both the trips and the memory small.`,
    evidence: [{ message: "read over JDBC here", site: call.nameSite }],
    confidence: known ? "likely" : "possible",
    fixes: [{ title: 'Set the option "fetchsize" to a few thousand rows', safety: "suggestion", edits: [] }],
  })
}

export const jdbcFetchSize = defineRule({
  name: "jdbc-fetch-size",
  family: "reads",
  severity: "information",
  flags: "A divided JDBC read that leaves it to the driver how many rows come a round trip.",
  why: "Oracle's driver brings ten rows a round trip, so that a million rows are a hundred thousand trips; PostgreSQL's and MySQL's bring the whole result of a partition into the executor's memory before the first row is used.",
  bad: `url = "jdbc:derby:memory:shop;create=true"
spark.range(10000).selectExpr("id", "id % 7 AS kind").write.jdbc(url, "visits", mode="overwrite")
visits = spark.read.jdbc(url, "visits", column="id", lowerBound=0, upperBound=10000, numPartitions=4)
result = visits.groupBy("kind").count()
`,
  good: `url = "jdbc:derby:memory:shop;create=true"
spark.range(10000).selectExpr("id", "id % 7 AS kind").write.jdbc(url, "visits", mode="overwrite")
reader = spark.read.option("fetchsize", 5000)
visits = reader.jdbc(url, "visits", column="id", lowerBound=0, upperBound=10000, numPartitions=4)
result = visits.groupBy("kind").count()
`,
  whenNot: "The table is small, or the driver's default fits: SQL Server's and Db2's stream by themselves.",
  fix: { safety: "suggestion", note: "How many rows fit depends on their width." },
  references: ["https://spark.apache.org/docs/latest/sql-data-sources-jdbc.html"],
  proof: { rows: "same" },
  on: { plan: check },
})
