import type { Evidence, Interval, Known, Plan, Site, SizeFact, Value } from "../../../rules/api.ts"

/** Says where a site is, for people: `line 12`, or `line 3 of helpers.py`. */
export type Where = (site: Site) => string

const MOST_COLUMNS = 12
const MOST_STEPS = 8
/** Steps that are followed back to a source; far more than a sketch can show. */
const MOST_VISITED = 2000

/**
 * What is known of a DataFrame or RDD, as markdown: columns, size, partitions, shuffles, caching, each with how it is
 * known. Undefined where the value has no plan.
 */
export function planSketch(value: Value, where: Where): string | undefined {
  const plan = planOf(value)
  if (plan === undefined) return undefined
  const lines = [
    item("columns", columns(plan)),
    item("rows", amount(plan.size.rows, "row", "rows", plan.size)),
    item("bytes", bytes(plan.size)),
    item("partitions", partitions(plan)),
    item("shuffles", shuffles(plan, where)),
    item("cached", cached(plan, where)),
    plan.streaming ? item("streaming", "yes: every step runs once per micro-batch") : undefined,
    plan.hints.length > 0 ? item("hints", plan.hints.map(code).join(", ")) : undefined,
    plan.expensive === null ? undefined : item("expensive", plan.expensive),
  ]
  return [title(value, plan, where), "", ...lines.filter((line) => line !== undefined)].join("\n")
}

function planOf(value: Value): Plan | undefined {
  if (value.kind === "frame" || value.kind === "grouped") return value.plan
  return value.kind === "spark" ? value.plan : undefined
}

function title(value: Value, plan: Plan, where: Where): string {
  const name = plan.names.at(-1)
  const what =
    value.kind === "grouped"
      ? `${plan.kind} grouped by ${value.keys.length} ${value.keys.length === 1 ? "key" : "keys"},`
      : value.kind === "spark"
        ? `${value.class} of a ${plan.kind}`
        : plan.kind
  return `**Shufflewise** · ${name === undefined ? "" : `${code(name)}, `}${what} ${made(plan, where)}`
}

function made(plan: Plan, where: Where): string {
  const source = plan.source
  if (source?.table !== undefined) return `from table ${code(source.table)}`
  if (source?.path !== undefined) return `from ${source.format ?? "files"} at ${code(source.path)}`
  switch (plan.op) {
    case "param":
      return "from a parameter"
    case "either":
      return "from one of several branches"
    case "loop":
      return `carried by the loop at ${where(plan.site)}`
    case "opaque":
      return "made by code that is not followed"
    default:
      return plan.call === null
        ? `made at ${where(plan.site)}`
        : `by ${code(`${plan.call.name}()`)}, ${where(plan.site)}`
  }
}

function columns(plan: Plan): string {
  const known = plan.columns
  if (known === undefined) return "not known"
  if (known.value.length === 0) return `none${how(known)}`
  const shown = known.value
    .slice(0, MOST_COLUMNS)
    .map((column) => code(column.type === undefined ? column.name : `${column.name} ${column.type}`))
  const more = known.value.length - shown.length
  return `${known.value.length}: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}${how(known)}`
}

function partitions(plan: Plan): string {
  return plan.partitions === undefined ? "not known" : `${number(plan.partitions.value)}${how(plan.partitions)}`
}

function bytes(size: SizeFact): string {
  const text = interval(size.bytes, byteText)
  if (text === undefined) return "not known"
  const evidence = size.evidence[0]
  // Where rows are known they say it already.
  const isSaid = evidence === undefined || interval(size.rows, number) !== undefined
  const known = size.sparkKnows ? ", which Spark's statistics know" : ""
  return `${text}${known}${isSaid ? "" : how({ confidence: size.confidence, evidence })}`
}

function amount(range: Interval, one: string, many: string, size: SizeFact): string {
  const text = interval(range, number)
  if (text === undefined) return "not known"
  const unit = range.max === 1 ? one : many
  const evidence = size.evidence[0]
  return `${text} ${unit}${evidence === undefined ? "" : how({ confidence: size.confidence, evidence })}`
}

function interval({ min, max }: Interval, show: (value: number) => string): string | undefined {
  if (max === Number.POSITIVE_INFINITY) return min > 0 ? `at least ${show(min)}` : undefined
  if (min === max) return show(min)
  return min > 0 ? `${show(min)} to ${show(max)}` : `at most ${show(max)}`
}

function shuffles(plan: Plan, where: Where): string {
  if (plan.shuffles === 0) return "none since its source"
  const steps = wideSteps(plan)
    .slice(0, MOST_STEPS)
    .map(
      (step) =>
        `${code(step.call === null ? step.op : `${step.call.name}()`)} at ${where(step.call?.nameSite ?? step.site)}`,
    )
  return `${plan.shuffles} since its source, cache or checkpoint${steps.length > 0 ? `: ${steps.join(", ")}` : ""}`
}

/** The steps that move rows, back to a source, a cache or a checkpoint, in the order they run. */
function wideSteps(plan: Plan): Plan[] {
  const found: Plan[] = []
  const seen = new Set<Plan>()
  const visit = (step: Plan): void => {
    if (seen.has(step) || seen.size >= MOST_VISITED) return
    seen.add(step)
    if (step !== plan && (step.caches.length > 0 || step.op === "checkpoint")) return
    for (const input of step.inputs) visit(input)
    if (step.wide) found.push(step)
  }
  visit(plan)
  return found
}

function cached(plan: Plan, where: Where): string {
  const cache = plan.caches.at(-1)
  if (cache === undefined) return "no"
  const freed = plan.unpersists.at(-1)
  const until = freed === undefined ? "" : `, freed by ${code(`${freed.name}()`)} at ${where(freed.nameSite)}`
  return `by ${code(`${cache.name}()`)} at ${where(cache.nameSite)}${until}`
}

function how(known: Pick<Known<unknown>, "confidence"> & { readonly evidence: Evidence }): string {
  return ` — ${known.confidence}: ${known.evidence.message}`
}

function item(name: string, text: string): string {
  return `- ${name}: ${text}`
}

/** Inline code, whatever backticks the text holds. */
function code(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, " ").trim()
  const longest = Math.max(0, ...[...oneLine.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = "`".repeat(longest + 1)
  return longest === 0 ? `\`${oneLine}\`` : `${fence} ${oneLine} ${fence}`
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 })
}

function byteText(value: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
  let scaled = value
  let unit = 0
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024
    unit++
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : 1
  return `${scaled.toLocaleString("en-US", { maximumFractionDigits: digits })} ${units[unit]}`
}
