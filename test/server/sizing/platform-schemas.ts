/**
 * What platforms take, as far as our outputs go, in our own words: fields and types as documented by Databricks'
 * Clusters API, EMR's RunJobFlow, Dataproc's jobs.submit and the Spark Operator's definition of a SparkApplication
 * (2.5.2). Nothing beside these fields is let through, so that a misspelt one shows.
 */
const text = { type: "string", minLength: 1 }
const count = { type: "integer", minimum: 1 }
const properties = {
  type: "object",
  minProperties: 1,
  additionalProperties: text,
  propertyNames: { pattern: "^spark\\." },
}

function exactly(fields: Record<string, object>, optional: readonly string[] = []): object {
  return {
    type: "object",
    properties: fields,
    required: Object.keys(fields).filter((field) => !optional.includes(field)),
    additionalProperties: false,
  }
}

function list(items: object): object {
  return { type: "array", items, minItems: 1 }
}

/** Spark's own spelling of sizes, which the operator hands through. */
const size = { type: "string", pattern: "^\\d+[mg]$" }
const gpu = exactly({ name: text, quantity: count })

export const schemas = {
  databricks: exactly({
    spark_version: text,
    node_type_id: text,
    driver_node_type_id: text,
    num_workers: count,
    spark_conf: properties,
  }),
  emr: exactly({
    Instances: exactly({
      InstanceGroups: list(exactly({ InstanceRole: { const: "CORE" }, InstanceType: text, InstanceCount: count })),
    }),
    Configurations: list(
      exactly({
        Classification: { enum: ["spark", "spark-defaults"] },
        Properties: { type: "object", additionalProperties: text },
      }),
    ),
    Steps: list(
      exactly({
        Name: text,
        ActionOnFailure: { enum: ["TERMINATE_CLUSTER", "CANCEL_AND_WAIT", "CONTINUE"] },
        HadoopJarStep: exactly({ Jar: { const: "command-runner.jar" }, Args: list(text) }),
      }),
    ),
  }),
  dataproc: exactly({
    placement: exactly({ clusterName: text }),
    pysparkJob: exactly({ mainPythonFileUri: { type: "string", pattern: "^gs://" }, properties }),
  }),
  operator: exactly({
    apiVersion: { const: "sparkoperator.k8s.io/v1beta2" },
    kind: { const: "SparkApplication" },
    metadata: exactly({ name: text }),
    spec: exactly(
      {
        type: { enum: ["Java", "Python", "Scala", "R"] },
        pythonVersion: { enum: ["2", "3"] },
        mainClass: text,
        mode: { enum: ["cluster", "client"] },
        sparkVersion: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+$" },
        image: text,
        mainApplicationFile: text,
        driver: exactly({ cores: count, memory: size, serviceAccount: text }),
        executor: exactly({ instances: count, cores: count, memory: size, memoryOverhead: size, gpu }, [
          "memoryOverhead",
          "gpu",
        ]),
        sparkConf: properties,
      },
      ["pythonVersion", "mainClass"],
    ),
  }),
} as const
