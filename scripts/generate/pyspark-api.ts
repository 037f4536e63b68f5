/** Merges what PySpark 3.5 and 4.x offer into `server/src/analysis/pyspark/api.generated.json`. */
import { familyOf } from "../../server/src/analysis/pyspark/modules.ts"
import type { Generator } from "./generator.ts"
import { byName, introspect, linewise } from "./introspect.ts"

interface RawFacts {
  readonly kind: "method" | "property" | "class" | "static" | "attribute" | "function"
  readonly params?: readonly string[] | null
  readonly returns: string
  readonly since: string | null
  readonly deprecated: string | null
}
interface RawClass {
  readonly bases: readonly string[]
  readonly since: string | null
  readonly deprecated: string | null
  readonly params: readonly string[] | null
  readonly members: Readonly<Record<string, RawFacts>>
}
interface RawApi {
  readonly spark: string
  readonly classes: Readonly<Record<string, RawClass>>
  readonly functions: Readonly<Record<string, RawFacts>>
  readonly modules: Readonly<Record<string, Readonly<Record<string, string>>>>
}

interface RawJvm {
  /** SQL function to its group in Spark's registry. */
  readonly functions: Readonly<Record<string, string>>
}

export const pysparkApi: Generator = {
  name: "pyspark-api",
  async generate(context) {
    const { old, now } = await introspect<RawApi>("generate-pyspark-api.py", context)
    const jvm = await introspect<RawJvm>("generate-spark-jvm.py", context)
    const merged = { ...merge(old, now), functionKinds: functionKinds(jvm.old.functions, jvm.now.functions, old, now) }
    return new Map([["server/src/analysis/pyspark/api.generated.json", `${linewise(merged, 4)}\n`]])
  },
}

function merge(old: RawApi, now: RawApi) {
  const releases = { old: old.spark, now: now.spark }
  return {
    releases: [old.spark, now.spark],
    classes: Object.fromEntries(
      keysOf(old.classes, now.classes).map((name) => [
        name,
        mergeClass(old.classes[name], now.classes[name], releases.old),
      ]),
    ),
    functions: keysOf(old.functions, now.functions).map((name) =>
      line(name, mergeFacts(old.functions[name], now.functions[name], releases.old)),
    ),
    modules: mergeModules(old.modules, now.modules),
  }
}

/** An object with the bases and the constructor, and a line per member. */
function mergeClass(old: RawClass | undefined, now: RawClass | undefined, oldRelease: string) {
  const cls = now ?? old
  if (!cls) throw new Error("a class of no release")
  const until = now ? undefined : minor(oldRelease)
  const members = keysOf(old?.members ?? {}, now?.members ?? {}).map((name) =>
    line(name, mergeFacts(old?.members[name], now?.members[name], oldRelease, now === undefined, old === undefined)),
  )
  return {
    ...(cls.bases.length > 0 ? { bases: cls.bases } : {}),
    ...(cls.since ? { since: cls.since } : {}),
    ...(cls.deprecated ? { deprecated: cls.deprecated } : {}),
    ...(until ? { until } : {}),
    ...(cls.params && cls.params.length > 0 ? { params: cls.params.join(",") } : {}),
    ...(members.length > 0 ? { members } : {}),
  }
}

type Merged = RawFacts & { readonly until?: string }

/** The newest signature; a parameter that the old release lacks is marked with `+`. */
function mergeFacts(
  old: RawFacts | undefined,
  now: RawFacts | undefined,
  oldRelease: string,
  classIsGone = false,
  classIsNew = false,
): Merged {
  const facts = now ?? old
  if (!facts) throw new Error("a member of no release")
  const returns = facts.returns === "?" && old ? old.returns : facts.returns
  const params =
    old?.params && now?.params
      ? now.params.map((param) => (isNew(param, old.params ?? []) ? `+${param}` : param))
      : facts.params
  return {
    ...facts,
    returns,
    params,
    // What the old release lacks, and no documentation dates, came with 4.0 at the earliest.
    since: facts.since ?? (old === undefined && !classIsNew ? "4.0" : null),
    until: now === undefined && !classIsGone ? minor(oldRelease) : undefined,
  }
}

function isNew(param: string, old: readonly string[]): boolean {
  const bare = (text: string) => text.replace(/^\*+|=$/g, "")
  return bare(param) !== "" && !old.some((other) => bare(other) === bare(param))
}

const kinds = { method: "", function: "", property: ".", attribute: ":", class: "@", static: "!" } as const

/**
 * One member or function: `name(params) type since until deprecated`, the last three as `>3.3`, `<3.5` and `~2.0`.
 * A property starts with `.`, an attribute with `:`, a class method with `@`, a static method with `!`. No brackets:
 * parameters not kept.
 */
function line(name: string, facts: Merged): string {
  const params = facts.params ? `(${facts.params.join(",")})` : ""
  const marks = [
    facts.returns === "?" ? "" : ` ${facts.returns}`,
    facts.since ? ` >${facts.since}` : "",
    facts.until ? ` <${facts.until}` : "",
    facts.deprecated ? ` ~${facts.deprecated}` : "",
  ]
  return `${kinds[facts.kind]}${name}${params}${marks.join("")}`
}

/**
 * Names a module exports, in one text. `.name`: of the module's family (`.col` in `pyspark.sql.functions` is
 * `functions.col`), `name`: as it stands, `name=other`: under another name.
 */
function mergeModules(old: RawApi["modules"], now: RawApi["modules"]): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const module of keysOf(old, now)) {
    // Its parts, with nothing of their own: the table answers for them by the whole.
    if (module.startsWith("pyspark.sql.functions.")) continue
    const names = { ...old[module], ...now[module] }
    const words = Object.keys(names)
      .sort(byName)
      .map((name) => exported(module, name, names[name] ?? name))
    texts[module] = words.join(" ")
  }
  return texts
}

function exported(module: string, name: string, target: string): string {
  if (target === familyOf(module) + name && target !== name) return `.${name}`
  return target === name ? name : `${name}=${target}`
}

const groups = { aggregate: "agg_funcs", window: "window_funcs", generator: "generator_funcs" } as const

/** The functions of `pyspark.sql.functions` that Spark's registry of SQL functions puts into a group of its own. */
function functionKinds(
  old: RawJvm["functions"],
  now: RawJvm["functions"],
  oldApi: RawApi,
  nowApi: RawApi,
): Record<string, string> {
  const all: Readonly<Record<string, string>> = { ...old, ...now }
  const names = keysOf(oldApi.functions, nowApi.functions).filter((name) => name.startsWith("functions."))
  const ofGroup = (group: string) =>
    names.map((name) => name.slice("functions.".length)).filter((name) => all[name.toLowerCase()] === group)
  return Object.fromEntries(Object.entries(groups).map(([kind, group]) => [kind, ofGroup(group).join(" ")]))
}

function keysOf(...records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort(byName)
}

/** `3.5` of `3.5.9` */
function minor(release: string): string {
  return release.split(".").slice(0, 2).join(".")
}
