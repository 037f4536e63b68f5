import type { SparkValue, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { fileStats } from "../file-size.ts"
import type { Interpreter } from "../interpreter.ts"
import type { PlanDetail, PlanNode } from "../plan.ts"
import type { CallNode } from "../record.ts"
import { spark, stringOf, UNKNOWN } from "../values.ts"
import { framed, recordMember } from "./call.ts"
import { schemaOf } from "./local.ts"

/** A table by name: a temporary view's plan, or a table with what the configuration knows of it. */
export function tablePlan(it: Interpreter, name: string | undefined, call: CallNode): PlanNode {
  const view = name === undefined ? undefined : it.view(name.toLowerCase())
  if (view)
    return it.plan("DataFrame", "project", [view], call.site, false, {
      projection: { type: "keep" },
      transparent: true,
    })
  const facts =
    name === undefined
      ? undefined
      : (it.input.tables.get(name) ?? it.input.tables.get(name.slice(name.lastIndexOf(".") + 1)))
  const detail: PlanDetail = {
    source: { format: "table", path: undefined, table: name, options: new Map(), schema: true },
    ...(facts ? { stats: { ...facts, how: `the configuration gives the size of table ${name}` } } : {}),
  }
  return it.plan("DataFrame", "table", [], call.site, false, detail)
}

const FORMATS = new Set(["parquet", "csv", "json", "orc", "text", "xml", "avro", "image"])

/** A method of `spark.read` and `spark.readStream`: gathers settings, then reads. */
export function readerMethod(site: CallSite, receiver: SparkValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, receiver.class, receiver)
  const name = facts?.name ?? site.name
  if (!facts && !FORMATS.has(name)) return UNKNOWN
  const settings = new Map(receiver.settings)
  const streaming = receiver.class === "DataStreamReader"
  switch (name) {
    case "format":
      settings.set("format", args.get(0, "source") ?? UNKNOWN)
      break
    case "option":
      settings.set(`option.${(stringOf(args.get(0, "key")) ?? "?").toLowerCase()}`, args.get(1, "value") ?? UNKNOWN)
      break
    case "options":
      for (const [key, value] of args.keywordValues()) settings.set(`option.${key.toLowerCase()}`, value)
      if (args.open) settings.set("option.?", UNKNOWN)
      break
    case "schema":
      settings.set("schema", args.get(0, "schema") ?? UNKNOWN)
      break
    case "table":
      return framed(
        call,
        streaming ? streamPlan(it, call, settings, undefined) : tablePlan(it, stringOf(args.get(0, "tableName")), call),
      )
    default: {
      const format =
        name === "load" ? (stringOf(args.get(1, "format")) ?? stringOf(settings.get("format")) ?? undefined) : name
      for (const [key, value] of args.keywordValues())
        settings.set(key === "schema" ? "schema" : `option.${key.toLowerCase()}`, value)
      if (args.open) settings.set("option.?", UNKNOWN)
      if (name === "jdbc") jdbcArguments(args, settings)
      const schema = name === "load" ? args.get(2, "schema") : name === "jdbc" ? undefined : args.get(1, "schema")
      if (schema && (stringOf(schema) !== undefined || schema.kind !== "constant")) settings.set("schema", schema)
      const path = name === "jdbc" ? undefined : (stringOf(args.get(0, "path")) ?? stringOf(args.get(0, "paths")))
      // `parquet(a, b)` reads several.
      const several = name === "parquet" && (args.positional.length > 1 || args.open)
      if (streaming) return framed(call, streamPlan(it, call, settings, format))
      return framed(
        call,
        readPlan(it, call, settings, {
          format,
          path,
          table: stringOf(name === "jdbc" ? args.get(1, "table") : undefined),
          several,
        }),
      )
    }
  }
  call.result = spark(receiver.class, settings)
  return call.result
}

const JDBC_ARGUMENTS = [
  "url",
  "table",
  "column",
  "lowerBound",
  "upperBound",
  "numPartitions",
  "predicates",
  "properties",
]

/** What `jdbc()` is given by position, and in its `properties`, are options like any other. */
function jdbcArguments(args: CallSite["args"], settings: Map<string, Value>): void {
  for (const [i, name] of JDBC_ARGUMENTS.entries()) {
    const value = args.get(i, name)
    if (value) settings.set(`option.${name.toLowerCase()}`, value)
  }
  const properties = settings.get("option.properties")
  if (properties?.kind !== "dict") return
  for (const [key, value] of properties.entries ?? []) settings.set(`option.${key.toLowerCase()}`, value)
}

function optionsOf(settings: ReadonlyMap<string, Value>): Map<string, Value> {
  const options = new Map<string, Value>()
  for (const [key, value] of settings) if (key.startsWith("option.")) options.set(key.slice("option.".length), value)
  return options
}

function readPlan(
  it: Interpreter,
  call: CallNode,
  settings: ReadonlyMap<string, Value>,
  {
    format,
    path,
    table,
    several,
  }: {
    readonly format: string | undefined
    readonly path: string | undefined
    readonly table: string | undefined
    /** The path is not all that is read. */
    readonly several: boolean
  },
): PlanNode {
  const options = optionsOf(settings)
  const schemaValue = settings.get("schema")
  const columns = schemaOf(schemaValue)
  const slow = format === "jdbc" ? "reads over JDBC" : undefined
  const place = path ?? table ?? stringOf(options.get("dbtable"))
  const told = place === undefined ? undefined : it.input.tables.get(place)
  const stats = told
    ? { ...told, how: `the configuration gives the size of ${place}` }
    : fileStats(it.sizeOf, several ? undefined : path, format, options)
  return it.plan("DataFrame", "read", [], call.site, false, {
    source: {
      format: format ?? "files",
      path,
      table: table ?? stringOf(options.get("dbtable")),
      options,
      schema: schemaValue !== undefined,
    },
    ...(columns ? { schema: columns } : {}),
    ...(slow ? { expensive: slow } : {}),
    ...(stats ? { stats } : {}),
  })
}

function streamPlan(
  it: Interpreter,
  call: CallNode,
  settings: ReadonlyMap<string, Value>,
  format: string | undefined,
): PlanNode {
  return it.plan("DataFrame", "read", [], call.site, false, {
    source: {
      format: format ?? stringOf(settings.get("format")),
      path: undefined,
      table: undefined,
      options: optionsOf(settings),
      schema: settings.has("schema"),
    },
    streaming: true,
  })
}
