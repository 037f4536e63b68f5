import type { Call } from "../api.ts"

/** pandas methods that make less of many rows, and how Spark says it. */
const IN_SPARK: Readonly<Record<string, string>> = {
  groupby: "groupBy(…).agg(…)",
  merge: "join(…)",
  query: "filter(…)",
  drop_duplicates: "dropDuplicates()",
  pivot_table: "groupBy(…).pivot(…)",
  value_counts: "groupBy(…).count()",
  nunique: "agg(F.countDistinct(…))",
  unique: "select(…).distinct()",
  isin: "filter(F.col(…).isin(…))",
  sum: "agg(F.sum(…))",
  mean: "agg(F.avg(…))",
  median: "agg(F.median(…))",
  quantile: "approxQuantile(…)",
  std: "agg(F.stddev(…))",
  max: "agg(F.max(…))",
  min: "agg(F.min(…))",
  nlargest: "orderBy(…).limit(n)",
  nsmallest: "orderBy(…).limit(n)",
}

/** A pandas frame itself, or one of its columns. */
const OF_FRAME = /^pandas\.DataFrame\(\)(\[\]|\.[A-Za-z_]\w*)?\.(\w+)$/

/** What Spark would say for a call on the rows of `toPandas()`, where it makes less of them; else undefined. */
export function inSpark(work: Call): string | undefined {
  const [, column, method] = OF_FRAME.exec(work.api) ?? []
  // the names of the columns are few, whatever is done with them
  if (column === ".columns" || column === ".index" || method === undefined) return undefined
  return Object.hasOwn(IN_SPARK, method) ? IN_SPARK[method] : undefined
}
