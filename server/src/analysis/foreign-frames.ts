/** Where other libraries hand out Spark's own DataFrames: AWS Glue, Delta Live Tables, feature stores, GraphFrames. */

import type { PlanDetail } from "./plan.ts"

const CALLS: readonly RegExp[] = [
  // a DynamicFrame turned into Spark's own
  /^awsglue\b.*\.toDF$/,
  /^dlt\.(read|read_stream|readStream)$/,
  /^databricks\.feature_(store|engineering)\b.*\.(load_df|read_table|score_batch)$/,
  /^graphframes\b.*\(\)\.(find|bfs|connectedComponents|stronglyConnectedComponents|triangleCount|shortestPaths|labelPropagation|aggregateMessages)$/,
]

const ATTRIBUTES = /^graphframes\b.*\(\)\.(vertices|edges|triplets|degrees|inDegrees|outDegrees)$/

/** A call of another library, by its path, that gives a DataFrame. */
export function givesFrame(path: string): boolean {
  return CALLS.some((pattern) => pattern.test(path))
}

/** What makes such a frame expensive to compute twice: feature tables and the edges of a pattern are joined. */
export function workOf(path: string): PlanDetail {
  return /^databricks\b.*\.(load_df|score_batch)$|^graphframes\b.*\.find$/.test(path) ? { expensive: "joins" } : {}
}

/** An attribute of another library's object, by its path, that is a DataFrame. */
export function isFrame(path: string): boolean {
  return ATTRIBUTES.test(path)
}

const STARS: Readonly<Record<string, RegExp>> = {
  "awsglue.transforms":
    /^(ApplyMapping|Join|Filter|Map|FlatMap|DropFields|DropNullFields|RenameField|ResolveChoice|SelectFields|SelectFromCollection|Relationalize|SplitFields|SplitRows|Unbox|UnnestFrame|EvaluateDataQuality)$/,
  graphframes: /^GraphFrame$/,
}

/** The path of a name that `from module import *` brings from one of these libraries. */
export function starredPath(module: string, name: string): string | undefined {
  return STARS[module]?.test(name) ? `${module}.${name}` : undefined
}
