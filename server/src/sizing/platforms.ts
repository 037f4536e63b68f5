import type { Cloud } from "./instances.ts"

/** What a managed platform keeps of a node, and what it sets for its users. */
export interface Platform {
  readonly name: string
  /** Where it runs. */
  readonly clouds: readonly Cloud[]
  /** The manager that hands out containers there, or that books as the platform does. */
  readonly manager: "yarn" | "standalone"
  /** Share of the node's memory that executors can have, 0 to 1. */
  readonly memoryShare: number
  /** The share on the machines of one cloud, where it differs. */
  readonly memoryShareOn?: Readonly<Partial<Record<Cloud, number>>>
  /** Executors get all cores, without one for the system; says where that is told. */
  readonly allCores?: string
  /** Its own default of `spark.executor.memoryOverheadFactor`, where it differs from Spark's. */
  readonly overheadFactor?: number
  /** Its `yarn.scheduler.minimum-allocation-mb`, where it differs from YARN's own. */
  readonly yarnMinimum?: number
  /** `spark.dynamicAllocation.enabled` is on unless someone turns it off. */
  readonly dynamicAllocation: boolean
  /** Where all of this is from. */
  readonly source: string
}

const NVIDIA = "NVIDIA's tuning for Spark RAPIDS (spark-rapids-tools, Platform.scala, as of 16 June 2026)"
const EMR_GUIDE = "Amazon EMR Release Guide, Task configuration (24 January 2022)"

export const platforms: Readonly<Record<string, Platform>> = {
  emr: {
    name: "Amazon EMR",
    clouds: ["aws"],
    manager: "yarn",
    memoryShare: 0.7,
    overheadFactor: 0.1875,
    yarnMinimum: 32,
    dynamicAllocation: true,
    source: `${NVIDIA}: 30% of a node is kept back, memoryOverheadFactor is 0.1875; ${EMR_GUIDE}: minimum-allocation-mb 32; "Configure Spark": dynamic allocation is on since 4.4.0`,
  },
  dataproc: {
    name: "Google Dataproc",
    clouds: ["gcp"],
    manager: "yarn",
    memoryShare: 0.8,
    allCores: "Cloud Data Fusion, Cluster sizing: a worker of 4 CPUs and 15 GB has 4 CPUs and 12 GB for YARN",
    dynamicAllocation: true,
    source: `${NVIDIA}, after Dataproc's page on autoscaling: YARN gets 80% of a node's memory`,
  },
  databricks: {
    name: "Databricks",
    clouds: ["aws", "azure", "gcp"],
    manager: "standalone",
    memoryShare: 0.65,
    memoryShareOn: { azure: 0.7 },
    dynamicAllocation: false,
    source: `${NVIDIA}: 35% of a node is kept back on AWS, 30% on Azure, as was seen there; Databricks doesn't publish it`,
  },
}

/** What EMR's own table says of a type. */
export const EMR_MEMORY_SOURCE = EMR_GUIDE
