/**
 * What PySpark 3.5 to 4.x offers: classes, members, functions and import paths, introspected from the real thing
 * (`npm run generate`), with what no introspection can tell beside it (`knowledge.ts`).
 */
import generated from "./api.generated.json" with { type: "json" }
import { type DecodedLine, decodeLine, decodeParams, nameOf } from "./decode.ts"
import {
  effectsOf,
  frameOnly,
  functionAliases,
  memberAliases,
  moduleObjects,
  moreKinds,
  type Trait,
  unstable,
} from "./knowledge.ts"
import { familyOf } from "./modules.ts"
import type { ClassFacts, Effects, FunctionFacts, FunctionKind, MemberFacts, Qualified, TypeRef } from "./types.ts"

export type * from "./types.ts"

interface StoredClass {
  readonly bases?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly deprecated?: string
  readonly params?: string
  readonly members?: readonly string[]
}
interface Stored {
  readonly releases: readonly string[]
  readonly classes: Readonly<Record<string, StoredClass>>
  readonly functions: readonly string[]
  readonly modules: Readonly<Record<string, string>>
  /** Functions of `pyspark.sql.functions` by kind, in one text each. */
  readonly functionKinds: Readonly<Record<string, string>>
}

const stored: Stored = generated

/** The releases that the table was made from, oldest first: `3.5.9`, `4.3.0`. */
export const releases: readonly string[] = stored.releases

// ---------------------------------------------------------------- classes

const classes = new Map<string, ClassFacts>()

/** The facts of a class by its short name: `DataFrame`, `GroupedData`, `ml.Pipeline`, `ps.DataFrame`. */
export function pysparkClass(name: string): ClassFacts | undefined {
  const known = classes.get(name)
  if (known) return known
  const raw = storedClass(name)
  if (!raw) return undefined
  const facts: ClassFacts = {
    name,
    bases: raw.bases ?? [],
    params: raw.params === undefined ? undefined : decodeParams(raw.params),
    members: [...linesOf(name).keys()],
    since: raw.since,
    until: raw.until,
    deprecated: raw.deprecated,
  }
  classes.set(name, facts)
  return facts
}

function storedClass(name: string): StoredClass | undefined {
  return Object.hasOwn(stored.classes, name) ? stored.classes[name] : undefined
}

// ---------------------------------------------------------------- members

interface Line {
  /** The class that defines it. */
  readonly class: string
  readonly text: string
}

const lines = new Map<string, ReadonlyMap<string, Line>>()

/** Member name to its line, those of the bases included; read once a class. */
function linesOf(name: string): ReadonlyMap<string, Line> {
  const known = lines.get(name)
  if (known) return known
  const own = new Map<string, Line>()
  // Set before the bases are asked, so that a circle of bases ends.
  lines.set(name, own)
  const raw = storedClass(name)
  for (const base of [...(raw?.bases ?? [])].reverse()) {
    for (const [member, line] of linesOf(base)) own.set(member, line)
  }
  for (const text of raw?.members ?? []) own.set(nameOf(text), { class: name, text })
  return own
}

const members = new Map<string, Map<string, MemberFacts | undefined>>()

/**
 * A member of a class, or of its bases, with its canonical name: `member("DataFrame", "where")` tells of
 * `DataFrame.filter`. One hash look-up after the first time.
 */
export function member(className: string, name: string): MemberFacts | undefined {
  let ofClass = members.get(className)
  if (!ofClass) {
    ofClass = new Map()
    members.set(className, ofClass)
  }
  if (ofClass.has(name)) return ofClass.get(name)
  const facts = makeMember(className, name)
  // Names that no class has come from users' code without end: only those of the table are kept.
  if (facts) ofClass.set(name, facts)
  return facts
}

function makeMember(className: string, name: string): MemberFacts | undefined {
  const own = linesOf(className)
  const written = own.get(name)
  if (!written) return learnedSetter(className, name)
  const canonical = memberAliases[`${written.class}.${name}`] ?? name
  const line = own.get(canonical) ?? written
  const decoded = decodeLine(written.text)
  const facts = canonical === name ? decoded : alias(decoded, decodeLine(line.text))
  const api = `${line.class}.${canonical}`
  const returns = api === "ml.Estimator.fit" ? modelOf(className) : reads(api) ? classOf(className) : facts.returns
  return { ...facts, returns, class: className, name: canonical, api, ...flags(effectsOf(api)) }
}

/** An alias has its own versions, and often no annotations. */
function alias(written: DecodedLine, canonical: DecodedLine): DecodedLine {
  const { since, until, deprecated } = written
  return { ...canonical, since, until, deprecated }
}

/** `PipelineModel.load(path)` and a stage's `copy()` give one of the class that they are asked of. */
function reads(api: string): boolean {
  return api === "ml.MLReadable.load" || /^ml\.\w+\.copy$/.test(api)
}

function classOf(name: string): TypeRef {
  return { kind: "class", name }
}

/** What an estimator's `fit` gives; its annotation is a type variable. */
function modelOf(estimator: string): TypeRef {
  const stem = estimator.replace(/Classifier$/, "Classification").replace(/Regressor$/, "Regression")
  const model = [`${estimator}Model`, `${stem}Model`].find((name) => storedClass(name))
  return model ? { kind: "class", name: model } : { kind: "unknown" }
}

/** The many setters of estimators are all alike, so they are not kept. */
function learnedSetter(className: string, name: string): MemberFacts | undefined {
  if (!className.startsWith("ml.") || !/^set[A-Z]/.test(name) || !storedClass(className)) return undefined
  return {
    class: className,
    name,
    api: `${className}.${name}`,
    kind: "method",
    params: [{ name: "value", kind: "positional", optional: false, added: false }],
    returns: { kind: "self" },
    since: undefined,
    until: undefined,
    deprecated: undefined,
    ...flags(["inPlace"]),
  }
}

function flags(traits: readonly Trait[]): Effects {
  return {
    action: traits.includes("action"),
    lazy: traits.includes("lazy"),
    wide: traits.includes("wide"),
    keepsOrdering: traits.includes("keepsOrdering"),
    keepsPartitioning: traits.includes("keepsPartitioning"),
    inPlace: traits.includes("inPlace"),
  }
}

// ---------------------------------------------------------------- functions

let functionLines: Map<string, string> | undefined
const functions = new Map<string, FunctionFacts>()

function lineOfFunction(name: string): string | undefined {
  functionLines ??= new Map(stored.functions.map((text) => [nameOf(text), text]))
  return functionLines.get(name)
}

/**
 * A function by its short name. A name without a family is one of `pyspark.sql.functions`: `col` is `functions.col`.
 * Aliases give the canonical one: `countDistinct` is `functions.count_distinct`.
 */
export function functionFacts(name: string): FunctionFacts | undefined {
  const known = functions.get(name)
  if (known) return known
  const written = name.includes(".") ? name : `functions.${name}`
  const text = lineOfFunction(written)
  if (text === undefined) return undefined
  const canonical = functionAliases[written] ?? written
  const own = decodeLine(text)
  const facts = canonical === written ? own : alias(own, decodeLine(lineOfFunction(canonical) ?? text))
  const { params, returns, since, until, deprecated } = facts
  const result: FunctionFacts = {
    name: canonical,
    kind: functionKind(canonical, returns),
    params,
    returns,
    unstable: unstable[canonical],
    since,
    until,
    deprecated,
  }
  functions.set(name, result)
  return result
}

let kinds: ReadonlyMap<string, FunctionKind> | undefined

function functionKind(name: string, returns: TypeRef): FunctionKind {
  kinds ??= new Map([
    ...Object.entries(stored.functionKinds).flatMap(([kind, names]) =>
      names.split(" ").map((each) => [`functions.${each}`, kind as FunctionKind] as const),
    ),
    ...Object.entries(moreKinds),
  ])
  return kinds.get(name) ?? (makesColumn(name, returns) ? "scalar" : "other")
}

function makesColumn(name: string, returns: TypeRef): boolean {
  return !name.startsWith("ps.") && returns.kind === "class" && returns.name === "Column"
}

// ---------------------------------------------------------------- import paths

const exports = new Map<string, ReadonlyMap<string, string>>()

/** What an import path means: `pyspark.sql.DataFrame`, `pyspark.sql.functions.col`, `pyspark.sql.functions`. */
export function pysparkQualified(qualified: string): Qualified | undefined {
  if (qualified !== "pyspark" && !qualified.startsWith("pyspark.")) return undefined
  const path = canonicalPath(qualified)
  if (Object.hasOwn(stored.modules, path)) return { kind: "module", name: path }
  if (Object.hasOwn(moduleObjects, path)) return { kind: "object", name: path }
  const dot = path.lastIndexOf(".")
  const parent = path.slice(0, dot)
  const last = path.slice(dot + 1)
  const target = exportsOf(parent)?.get(last)
  if (target !== undefined) {
    if (storedClass(target)) return { kind: "class", name: target }
    return { kind: "function", name: functionAliases[target] ?? target }
  }
  // Something of a class: `pyspark.sql.SparkSession.builder`, `pyspark.StorageLevel.MEMORY_ONLY`.
  const owner = Object.hasOwn(stored.modules, parent) ? undefined : pysparkQualified(parent)
  if (owner?.kind !== "class") return undefined
  if (storedClass(`${owner.name}.${last}`)) return { kind: "class", name: `${owner.name}.${last}` }
  return linesOf(owner.name).has(last) ? { kind: "object", name: `${owner.name}.${last}` } : undefined
}

/** Spark Connect and the classic implementation have the same API under their own paths. */
function canonicalPath(path: string): string {
  const shared = path.replace(/^pyspark\.sql\.(?:connect|classic)(?=\.|$)/, "pyspark.sql")
  for (const builtin of ["pyspark.sql.functions.builtin", "pyspark.sql.functions.partitioning"]) {
    if (shared === builtin || shared.startsWith(`${builtin}.`))
      return `pyspark.sql.functions${shared.slice(builtin.length)}`
  }
  return shared
}

function exportsOf(module: string): ReadonlyMap<string, string> | undefined {
  const known = exports.get(module)
  if (known) return known
  const text = Object.hasOwn(stored.modules, module) ? stored.modules[module] : undefined
  if (text === undefined) return undefined
  const family = familyOf(module)
  const names = new Map<string, string>()
  for (const word of text.split(" ")) {
    const equals = word.indexOf("=")
    if (word.startsWith(".")) names.set(word.slice(1), family + word.slice(1))
    else if (equals > 0) names.set(word.slice(0, equals), word.slice(equals + 1))
    else if (word) names.set(word, word)
  }
  exports.set(module, names)
  return names
}

// ---------------------------------------------------------------- evidence

/** Only a Spark DataFrame has this method: no frame of pandas, Polars, Dask, Ibis, cuDF, DuckDB… has it. */
export function onlySparkFrame(method: string): boolean {
  return frameOnly.has(method)
}
