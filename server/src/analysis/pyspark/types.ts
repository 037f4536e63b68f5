/** What the PySpark table tells. */

/** What a call gives, as far as an annotation or we know. `Optional[X]` is X. */
export type TypeRef =
  /** A class of the table, by its short name. */
  | { readonly kind: "class"; readonly name: string }
  /** Another object of the receiver's own class. */
  | { readonly kind: "self" }
  | { readonly kind: "scalar"; readonly name: "str" | "int" | "float" | "bool" | "bytes" | "complex" | "None" }
  | { readonly kind: "sequence"; readonly type: "list" | "tuple" | "set" | "iterator"; readonly of: TypeRef }
  | { readonly kind: "dict"; readonly of: TypeRef }
  /** Of another library: `pandas.DataFrame`, `numpy.ndarray`, `pyarrow.Table`. */
  | { readonly kind: "foreign"; readonly path: string }
  | { readonly kind: "unknown" }

export interface ParamFacts {
  readonly name: string
  readonly kind: "positional" | "keyword-only" | "varargs" | "kwargs"
  /** May be left out. */
  readonly optional: boolean
  /** Not there in 3.5. */
  readonly added: boolean
}

/** What a call does to the cluster and to the frame that it is called on. All false where nothing is known. */
export interface Effects {
  /** Runs a job, or starts a query, now. */
  readonly action: boolean
  /** Makes a frame (or what leads to one) and runs nothing, schema inference aside. */
  readonly lazy: boolean
  /** Moves rows between executors, when it runs. `limit` does not count: it moves at most n rows a partition. */
  readonly wide: boolean
  /** The rows come out in the order in which they came in. */
  readonly keepsOrdering: boolean
  /** Rows stay in their partition, so that neither the number of partitions nor what they are keyed by changes. */
  readonly keepsPartitioning: boolean
  /** Returns the very object that it is called on. */
  readonly inPlace: boolean
}

export interface Versions {
  /** First version that has it, `3.3`; undefined: always, or not known. */
  readonly since: string | undefined
  /** Last version that has it, `3.5`; undefined: still there. */
  readonly until: string | undefined
  /** Version that deprecated it. */
  readonly deprecated: string | undefined
}

export interface ClassFacts extends Versions {
  /** Short name: `DataFrame`, `ml.Pipeline`, `ps.DataFrame`. */
  readonly name: string
  readonly bases: readonly string[]
  /** Of its constructor; undefined where not kept (machine learning, pandas-on-Spark). */
  readonly params: readonly ParamFacts[] | undefined
  /** Names of its members, the inherited ones included. */
  readonly members: readonly string[]
}

export interface MemberFacts extends Versions, Effects {
  /** The class that it was asked of. */
  readonly class: string
  /** Canonical name: `filter` for `where`. */
  readonly name: string
  /** `DataFrame.filter`: the class that defines it, and the canonical name. */
  readonly api: string
  readonly kind: "method" | "property" | "attribute" | "class method" | "static method"
  /** Without `self`; undefined where not kept (pandas-on-Spark) or not a call. */
  readonly params: readonly ParamFacts[] | undefined
  readonly returns: TypeRef
}

export type FunctionKind =
  | "scalar"
  | "aggregate"
  /** Only over a window: `row_number`, `lag`… */
  | "window"
  /** Makes several rows of one: `explode`… */
  | "generator"
  /** Not of columns: `broadcast`, `udf`, `call_function`, `ps.concat`… */
  | "other"

export interface FunctionFacts extends Versions {
  /** Canonical name with its family: `functions.col`, `ml.functions.predict_batch_udf`, `ps.read_csv`. */
  readonly name: string
  readonly kind: FunctionKind
  readonly params: readonly ParamFacts[] | undefined
  readonly returns: TypeRef
  /** `value`: another value each time (`rand`, `uuid`); `order`: depends on the order of rows (`first`, `collect_list`). */
  readonly unstable: "value" | "order" | undefined
}

export interface Qualified {
  readonly kind: "class" | "function" | "module" | "object"
  /** Short name of a class or function; of a module its canonical path; of an object `SparkSession.builder`. */
  readonly name: string
}
