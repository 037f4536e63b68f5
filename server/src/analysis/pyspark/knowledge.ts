/**
 * What no introspection tells, by hand: what a call does to the cluster, aliases, and what only Spark has.
 * `test/spark/table.test.ts` holds it to real Spark: jobs are counted, plans are looked at for exchanges.
 */
import type { Effects } from "./types.ts"

export type Trait = keyof Effects

/** Row by row in place: order and partitions stay. */
const narrow = ["lazy", "keepsOrdering", "keepsPartitioning"] as const
/** Partition by partition, but the order or the keys of the partitions are not kept. */
const loose = ["lazy"] as const
const shuffle = ["lazy", "wide"] as const
const action = ["action"] as const
const same = ["lazy", "inPlace", "keepsOrdering", "keepsPartitioning"] as const
const none = [] as const

type Traits = readonly Trait[]

function each(owner: string, traits: Traits, names: string): readonly (readonly [string, Traits])[] {
  return names.split(/\s+/).map((name) => [`${owner}.${name}`, traits] as const)
}

const effects: ReadonlyMap<string, Traits> = new Map([
  ...each(
    "DataFrame",
    narrow,
    `select selectExpr withColumn withColumns withColumnRenamed withColumnsRenamed withMetadata drop alias filter
     dropna fillna replace toDF to observe withWatermark sample sampleBy hint`,
  ),
  // limit moves at most n rows a partition, and takes the first ones in order.
  ...each("DataFrame", ["lazy", "keepsOrdering"], "limit offset"),
  ...each("DataFrame", ["lazy", "keepsPartitioning"], "sortWithinPartitions"),
  ...each(
    "DataFrame",
    loose,
    `union unionByName unpivot mapInPandas mapInArrow coalesce randomSplit transform groupBy rollup cube groupingSets
     rdd toJSON pandas_api na stat write writeStream writeTo`,
  ),
  ...each(
    "DataFrame",
    shuffle,
    `agg distinct dropDuplicates dropDuplicatesWithinWatermark intersect intersectAll subtract exceptAll join crossJoin
     lateralJoin nearestByJoin repartition repartitionByRange repartitionById describe summary freqItems`,
  ),
  ...each("DataFrame", shuffle, "orderBy"),
  // The columns of its result are values, which a job must find first.
  ...each("DataFrame", ["action", "wide"], "crosstab"),
  ...each("DataFrame", same, "cache persist"),
  ...each("DataFrame", ["inPlace", "keepsOrdering", "keepsPartitioning"], "unpersist"),
  ...each("DataFrame", ["action", "keepsOrdering", "keepsPartitioning"], "checkpoint localCheckpoint"),
  ...each(
    "DataFrame",
    action,
    `collect count show take head first tail isEmpty toPandas toArrow toLocalIterator foreach foreachPartition
     approxQuantile corr cov transpose`,
  ),
  ...each(
    "DataFrame",
    none,
    `createTempView createOrReplaceTempView createGlobalTempView createOrReplaceGlobalTempView explain printSchema
     schema columns dtypes isStreaming isLocal inputFiles sameSemantics semanticHash storageLevel colRegex sparkSession`,
  ),

  ...each("DataFrameNaFunctions", narrow, "drop fill replace"),
  ...each("DataFrameStatFunctions", narrow, "sampleBy"),
  ...each("DataFrameStatFunctions", shuffle, "freqItems"),
  ...each("DataFrameStatFunctions", ["action", "wide"], "crosstab"),
  ...each("DataFrameStatFunctions", action, "approxQuantile corr cov"),

  ...each("GroupedData", loose, "pivot cogroup"),
  ...each(
    "GroupedData",
    shuffle,
    `agg count sum avg max min apply applyInPandas applyInArrow applyInPandasWithState transformWithState
     transformWithStateInPandas`,
  ),
  ...each("PandasCogroupedOps", shuffle, "applyInPandas applyInArrow"),

  ...each("SparkSession", loose, "createDataFrame range sql table read readStream emptyDataFrame"),
  ...each("SQLContext", loose, "createDataFrame range sql table tables read readStream"),
  ...each("DataFrameReader", loose, "load parquet orc csv json text table jdbc xml"),
  ...each("DataStreamReader", loose, "load parquet orc csv json text table xml name changes"),
  ...each("DataFrameWriter", action, "save saveAsTable insertInto parquet orc csv json text jdbc xml"),
  ...each("DataFrameWriterV2", action, "create replace createOrReplace append overwrite overwritePartitions"),
  ...each("MergeIntoWriter", action, "merge"),
  ...each("DataStreamWriter", action, "start toTable"),

  ...each("SparkContext", loose, "parallelize textFile wholeTextFiles binaryFiles binaryRecords range union emptyRDD"),
  ...each("SparkContext", loose, "sequenceFile newAPIHadoopFile newAPIHadoopRDD hadoopFile hadoopRDD pickleFile"),
  ...each("SparkContext", action, "runJob"),

  ...each("RDD", narrow, "filter mapValues flatMapValues sample sampleByKey"),
  // They may change the keys, so that the partitioner is dropped unless the code says otherwise.
  ...each(
    "RDD",
    ["lazy", "keepsOrdering"],
    `map flatMap mapPartitions mapPartitionsWithIndex mapPartitionsWithSplit keyBy keys values glom pipe zip
     zipWithUniqueId zipWithIndex`,
  ),
  ...each("RDD", loose, "union coalesce randomSplit toDF barrier"),
  // zipWithIndex, sortBy, sortByKey and toDF run a small job at once, to count or to sample; their own work waits.
  ...each(
    "RDD",
    shuffle,
    `groupByKey reduceByKey aggregateByKey foldByKey combineByKey groupBy join leftOuterJoin rightOuterJoin
     fullOuterJoin cogroup groupWith distinct intersection subtract subtractByKey sortBy sortByKey repartition
     partitionBy repartitionAndSortWithinPartitions cartesian`,
  ),
  ...each("RDD", same, "cache persist setName withResources"),
  ...each("RDD", ["inPlace", "keepsOrdering", "keepsPartitioning"], "unpersist"),
  ...each(
    "RDD",
    action,
    `collect collectAsMap collectWithJobGroup count countByKey countByValue countApprox countApproxDistinct first take
     takeOrdered takeSample top reduce fold aggregate treeReduce treeAggregate max min sum mean variance stdev
     sampleVariance sampleStdev stats histogram foreach foreachPartition isEmpty lookup reduceByKeyLocally sumApprox
     meanApprox saveAsTextFile saveAsPickleFile saveAsHadoopFile saveAsHadoopDataset saveAsNewAPIHadoopFile
     saveAsNewAPIHadoopDataset saveAsSequenceFile toLocalIterator`,
  ),
  // They mark the RDD and return nothing; the next action does the work.
  ...each("RDD", none, "checkpoint localCheckpoint getNumPartitions isCheckpointed id name toDebugString"),

  ...each("ps.Frame", action, "to_numpy to_csv to_json to_excel"),
  ...each("ps.DataFrame", action, "to_pandas to_dict to_parquet to_table to_delta"),
  ...each("ps.Series", action, "to_pandas to_list tolist to_dict"),
])

/** Machine learning names its methods alike in every class. */
const learning: Readonly<Record<string, Traits>> = {
  fit: action,
  evaluate: action,
  transform: ["lazy", "keepsOrdering", "keepsPartitioning"],
}

/** Canonical API name to what is known of it; empty where nothing is. */
export function effectsOf(api: string): Traits {
  const known = effects.get(api)
  if (known) return known
  return api.startsWith("ml.") ? (learning[api.slice(api.lastIndexOf(".") + 1)] ?? none) : none
}

/** The APIs that something is known of. */
export function knownApis(): string[] {
  return [...effects.keys()]
}

/** Names that mean another member, by the class that defines them. */
export const memberAliases: Readonly<Record<string, string>> = {
  "DataFrame.where": "filter",
  "DataFrame.groupby": "groupBy",
  "DataFrame.drop_duplicates": "dropDuplicates",
  "DataFrame.sort": "orderBy",
  "DataFrame.unionAll": "union",
  "DataFrame.melt": "unpivot",
  "DataFrame.registerTempTable": "createOrReplaceTempView",
  "DataFrame.to_koalas": "pandas_api",
  "DataFrame.to_pandas_on_spark": "pandas_api",
  "GroupedData.mean": "avg",
  "Column.astype": "cast",
  "Column.name": "alias",
}

/** Old or second names of functions. */
export const functionAliases: Readonly<Record<string, string>> = {
  "functions.approxCountDistinct": "functions.approx_count_distinct",
  "functions.bitwiseNOT": "functions.bitwise_not",
  "functions.call_udf": "functions.call_function",
  "functions.ceiling": "functions.ceil",
  "functions.column": "functions.col",
  "functions.countDistinct": "functions.count_distinct",
  "functions.mean": "functions.avg",
  "functions.power": "functions.pow",
  "functions.shiftLeft": "functions.shiftleft",
  "functions.shiftRight": "functions.shiftright",
  "functions.shiftRightUnsigned": "functions.shiftrightunsigned",
  "functions.sumDistinct": "functions.sum_distinct",
  "functions.toDegrees": "functions.degrees",
  "functions.toRadians": "functions.radians",
}

/** Aggregates and generators that SQL does not have under their Python name. */
export const moreKinds: Readonly<Record<string, "aggregate" | "generator">> = {
  "functions.count_distinct": "aggregate",
  "functions.sum_distinct": "aggregate",
  "functions.product": "aggregate",
  "functions.listagg_distinct": "aggregate",
  "functions.string_agg_distinct": "aggregate",
  "functions.schema_of_variant_agg": "aggregate",
  "functions.vector_avg": "aggregate",
  "functions.vector_sum": "aggregate",
  "functions.json_tuple": "generator",
}

/** `value`: another value each time it is computed. `order`: the value depends on the order of rows. */
export const unstable: Readonly<Record<string, "value" | "order">> = {
  "functions.rand": "value",
  "functions.randn": "value",
  "functions.random": "value",
  "functions.randstr": "value",
  "functions.uniform": "value",
  "functions.uuid": "value",
  "functions.shuffle": "value",
  "functions.monotonically_increasing_id": "value",
  "functions.spark_partition_id": "value",
  "functions.input_file_name": "value",
  "functions.input_file_block_start": "value",
  "functions.input_file_block_length": "value",
  "functions.java_method": "value",
  "functions.reflect": "value",
  "functions.try_reflect": "value",
  "functions.first": "order",
  "functions.first_value": "order",
  "functions.last": "order",
  "functions.last_value": "order",
  "functions.any_value": "order",
  "functions.collect_list": "order",
  "functions.array_agg": "order",
  "functions.collect_set": "order",
  "functions.listagg": "order",
  "functions.string_agg": "order",
}

/** What a module holds beside classes and functions. */
export const moduleObjects: Readonly<Record<string, true>> = {
  "pyspark.__version__": true,
  "pyspark.version.__version__": true,
  "pyspark.pandas.options": true,
  "pyspark.shell.spark": true,
  "pyspark.shell.sc": true,
}

/**
 * Methods of Spark's DataFrame that a frame of pandas, Polars, Dask, Ibis, pandas-on-Spark, Hugging Face datasets,
 * cuDF, Modin or DuckDB does not have, nor an RDD. Left out although nearly so: `toPandas` (Koalas), `repartition`
 * and `persist` (Dask), `orderBy` (a WindowSpec), `rdd` and `cache` (too common a word). Libraries that copy Spark's
 * API on purpose (Snowpark, SQLFrame) do have some: their import is evidence against.
 */
export const frameOnly: ReadonlySet<string> = new Set(
  `approxQuantile createGlobalTempView createOrReplaceGlobalTempView createOrReplaceTempView createTempView crossJoin
   dropDuplicates dropDuplicatesWithinWatermark exceptAll intersectAll mapInArrow mapInPandas
   pandas_api printSchema registerTempTable repartitionByRange sampleBy selectExpr sortWithinPartitions
   to_pandas_on_spark unionAll unionByName withColumn withColumnRenamed withColumns withColumnsRenamed withMetadata
   withWatermark writeStream writeTo`.split(/\s+/),
)
