/** What an expression can be: places, how a fact is known, values, columns and windows. */
import type { Call, Loop, Udf } from "./calls.ts"
import type { Plan } from "./plans.ts"

// ---------------------------------------------------------------- places

/** What a site's offsets count from. `offset` is the only thing that moves when text above changes. */
export interface Anchor {
  offset: number
}

/** A place in the text: offsets (UTF-16) relative to a top-level statement; `path` where it is another file. */
export interface Site {
  readonly top: Anchor
  readonly start: number
  readonly end: number
  readonly path?: string
}

// ---------------------------------------------------------------- how a fact is known

/** certain: proven; likely: nearly always so; possible: a hint such as a naming convention. */
export type Confidence = "certain" | "likely" | "possible"

/** One fact that led to a finding, and where it stands. Becomes related information in an editor. */
export interface Evidence {
  /** One clause, no full stop: "`countries` is built from a Python list of 3 rows". */
  readonly message: string
  readonly site?: Site
}

/** A value with how it is known. */
export interface Known<T> {
  readonly value: T
  readonly confidence: Confidence
  readonly evidence: Evidence
}

/** A closed interval; `max` is Infinity where nothing bounds it. */
export interface Interval {
  readonly min: number
  readonly max: number
}

// ---------------------------------------------------------------- values

/** What an expression evaluates to. `unknown` never supports a finding that needs a type. */
export type Value =
  | UnknownValue
  | ConstantValue
  | SparkValue
  | FrameValue
  | ColumnValue
  | WindowValue
  | GroupedValue
  | SequenceValue
  | DictValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | ForeignValue

export interface UnknownValue {
  readonly kind: "unknown"
}

/**
 * A Python constant, or a plain Python scalar that is not known (`value` undefined: then only its type is).
 * `origin` is the call that computed it, e.g. the `count()` of an int.
 */
export interface ConstantValue {
  readonly kind: "constant"
  readonly type: "str" | "bytes" | "int" | "float" | "complex" | "bool" | "None" | "Ellipsis"
  readonly value: string | number | bigint | boolean | null | undefined
  readonly origin?: Call
  /** Of a text that is known in part: with `{}` for each part that isn't, as in `select * from {}`. */
  readonly pattern?: string
  /** Of a text: the call whose rows were written into it: `f"id in ({ids})"`. */
  readonly from?: Call
}

/** A PySpark object without a plan of its own: session, context, reader, writer, streaming query, broadcast… */
export interface SparkValue {
  readonly kind: "spark"
  /** The class's short name in the PySpark table: `SparkSession`, `DataFrameWriter`, `Broadcast`, `ml.PipelineModel`… */
  readonly class: string
  /** The frame it was made from: a writer's, a NaFunctions'… */
  readonly plan?: Plan
  /** Settings gathered by a builder chain: reader/writer format and options, partitionBy columns, mode, conf. */
  readonly settings?: ReadonlyMap<string, Value>
}

/** A DataFrame or an RDD, with its plan. */
export interface FrameValue {
  readonly kind: "frame"
  readonly class: "DataFrame" | "RDD" | "ps.DataFrame" | "ps.Series"
  readonly plan: Plan
}

export interface ColumnValue {
  readonly kind: "column"
  readonly expr: ColumnExpr
}

export interface WindowValue {
  readonly kind: "window"
  readonly spec: WindowSpec
}

/** `df.groupBy(...)`, waiting for its aggregate. */
export interface GroupedValue {
  readonly kind: "grouped"
  readonly plan: Plan
  readonly keys: readonly ColumnExpr[]
  /** `groupBy`, `rollup`, `cube`, `pivot`… */
  readonly how: string
}

/** A list, tuple, set or iterator. `items` is known only when every element is. */
export interface SequenceValue {
  readonly kind: "sequence"
  readonly type: "list" | "tuple" | "set" | "iterator"
  readonly items: readonly Value[] | undefined
  /** What every element is, where they are alike. */
  readonly element: Value
  /** Number of elements. */
  readonly length: Interval
  /** The call that computed it, e.g. `collect()`. */
  readonly origin?: Call
  /** An iterator through the rows or batches of a partition, as Python code on an executor gets it. */
  readonly partition?: boolean
  /** The call whose rows its elements were taken from: `[r.x for r in df.collect()]`. */
  readonly from?: Call
  /** The loop that fills it, or the comprehension that makes it. */
  readonly filledIn?: Loop
}

export interface DictValue {
  readonly kind: "dict"
  readonly entries: ReadonlyMap<string, Value> | undefined
  readonly element: Value
  /** The call whose rows it holds: `{r.k: r.v for r in df.collect()}`. */
  readonly from?: Call
  /** The loop that fills it, or the comprehension that makes it. */
  readonly filledIn?: Loop
}

export interface FunctionValue {
  readonly kind: "function"
  readonly name: string
  readonly site: Site
  /** Set where the function is a UDF or rides along in an RDD operation. */
  readonly udf?: Udf
}

export interface ClassValue {
  readonly kind: "class"
  readonly name: string
}
export interface InstanceValue {
  readonly kind: "instance"
  readonly class: ClassValue
  readonly attributes: ReadonlyMap<string, Value>
}
/** A module, by its qualified name: `pyspark.sql.functions`, `torch`. */
export interface ModuleValue {
  readonly kind: "module"
  readonly name: string
}

/**
 * Something of another library, by the path that leads to it: `torch.load`, `torch.load()` (what the call gave),
 * `torch.load().eval`. `element` parts are written `[]`. Never a Spark type.
 */
export interface ForeignValue {
  readonly kind: "foreign"
  readonly path: string
  /** The PySpark call whose rows it holds: of `toPandas()`, `first()`, an element of `collect()`, and what is made of them. */
  readonly from?: Call
}

// ---------------------------------------------------------------- columns and windows

/** The shape of a Column, as far as it is known. */
export type ColumnExpr =
  | { readonly op: "column"; readonly name: string; readonly frame: Plan | undefined }
  | { readonly op: "star" }
  | { readonly op: "literal"; readonly value: ConstantValue }
  /** A function of pyspark.sql.functions, or a Column method (`like`, `isin`, `cast`…). */
  | { readonly op: "call"; readonly fn: string; readonly args: readonly ColumnExpr[] }
  | { readonly op: "udf"; readonly udf: Udf; readonly args: readonly ColumnExpr[] }
  /** `== != < <= > >= <=> + - * / % & |` */
  | { readonly op: "binary"; readonly symbol: string; readonly left: ColumnExpr; readonly right: ColumnExpr }
  | { readonly op: "unary"; readonly symbol: "~" | "-"; readonly operand: ColumnExpr }
  | { readonly op: "alias"; readonly name: string; readonly child: ColumnExpr }
  | { readonly op: "window"; readonly child: ColumnExpr; readonly spec: WindowSpec }
  | { readonly op: "sql"; readonly text: string }
  | { readonly op: "unknown" }

export interface WindowSpec {
  readonly site: Site
  /** undefined: not known. Empty: none was given. */
  readonly partitionBy: readonly ColumnExpr[] | undefined
  readonly orderBy: readonly ColumnExpr[] | undefined
  /** `rowsBetween` or `rangeBetween` was called. */
  readonly framed: boolean
}
