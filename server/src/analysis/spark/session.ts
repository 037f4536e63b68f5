import type { SparkValue, Value } from "../../../../rules/api.ts"
import type { Attribute } from "../../syntax/ast.ts"
import { instanceOfPyspark } from "../annotations.ts"
import type { CallSite } from "../calls.ts"
import { frameGiven } from "../evidence.ts"
import { fileStats } from "../file-size.ts"
import type { Interpreter } from "../interpreter.ts"
import { planOf } from "../interpreter.ts"
import type { PlanNode } from "../plan.ts"
import { member } from "../pyspark/table.ts"
import type { CallNode } from "../record.ts"
import { readSql } from "../sql-text.ts"
import { ApiFunction, foreign, HOLE, numberOf, type PyClass, patternOf, spark, stringOf, UNKNOWN } from "../values.ts"
import { framed, recordMember, valueOfType } from "./call.ts"
import { confMethod } from "./confs.ts"
import { deltaMethod, mergeMethod } from "./delta.ts"
import { createDataFrame, parallelize } from "./local.ts"
import { readerMethod, tablePlan } from "./readers.ts"
import { functionGiven, makeUdf, returnTypeOf } from "./udfs.ts"
import { writerMethod } from "./writers.ts"

/** `spark.attr` that isn't called. */
export function sparkAttribute(it: Interpreter, owner: SparkValue, expr: Attribute): Value {
  if (owner.class === "SparkSession") {
    switch (expr.attr) {
      case "sparkContext":
      case "_sc":
        return spark("SparkContext")
      case "read":
        return spark("DataFrameReader", new Map())
      case "readStream":
        return spark("DataStreamReader", new Map())
      case "conf":
        return spark("RuntimeConfig")
      case "udf":
        return spark("UDFRegistration")
      case "builder":
        return spark("SparkSession.Builder")
    }
  }
  if (owner.class === "Broadcast" && expr.attr === "value") return owner.settings?.get("value") ?? UNKNOWN
  const facts = member(owner.class, expr.attr)
  if (!facts) return UNKNOWN
  if (facts.kind !== "property") return new ApiFunction(expr.attr, `${owner.class}.${facts.name}`, owner, it.site(expr))
  const type = facts.returns
  if (type?.kind === "class" && type.name !== "DataFrame" && type.name !== "RDD")
    return instanceOfPyspark(it, type.name, expr, expr.attr)
  return UNKNOWN
}

/** An attribute of a PySpark class itself: `SparkSession.builder`, `Window.partitionBy`. */
export function staticAttribute(it: Interpreter, cls: PyClass, expr: Attribute): Value {
  if (cls.name === "SparkSession" && expr.attr === "builder") return spark("SparkSession.Builder")
  if (
    /^(StorageLevel|Window|PandasUDFType|functionType)$/i.test(cls.name) &&
    /^[A-Z]|^unbounded|^currentRow/.test(expr.attr)
  )
    return foreign(`pyspark.${cls.name}.${expr.attr}`)
  return new ApiFunction(expr.attr, `${cls.name}.${expr.attr}`, cls, it.site(expr))
}

/** A method of a session, context, reader, writer, catalog… */
export function sparkMethod(site: CallSite, receiver: SparkValue): Value {
  switch (receiver.class) {
    case "SparkSession":
      return sessionMethod(site, receiver)
    case "SparkContext":
      return contextMethod(site, receiver)
    case "SparkSession.Builder":
    case "SparkConf":
    case "RuntimeConfig":
      return confMethod(site, receiver)
    case "DataFrameReader":
    case "DataStreamReader":
      return readerMethod(site, receiver)
    case "DataFrameWriter":
    case "DataFrameWriterV2":
    case "DataStreamWriter":
      return writerMethod(site, receiver)
    case "UDFRegistration":
      return registerUdf(site, receiver)
    case "DeltaTable":
      return deltaMethod(site, receiver)
    case "DeltaMergeBuilder":
      return mergeMethod(site, receiver)
    default:
      return otherMethod(site, receiver)
  }
}

/** Methods of machine learning that take a DataFrame. */
const LEARNS = /^(fit|transform|evaluate)$/

/** `fillna` and the like on `df.na`; anything else by the table. */
function otherMethod(site: CallSite, receiver: SparkValue): Value {
  const { it } = site
  if (receiver.class.startsWith("ml.") && LEARNS.test(site.name)) frameGiven(it, site.args, 0, "dataset")
  const { call, facts } = recordMember(site, receiver.class, receiver)
  if (!facts) {
    for (const value of site.args.all()) it.escape(value)
    return UNKNOWN
  }
  const plan = receiver.plan as PlanNode | undefined
  if (plan && facts.returns?.kind === "class" && facts.returns.name === "DataFrame") {
    const rowwise = receiver.class === "DataFrameNaFunctions"
    return framed(
      call,
      it.plan(
        "DataFrame",
        rowwise ? (facts.name === "drop" ? "filter" : "project") : "opaque",
        [plan],
        call.site,
        false,
        {
          projection: rowwise ? { type: "keep" } : { type: "unknown" },
        },
      ),
    )
  }
  // ml: a model's transform gives a frame made from its argument, by Python or JVM code of its own
  const input = site.args.all().find((value) => value.kind === "frame")
  if (facts.name.startsWith("recommendFor")) {
    const expensive = "computes what the model recommends"
    return framed(call, it.plan("DataFrame", "opaque", [], call.site, true, { expensive }))
  }
  call.result = valueOfType(site, facts.returns, call, receiver)
  if (call.result.kind === "frame") {
    const made = planOf(call.result)
    if (input?.kind === "frame") {
      const step = it.plan("DataFrame", "map", [planOf(input)], call.site, false, {
        expensive: "applies a model",
        bounded: true,
      })
      return framed(call, step)
    }
    made.call = call
  }
  return call.result
}

function sessionMethod(site: CallSite, receiver: SparkValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, "SparkSession", receiver)
  if (!facts) return UNKNOWN
  switch (facts.name) {
    case "createDataFrame":
      return createDataFrame(site, call)
    case "range": {
      const numbers = args.values().map(numberOf)
      const [start, end] = numbers.length === 1 ? [0, numbers[0]] : [numbers[0], numbers[1]]
      const step = numberOf(args.get(2, "step")) ?? 1
      const rows = start !== undefined && end !== undefined ? Math.max(0, Math.ceil((end - start) / step)) : undefined
      const partitions = numberOf(args.get(3, "numPartitions"))
      return framed(
        call,
        it.plan("DataFrame", "range", [], call.site, false, {
          ...(rows === undefined ? {} : { rows }),
          ...(partitions === undefined ? {} : { partitions }),
        }),
      )
    }
    case "table": {
      const name = stringOf(args.get(0, "tableName"))
      return framed(call, tablePlan(it, name, call))
    }
    case "sql":
      return sql(site, call)
    case "newSession":
      return receiver
    default:
      call.result = valueOfType(site, facts.returns, call, receiver)
      return call.result
  }
}

/** `spark.sql(text)`: temporary views that it names are its inputs. */
function sql(site: CallSite, call: CallNode): Value {
  const { it, args } = site
  const given = args.get(0, "sqlQuery")
  const text = patternOf(given)
  if (text === undefined || text === HOLE)
    return framed(call, it.plan("DataFrame", "sql", [], call.site, false, { opaque: true }))
  if (stringOf(given) !== undefined) it.confs.fromSql(text, { site: call.site, path: it.path, call })
  const query = readSql(text)
  const inputs: PlanNode[] = []
  let whole = true
  for (const name of query.tables) {
    const view = it.view(name)
    if (!view) whole = false
    else if (!inputs.includes(view)) inputs.push(view)
  }
  const grouped = /\b(join|group\s+by|distinct|order\s+by|over\s*\()/i.test(text)
  return framed(
    call,
    it.plan("DataFrame", "sql", inputs, call.site, grouped, {
      sql: text,
      query,
      whole,
      ...(query.limit === undefined ? {} : { rows: query.limit }),
      ...(query.groups ? { keys: query.groups.map((each) => ({ op: "sql", text: each }) as const) } : {}),
      multiplies: query.multiplies,
      ...(grouped ? { expensive: "runs a query that shuffles" } : {}),
    }),
  )
}

function contextMethod(site: CallSite, receiver: SparkValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, "SparkContext", receiver)
  if (!facts) return UNKNOWN
  switch (facts.name) {
    case "parallelize":
      return parallelize(site, call)
    case "range": {
      const numbers = args.values().map(numberOf)
      const rows =
        numbers.length === 1
          ? numbers[0]
          : numbers[0] !== undefined && numbers[1] !== undefined
            ? numbers[1] - numbers[0]
            : undefined
      return framed(
        call,
        it.plan("RDD", "range", [], call.site, false, rows === undefined ? {} : { rows: Math.max(0, rows) }),
      )
    }
    case "broadcast": {
      const value = args.get(0, "value") ?? UNKNOWN
      call.result = spark("Broadcast", new Map([["value", value]]))
      return call.result
    }
    case "textFile":
    case "wholeTextFiles":
    case "binaryFiles":
    case "pickleFile":
    case "sequenceFile":
    case "newAPIHadoopFile":
    case "hadoopFile": {
      const path = stringOf(args.get(0))
      const stats = fileStats(it.sizeOf, path, facts.name)
      return framed(
        call,
        it.plan("RDD", "read", [], call.site, false, {
          source: { format: facts.name, path, table: undefined, options: new Map(), schema: false },
          ...(stats ? { stats } : {}),
        }),
      )
    }
    case "union": {
      const parts = args.get(0)
      const inputs =
        parts?.kind === "sequence" && parts.items
          ? parts.items.flatMap((v) => (v.kind === "frame" ? [planOf(v)] : []))
          : []
      return framed(call, it.plan("RDD", "union", inputs, call.site))
    }
    default:
      call.result = valueOfType(site, facts.returns, call, receiver)
      return call.result
  }
}

function registerUdf(site: CallSite, receiver: SparkValue): Value {
  const { call } = recordMember(site, "UDFRegistration", receiver)
  const fn = functionGiven(site, 1, "f")
  if (fn) {
    const udf = fn.udf ?? makeUdf(site, fn, "row", returnTypeOf(site.args.get(2, "returnType")))
    call.result = fn.with({ udf })
    return call.result
  }
  return UNKNOWN
}
