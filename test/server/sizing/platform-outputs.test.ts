import assert from "node:assert/strict"
import { Ajv } from "ajv"
import { load } from "js-yaml"
import {
  type Advice,
  advise,
  databricksCluster,
  dataprocJob,
  emrCluster,
  instances,
  operatorYaml,
  platforms,
  type SizingRequest,
  settingsOf,
} from "../../../server/src/sizing/index.ts"
import { schemas } from "./platform-schemas.ts"

type Answer = Extract<Advice, { kind: "advice" }>

function ask(name: string, platform: string | undefined, more: Partial<SizingRequest> = {}): Answer {
  const { cores, memory, gpus, gpuMemory } = instances.get(name)!
  const manager = platform === undefined ? "kubernetes" : platforms[platform]!.manager
  const advice = advise({
    ...{ instance: name, nodes: 10, cores, memory, gpus, gpuMemory, manager, platform },
    ...{ spark: "3.5", python: true, workload: "etl", data: [{ name: "a", bytes: 200e9, cached: false }] },
    deployMode: manager === "standalone" ? "client" : "cluster",
    ...more,
  })
  assert(advice.kind === "advice", JSON.stringify(advice))
  return advice
}

const ajv = new Ajv({ allErrors: true })
function holds(schema: object, value: unknown): void {
  const valid = ajv.validate(schema, value)
  assert(valid, `${ajv.errorsText()}\n${JSON.stringify(value, null, 2)}`)
}

type Conf = Record<string, string>

describe("sizing: Databricks' cluster", () => {
  const of = ({ choices, driver, request }: Answer, choice = 0): Record<string, unknown> =>
    databricksCluster(choices[choice]!, driver, request) as Record<string, unknown>

  it("has workers, their type and a runtime, and leaves what these decide to them", () => {
    const answer = ask("m5.4xlarge", "databricks", { pinned: { executorsPerNode: 1 } })
    const cluster = of(answer)
    holds(schemas.databricks, cluster)
    assert.deepEqual([cluster.node_type_id, cluster.num_workers], ["m5.4xlarge", 10])
    assert.equal(cluster.spark_version, "16.4.x-scala2.12")
    assert.deepEqual(Object.keys(cluster.spark_conf as Conf), [
      "spark.sql.adaptive.coalescePartitions.initialPartitionNum",
    ])
  })

  it("spells executors out where a worker has several", () => {
    const answer = ask("r5.8xlarge", "databricks", { pinned: { executorsPerNode: 4 } })
    const conf = of(answer).spark_conf as Conf
    assert.equal(conf["spark.executor.cores"], "8")
    assert.equal(conf["spark.executor.memory"], `${answer.choices[0]!.layout.heap}m`)
    assert(!("spark.cores.max" in conf) && !("spark.driver.memory" in conf))
  })

  it("names no runtime that isn't known", () => {
    assert.equal(of(ask("m5.4xlarge", "databricks", { spark: "4.3" })).spark_version, "RUNTIME")
    assert.equal(of(ask("m5.4xlarge", "databricks", { spark: "4.0.1" })).spark_version, "17.3.x-scala2.13")
  })

  it("leaves GPUs to the type of the workers, and says each task's share", () => {
    const conf = of(ask("g5.12xlarge", "databricks", { workload: "inference" })).spark_conf as Conf
    assert("spark.task.resource.gpu.amount" in conf)
    assert(!Object.keys(conf).some((key) => key.startsWith("spark.executor.resource")))
  })
})

describe("sizing: EMR's cluster and step", () => {
  it("say the same settings, with bounds for the dynamic allocation that EMR has on", () => {
    const { choices, driver, request } = ask("m5.4xlarge", "emr")
    const cluster = emrCluster(choices[0]!, driver, request) as {
      Configurations: { Classification: string; Properties: Conf }[]
      Steps: { HadoopJarStep: { Args: string[] } }[]
    }
    holds(schemas.emr, cluster)
    const { Properties } = cluster.Configurations.find(({ Classification }) => Classification === "spark-defaults")!
    assert.equal(Properties["spark.dynamicAllocation.maxExecutors"], String(choices[0]!.layout.executors))
    assert(!("spark.executor.instances" in Properties))
    // EMR would put 18.75% of the heap beside it
    assert.equal(Properties["spark.executor.memoryOverhead"], `${choices[0]!.layout.overhead}m`)
    const { Args } = cluster.Steps[0]!.HadoopJarStep
    for (const [key, value] of Object.entries(Properties)) assert(Args.includes(`${key}=${value}`), key)
    assert.equal(Args.at(-1), "s3://BUCKET/job.py")
  })

  it("find GPUs by EMR's script", () => {
    const { choices, driver, request } = ask("g4dn.12xlarge", "emr", { workload: "inference" })
    assert.match(
      JSON.stringify(emrCluster(choices[0]!, driver, request)),
      /"spark\.executor\.resource\.gpu\.discoveryScript":"\/usr\/lib\/spark\/scripts\/gpu\/getGpusResources\.sh"/,
    )
  })
})

describe("sizing: Dataproc's job", () => {
  it("has the settings as properties", () => {
    const { choices, driver, request } = ask("n2-standard-16", "dataproc")
    const job = dataprocJob(choices[0]!, driver, request) as { pysparkJob: { properties: Conf } }
    holds(schemas.dataproc, job)
    const { properties } = job.pysparkJob
    assert.equal(properties["spark.submit.deployMode"], "cluster")
    assert.equal(properties["spark.executor.cores"], String(choices[0]!.layout.executorCores))
    assert.equal(properties["spark.dynamicAllocation.maxExecutors"], String(choices[0]!.layout.executors))
  })
})

describe("sizing: the Spark Operator's application", () => {
  interface Application {
    readonly spec: {
      readonly type: string
      readonly pythonVersion?: string
      readonly sparkVersion: string
      readonly executor: Record<string, unknown>
      readonly sparkConf: Conf
    }
  }
  const read = ({ choices, driver, request }: Answer): Application =>
    load(operatorYaml(choices[0]!, driver, request)) as Application

  it("is YAML of the fields and types that the operator's definition has", () => {
    const answer = ask("m5.4xlarge", undefined, { pythonShare: 0.3, offHeap: 1024 })
    const application = read(answer)
    holds(schemas.operator, application)
    const { spec } = application
    const { layout } = answer.choices[0]!
    assert.deepEqual(spec.executor, {
      instances: layout.executors,
      cores: layout.executorCores,
      memory: `${layout.heap}m`,
      memoryOverhead: `${layout.overhead}m`,
    })
    assert.deepEqual([spec.type, spec.pythonVersion, spec.sparkVersion], ["Python", "3", "3.5.0"])
    assert.equal(spec.sparkConf["spark.memory.offHeap.enabled"], "true")
  })

  it("says nothing twice", () => {
    const answer = ask("g5.12xlarge", undefined, { workload: "inference", gpuMemoryPerTask: 6000 })
    const { spec } = read(answer)
    const all = settingsOf(answer.choices[0]!, answer.driver, answer.request)
    for (const key of Object.keys(spec.sparkConf)) assert.equal(spec.sparkConf[key], all.get(key))
    const fields = ["spark.executor.cores", "spark.executor.memory", "spark.executor.instances", "spark.driver.memory"]
    for (const key of fields) assert(!(key in spec.sparkConf), key)
    assert.deepEqual(spec.executor.gpu, { name: "nvidia.com/gpu", quantity: 1 })
    assert.equal(spec.sparkConf["spark.executor.resource.gpu.vendor"], "nvidia.com")
  })

  it("holds for any workload and cluster", () => {
    for (const name of ["m5.xlarge", "r5.24xlarge", "g6.12xlarge", "c5.18xlarge", "Standard_E96s_v5"])
      for (const workload of ["etl", "joins", "inference", "streaming"] as const)
        for (const python of [true, false])
          holds(schemas.operator, read(ask(name, undefined, { workload, python, spark: "4.3.0" })))
  })
})
