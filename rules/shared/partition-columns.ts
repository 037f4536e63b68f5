import type { ColumnExpr, Confidence, Plan } from "../api.ts"
import { walkInputs } from "./frames.ts"

/** Names of what nearly every row has its own of. */
const OWN =
  /(^|_)(uuid|guid|email|e_?mail_address|phone(_number)?|url|ip(_address)?|timestamp|datetime|ts|session_id|user_id|customer_id|client_id|account_id|visitor_id|member_id|patient_id|transaction_id|txn_id|order_id|event_id|request_id|message_id|record_id|row_id|device_id|artist_id|song_id|track_id)$/i
/** Identifiers of nothing in particular: often many, but one cannot know. */
const ANY_ID = /^(id|pk|key|\w+_id)$|(^|_)(created|updated|modified)_at$/i
/** Identifiers of things of which there are few, and dates. */
const FEW =
  /(^|_)(country|state|region|city|category|type|kind|status|group|segment|channel|source|store|site|dept|department|brand|language|currency|year|quarter|month|week|day|date|hour|run|batch|partition|tenant|org|level|role|version|model|job|env|bucket|shard)(_id)?$/i

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
}

/** The column is made in this plan in a way that leaves few values: a date, a bucket, a part of the text. */
function isReduced(plan: Plan, column: string): boolean {
  let made: ColumnExpr | undefined
  walkInputs(plan, (step) => {
    made ??= step.exprs?.find((expr) => expr.op === "alias" && expr.name === column)
    // columns that `withColumn` adds carry their name in the call's first argument
    const [name, value] = step.call?.api === "DataFrame.withColumn" ? step.call.args : []
    if (made === undefined && name?.value.kind === "constant" && name.value.value === column)
      made = value?.value.kind === "column" ? value.value.expr : { op: "unknown" }
    return made === undefined
  })
  if (made === undefined) return false
  const expr = made.op === "alias" ? made.child : made
  // the column itself, cast or cleaned, has as many values as before
  return !(expr.op === "column" || (expr.op === "call" && /^(cast|trim|lower|upper|coalesce|uuid)$/.test(expr.fn)))
}

/** How sure it is that a column has very many values, and why. */
export function manyValues(plan: Plan, column: string): { confidence: Confidence; why: string } | undefined {
  const type = plan.columns?.value.find(({ name }) => name === column)?.type
  if (type !== undefined && /^(date|boolean|tinyint)$/.test(type)) return undefined
  if (isReduced(plan, column)) return undefined
  if (type === "timestamp") return { confidence: "certain", why: `\`${column}\` is a timestamp` }
  const name = snake(column)
  if (FEW.test(name)) return undefined
  if (OWN.test(name)) return { confidence: "likely", why: `by its name, \`${column}\` has a value for every few rows` }
  return ANY_ID.test(name) ? { confidence: "possible", why: `\`${column}\` is named as identifiers are` } : undefined
}
