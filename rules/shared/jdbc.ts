import type { Plan, Source, Value } from "../api.ts"

function textOf(value: Value | undefined): string | undefined {
  if (value?.kind !== "constant") return undefined
  return typeof value.value === "string" ? value.value : value.pattern
}

/** A read of a database, of which all options are seen. */
export function jdbcRead(plan: Plan): Source | undefined {
  const { source } = plan
  if (plan.op !== "read" || source?.format !== "jdbc" || plan.streaming || source.options.has("?")) return undefined
  return source
}

/** What divides the read among tasks; `numPartitions` alone does not. */
export function isPartitioned({ options }: Source): boolean {
  return ["partitioncolumn", "column", "predicates"].some((name) => {
    const value = options.get(name)
    return value !== undefined && !(value.kind === "constant" && value.value === null)
  })
}

/** The table or the query as written, with `{}` for what isn't known. */
export function queryOf({ options }: Source): string | undefined {
  return textOf(options.get("query")) ?? textOf(options.get("dbtable")) ?? textOf(options.get("table"))
}

/** The database's kind by its address: `postgresql`, `mysql`, `oracle`; undefined where that isn't seen. */
export function databaseOf({ options }: Source): string | undefined {
  return /^jdbc:(\w+):/.exec(textOf(options.get("url")) ?? "")?.[1]
}

/** A query that gives few rows, or none: an aggregate of all, a limit, a catalog of the database itself. */
export function isSmallQuery(query: string): boolean {
  if (/\b(information_schema|pg_catalog|sys\.|all_tab\w*|user_tab\w*|dual\b|sysibm|sqlite_master)/i.test(query))
    return true
  if (/\b(limit\s+\d|fetch\s+(first|next)\s+\d|rownum\s*<|top\s*\(?\s*\d)/i.test(query)) return true
  // an aggregate without groups is one row
  return /select\s+(distinct\s+)?(count|min|max|sum|avg)\s*\(/i.test(query) && !/\bgroup\s+by\b/i.test(query)
}
