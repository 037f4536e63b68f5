/** Real-looking PySpark of a given length, the same for the same arguments. For measuring. */

/** A small reproducible random generator (mulberry32); gives numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const NOUNS = [
  "orders",
  "customers",
  "events",
  "sessions",
  "payments",
  "stores",
  "products",
  "clicks",
  "returns",
  "devices",
]
const COLUMNS = ["customer_id", "order_id", "amount", "country", "event_time", "status", "price", "quantity", "segment"]

/** @param lines how long the text is to be, at least; a few lines more at most */
export function pysparkSource(lines: number, seed = 1): string {
  const next = random(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!
  const out = [
    '"""Nightly aggregation of the shop\'s events."""',
    "import logging",
    "from typing import Dict, List, Optional",
    "",
    "from pyspark.sql import DataFrame, SparkSession, Window",
    "from pyspark.sql import functions as F",
    "from pyspark.sql.types import DoubleType, StringType, StructField, StructType",
    "",
    "log = logging.getLogger(__name__)",
    'spark = SparkSession.builder.appName("nightly").config("spark.sql.shuffle.partitions", "400").getOrCreate()',
    "",
  ]
  let n = 0
  while (out.length < lines) {
    n++
    const [a, b] = [pick(NOUNS), pick(NOUNS)]
    const [c, d, e] = [pick(COLUMNS), pick(COLUMNS), pick(COLUMNS)]
    const block = BLOCKS[Math.floor(next() * BLOCKS.length)]!
    out.push(...block({ n, a, b, c, d, e, number: Math.floor(next() * 1000) }), "")
  }
  return `${out.join("\n")}\n`
}

interface Words {
  readonly n: number
  readonly a: string
  readonly b: string
  readonly c: string
  readonly d: string
  readonly e: string
  readonly number: number
}

const BLOCKS: readonly ((w: Words) => readonly string[])[] = [
  ({ n, a, b, c, d }) => [
    `${a}_${n} = spark.read.parquet("s3://lake/${a}/dt=2024-01-01")`,
    `${b}_${n} = spark.read.format("delta").load("/mnt/lake/${b}")  # refreshed hourly`,
    `joined_${n} = ${a}_${n}.join(${b}_${n}, on=["${c}", "${d}"], how="left")`,
  ],
  ({ n, a, c, d, e, number }) => [
    "",
    `def enrich_${a}_${n}(df: DataFrame, threshold: float = ${number}.5, *, dry_run: bool = False) -> DataFrame:`,
    `    """Adds the ${c} columns to \`df\`.`,
    "",
    "    Rows below the threshold are dropped; see the runbook for why.",
    '    """',
    `    window = Window.partitionBy("${c}").orderBy(F.col("${d}").desc())`,
    "    result = (",
    `        df.filter(F.col("${e}") > threshold)`,
    `        .withColumn("rank", F.row_number().over(window))`,
    `        .withColumn("${d}_usd", F.when(F.col("${d}").isNull(), F.lit(0.0)).otherwise(F.col("${d}") * ${number}))`,
    `        .groupBy("${c}", F.to_date("event_time").alias("day"))`,
    `        .agg(F.sum("${d}").alias("total"), F.countDistinct("${e}").alias("distinct_${e}"))`,
    "    )",
    "    if dry_run:",
    `        log.info("rows: %d", result.count())`,
    "        return result.limit(100)",
    "    return result",
    "",
  ],
  ({ n, a, c, d }) => [
    `for column in ["${c}", "${d}", "country_${n}"]:`,
    `    ${a} = ${a}.withColumn(column, F.trim(F.lower(F.col(column))))`,
    `    if column == "${c}" and not skip_${n}:`,
    "        continue",
  ],
  ({ n, a, c, d, e, number }) => [
    `schema_${n} = StructType([`,
    `    StructField("${c}", StringType(), True),`,
    `    StructField("${d}", DoubleType(), True),`,
    `    StructField("${e}", StringType(), ${number % 2 === 0 ? "True" : "False"}),`,
    "])",
    `${a}_csv_${n} = spark.read.schema(schema_${n}).option("header", "true").csv(f"/data/{run_date}/${a}_${number}.csv")`,
  ],
  ({ n, a, c, e }) => [
    "",
    `class ${a[0]!.toUpperCase()}${a.slice(1)}Job${n}(BaseJob):`,
    `    name = "${a}_${n}"`,
    "",
    "    def __init__(self, spark: SparkSession, conf: Optional[Dict[str, str]] = None):",
    "        self.spark = spark",
    "        self.conf = conf or {}",
    `        self.df = spark.table("warehouse.${a}")`,
    "",
    "    @property",
    "    def columns(self) -> List[str]:",
    `        return [c for c in self.df.columns if c.startswith("${c}") and c not in self.conf.get("skip", ())]`,
    "",
    "    def run(self, date):",
    "        try:",
    `            rows = self.df.where(f"dt = '{date}' and ${e} is not null").select(*self.columns).collect()`,
    "        except Exception as error:  # noqa: BLE001",
    `            log.exception("could not read %s: %s", self.name, error)`,
    "            raise",
    "        return {row[0]: row.asDict() for row in rows}",
    "",
  ],
  ({ n, a, b, c, number }) => [
    `spark.sql("""`,
    `    SELECT a.${c}, count(*) AS n_${n}`,
    `    FROM ${a} a JOIN ${b} b ON a.${c} = b.${c}`,
    `    WHERE a.amount > ${number}`,
    `    GROUP BY a.${c}`,
    `""").createOrReplaceTempView("view_${n}")`,
  ],
  ({ n, a, c, d }) => [
    `@F.udf(returnType=StringType())`,
    `def normalise_${n}(value):`,
    "    if value is None or len(value) == 0:",
    `        return "${a}"`,
    `    return value.strip().lower().replace("${c}", '${d}')[:-1]`,
    "",
    `# write the result, one file a day`,
    `result_${n} = df.withColumn("${d}", normalise_${n}("${c}")).repartition(16, "${c}")`,
    `result_${n}.write.mode("overwrite").partitionBy("dt").parquet("s3://lake/out/${a}_${n}")`,
  ],
]
