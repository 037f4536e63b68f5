/** What a managed platform keeps of a node, and what it sets for its users. */
export interface Platform {
  readonly name: string
  /** Share of the node's memory that executors can have, 0 to 1. */
  readonly memoryShare: number
  /** Its own default of `spark.executor.memoryOverheadFactor`, where it differs from Spark's. */
  readonly overheadFactor?: number
  readonly source: string
}

const TUNING_TABLES = "NVIDIA's tuning tables for Spark RAPIDS (platform specifications)"

export const platforms: Readonly<Record<string, Platform>> = {
  emr: {
    name: "Amazon EMR",
    memoryShare: 0.7,
    overheadFactor: 0.1875,
    source: `${TUNING_TABLES}: about 30% of some types is kept back; memoryOverheadFactor 0.1875`,
  },
  dataproc: {
    name: "Google Dataproc",
    memoryShare: 0.8,
    source: `${TUNING_TABLES}: 20% is kept back`,
  },
  databricks: {
    name: "Databricks",
    memoryShare: 0.67,
    source: `${TUNING_TABLES}: 30 to 35% is kept back`,
  },
}
