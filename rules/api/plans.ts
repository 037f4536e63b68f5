/** Plan sketches: the steps of a DataFrame or an RDD, its columns and its size. */
import type { Call, Statement, Udf } from "./calls.ts"
import type { ColumnExpr, Confidence, Evidence, Interval, Known, Site, Value, WindowSpec } from "./values.ts"

export type PlanOp =
  | "read" // files or a source, by a reader
  | "table" // a table by name
  | "sql" // the result of a SQL text
  | "local" // rows that the driver holds
  | "range"
  | "project" // select, withColumn, drop, rename, alias…
  | "filter"
  | "join"
  | "aggregate"
  | "distinct" // distinct, dropDuplicates
  | "sort"
  | "sort-within"
  | "limit"
  | "union"
  | "set" // intersect, except
  | "repartition"
  | "coalesce"
  | "sample"
  | "map" // Python code over rows: mapInPandas, applyInPandas, RDD functions
  | "checkpoint"
  | "either" // one of the inputs, by branch
  | "loop" // what a loop carries: inputs[0] before it, inputs[1] from the round before
  | "param" // a parameter, known to be a frame
  | "opaque" // a frame whose making is not known

/** One step of a logical plan sketch. Identity is the frame's: aliases of one DataFrame share one Plan. */
export interface Plan {
  readonly id: number
  readonly kind: "DataFrame" | "RDD"
  readonly op: PlanOp
  readonly inputs: readonly Plan[]
  /** The call that made it; null for parameters, branches and loops. */
  readonly call: Call | null
  readonly site: Site
  /** Variables that hold it, in order of binding; empty for a step inside a chain. */
  readonly names: readonly string[]
  /** The assignments that bound it to a variable, in order; those of the functions that it was returned through too. */
  readonly bindings: readonly Statement[]
  /** This step moves rows between executors. */
  readonly wide: boolean
  /** Why the step is expensive by itself: a shuffle, a Python UDF, a slow source; null when cheap. */
  readonly expensive: string | null
  /** The text of a SQL query, with `{}` for each part that isn't known. */
  readonly sql?: string | undefined
  readonly source: Source | null
  readonly join: JoinFacts | null
  /** Grouping, partitioning or ordering keys, or the columns that duplicates are looked for in; undefined: not known. */
  readonly keys: readonly ColumnExpr[] | undefined
  /** What a filter keeps, where it is written out. */
  readonly condition: ColumnExpr | undefined
  /** What a projection or aggregate computes, in order; undefined where not all is written out. */
  readonly exprs: readonly ColumnExpr[] | undefined
  /** Functions in this step that give other values each time it is computed: `rand`, `uuid`, `monotonically_increasing_id`. */
  readonly unstable: readonly string[]
  readonly streaming: boolean
  /** Columns in order, where every step allows to know them. */
  readonly columns: Known<readonly ColumnFact[]> | undefined
  readonly size: SizeFact
  readonly partitions: Known<number> | undefined
  /** Shuffles since the last source, cache or checkpoint, this step included. */
  readonly shuffles: number
  /** Steps since the last source or checkpoint. */
  readonly depth: number
  /** `cache()`/`persist()` calls on this frame, and `unpersist()` calls. */
  readonly caches: readonly Call[]
  readonly unpersists: readonly Call[]
  /** Hints on this frame: `broadcast`, `merge`, `shuffle_hash`, `repartition`… */
  readonly hints: readonly string[]
  /** Calls that have this very frame as receiver or argument, in order of evaluation. */
  readonly uses: readonly PlanUse[]
  /** Windows that this step computes, and UDFs that it runs. */
  readonly windows: readonly WindowSpec[]
  readonly udfs: readonly Udf[]
  /** Returned, yielded, stored on an object or in a container, or passed to code that is not known. */
  readonly escapes: boolean
  /** Returned by a function that this file doesn't call: whoever calls it computes the frame. */
  readonly returned: boolean
}

export interface PlanUse {
  readonly call: Call
  /** "receiver", or the parameter's name. */
  readonly role: string
}

export interface ColumnFact {
  readonly name: string
  /** Spark's simple type name (`bigint`, `string`, `array<int>`…), where provable. */
  readonly type: string | undefined
  readonly nullable?: boolean
}

export interface Source {
  /** `parquet`, `csv`, `jdbc`, `delta`, `kafka`, `table`… or undefined. */
  readonly format: string | undefined
  readonly path: string | undefined
  readonly table: string | undefined
  readonly options: ReadonlyMap<string, Value>
  readonly schema: boolean
}

export interface JoinFacts {
  readonly left: Plan
  readonly right: Plan
  /** Spark's canonical name: `inner`, `left_outer`, `right_outer`, `full_outer`, `left_semi`, `left_anti`, `cross`; undefined: not known. */
  readonly how: string | undefined
  /** Names joined on, or the condition; undefined: none given; "unknown": given, not known. */
  readonly on: readonly string[] | ColumnExpr | "unknown" | undefined
}

/** What is known of a frame's size. */
export interface SizeFact {
  readonly rows: Interval
  /** Bytes, estimated from rows where only those are known. */
  readonly bytes: Interval
  /** Confidence in the upper bounds. */
  readonly confidence: Confidence
  /** Why, strongest first; empty when nothing is known. */
  readonly evidence: readonly Evidence[]
  /** Spark's own statistics would know it, so that it broadcasts by itself under the threshold. */
  readonly sparkKnows: boolean
}
