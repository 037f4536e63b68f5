import {
  type Argument,
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Fix,
  type Plan,
  type RuleContext,
  type Site,
} from "../api.ts"
import { type Brought, broughtRows, broughtText, columnBehind } from "../shared/brought.ts"
import { underline } from "../shared/calls.ts"
import { fewValued } from "../shared/cardinality.ts"
import { knownSmall } from "../shared/collected.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { madeHere } from "../shared/frames.ts"
import { sideName } from "../shared/join-sides.ts"
import { harmlessLiterals } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

/** Steps that leave one row a value. */
const GROUPS: ReadonlySet<Plan["op"]> = new Set(["distinct", "aggregate"])

/** The values of a few groups, by the name of the column: a list that stays short. */
function fewGroups(plan: Plan, column: string | undefined): boolean {
  if (column === undefined || !fewValued(column)) return false
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 20; i++) {
    if (GROUPS.has(step.op)) return true
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return false
}

/** Cut off by `limit(n)`, with as many rows as that before it. */
function isLimited(plan: Plan): boolean {
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 20; i++) {
    if (step.op === "limit") return true
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return false
}

const RANK = /(^|_)(rank|rnk|rn|row_?num(ber)?|row_?no)(_|$)/i

/** `filter(col("rank") <= n)`: as many rows as the code asks for. */
function topRows(plan: Plan): boolean {
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 20; i++) {
    const test = step.condition
    if (
      test?.op === "binary" &&
      /^(<|<=|==)$/.test(test.symbol) &&
      test.left.op === "column" &&
      RANK.test(test.left.name)
    )
      return true
    if (test?.op === "sql" && /^\s*\w*(rank|rnk|rn|row_?num)\w*\s*(<|=)/i.test(test.text)) return true
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return false
}

/** How sure it is that the list is longer than one would write; null where it isn't. */
function verdict(brought: Brought, column: string | undefined): Confidence | null {
  const { plan, most } = brought
  if (most <= harmlessLiterals.value || plan.streaming) return null
  // small by nature: groups by few-valued expressions, names of tables, rows that Python built
  if (isSmall(plan) && most <= plan.size.rows.max && !isLimited(plan)) return null
  // a portion at a time: the code bounds the list itself
  const portion = most < Infinity && most < plan.size.rows.max && !isLimited(plan)
  return portion || fewGroups(plan, column) || topRows(plan) ? "possible" : "certain"
}

interface Test {
  /** The filter whose whole condition it is; undefined where it is a part of one. */
  readonly filter: Call | undefined
  /** `~col.isin(…)`, or `col.isin(…) == False`. */
  readonly negated: boolean
}

/** The condition turns the test round. */
function isNegation(expr: ColumnExpr, test: ColumnExpr): boolean {
  if (expr.op === "unary") return expr.symbol === "~" && expr.operand === test
  return expr.op === "binary" && expr.symbol === "==" && expr.left === test && isFalse(expr.right)
}

function isFalse(expr: ColumnExpr): boolean {
  return expr.op === "literal" && expr.value.value === false
}

/** How the rows in the list are asked for: kept or dropped, by a filter that does nothing else or by a larger condition. */
function testOf(call: Call, ctx: RuleContext): Test {
  const test = call.result.kind === "column" ? call.result.expr : undefined
  let found: Test = { filter: undefined, negated: false }
  if (!test) return found
  for (const user of ctx.program.calls) {
    for (const { value } of user.args) {
      if (value.kind !== "column") continue
      let negated = false
      walkExpr(value.expr, (part) => {
        negated ||= isNegation(part, test)
      })
      const whole = value.expr === test || isNegation(value.expr, test)
      if (user.api === "DataFrame.filter" && whole) return { filter: user, negated }
      if (negated) found = { filter: undefined, negated }
    }
  }
  return found
}

/** The frame whose rows were collected, as it can be written in a join: `vip`, `vip.select("id")`. */
function frameText(brought: Brought, ctx: RuleContext): string | undefined {
  const site = brought.call.receiverSite
  const text = site ? ctx.text(site).replace(/\.rdd\.(flatMap|map)\(lambda \w+:[^()]*\)$/, "") : ""
  return /^[A-Za-z_][\w.]*(\.(select|filter|where|distinct|dropDuplicates)\([^\n]*\))*$/.test(text) &&
    text.length <= 100
    ? text
    : undefined
}

function fix(call: Call, brought: Brought, column: string | undefined, own: string | undefined, ctx: RuleContext): Fix {
  const { filter, negated } = testOf(call, ctx)
  const how = negated ? "left_anti" : "left_semi"
  const small = frameText(brought, ctx)
  const name = small && /^[\w.]+$/.test(small) ? `\`${small}\`` : "the collected frame"
  const title = `Join with ${name} by \`${how}\`: the list is never made, and ${
    negated ? "rows without a value are kept, which `isin` drops" : "the rows are looked up where they are"
  }`
  if (!filter || !small || column === undefined || own === undefined || brought.call.function !== call.function)
    return { title, safety: "suggestion", edits: [] }
  const other = own === column ? small : `${small}.withColumnRenamed("${own}", "${column}")`
  const broadcast = ctx.imported("pyspark.sql.functions", "broadcast")
  const place: Site = { ...filter.nameSite, end: filter.site.end }
  return {
    title,
    safety: "unsafe",
    edits: [...broadcast.edits, { site: place, text: `join(${broadcast.text}(${other}), "${column}", "${how}")` }],
  }
}

function check(call: Call, ctx: RuleContext): void {
  if (call.inUdf) return
  for (const given of call.args) {
    const brought = broughtRows(given.value, ctx.text(given.site).startsWith("*"))
    if (!brought || brought.call.inUdf) continue
    report(call, given, brought, ctx)
    return
  }
}

/** A list in SQL text: in a filter, an expression or a query. */
function checkText(call: Call, ctx: RuleContext): void {
  const [given] = call.args
  const brought = given && !call.inUdf ? broughtText(given.value) : undefined
  const found = brought ? verdict(brought, columnBehind(brought.call.result, brought.plan)) : null
  if (!given || !brought || found === null) return
  const frame = sideName(ctx, brought.call.receiverSite, brought.plan)
  const text = given.value.kind === "constant" ? (given.value.pattern ?? "") : ""
  // a change of rows is no join; whether it takes a subquery depends on the table
  const confidence: Confidence = /^\s*(delete|update|merge|insert)\b/i.test(text) ? "possible" : found
  const how = /\bnot\s+in\b/i.test(text) ? "left_anti" : "left_semi"
  ctx.report({
    at: ctx.text(given.site).includes("\n") ? call.nameSite : given.site,
    about: call,
    message: `The list in this text was collected from ${frame}: a job and a trip through the driver first, then a query that grows with the data and is parsed with every value in it. A \`${how}\` join with ${frame} looks them up on the cluster.`,
    evidence: [
      { message: `\`${brought.call.name}\` brings the values to the driver`, site: brought.call.nameSite },
      madeHere(brought.plan, frame),
    ],
    confidence,
    fixes: [{ title: `Join with ${frame} by \`${how}\`: the list is never made`, safety: "suggestion", edits: [] }],
  })
}

function report(call: Call, given: Argument, brought: Brought, ctx: RuleContext): void {
  const { receiver } = call
  const column = receiver.kind === "column" && receiver.expr.op === "column" ? receiver.expr.name : undefined
  const own = columnBehind(given.value, brought.plan)
  const confidence = verdict(brought, own ?? column)
  if (confidence === null) return
  const frame = sideName(ctx, brought.call.receiverSite, brought.plan)
  const list = ctx.text(given.site).replace(/^\*\s*/, "")
  const values = /^[A-Za-z_][\w.]*$/.test(list) ? `\`${list}\`` : "this list"
  const how = testOf(call, ctx).negated ? "left_anti" : "left_semi"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `The values of ${values} were collected from ${frame}, and \`isin\` writes every one of them into the query plan: a job and a trip through the driver first, then a plan that grows with the data. A \`${how}\` join with ${frame} looks them up on the cluster.`,
    evidence: [
      { message: `\`${brought.call.name}\` brings them to the driver`, site: brought.call.nameSite },
      madeHere(brought.plan, frame),
    ],
    confidence,
    fixes: [fix(call, brought, column !== undefined && /^\w+$/.test(column) ? column : undefined, own, ctx)],
  })
}

export const collectedIsin = defineRule({
  name: "collected-isin",
  family: "joins",
  severity: "warning",
  flags: "`isin`, or `in (…)` in SQL text, over values that were collected from another DataFrame.",
  why: "The values make a detour: a job of its own brings them to the driver, Python turns each into a literal, and the whole list becomes a part of the query plan, which is analysed, sent and compiled with it. Twenty thousand values took 14.6 s (3.5.9) and 10.3 s (4.3.0) to build into a plan, before any job; a left-semi join, which leaves the values on the cluster, took half a second in all.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
business = spark.read.parquet("customers").filter("segment = 'business'").select("id")
ids = [row.id for row in business.collect()]
result = orders.filter(F.col("customer_id").isin(ids)).select("id", "customer_id", "amount")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
business = spark.read.parquet("customers").filter("segment = 'business'").select(F.col("id").alias("customer_id"))
result = orders.join(F.broadcast(business), "customer_id", "left_semi").select("id", "customer_id", "amount")
`,
  whenNot:
    "The list is literal, or bounded by `limit` or `take` of a hundred or fewer, or the collected values are known to be few.",
  fix: {
    safety: "unsafe",
    note: "Joins instead, by `left_semi`, or `left_anti` for `~isin`. A `left_anti` join keeps rows whose column is null, which `~isin` drops.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.Column.isin.html",
    "https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-join.html#semi-join",
  ],
  proof: {
    rows: "same",
    plan: { bad: { lacks: ["LeftSemi"] }, good: { has: ["BroadcastHashJoin", "LeftSemi"] } },
  },
  deliberateWords: knownSmall,
  on: {
    calls: {
      "Column.isin": check,
      "DataFrame.filter": checkText,
      "functions.expr": checkText,
      "SparkSession.sql": checkText,
    },
  },
})
