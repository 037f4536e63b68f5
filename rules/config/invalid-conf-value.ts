import {
  type ConfFacts,
  type Confidence,
  type ConfSetting,
  defineRule,
  type Evidence,
  type RuleContext,
} from "../api.ts"
import { bareBytes, refusedBecause, secondsIn } from "../shared/conf-values.ts"
import { settingBeside } from "../shared/executors.ts"
import { longTimeout, tinyMemory, tinySize } from "../shared/numbers.ts"
import { bytesIn, isDatabricks, settingEvidence, settingSite, settingText } from "../shared/settings.ts"
import { bytesText } from "../shared/sizes.ts"

interface Verdict {
  readonly message: string
  readonly confidence: Confidence
  readonly evidence?: readonly Evidence[]
  readonly advice?: string
}

/** Keys that another rule looks at, with more to say. */
const OTHERS: ReadonlySet<string> = new Set(["spark.sql.shuffle.partitions", "spark.executor.memory"])
/** Shares of something, which Spark does not check by itself everywhere. */
const SHARE = /(\.|[a-z])(fraction|Fraction|[Rr]atio|[Qq]uantile)$/
const HEARTBEAT = "spark.executor.heartbeatInterval"
const TIMEOUT = "spark.network.timeout"
/** Where Spark has a default in Spark's own notation, the seconds of it. */
const SECONDS = { [HEARTBEAT]: ["ms", 10], [TIMEOUT]: ["s", 120] } as const

/** A size that is next to nothing, since a number without a unit counts bytes or MiB. */
function withoutUnit(text: string, facts: ConfFacts): Verdict | undefined {
  if (facts.type !== "bytes" || !/^\d+$/.test(text)) return undefined
  const standard = facts.newestDefault ?? facts.oldestDefault
  const usual = standard === undefined ? undefined : bytesIn(standard, bareBytes(facts))
  const bytes = Number(text) * bareBytes(facts)
  // memory is counted in MiB, and no JVM does with a few of them
  const tiny = facts.unit === "MiB" ? tinyMemory.value : tinySize.value
  if (bytes <= 0 || bytes >= tiny || (usual === undefined ? facts.unit !== "MiB" : usual < tiny)) return undefined
  const counts = { B: "bytes", KiB: "KiB", MiB: "MiB", GiB: "GiB" }[facts.unit ?? "B"]
  return {
    message: `\`${facts.key}\` counts ${counts} where no unit is given: ${text} is ${bytesText(bytes)}${standard === undefined ? "" : `, where the default is ${standard}`}.`,
    confidence: "likely",
    advice: `Write the unit that is meant: ${text}${facts.unit === "MiB" ? "g" : "m"}`,
  }
}

/** A heartbeat that comes later than the others wait for it, and a wait of hours. */
function timeouts(text: string, setting: ConfSetting, ctx: RuleContext): Verdict | undefined {
  if (setting.key !== HEARTBEAT && setting.key !== TIMEOUT) return undefined
  const seconds = (key: keyof typeof SECONDS): number | undefined => {
    const own = key === setting.key ? text : settingText(settingBeside(ctx, key, setting))
    const [unit, standard] = SECONDS[key]
    return own === undefined ? (settingBeside(ctx, key, setting) ? undefined : standard) : secondsIn(own, unit)
  }
  const [heartbeat, timeout] = [seconds(HEARTBEAT), seconds(TIMEOUT)]
  if (heartbeat !== undefined && timeout !== undefined && heartbeat >= timeout) {
    const other = settingBeside(ctx, setting.key === TIMEOUT ? HEARTBEAT : TIMEOUT, setting)
    // told once, at the heartbeat where both are set
    if (setting.key === TIMEOUT && other && other.how !== "file") return undefined
    return {
      message: `Executors report every ${heartbeat} s and are given up after ${timeout} s: Spark refuses to start, since \`${TIMEOUT}\` must be the longer one.`,
      confidence: "certain",
      evidence: other ? [settingEvidence(other)] : [],
      advice: `Leave \`${HEARTBEAT}\` at 10s, and raise \`${TIMEOUT}\` alone`,
    }
  }
  if (setting.key !== TIMEOUT || timeout === undefined || timeout < longTimeout.value) return undefined
  return {
    message: `An executor that is gone is waited for ${(timeout / 3600).toLocaleString("en-US", { maximumFractionDigits: 1 })} hours: its tasks run again only then. It hides what makes executors silent: long garbage collections, or containers that are killed.`,
    confidence: "likely",
    advice: "Set it to some minutes, such as 600s, and look for the executors' memory",
  }
}

function judge(text: string, setting: ConfSetting, facts: ConfFacts, ctx: RuleContext): Verdict | undefined {
  const refused = refusedBecause(text, facts, ctx.world.target)
  if (refused !== undefined)
    return {
      message: `Spark refuses \`${text}\` for \`${setting.key}\`: ${refused}.`,
      confidence: "certain",
      ...(facts.newestDefault && !facts.newestDefault.startsWith("$")
        ? { advice: `Write it as Spark writes its default, ${facts.newestDefault}` }
        : {}),
    }
  if (facts.type === "double" && SHARE.test(setting.key) && facts.newestDefault !== undefined) {
    const share = Number(text)
    if (share >= 0 && share <= 1) return undefined
    if (Number(facts.newestDefault) <= 1 && !/[Rr]atio$/.test(setting.key))
      return {
        message: `\`${setting.key}\` is a share from 0 to 1; ${text} is none.`,
        confidence: "certain",
        advice: `The default is ${facts.newestDefault}`,
      }
  }
  return withoutUnit(text, facts) ?? timeouts(text, setting, ctx)
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  const { key, how, value } = setting
  if (how === "file" || OTHERS.has(key) || value.kind !== "constant" || value.value === null) return
  const facts = ctx.world.confs.facts(key)
  const text = settingText(setting)
  // `${memory}`, `<MEMORY>`, `{{ memory }}` are filled in later
  if (!facts || text === undefined || text === "" || /[{}$<>]/.test(text)) return
  const verdict = judge(text, setting, facts, ctx)
  if (!verdict || (/^auto$/i.test(text) && isDatabricks(setting, ctx))) return
  ctx.report({
    at: settingSite(setting, ctx),
    about: setting,
    message: verdict.message,
    evidence: verdict.evidence ?? [],
    confidence: verdict.confidence,
    fixes: verdict.advice ? [{ title: verdict.advice, safety: "suggestion", edits: [] }] : [],
  })
}

export const invalidConfValue = defineRule({
  name: "invalid-conf-value",
  family: "config",
  severity: "warning",
  flags:
    "A value that Spark refuses for a setting, or reads in another unit than was meant; a share over 1; a network timeout of hours, or one below the heartbeat.",
  why: "Every setting has a type and a unit of its own. A size without a unit counts bytes for one and MiB for another; `yes`, `1.5g` and `10 MB` are refused, some of them only when the setting is first read, in the middle of the job.",
  bad: `spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10")
orders = spark.read.parquet("orders")
countries = spark.read.csv("countries.csv", header=True)
result = orders.join(countries, orders.country == countries.code).groupBy("region").count()
`,
  good: `spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10m")
orders = spark.read.parquet("orders")
countries = spark.read.csv("countries.csv", header=True)
result = orders.join(countries, orders.country == countries.code).groupBy("region").count()
`,
  whenNot: "The value is filled in later, or really meant to be that small.",
  fix: { safety: "suggestion", note: "Says how Spark reads the value; what was meant only its author knows." },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#spark-properties",
    "https://spark.apache.org/docs/latest/configuration.html#networking",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["SortMergeJoin"], lacks: ["BroadcastHashJoin"] },
      good: { has: ["BroadcastHashJoin"], lacks: ["SortMergeJoin"] },
    },
  },
  deliberateWords: /bytes|tiny|on purpose|small|force|invalid|wrong/i,
  on: { conf: check },
})
