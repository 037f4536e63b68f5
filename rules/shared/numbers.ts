/** Every number that a rule compares with, and where it comes from. Rules name an entry; they hold no constant of their own. */

export interface Sourced {
  readonly value: number
  readonly source: string
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Bytes up to which a broadcast is worth asking for. */
export const broadcastCeiling: Sourced = {
  value: 100 * MIB,
  source:
    "the side is collected on the driver and held by every executor; a hundred MiB fits the default 1 GiB heaps of both, where Spark's own limit of 8 GB does not",
}

/** Bytes that one task reads from files. */
export const scanSplit: Sourced = {
  value: 128 * MIB,
  source: "spark.sql.files.maxPartitionBytes: 128 MB by default (SQLConf)",
}

/** Bytes below which a partition costs more to schedule than to process. */
export const tinyPartition: Sourced = {
  value: 16 * MIB,
  source: "a quarter of spark.sql.adaptive.advisoryPartitionSizeInBytes, 64 MB by default (SQLConf)",
}

/** Bytes above which one partition threatens its task, where nobody says what memory tasks have. */
export const hugePartition: Sourced = {
  value: GIB,
  source: "the usual advice is 64 to 200 MB a task; a GiB no longer fits a task's share of a common executor's memory",
}

/** Tasks with next to nothing to do that nobody notices. */
export const harmlessTasks: Sourced = {
  value: 100,
  source:
    "a thousand rows repartitioned and counted on two cores: 0.2 s with 4 partitions, 1.0 s with 100, 3.5 s with 400 on 3.5.9; 0.6, 2.7 and 4.5 s on 4.3.0",
}

/** Partitions above which the driver's bookkeeping of tasks dominates. */
export const manyPartitions: Sourced = {
  value: 10_000,
  source: "the driver keeps a status for every pair of map task and reduce partition, about 100 million here",
}

/** Rounds of a loop that build no plan worth talking of, when each adds one projection. */
export const harmlessProjections: Sourced = {
  value: 3,
  source: "a handful of projections analyse in milliseconds; 300 withColumn calls took 85 s on 3.5.9 and 23 s on 4.3.0",
}

/** Rounds of a loop that build no plan worth talking of, when each adds a join or a shuffle. */
export const harmlessRounds: Sourced = {
  value: 5,
  source:
    "a frame joined with its own aggregate each round: planning took 0.4 s at round 6, 1.8 to 2.3 s at 9 and 13 s at 12",
}

/** Rounds between two checkpoints, where each round adds to the plan once. */
export const checkpointEvery: Sourced = {
  value: 10,
  source: "the plan grows by a fixed part each round: ten rounds plan in well under a second",
}

/** Rounds between two checkpoints, where each round uses the round before twice, so that the plan doubles. */
export const checkpointEveryDoubling: Sourced = {
  value: 5,
  source: "planning doubles with each round: 0.4 s at round 6 and 13 s at 12 (measured on 3.5.9 and 4.3.0)",
}

/** Rows of a cross join that nobody minds. */
export const harmlessProduct: Sourced = {
  value: 1_000_000,
  source: "a million rows fit a partition or two of the usual 64 to 200 MB",
}

/** Rows of a side that a cross join is often written for on purpose. */
export const deliberateCrossSide: Sourced = {
  value: 100,
  source: "a short literal list: the currencies, days or thresholds to try on each row",
}

/** Rounds whose caches may stay together. */
export const harmlessCaches: Sourced = {
  value: 3,
  source: "a job holds a few cached frames at once as a matter of course; what grows with the rounds is another thing",
}

/** Jobs with shuffles of their own after the last use of a cache, from which on it is worth freeing. */
export const jobsAfterCache: Sourced = {
  value: 3,
  source:
    "one or two more jobs end before the memory is missed; storage shares spark.memory.fraction with their shuffles",
}

/** Tasks below which a stage leaves even a small cluster idle. */
export const fewTasks: Sourced = {
  value: 8,
  source: "two executors of the usual four or five cores",
}

/** Rows in one call of a model, where nothing else is known. */
export const inferenceBatch: Sourced = {
  value: 64,
  source: "the usual start for a sweep by powers of two; below spark.sql.execution.arrow.maxRecordsPerBatch (10,000)",
}

/** Bytes of results that the driver takes from one action. */
export const driverResult: Sourced = {
  value: GIB,
  source: "spark.driver.maxResultSize: 1 GiB by default; an action whose results are larger is aborted",
}

/** Jobs over the same data in a row that nobody minds. */
export const harmlessJobs: Sourced = {
  value: 3,
  source: "train, validation and test: a handful of jobs costs a handful of passes",
}

/** Models fitted at once beyond which tuning gains little. */
export const tuningParallelism: Sourced = {
  value: 10,
  source: "Spark's guide to tuning: a value up to 10 should be sufficient for most clusters",
}

/** Folds of a cross-validation where nobody says how many. */
export const tuningFolds: Sourced = {
  value: 3,
  source: "CrossValidator.numFolds: 3 by default",
}

/** Projections in a row from which joining them is worth a word. */
export const longChain: Sourced = {
  value: 5,
  source: "each withColumn analyses the plan anew: 300 took 85 s on 3.5.9 and 23 s on 4.3.0, one withColumns 2 to 4 s",
}

/** Rounds of a loop that may append rows one after the other. */
export const harmlessUnions: Sourced = {
  value: 3,
  source:
    "400 small parts took 5.6 to 11.8 s to union one by one and 0.5 to 0.7 s pairwise (4.3.0 and 3.5.9); of a handful nobody sees the difference",
}

/** Literals in one `isin` that nobody minds. */
export const harmlessLiterals: Sourced = {
  value: 100,
  source: "a list that a person could have written; `take(100)` and `limit(100)` are the usual look at a frame",
}

/** Bytes of a function with what it captures that nobody minds. */
export const harmlessClosure: Sourced = {
  value: MIB,
  source:
    "spark.broadcast.UDFCompressionThreshold: 1 MiB by default; PySpark sends larger functions apart from the task",
}

/** Entries of a collection that nobody minds in a function. */
export const harmlessEntries: Sourced = {
  value: 1000,
  source: "at a few dozen bytes an entry a small part of the 1 MiB up to which a function travels with its task",
}

/** Rows of one Arrow batch, and so the most that Python code gets at once. */
export const arrowBatch: Sourced = {
  value: 10_000,
  source: "spark.sql.execution.arrow.maxRecordsPerBatch: 10,000 by default (SQLConf)",
}

/** Rows of one call of a model below which most of the time goes into starting it. */
export const tinyInferenceBatch: Sourced = {
  value: 8,
  source:
    "20,000 rows through a model of two small matrix products on a CPU: 3.7 s one by one, 0.8 s by 8, 0.6 s by 64, 0.5 s by 1,024 (measured on 3.5.9)",
}

/** Tasks of a shuffle where nobody says how many. */
export const defaultShufflePartitions: Sourced = {
  value: 200,
  source: "spark.sql.shuffle.partitions: 200 by default (SQLConf); with AQE the number to merge from",
}

/** Relative standard deviation of an estimated distinct count. */
export const defaultRsd: Sourced = {
  value: 0.05,
  source: "approx_count_distinct(col, rsd): 0.05 by default (HyperLogLogPlusPlus), one standard deviation",
}

/** Columns of the picked row, its keys aside, that aggregates carry more cheaply than a sort of whole rows. */
export const fewPicked: Sourced = {
  value: 3,
  source:
    "one column of the latest of 200,500 rows a customer: 0.18 s by max_by and 0.39 s by row_number on 3.5.9, 0.40 and 0.73 s on 4.3.0; each further column adds an aggregate",
}

/** Bytes of the smallest row that a broadcast holds. */
export const smallestRow: Sourced = {
  value: 16,
  source: "UnsafeRow: 8 bytes that say which fields are null, and 8 for each field",
}

/** Shuffles in a row that one plan may have without a cut. */
export const longPlan: Sourced = {
  value: 8,
  source:
    "planning 16 aggregates in a row took 0.02 s on 3.5.9 and 4.3.0, so it is not the plan that costs: of five shuffles, the loss of one executor of two had 13 tasks of all six stages run again instead of 4 of one",
}

/** Tasks that share an executor's JVM well. */
export const tasksPerJvm: Sourced = {
  value: 4,
  source: "the ranking of server/src/sizing: 4 to 8 tasks share a JVM, its broadcasts and its cached blocks at no loss",
}

/** Tasks of one JVM from which on its garbage collections hold up many. */
export const manyTasksPerJvm: Sourced = {
  value: 8,
  source: "the ranking of server/src/sizing: up to 8 tasks at no loss, 4% less worth up to 16, 12% less beyond",
}

/** Tasks of one JVM that are too many for one garbage collector. */
export const tooManyTasksPerJvm: Sourced = {
  value: 16,
  source: "the ranking of server/src/sizing: beyond 16 cores one long collection stops all tasks at once",
}

/** How much larger than a heap with short object pointers one with long pointers must be to hold more. */
export const longPointerCost: Sourced = {
  value: 1.5,
  source:
    "references and headers grow from 4 to 8 and from 12 to 16 bytes; the usual advice is 32 to 48 GiB for nothing",
}

/** Memory of a Python worker that runs a pandas function, in MiB. */
export const pandasWorker: Sourced = {
  value: 106,
  source: "process-tree metrics of a Standalone cluster on loopback: about 106 MB a worker before it holds any rows",
}

/** Memory that a Python worker with a model works with, in MiB. */
export const modelWorker: Sourced = {
  value: 1024,
  source:
    "half of what the calculator's workload for ML inference gives a worker: libraries of models alone take hundreds of MiB",
}

/** Bytes of a size below which a unit was most probably forgotten, where the default is more. */
export const tinySize: Sourced = {
  value: 64 * KIB,
  source:
    "a page of Parquet is 1 MiB by default: no size of a table, a partition or a process is meant to be below 64 KiB",
}

/** Bytes of memory below which a unit was most probably forgotten. */
export const tinyMemory: Sourced = {
  value: 64 * MIB,
  source: "Spark keeps 300 MiB of each heap for itself, and 384 MiB beside it at least",
}

/** Seconds for which nobody should wait for an executor that is gone. */
export const longTimeout: Sourced = {
  value: 3600,
  source: "spark.network.timeout: 120 s by default; an hour is thirty times that",
}
