import type {
  Call,
  ClassValue,
  ColumnExpr,
  ColumnValue,
  ConstantValue,
  DictValue,
  ForeignValue,
  FrameValue,
  FunctionFacts,
  FunctionValue,
  InstanceValue,
  Interval,
  Loop,
  ModuleValue,
  Plan,
  SequenceValue,
  Site,
  SparkValue,
  Udf,
  UnknownValue,
  Value,
} from "../../../rules/api.ts"
import type { ClassDef, FunctionDef, Lambda, Top } from "../syntax/ast.ts"
import { common } from "./common.ts"
import type { Scope } from "./scope.ts"
import type { Source } from "./source.ts"

export const UNKNOWN: UnknownValue = { kind: "unknown" }
export const NONE: ConstantValue = { kind: "constant", type: "None", value: null }
export const ANY_LENGTH: Interval = { min: 0, max: Number.POSITIVE_INFINITY }
/** Paths of other libraries' values are cut here; beyond, a value is unknown. */
const MAX_FOREIGN_PATH = 160

export function constant(type: ConstantValue["type"], value?: ConstantValue["value"], origin?: Call): ConstantValue {
  return origin ? { kind: "constant", type, value, origin } : { kind: "constant", type, value }
}

export function foreign(path: string, from?: Call): ForeignValue | UnknownValue {
  if (path.length > MAX_FOREIGN_PATH) return UNKNOWN
  return from ? { kind: "foreign", path, from } : { kind: "foreign", path }
}

export function module(name: string): ModuleValue {
  return { kind: "module", name }
}

export function spark(className: string, settings?: ReadonlyMap<string, Value>, plan?: Plan): SparkValue {
  return { kind: "spark", class: className, ...(settings ? { settings } : {}), ...(plan ? { plan } : {}) }
}

export function column(expr: ColumnExpr): ColumnValue {
  return { kind: "column", expr }
}
export const UNKNOWN_COLUMN: ColumnValue = column({ op: "unknown" })

/** A frame's value; one object a plan, so that aliases of one DataFrame are the same value. */
export function frame(plan: Plan, className: FrameValue["class"] = plan.kind): FrameValue {
  return { kind: "frame", class: className, plan }
}

/** A Python list, tuple, set or iterator. Lists change in place (`append`), so this is an object with an identity. */
export class Sequence implements SequenceValue {
  readonly kind = "sequence"
  readonly type: SequenceValue["type"]
  items: Value[] | undefined
  element: Value
  length: Interval
  readonly origin?: Call
  from?: Call
  filledIn?: Loop
  partition?: boolean
  /** The number of items of which `element` is known to be any. */
  united = 0

  constructor(
    type: SequenceValue["type"],
    items: Value[] | undefined,
    element: Value,
    length: Interval,
    origin?: Call,
  ) {
    this.type = type
    this.items = items
    this.element = element
    this.length = length
    if (origin) this.origin = origin
  }

  static of(type: SequenceValue["type"], items: Value[]): Sequence {
    return new Sequence(type, items, items.length ? items.reduce(common) : UNKNOWN, {
      min: items.length,
      max: items.length,
    })
  }

  /** Adds one element; in a loop or branch the count is no longer known. */
  append(value: Value, certainly: boolean, loop?: Loop): void {
    this.filled(comesFrom(value), certainly ? undefined : loop)
    this.element = this.length.max === 0 ? value : common(this.element, value)
    if (certainly && this.items) {
      this.items.push(value)
      this.length = { min: this.items.length, max: this.items.length }
    } else this.spread()
  }

  /** Notes the call whose rows were added, and the loop that adds them. */
  filled(from: Call | undefined, loop: Loop | undefined): void {
    if (from) this.from ??= from
    if (loop) this.filledIn ??= loop
  }

  /** Gives an iterator's elements one by one, and so goes through a partition where that does. */
  streams(source: Value): void {
    if (source.kind === "sequence" && source.partition) this.partition = true
  }

  /** Forgets how many there are and which. */
  spread(): void {
    this.items = undefined
    this.length = { min: this.length.min, max: Number.POSITIVE_INFINITY }
  }
}

export class Dict implements DictValue {
  readonly kind = "dict"
  entries: Map<string, Value> | undefined
  element: Value
  from?: Call
  filledIn?: Loop

  constructor(entries: Map<string, Value> | undefined, element: Value) {
    this.entries = entries
    this.element = element
  }

  /** Notes the call whose rows were added, and the loop that adds them. */
  filled(from: Call | undefined, loop: Loop | undefined): void {
    if (from) this.from ??= from
    if (loop) this.filledIn ??= loop
  }

  set(key: string | undefined, value: Value): void {
    this.element = this.entries && this.entries.size === 0 ? value : common(this.element, value)
    if (key !== undefined && this.entries) this.entries.set(key, value)
    else this.entries = undefined
  }
}

/** A `def` or lambda of this file, with the scope it closes over. */
export class PyFunction implements FunctionValue {
  readonly kind = "function"
  readonly name: string
  readonly site: Site
  readonly node: FunctionDef | Lambda
  readonly top: Top
  readonly source: Source
  readonly closure: Scope
  readonly facts: FunctionFacts & { called: boolean }
  /** The class whose body it stands in. */
  readonly owner: PyClass | undefined
  /** `self`, once bound. */
  readonly self: Value | undefined
  /** Arguments fixed by functools.partial. */
  readonly bound: { readonly args: readonly Value[]; readonly keywords: ReadonlyMap<string, Value> } | undefined
  readonly decorators: readonly string[]
  readonly udf?: Udf

  constructor(base: {
    name: string
    site: Site
    node: FunctionDef | Lambda
    top: Top
    source: Source
    closure: Scope
    facts: FunctionFacts & { called: boolean }
    owner?: PyClass
    self?: Value
    bound?: PyFunction["bound"]
    decorators?: readonly string[]
    udf?: Udf
  }) {
    this.name = base.name
    this.site = base.site
    this.node = base.node
    this.top = base.top
    this.source = base.source
    this.closure = base.closure
    this.facts = base.facts
    this.owner = base.owner
    this.self = base.self
    this.bound = base.bound
    this.decorators = base.decorators ?? []
    if (base.udf) this.udf = base.udf
  }

  with(change: { self?: Value; bound?: PyFunction["bound"]; udf?: Udf }): PyFunction {
    return new PyFunction({ ...this, ...change })
  }
}

/** What a thread pool gives for a task: `result()` is what the task's function returned. */
export class Future implements ForeignValue {
  readonly kind = "foreign"
  readonly path: string
  readonly value: Value

  constructor(path: string, value: Value) {
    this.path = path
    this.value = value
  }
}

/** A function or class of PySpark, by its API name: `functions.broadcast`, `SparkSession`. */
export class ApiFunction implements FunctionValue {
  readonly kind = "function"
  readonly name: string
  readonly site: Site
  readonly api: string
  /** The object it is a method of. */
  readonly receiver: Value

  constructor(name: string, api: string, receiver: Value, site: Site) {
    this.name = name
    this.api = api
    this.receiver = receiver
    this.site = site
  }
}

export class PyClass implements ClassValue {
  readonly kind = "class"
  readonly name: string
  /** A class of PySpark's, by its short name. */
  readonly pyspark: boolean
  readonly node: ClassDef | undefined
  readonly members = new Map<string, Value>()
  readonly bases: PyClass[] = []
  /** Fields of a dataclass or NamedTuple, in order. */
  readonly fields: { name: string; annotation: Value }[] = []
  dataclass = false
  /** Its bases are not all known. */
  open = false
  /** The class of another library that it extends, by its path: `torch.nn.Module`. */
  library: string | undefined

  constructor(name: string, pyspark: boolean, node?: ClassDef) {
    this.name = name
    this.pyspark = pyspark
    this.node = node
  }

  find(name: string, depth = 0): Value | undefined {
    const own = this.members.get(name)
    if (own || depth > 8) return own
    for (const base of this.bases) {
      const inherited = base.find(name, depth + 1)
      if (inherited) return inherited
    }
    return undefined
  }

  /** Its fields as a dataclass has them: those of its bases first, which it may declare anew. */
  get allFields(): readonly { name: string; annotation: Value }[] {
    const found = new Map<string, Value>()
    for (const base of this.bases.slice(0, 8))
      for (const { name, annotation } of base.allFields) found.set(name, annotation)
    for (const { name, annotation } of this.fields) found.set(name, annotation)
    return [...found].map(([name, annotation]) => ({ name, annotation }))
  }
}

export class PyInstance implements InstanceValue {
  readonly kind = "instance"
  readonly class: PyClass
  readonly attributes: Map<string, Value>
  /** What its methods get as `self`: of `super()` the object itself. */
  readonly self: PyInstance

  constructor(cls: PyClass, self?: PyInstance) {
    this.class = cls
    this.self = self ?? this
    this.attributes = self?.attributes ?? new Map()
  }

  /** `super()` in a method of a class: the object, seen as one of the classes above. */
  above(owner: PyClass): PyInstance {
    const bases = new PyClass(owner.name, false)
    bases.bases.push(...owner.bases)
    bases.open = owner.open
    return new PyInstance(bases, this.self)
  }
}

/** The PySpark call whose rows a value was taken from. */
export function comesFrom(value: Value): Call | undefined {
  switch (value.kind) {
    case "foreign":
    case "sequence":
    case "dict":
    case "constant":
      return value.from
    default:
      return undefined
  }
}

/** The text of a constant string, or undefined. */
export function stringOf(value: Value | undefined): string | undefined {
  return value?.kind === "constant" && typeof value.value === "string" ? value.value : undefined
}

/** Stands in a text for a part that is not known. */
export const HOLE = "{}"

/** A text of which some parts may not be known, put together: with a value where all are. */
export function joinedText(parts: readonly string[], known: boolean): ConstantValue {
  const text = parts.join("")
  if (known) return constant("str", text)
  return text === HOLE ? constant("str") : { kind: "constant", type: "str", value: undefined, pattern: text }
}

/** A text into which rows of a call were written. */
export function textFrom(text: Value, from: Call | undefined): Value {
  return from && text.kind === "constant" && text.type === "str" ? { ...text, from } : text
}

/** A text with `{}` for each part that isn't known; undefined for what is no text. */
export function patternOf(value: Value | undefined): string | undefined {
  if (value?.kind !== "constant" || value.type !== "str") return undefined
  return typeof value.value === "string" ? value.value : (value.pattern ?? HOLE)
}

/** The number of a constant, or undefined. */
export function numberOf(value: Value | undefined): number | undefined {
  if (value?.kind !== "constant") return undefined
  if (typeof value.value === "number") return value.value
  return typeof value.value === "bigint" ? Number(value.value) : undefined
}

export function isNone(value: Value | undefined): boolean {
  return value?.kind === "constant" && value.type === "None"
}
