import type {
  DictValue,
  ForeignValue,
  FrameValue,
  ModuleValue,
  SequenceValue,
  SparkValue,
  Value,
} from "../../../rules/api.ts"
import { constant, Dict, PyClass, PyFunction, PyInstance, Sequence, UNKNOWN, UNKNOWN_COLUMN } from "./values.ts"

/** A sequence or dict that holds the rows of either, and is filled where either is. */
function joined<T extends Sequence | Dict>(made: T, a: SequenceValue | DictValue, b: SequenceValue | DictValue): T {
  made.filled(a.from ?? b.from, a.filledIn ?? b.filledIn)
  return made
}

/** Options that are followed at most: each is entered at every call. */
const MAX_OPTIONS = 8

/** One of several functions, classes or objects, chosen while the program runs: by a name, or on one of several ways. */
export class OneOf {
  readonly kind = "unknown"
  readonly options: readonly Value[]

  constructor(options: readonly Value[]) {
    this.options = options
  }
}

/** The user's own code that a value stands for: what can be called, or asked for its methods. */
function ownCode(value: Value): readonly Value[] | undefined {
  if (value instanceof OneOf) return value.options
  if (value instanceof PyFunction) return value.udf ? undefined : [value]
  if (value instanceof PyClass) return value.pyspark ? undefined : [value]
  return value instanceof PyInstance ? [value] : undefined
}

/** One of two values that are the user's own code; undefined where one is something else, or options are too many. */
function oneOf(a: Value, b: Value): OneOf | undefined {
  const first = ownCode(a)
  const second = first && ownCode(b)
  if (!second) return undefined
  const options = new Set([...first, ...second])
  return options.size > MAX_OPTIONS ? undefined : new OneOf([...options])
}

/** What two values have in common, with no plan made for it: for elements of containers. */
export function common(a: Value, b: Value): Value {
  if (a === b) return a
  if (a.kind === "constant" && b.kind === "constant") {
    if (a.type === b.type) return Object.is(a.value, b.value) ? a : constant(a.type)
    if (a.type === "None") return b
    if (b.type === "None") return a
    return UNKNOWN
  }
  if (a.kind === "constant" && a.type === "None") return b
  if (b.kind === "constant" && b.type === "None") return a
  if (a.kind === "instance" && b.kind === "instance" && a.class === b.class) return a
  const code = oneOf(a, b)
  if (code) return code
  if (a.kind !== b.kind) return UNKNOWN
  switch (a.kind) {
    case "foreign":
      return (b as ForeignValue).path === a.path ? a : UNKNOWN
    case "spark":
      return (b as SparkValue).class === a.class ? a : UNKNOWN
    case "module":
      return (b as ModuleValue).name === a.name ? a : UNKNOWN
    case "column":
      return UNKNOWN_COLUMN
    case "frame":
      return (b as FrameValue).class === a.class ? a : UNKNOWN
    case "sequence": {
      const other = b as SequenceValue
      if (other.type !== a.type) return UNKNOWN
      const length = { min: Math.min(a.length.min, other.length.min), max: Math.max(a.length.max, other.length.max) }
      const element =
        a.length.max === 0 ? other.element : other.length.max === 0 ? a.element : common(a.element, other.element)
      const items =
        a.items && other.items && a.items.length === other.items.length
          ? a.items.map((item, i) => common(item, other.items![i]!))
          : undefined
      return joined(new Sequence(a.type, items, element, length), a, other)
    }
    case "dict": {
      const other = b as DictValue
      return joined(new Dict(undefined, common(a.element, other.element)), a, other)
    }
    default:
      return UNKNOWN
  }
}
