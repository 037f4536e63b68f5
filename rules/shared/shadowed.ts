/** Python's own functions that pyspark.sql.functions has under the same name. */
export const SHADOWED: ReadonlySet<string> = new Set(
  "abs all any ascii bin chr filter format hash hex len max min ord pow range round slice sum".split(" "),
)
