/**
 * A choice in the forms that managed platforms take: what of it is theirs to decide is left to them, the rest is said in
 * their own places and units. Names that only a person knows (a bucket, a cluster, an image) are left in capitals.
 */
import type { Choice, Driver } from "./advise.ts"
import { memory, settingsOf } from "./outputs.ts"
import type { SizingRequest } from "./request.ts"
import { atLeast } from "./spark-version.ts"

type Properties = Readonly<Record<string, string>>

/** Newest Databricks Runtime with long-term support by Spark's version (its release notes, 22 October 2025). */
const RUNTIMES: readonly (readonly [spark: string, runtime: string])[] = [
  ["4.0", "17.3.x-scala2.13"],
  ["3.5", "16.4.x-scala2.12"],
]

/** What a Databricks cluster decides by its node types and number of workers. */
const DATABRICKS_DECIDES = new Set([
  "spark.cores.max",
  "spark.driver.memory",
  "spark.executor.instances",
  "spark.executor.resource.gpu.amount",
  "spark.master",
])
/** What it decides as well as long as a worker has one executor. */
const DATABRICKS_ONE_EXECUTOR = new Set([
  "spark.executor.cores",
  "spark.executor.memory",
  "spark.executor.memoryOverhead",
])

/**
 * A cluster of Databricks' Clusters API. One executor a worker with all its memory is what Databricks does by itself;
 * only other layouts are spelled out.
 */
export function databricksCluster(choice: Choice, driver: Driver, request: SizingRequest): object {
  const alone = choice.layout.executorsPerNode === 1
  const runtime = RUNTIMES.find(([spark]) => sameMinor(request.spark, spark))?.[1]
  return {
    spark_version: runtime ?? "RUNTIME",
    node_type_id: request.instance ?? "NODE_TYPE",
    driver_node_type_id: request.instance ?? "NODE_TYPE",
    num_workers: request.nodes,
    spark_conf: kept(
      settingsOf(choice, driver, request),
      (key) => !DATABRICKS_DECIDES.has(key) && !(alone && DATABRICKS_ONE_EXECUTOR.has(key)),
    ),
  }
}

/**
 * The parts of EMR's RunJobFlow that a choice decides: the core nodes, `spark-defaults` for a new cluster, and a step
 * that says the same for one that runs already.
 */
export function emrCluster(choice: Choice, driver: Driver, request: SizingRequest): object {
  const properties = withDynamicAllocation(choice, settingsOf(choice, driver, request))
  const confs = Object.entries(properties).flatMap(([key, value]) => ["--conf", `${key}=${value}`])
  return {
    Instances: {
      InstanceGroups: [
        { InstanceRole: "CORE", InstanceType: request.instance ?? "NODE_TYPE", InstanceCount: request.nodes },
      ],
    },
    Configurations: [
      { Classification: "spark", Properties: { maximizeResourceAllocation: "false" } },
      { Classification: "spark-defaults", Properties: properties },
    ],
    Steps: [
      {
        Name: "job",
        ActionOnFailure: "CONTINUE",
        HadoopJarStep: {
          Jar: "command-runner.jar",
          Args: ["spark-submit", "--deploy-mode", request.deployMode, ...confs, "s3://BUCKET/job.py"],
        },
      },
    ],
  }
}

/** A job of Dataproc's API, to submit to a cluster that is there. */
export function dataprocJob(choice: Choice, driver: Driver, request: SizingRequest): object {
  return {
    placement: { clusterName: "CLUSTER" },
    pysparkJob: {
      mainPythonFileUri: "gs://BUCKET/job.py",
      properties: {
        "spark.submit.deployMode": request.deployMode,
        ...withDynamicAllocation(choice, settingsOf(choice, driver, request)),
      },
    },
  }
}

/** On platforms that have dynamic allocation on, its bounds instead of a number that would only be where it starts. */
function withDynamicAllocation({ allocation }: Choice, settings: ReadonlyMap<string, string>): Properties {
  return {
    ...kept(settings, (key) => key !== "spark.executor.instances"),
    "spark.dynamicAllocation.minExecutors": String(allocation.min.value),
    "spark.dynamicAllocation.initialExecutors": String(allocation.initial.value),
    "spark.dynamicAllocation.maxExecutors": String(allocation.max.value),
  }
}

/** What a SparkApplication has fields of its own for. */
const OPERATOR_FIELDS = new Set([
  "spark.driver.memory",
  "spark.executor.cores",
  "spark.executor.instances",
  "spark.executor.memory",
  "spark.executor.memoryOverhead",
])

/** A `SparkApplication` (v1beta2) of the Kubeflow Spark Operator, as YAML. */
export function operatorYaml(choice: Choice, driver: Driver, request: SizingRequest): string {
  const { layout } = choice
  const settings = settingsOf(choice, driver, request)
  const overhead = settings.get("spark.executor.memoryOverhead")
  const conf = Object.entries(kept(settings, (key) => !OPERATOR_FIELDS.has(key)))
  const lines = [
    "apiVersion: sparkoperator.k8s.io/v1beta2",
    "kind: SparkApplication",
    "metadata:",
    "  name: job",
    "spec:",
    `  type: ${request.python ? "Python" : "Scala"}`,
    ...(request.python ? ['  pythonVersion: "3"'] : ["  mainClass: MAIN_CLASS"]),
    `  mode: ${request.deployMode}`,
    `  sparkVersion: ${text(sparkVersion(request.spark))}`,
    "  image: IMAGE",
    `  mainApplicationFile: ${text(request.python ? "local:///opt/spark/work-dir/job.py" : "local:///opt/spark/work-dir/job.jar")}`,
    "  driver:",
    "    cores: 1",
    `    memory: ${memory(driver.heap.value)}`,
    "    serviceAccount: SERVICE_ACCOUNT",
    "  executor:",
    `    instances: ${layout.executors}`,
    `    cores: ${layout.executorCores}`,
    `    memory: ${memory(layout.heap)}`,
    ...(overhead === undefined ? [] : [`    memoryOverhead: ${overhead}`]),
    ...(layout.executorGpus === 0
      ? []
      : ["    gpu:", "      name: nvidia.com/gpu", `      quantity: ${layout.executorGpus}`]),
    "  sparkConf:",
    ...conf.map(([key, value]) => `    ${key}: ${text(value)}`),
  ]
  return `${lines.join("\n")}\n`
}

/** A text of YAML that is nothing but a text: numbers and `true` would be taken for what they look like. */
function text(value: string): string {
  return JSON.stringify(value)
}

/** Major, minor and patch, as the operator wants it. */
function sparkVersion(version: string): string {
  return version.split(".").length < 3 ? `${version}.0` : version
}

function sameMinor(version: string, other: string): boolean {
  return atLeast(version, other) && atLeast(other, version)
}

function kept(settings: ReadonlyMap<string, string>, keep: (key: string) => boolean): Properties {
  return Object.fromEntries([...settings].filter(([key]) => keep(key)))
}
