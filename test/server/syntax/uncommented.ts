/**
 * A Databricks notebook's export as tools write it that forget to comment out the cells that are no Python: the
 * markdown and the SQL stand there as they are. tree-sitter takes quadratic time to recover from all that.
 * @param cells how many; two of three are no Python
 * @param magics whether such cells begin with `%md` and `%sql`, or with nothing that tells them
 */
export function uncommentedNotebook(cells: number, magics: boolean): string {
  const markdown = (n: number) => [
    ...(magics ? ["%md"] : []),
    "***",
    `- table_${n}: what it's for`,
    "**Grain** and _keys_",
    "|:---|---:|",
  ]
  const sql = (n: number) => [
    ...(magics ? ["%sql"] : []),
    `CREATE TABLE t_${n} USING DELTA`,
    `LOCATION '/mnt/lake/t_${n}'`,
  ]
  const python = (n: number) => [
    `def clean_${n}(df):`,
    `    return df.filter(F.col("n") > ${n})`,
    `display(clean_${n}(spark.table("t_${n}")))`,
  ]
  const out: string[] = []
  for (let n = 0; n < cells; n++) out.push([markdown, sql, python][n % 3]!(n).join("\n"))
  return `# Databricks notebook source\n${out.join("\n\n# COMMAND ----------\n\n")}\n`
}
