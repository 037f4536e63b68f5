import type { ColumnExpr, FrameValue, JoinFacts, Value } from "../../../../rules/api.ts"
import type { Attribute, Subscript } from "../../syntax/ast.ts"
import type { CallSite } from "../calls.ts"
import { frameGiven } from "../evidence.ts"
import { evaluateUsed } from "../expressions.ts"
import { callFunction } from "../functions.ts"
import { type Interpreter, planOf } from "../interpreter.ts"
import type { PlanDetail, PlanNode, Projection } from "../plan.ts"
import { member } from "../pyspark/table.ts"
import type { CallNode } from "../record.ts"
import { DESCRIBE_ROWS } from "../size-numbers.ts"
import { aggregatesInSql } from "../sql-text.ts"
import {
  ANY_LENGTH,
  constant,
  Dict,
  foreign,
  frame,
  numberOf,
  PyFunction,
  patternOf,
  Sequence,
  spark,
  stringOf,
  UNKNOWN,
} from "../values.ts"
import { framed, recordMember, valueOfType } from "./call.ts"
import { aggregates, columnExpr, columnList, namedColumn, nameList, udfWork, usedIn } from "./columns.ts"
import { sqlColumn } from "./sql-columns.ts"
import { callableOf, makeUdf } from "./udfs.ts"

/** `df.attr` that isn't called: a property, else a column of that name. */
export function frameAttribute(it: Interpreter, owner: FrameValue, expr: Attribute): Value {
  const plan = planOf(owner)
  switch (expr.attr) {
    case "rdd": {
      const rdd = it.plan("RDD", "map", [plan], it.site(expr), false, { transparent: true, bounded: true })
      return frame(rdd)
    }
    case "write":
      return spark("DataFrameWriter", new Map(), plan)
    case "writeStream":
      return spark("DataStreamWriter", new Map(), plan)
    case "na":
      return spark("DataFrameNaFunctions", undefined, plan)
    case "stat":
      return spark("DataFrameStatFunctions", undefined, plan)
    case "sparkSession":
    case "sql_ctx":
      return spark("SparkSession")
    case "columns": {
      const columns = plan.columns?.value
      const length = columns ? { min: columns.length, max: columns.length } : ANY_LENGTH
      return new Sequence(
        "list",
        columns?.map((column) => constant("str", column.name)),
        constant("str"),
        length,
      )
    }
    case "dtypes":
      return new Sequence("list", undefined, Sequence.of("tuple", [constant("str"), constant("str")]), ANY_LENGTH)
    case "schema":
      return foreign("pyspark.sql.types.StructType()")
    case "isStreaming":
      return constant("bool")
    case "storageLevel":
      return foreign("pyspark.StorageLevel()")
  }
  const facts = member("DataFrame", expr.attr)
  if (facts) return UNKNOWN
  return namedColumn(expr.attr, plan)
}

/** `df["c"]`, `df[cond]`, `df[["a", "b"]]`. */
export function frameSubscript(it: Interpreter, owner: FrameValue, expr: Subscript): Value {
  const plan = planOf(owner)
  const index = evaluateUsed(it, expr.slice)
  const name = stringOf(index)
  if (name !== undefined) return namedColumn(name, plan)
  if (index.kind === "column")
    return frame(it.plan("DataFrame", "filter", [plan], it.site(expr), false, { condition: index.expr }))
  if (index.kind === "sequence") {
    const columns = index.items?.map(columnExpr)
    const projection: Projection = columns ? { type: "select", columns } : { type: "unknown" }
    return frame(it.plan("DataFrame", "project", [plan], it.site(expr), false, { projection }))
  }
  // `df = df[wanted]`: who replaces a frame by a part of it picks columns or rows
  const known = index.kind === "constant" && index.type !== "None"
  if (!known && expr.value.kind === "Name" && it.statement.targets.includes(expr.value.id))
    return frame(it.plan("DataFrame", "project", [plan], it.site(expr), false, { projection: { type: "unknown" } }))
  return namedColumn("?", plan)
}

/** Spark's canonical join type of the many ways to write it. */
export function joinType(how: string): string | undefined {
  const name = how.toLowerCase().replaceAll("_", "")
  const types: Readonly<Record<string, string>> = {
    inner: "inner",
    cross: "cross",
    outer: "full_outer",
    full: "full_outer",
    fullouter: "full_outer",
    left: "left_outer",
    leftouter: "left_outer",
    right: "right_outer",
    rightouter: "right_outer",
    semi: "left_semi",
    leftsemi: "left_semi",
    anti: "left_anti",
    leftanti: "left_anti",
  }
  return types[name]
}

/** The condition of a filter: a Column, or SQL text. */
function conditionOf(value: Value): ColumnExpr {
  const text = patternOf(value)
  return text === undefined ? columnExpr(value) : { op: "sql", text }
}

/** A projection's plan: windows shuffle, UDFs and explodes cost. */
function projected(
  site: CallSite,
  call: CallNode,
  input: PlanNode,
  exprs: readonly ColumnExpr[],
  projection: Projection,
): Value {
  const used = usedIn(exprs)
  const detail: PlanDetail = {
    projection,
    windows: used.windows,
    udfs: used.udfs,
    unstable: used.unstable,
    multiplies: used.explodes,
    ...(used.udfs.length > 0
      ? { expensive: udfWork(used.udfs[0]!) }
      : used.windows.length > 0
        ? { expensive: "computes a window" }
        : {}),
  }
  for (const udf of used.udfs) (udf.applied as CallNode[]).push(call)
  const plan = site.it.plan("DataFrame", "project", [input], call.site, used.windows.length > 0, detail)
  return framed(call, plan)
}

/** A filter's plan; a UDF in its condition runs for every row. */
function filtered(site: CallSite, call: CallNode, input: PlanNode, value: Value | undefined): Value {
  const condition = value && conditionOf(value)
  const udfs = condition ? usedIn([condition]).udfs : []
  for (const udf of udfs) (udf.applied as CallNode[]).push(call)
  const detail: PlanDetail = {
    ...(condition ? { condition } : {}),
    ...(udfs.length > 0 ? { udfs, expensive: udfWork(udfs[0]!) } : {}),
  }
  return framed(call, site.it.plan("DataFrame", "filter", [input], call.site, false, detail))
}

/** A method of a DataFrame. */
export function frameMethod(site: CallSite, receiver: FrameValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, "DataFrame", receiver)
  if (!facts) return UNKNOWN
  const input = planOf(receiver)
  const at = call.site
  const step = (op: Parameters<Interpreter["plan"]>[1], detail: PlanDetail = {}, wide = call.wide): Value =>
    framed(call, it.plan("DataFrame", op, [input], at, wide, detail))
  const first = args.get(0)
  const aggregateOfAll = (columns: ColumnExpr[] | undefined): Value =>
    step(
      "aggregate",
      { keys: [], expensive: "aggregates", ...(columns ? { projection: { type: "select", columns } } : {}) },
      true,
    )

  switch (facts.name) {
    // ---------------------------------------------------------------- projections
    case "select": {
      const columns = columnList(args.values(), args.open)
      // an aggregate among the columns makes it one of all rows; a comprehension's columns are alike
      const alike = (value: Value): Value => (value.kind === "sequence" && !value.items ? value.element : value)
      const some = columns ?? args.values().map((value) => columnExpr(alike(value)))
      if (some.some(aggregates)) return aggregateOfAll(columns)
      return projected(site, call, input, columns ?? [], columns ? { type: "select", columns } : { type: "unknown" })
    }
    case "withColumn": {
      const expr = columnExpr(args.get(1, "col") ?? UNKNOWN)
      return projected(site, call, input, [expr], {
        type: "add",
        columns: [{ name: stringOf(args.get(0, "colName")), expr }],
      })
    }
    case "withColumns": {
      const map = args.get(0, "colsMap")
      const columns =
        map instanceof Dict && map.entries
          ? [...map.entries].map(([name, value]) => ({ name, expr: columnExpr(value) }))
          : undefined
      return projected(
        site,
        call,
        input,
        columns?.map((c) => c.expr) ?? [],
        columns ? { type: "add", columns } : { type: "unknown" },
      )
    }
    case "withColumnRenamed": {
      const from = stringOf(args.get(0, "existing"))
      const to = stringOf(args.get(1, "new"))
      return step("project", {
        projection: {
          type: "rename",
          names: from !== undefined && to !== undefined ? new Map([[from, to]]) : undefined,
        },
      })
    }
    case "withColumnsRenamed": {
      const map = args.get(0, "colsMap")
      let names: Map<string, string> | undefined
      if (map instanceof Dict && map.entries) {
        names = new Map()
        for (const [from, value] of map.entries) {
          const to = stringOf(value)
          if (to === undefined) {
            names = undefined
            break
          }
          names.set(from, to)
        }
      }
      return step("project", { projection: { type: "rename", names } })
    }
    case "drop": {
      const columns = columnList(args.values(), args.open)
      const names = columns?.map((column) => (column.op === "column" ? column.name : undefined))
      const known = names?.every((name) => name !== undefined) ? (names as string[]) : undefined
      return step("project", { projection: { type: "drop", names: known } })
    }
    case "toDF": {
      const columns = columnList(args.values(), args.open)
      const names = columns?.map((column) => (column.op === "column" ? column.name : ""))
      return step("project", { projection: { type: "rename-all", names: names?.includes("") ? undefined : names } })
    }
    case "selectExpr": {
      const texts = args.values().flatMap((v) => (v.kind === "sequence" && v.items ? v.items : [v]))
      if (texts.some((v) => aggregatesInSql(patternOf(v) ?? ""))) return aggregateOfAll(undefined)
      const exprs = texts.map((v, i): ColumnExpr => {
        const text = patternOf(v)
        return text === undefined ? { op: "unknown" } : sqlColumn(text, it.site((args.at(i) ?? args.at(0))!.node))
      })
      const known = !args.open && texts.every((v) => v.kind !== "sequence")
      return projected(site, call, input, exprs, known ? { type: "select", columns: exprs } : { type: "unknown" })
    }
    case "alias":
    case "withWatermark":
    case "observe":
    case "fillna":
    case "replace":
    case "to":
    case "withMetadata":
      return step("project", { projection: { type: "keep" }, transparent: true })
    case "unpivot":
    case "melt":
      return step("project", { projection: { type: "unknown" }, multiplies: true })
    case "hint": {
      const hint = stringOf(first)?.toLowerCase()
      return step("project", { projection: { type: "keep" }, transparent: true, hints: [hint ?? "?"] })
    }
    // ---------------------------------------------------------------- rows
    case "filter":
      return filtered(site, call, input, first)
    case "dropna":
      return step("filter")
    case "sample":
    case "sampleBy":
      return step("sample")
    case "limit":
      return step("limit", numberOf(first) === undefined ? {} : { rows: numberOf(first) as number })
    case "offset":
      return step("filter")
    case "distinct":
      return step("distinct", { expensive: "removes duplicates" }, true)
    case "dropDuplicates":
    case "dropDuplicatesWithinWatermark": {
      const names = nameList(args.get(0, "subset"))
      return step(
        "distinct",
        {
          expensive: "removes duplicates",
          ...(names ? { keys: names.map((name) => ({ op: "column" as const, name, frame: undefined })) } : {}),
        },
        true,
      )
    }
    case "orderBy":
      return step("sort", { expensive: "sorts globally", ...keysOf(site) }, true)
    case "sortWithinPartitions":
      return step("sort-within", keysOf(site))
    case "describe":
    case "summary":
      return step("sample", { rows: DESCRIBE_ROWS, expensive: "computes statistics" })
    case "randomSplit": {
      const weights = first?.kind === "sequence" ? first.items?.length : undefined
      const parts = Array.from({ length: weights ?? 2 }, () => frame(it.plan("DataFrame", "sample", [input], at)))
      for (const part of parts) planOf(part).call = call
      call.result = Sequence.of("list", parts)
      return call.result
    }
    // ---------------------------------------------------------------- two frames
    case "join":
    case "crossJoin":
      return joined(site, call, input)
    case "union":
    case "unionByName": {
      const other = frameGiven(it, args, 0, "other")
      return framed(
        call,
        it.plan("DataFrame", "union", other ? [input, other] : [input], at, false, other ? {} : { opaque: true }),
      )
    }
    case "intersect":
    case "intersectAll":
    case "subtract":
    case "exceptAll": {
      const other = frameGiven(it, args, 0, "other")
      return framed(
        call,
        it.plan("DataFrame", "set", other ? [input, other] : [input], at, true, { expensive: "compares whole rows" }),
      )
    }
    // ---------------------------------------------------------------- groups
    case "groupBy":
    case "rollup":
    case "cube":
    case "groupingSets": {
      const keys = columnList(args.values(), args.open)
      call.result = { kind: "grouped", plan: input, keys: keys ?? [{ op: "unknown" }], how: facts.name }
      return call.result
    }
    case "agg": {
      return aggregateOfAll(args.open ? undefined : args.values().map(columnExpr))
    }
    // ---------------------------------------------------------------- partitions
    case "repartition":
    case "repartitionByRange": {
      const n = numberOf(first)
      const columns = columnList(
        n === undefined && first?.kind !== "constant" ? args.values() : args.values().slice(n === undefined ? 0 : 1),
        args.open,
      )
      return step(
        "repartition",
        {
          expensive: "shuffles",
          ...(n === undefined ? {} : { partitions: n }),
          ...(columns && columns.length > 0 ? { keys: columns } : {}),
        },
        true,
      )
    }
    case "coalesce": {
      const n = numberOf(args.get(0, "numPartitions"))
      return step("coalesce", n === undefined ? {} : { partitions: n })
    }
    // ---------------------------------------------------------------- keeping
    case "cache":
    case "persist":
    case "unpersist":
      call.result = receiver
      return receiver
    case "checkpoint":
    case "localCheckpoint":
      return step("checkpoint")
    // ---------------------------------------------------------------- Python over rows
    case "mapInPandas":
    case "mapInArrow": {
      const fn = callableOf(args.get(0, "func"))
      if (fn && !fn.udf) makeUdf(site, fn, "map-in-pandas").applied.push(call)
      return step("map", { expensive: "runs Python code over the rows", multiplies: true }, false)
    }
    case "foreach":
    case "foreachPartition": {
      const fn = callableOf(args.get(0, "f"))
      if (fn) makeUdf(site, fn, facts.name === "foreach" ? "foreach" : "rdd-partition").applied.push(call)
      return constant("None", null)
    }
    case "transform": {
      const fn = args.get(0, "func")
      if (!(fn instanceof PyFunction)) return UNKNOWN
      const rest = args.values().slice(1)
      const bound =
        args.keywords.size > 0 ? fn.with({ bound: { args: fn.bound?.args ?? [], keywords: args.keywordValues() } }) : fn
      call.result = callFunction(it, bound, undefined, [receiver, ...rest], at)
      return call.result
    }
    // ---------------------------------------------------------------- results
    case "count":
      call.result = constant("int", undefined, call)
      return call.result
    case "collect":
    case "tail":
    case "take":
    case "head":
    case "toLocalIterator":
      call.result = rows(call, input, facts.name, numberOf(first), first !== undefined)
      return call.result
    case "first":
      call.result = foreign("pyspark.sql.Row()", call)
      return call.result
    case "isEmpty":
      call.result = constant("bool", undefined, call)
      return call.result
    case "toPandas":
      call.result = foreign("pandas.DataFrame()", call)
      return call.result
    case "createOrReplaceTempView":
    case "createTempView":
    case "createGlobalTempView":
    case "createOrReplaceGlobalTempView":
    case "registerTempTable": {
      const name = stringOf(first)
      it.touchesOthers()
      if (name !== undefined) it.views.set(name.toLowerCase(), input)
      else input.escapes = true
      return constant("None", null)
    }
    case "writeTo":
      return spark("DataFrameWriterV2", new Map(), input)
    case "pandas_api":
    case "to_pandas_on_spark":
      return foreign("pyspark.pandas.DataFrame()")
    default:
      call.result = valueOfType(site, facts.returns, call, receiver)
      if (call.result.kind === "frame" && call.result.plan !== input) planOf(call.result).link(input)
      return call.result
  }
}

function keysOf(site: CallSite): { keys?: readonly ColumnExpr[] } {
  const keys = columnList(site.args.values(), site.args.open)
  return keys ? { keys } : {}
}

/** Rows that reach the driver. */
function rows(call: CallNode, plan: PlanNode, name: string, n: number | undefined, given: boolean): Value {
  const row = foreign("pyspark.sql.Row()", call)
  if (name === "head" && !given) return row
  const most = name === "collect" || name === "toLocalIterator" ? plan.size.rows.max : (n ?? Number.POSITIVE_INFINITY)
  const type = name === "toLocalIterator" ? "iterator" : "list"
  const found = new Sequence(type, undefined, row, { min: 0, max: most }, call)
  found.from = call
  return found
}

function joined(site: CallSite, call: CallNode, left: PlanNode): Value {
  const { it, args } = site
  const right = frameGiven(it, args, 0, "other")
  const cross = site.name === "crossJoin"
  const onValue = cross ? undefined : args.get(1, "on")
  const howValue = cross ? undefined : args.get(2, "how")
  const how = cross ? "cross" : howValue === undefined ? "inner" : joinType(stringOf(howValue) ?? "")
  let on: JoinFacts["on"]
  if (onValue === undefined || (onValue.kind === "constant" && onValue.type === "None"))
    on = args.open ? "unknown" : undefined
  else if (onValue.kind === "column") on = onValue.expr
  else {
    const names = nameList(onValue)
    if (names) on = names
    else if (
      onValue.kind === "sequence" &&
      onValue.items?.length &&
      onValue.items.every((item) => item.kind === "column")
    )
      on = onValue.items
        .map(columnExpr)
        .reduce((a, b): ColumnExpr => ({ op: "binary", symbol: "&", left: a, right: b }))
    else on = "unknown"
  }
  const inputs = right ? [left, right] : [left]
  const detail: PlanDetail = {
    expensive: "joins",
    ...(right ? { join: { left, right, how, on } } : { opaque: true }),
  }
  const plan = it.plan("DataFrame", "join", inputs, call.site, true, detail)
  return framed(call, plan)
}
