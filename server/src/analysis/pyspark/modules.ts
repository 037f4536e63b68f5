/** First parts of short names, by the module that defines them; the longest that fits counts. */
const families: readonly (readonly [module: string, family: string])[] = [
  ["pyspark.sql.functions", "functions."],
  ["pyspark.sql.pandas.functions", "functions."],
  ["pyspark.sql.avro.functions", "avro.functions."],
  ["pyspark.sql.protobuf.functions", "protobuf.functions."],
  ["pyspark.sql.catalog", "catalog."],
  ["pyspark.ml.functions", "ml.functions."],
  ["pyspark.ml", "ml."],
  ["pyspark.mllib", "mllib."],
  ["pyspark.pandas", "ps."],
]

/** The first part of the short names of what a module defines: `ps.` for `pyspark.pandas.frame`, else empty. */
export function familyOf(module: string): string {
  return families.find(([start]) => module === start || module.startsWith(`${start}.`))?.[1] ?? ""
}
