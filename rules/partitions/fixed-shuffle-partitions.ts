import {
  type Confidence,
  type ConfSetting,
  defineRule,
  type Evidence,
  type Fix,
  type Program,
  type RuleContext,
} from "../api.ts"
import { atLeast } from "../shared/calls.ts"
import { slotsInSight } from "../shared/executors.ts"
import { defaultShufflePartitions, manyPartitions } from "../shared/numbers.ts"
import {
  isDatabricks,
  isLocal,
  mayBeOff,
  quotedLike,
  settingNumber,
  settingSite,
  settingText,
} from "../shared/settings.ts"
import { isSmall } from "../shared/sizes.ts"

const KEY = "spark.sql.shuffle.partitions"
const AQE = "spark.sql.adaptive.enabled"
const MERGING = "spark.sql.adaptive.coalescePartitions.enabled"
const INITIAL = "spark.sql.adaptive.coalescePartitions.initialPartitionNum"

interface Verdict {
  readonly message: string
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
  readonly severity?: "error"
  readonly better?: { readonly count: number; readonly title: string }
}

/** Spark refuses it, when it is set or when the first shuffle is planned (seen on 3.5.9 and 4.3.0). */
function refused(setting: ConfSetting, ctx: RuleContext): Verdict | undefined {
  const text = settingText(setting)
  if (text?.toLowerCase() === "auto" && !isDatabricks(setting, ctx))
    return {
      message: `Only Databricks knows "auto" here; Spark fails on it, as it wants a number. AQE sizes shuffles by itself: drop the line.`,
      confidence: "certain",
      evidence: [],
      severity: "error",
      better: {
        count: defaultShufflePartitions.value,
        title: `Use ${defaultShufflePartitions.value}, Spark's default: AQE merges small partitions from there`,
      },
    }
  const count = settingNumber(setting)
  if (count === undefined || count > 0) return undefined
  return {
    message: `${count} shuffle partitions: Spark fails on it, the number must be positive.`,
    confidence: "certain",
    evidence: [],
    severity: "error",
  }
}

/** AQE merges partitions of shuffles in this session, from the number that is set down. */
function merges(ctx: RuleContext): boolean {
  const { program, world } = ctx
  return atLeast(world.target, "3.2") && !mayBeOff(program, AQE) && !mayBeOff(program, MERGING)
}

function judge(count: number, setting: ConfSetting, ctx: RuleContext): Verdict | undefined {
  const slots = slotsInSight(ctx, setting)
  const adaptive = merges(ctx)
  if (count > manyPartitions.value)
    return {
      message: `${count.toLocaleString("en-US")} shuffle partitions are more than the driver can keep account of: it tracks every pair of map task and partition.`,
      confidence: "likely",
      evidence: [],
    }
  if (slots) {
    if (count >= slots.count) return undefined
    const whole = ctx.world.sizing.waves(defaultShufflePartitions.value, slots.count).value
    return {
      message: `${count} shuffle partition${count === 1 ? " keeps" : "s keep"} at most ${count} of the ${slots.count} slots of ${slots.of} busy after each shuffle${adaptive ? "; AQE merges partitions, but never makes more of them" : ""}.`,
      confidence: "likely",
      evidence: slots.evidence,
      better: {
        count: adaptive ? whole : slots.count,
        title: adaptive
          ? `Use ${whole}: whole waves of ${slots.count} slots from Spark's default of ${defaultShufflePartitions.value} on, which AQE merges where they are small`
          : `Use ${slots.count}, one partition a slot`,
      },
    }
  }
  if (!adaptive || count >= defaultShufflePartitions.value) return undefined
  const asked = ctx.program.confs.find(({ key }) => key === AQE)
  return {
    message: `AQE merges small shuffle partitions by itself, but never makes more of them: ${count} is the most that any shuffle here gets, however large it is. Leave ${KEY} at its default, and let AQE choose.`,
    confidence: asked && asked.how !== "file" ? "likely" : "possible",
    evidence: asked ? [{ message: "AQE is switched on here", site: asked.site }] : [],
    better: {
      count: defaultShufflePartitions.value,
      title: `Use ${defaultShufflePartitions.value}, Spark's default: AQE merges small partitions from there`,
    },
  }
}

/** All data that the file shows is small: an example. */
function onlySmall(program: Program): boolean {
  const sources = program.plans.filter(({ kind, inputs }) => kind === "DataFrame" && inputs.length === 0)
  return sources.length > 0 && sources.every(isSmall)
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (setting.key !== KEY || setting.how === "file") return
  const { program } = ctx
  const wrong = refused(setting, ctx)
  const count = settingNumber(setting)
  // a stream keeps its number of state partitions for ever, and AQE starts from its own number where that is set
  const meant =
    isLocal(program) ||
    onlySmall(program) ||
    program.plans.some(({ streaming }) => streaming) ||
    program.confs.some(({ key }) => key === INITIAL)
  const verdict = wrong ?? (count === undefined || meant ? undefined : judge(count, setting, ctx))
  if (!verdict) return
  ctx.report({
    at: settingSite(setting, ctx),
    about: setting,
    message: verdict.message,
    evidence: verdict.evidence,
    confidence: verdict.confidence,
    ...(verdict.severity ? { severity: verdict.severity } : {}),
    fixes: verdict.better ? [fix(setting, verdict.better, ctx)] : [],
    sizing: {},
  })
}

function fix(setting: ConfSetting, better: NonNullable<Verdict["better"]>, ctx: RuleContext): Fix {
  const { valueSite } = setting
  const text = valueSite ? ctx.text(valueSite) : ""
  if (!valueSite || !/^(["']?)\w+\1$/.test(text)) return { title: better.title, safety: "suggestion", edits: [] }
  return {
    title: `${better.title} (changes the number of files and the order of rows)`,
    safety: "unsafe",
    edits: [{ site: valueSite, text: quotedLike(text, better.count) }],
  }
}

export const fixedShufflePartitions = defineRule({
  name: "fixed-shuffle-partitions",
  family: "partitions",
  severity: "information",
  flags:
    '`spark.sql.shuffle.partitions` set to a number that caps what AQE can choose or leaves slots idle, of the executors that the settings ask for or of the configured cluster, or to "auto" outside Databricks.',
  why: "AQE starts from this number and merges small partitions; it never makes more. With 8, every shuffle has at most 8 tasks, whatever its size; with 2000, a small one still ends up with a few. So a low number can only hurt, and a high one costs little.",
  bad: `spark.conf.set("spark.sql.adaptive.enabled", "true")
spark.conf.set("spark.sql.shuffle.partitions", "3")
result = spark.read.parquet("orders").groupBy("id").count()
`,
  good: `spark.conf.set("spark.sql.adaptive.enabled", "true")
spark.conf.set("spark.sql.shuffle.partitions", "200")
result = spark.read.parquet("orders").groupBy("id").count()
`,
  whenNot:
    "The session is local, a stream keeps its state in that many partitions, AQE or its merging is off, or AQE has its own number (`spark.sql.adaptive.coalescePartitions.initialPartitionNum`).",
  fix: {
    safety: "unsafe",
    note: "Puts whole waves of the cluster's slots, or Spark's default. Another number of partitions writes another number of files.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#coalescing-post-shuffle-partitions",
    "https://spark.apache.org/docs/latest/configuration.html#runtime-sql-configuration",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["hashpartitioning(id", ", 3)"] }, good: { has: [", 200)", "AQEShuffleRead"] } },
  },
  deliberateWords: /partitions|small|laptop|local|demo|tiny/i,
  on: { conf: check },
})
