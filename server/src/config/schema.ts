import type { Family, OptionSchema, Rule, Severity } from "../../../rules/api.ts"

/** What a value of the configuration may be. One description serves validation, the JSON schema and the docs. */
export type Spec = { readonly description: string; readonly default?: unknown; readonly example?: unknown } & (
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly minimum?: number; readonly maximum?: number }
  /** A size; `minimum` and `maximum` in bytes. */
  | { readonly kind: "bytes"; readonly minimum?: number; readonly maximum?: number }
  /** `pattern` must match as a whole; `says` names what is allowed, `noun` what it is, both for people. */
  | { readonly kind: "text"; readonly pattern?: string; readonly says?: string; readonly noun?: string }
  /** One of a few words. `noun` names what they are. */
  | { readonly kind: "choice"; readonly noun: string; readonly choices: Readonly<Record<string, string>> }
  /** A string, number or boolean, kept as text. */
  | { readonly kind: "scalar" }
  /** `single`: one element may stand without brackets. */
  | { readonly kind: "list"; readonly of: Spec; readonly single?: boolean }
  /** A table with known keys. `shorthand`: a value that is no table stands for this key. */
  | {
      readonly kind: "record"
      readonly keys: Readonly<Record<string, Spec>>
      readonly required?: readonly string[]
      readonly shorthand?: string
      /** What its keys are called. */
      readonly noun?: string
    }
  /** A table with keys of the user's. Nested tables are read as dotted keys until one looks like a value. */
  | { readonly kind: "map"; readonly of: Spec; readonly noun: string }
)

/** What the configuration needs to know of a rule. */
export type RuleInfo = Pick<Rule, "name" | "family" | "severity" | "flags" | "options">

/** The versions of Spark that are supported and tested, oldest first; the last is what code is taken to run on. */
export const sparkVersions = ["3.5", "4.0", "4.1", "4.2", "4.3"] as const

const severities: Readonly<Record<Severity | "off", string>> = {
  error: "shown as an error",
  warning: "shown as a warning",
  information: "shown as information",
  off: "the rule does not run",
}

const families: Readonly<Record<Family, string>> = {
  joins: "every rule about joins",
  shuffles: "every rule about shuffles",
  lineage: "every rule about lineage, caches and checkpoints",
  partitions: "every rule about partitions",
  udfs: "every rule about Python functions that run on executors",
  driver: "every rule about work and data on the driver",
  reads: "every rule about reading",
  config: "every rule about Spark's configuration",
  columns: "every rule about columns",
  streaming: "every rule about streaming",
  suppression: "every rule about suppression comments",
}

/** The key of a rule's table that is no option of the rule's own. */
const severityKey = "severity"

/** The whole configuration's description, for these rules. */
export function schemaFor(rules: readonly RuleInfo[]): Extract<Spec, { kind: "record" }> {
  const perPath = pathKeys(rules)
  return {
    kind: "record",
    description: "The configuration of Shufflewise.",
    keys: {
      extends: {
        kind: "list",
        single: true,
        of: { kind: "text", noun: "path", description: "A TOML file, from the folder of the file that names it." },
        description:
          "Other configuration files to start from; a later one wins over an earlier one, and this file over all.",
        example: "../shared/shufflewise.toml",
      },
      exclude: {
        kind: "list",
        of: { kind: "text", noun: "glob", description: "A glob." },
        description:
          "Files not to lint. Globs count from the folder of the nearest configuration file; one without `/` matches a name at any depth, and a folder's name everything below it.",
        default: [],
        example: ["legacy/**", "*_generated.py"],
      },
      ...perPath,
      overrides: {
        kind: "list",
        of: {
          kind: "record",
          description: "Settings for some files.",
          required: ["files"],
          keys: {
            files: {
              kind: "list",
              single: true,
              of: { kind: "text", noun: "glob", description: "A glob." },
              description: "Globs of the files that these settings are for, counted as those of `exclude`.",
              example: ["notebooks/**"],
            },
            ...perPath,
          },
        },
        description: "Settings for some files on top of those for all. A later entry wins over an earlier one.",
        example: [{ files: ["notebooks/**"], profile: "quiet" }],
      },
    },
  }
}

/** The keys that may stand at the top and in `overrides`. */
function pathKeys(rules: readonly RuleInfo[]): Record<string, Spec> {
  const version = { kind: "text", pattern: "\\d+\\.\\d+(\\.\\d+)?", says: 'a version in quotes such as "4.0"' } as const
  const selector: Spec = {
    kind: "choice",
    noun: "rule or family",
    description: "A rule's or a family's name.",
    choices: { ...Object.fromEntries(rules.map((rule) => [rule.name, rule.flags])), ...familiesOf(rules) },
  }
  return {
    enable: { kind: "boolean", description: "Whether files are linted at all.", default: true },
    profile: {
      kind: "choice",
      noun: "profile",
      description: "How sure a finding must be to be shown.",
      choices: {
        quiet: "certain findings",
        default: "certain and likely findings",
        strict: "possible findings as well, such as those that rest on a naming convention",
      },
      default: "default",
    },
    select: {
      kind: "list",
      of: selector,
      description:
        "The rules or families to run; without it, all of them. A rule that is named here shows possible findings too.",
      example: ["joins", "missing-cache"],
    },
    ignore: {
      kind: "list",
      of: selector,
      description: "Rules or families not to run, in addition to those that a file it extends ignores.",
      default: [],
      example: ["cross-join"],
    },
    "report-unused-suppressions": {
      kind: "boolean",
      description: "Whether a suppression comment that suppresses nothing is reported.",
      default: true,
    },
    spark: {
      kind: "record",
      description: "The Spark that the code runs on.",
      keys: {
        target: {
          ...version,
          description: "The version that the code runs on.",
          default: sparkVersions.at(-1)!,
          example: "4.0",
        },
        min: {
          ...version,
          description:
            "The lowest version that the code must run on; fixes use nothing newer. The target, if that is given.",
          default: sparkVersions[0],
          example: "3.5",
        },
      },
    },
    cluster: clusterSpec,
    tables: {
      kind: "map",
      noun: "table",
      of: {
        kind: "record",
        description: "What is known of one table. Its key is the name that the code reads it by.",
        keys: {
          rows: { kind: "integer", minimum: 0, description: "Number of rows.", example: 1_200_000_000 },
          size: { kind: "bytes", description: "Size on disk.", example: "300GiB" },
        },
      },
      description: "Sizes of tables, by name. They tell small from large where the code does not.",
      example: { "sales.orders": { rows: 1_200_000_000, size: "300GiB" } },
    },
    conf: {
      kind: "map",
      noun: "Spark setting",
      of: { kind: "scalar", description: "The value." },
      description: "Spark settings that are made outside the code: by spark-submit, the cluster, a platform.",
      example: { "spark.sql.autoBroadcastJoinThreshold": "50MB" },
    },
    rules: {
      kind: "record",
      noun: "rule",
      description: 'Severity and options of single rules: `rule = "off"`, or a table.',
      keys: Object.fromEntries(rules.map((rule) => [rule.name, ruleSpec(rule)])),
      example: { "cross-join": "off" },
    },
  }
}

const clusterSpec: Spec = {
  kind: "record",
  description: "The cluster that the code runs on, for what depends on its size.",
  required: ["executors", "cores"],
  keys: {
    name: { kind: "text", description: "A name to show.", default: "cluster" },
    executors: { kind: "integer", minimum: 1, description: "Number of executors.", example: 10 },
    cores: { kind: "integer", minimum: 1, description: "Cores of one executor.", example: 5 },
    memory: {
      kind: "bytes",
      minimum: 2 ** 20,
      description: "Heap of one executor (`spark.executor.memory`).",
      default: "1GiB",
      example: "10g",
    },
    "task-cpus": { kind: "integer", minimum: 1, description: "`spark.task.cpus`.", default: 1 },
    manager: {
      kind: "choice",
      noun: "cluster manager",
      description: "What starts the executors. It decides what an executor is booked with beside its heap.",
      choices: {
        standalone: "Spark's own master and workers",
        yarn: "Hadoop YARN",
        kubernetes: "Kubernetes",
        local: "one machine, one process",
      },
      example: "yarn",
    },
    nodes: { kind: "integer", minimum: 1, description: "Number of machines for executors.", example: 10 },
    "node-cores": {
      kind: "integer",
      minimum: 1,
      description: "Cores of one machine; with `node-memory`, so that executors which fit no machine are found.",
      example: 16,
    },
    "node-memory": {
      kind: "bytes",
      minimum: 512 * 2 ** 20,
      description: "Memory of one machine, all of it.",
      example: "64g",
    },
    "node-gpus": { kind: "integer", minimum: 0, description: "GPUs of one machine.", default: 0 },
  },
  example: { name: "nightly", executors: 10, cores: 5, memory: "10g" },
}

function ruleSpec(rule: RuleInfo): Spec {
  const options = Object.entries(rule.options ?? {}).map(([name, option]) => [name, optionSpec(option)] as const)
  return {
    kind: "record",
    description: rule.flags,
    shorthand: severityKey,
    keys: {
      [severityKey]: {
        kind: "choice",
        noun: "severity",
        choices: severities,
        description: "How it is shown.",
        default: rule.severity,
      },
      ...Object.fromEntries(options),
    },
  }
}

function optionSpec(option: OptionSchema): Spec {
  const shared = { description: option.description, default: option.default }
  switch (option.type) {
    case "bytes":
    case "integer":
      return { ...shared, kind: option.type, minimum: option.minimum, maximum: option.maximum }
    case "boolean":
      return { ...shared, kind: "boolean" }
    case "string":
      return { ...shared, kind: "text" }
    case "string[]":
      return { ...shared, kind: "list", of: { kind: "text", description: "One of them." } }
  }
}

/** The families that have a rule. */
export function familiesOf(rules: readonly RuleInfo[]): Record<string, string> {
  const present = new Set<string>(rules.map((rule) => rule.family))
  return Object.fromEntries(Object.entries(families).filter(([name]) => present.has(name)))
}
