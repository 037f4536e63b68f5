/**
 * The leaf of the house: the facts that a rule may look at, and what it may say. Imports nothing of ours.
 *
 * `server/src/analysis` computes the facts, `server/src/lint` runs the rules. A rule gets values, plans and calls
 * whose types are proven; it never searches raw syntax.
 */

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
  /** The call whose rows its elements were taken from: `[r.x for r in df.collect()]`. */
  readonly from?: Call
}

export interface DictValue {
  readonly kind: "dict"
  readonly entries: ReadonlyMap<string, Value> | undefined
  readonly element: Value
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

// ---------------------------------------------------------------- plans

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

// ---------------------------------------------------------------- calls

/** A call whose callee is known: of PySpark, or of another library. */
export interface Call {
  /** Place in the order of evaluation. */
  readonly index: number
  /** `DataFrame.join`, `functions.broadcast`, `SparkSession.createDataFrame`; of other libraries the path: `torch.load`, `torch.load().eval`. Aliases are resolved (`where` → `DataFrame.filter`). */
  readonly api: string
  readonly spark: boolean
  /** The method's name as written: `where`, `groupby`… */
  readonly name: string
  readonly receiver: Value
  readonly args: readonly Argument[]
  readonly result: Value
  /** The whole expression, from the receiver's first character to the closing bracket. */
  readonly site: Site
  /** The method's or function's name. */
  readonly nameSite: Site
  /** The receiver's expression; null for a plain function. */
  readonly receiverSite: Site | null
  readonly statement: Statement
  /** Enclosing loops and comprehensions, outermost first, those of the callers included. */
  readonly loops: readonly Loop[]
  /** The function whose body it stands in; null at module level. */
  readonly function: FunctionFacts | null
  /** The UDF (or RDD lambda) in whose body it runs, on executors; null on the driver. */
  readonly inUdf: Udf | null
  /** Branch decisions on the way here; see `exclusive`. */
  readonly path: readonly Arm[]
  /** Calls of the user's own functions that led here, outermost first; empty when it is reached directly. */
  readonly via: readonly Site[]
  /** Runs a job now. */
  readonly action: boolean
  /** Moves rows between executors. */
  readonly wide: boolean
  /** How the result is used; complete when `resultEscapes` is false. */
  readonly resultUses: readonly ResultUse[]
  /** The result is returned, stored, passed on or otherwise out of sight. */
  readonly resultEscapes: boolean
  /** Why the author seems to mean it (a debug flag, a log-level check…); comments are looked at by lint. */
  readonly deliberate: Evidence | undefined
}

export interface Argument {
  /** The parameter's name; `*0`, `*1`… for varargs. */
  readonly name: string
  readonly value: Value
  readonly site: Site
  /** Written as `name=value`. */
  readonly keyword: boolean
}

/** One decision of control flow: the same `branch` with another `arm` cannot happen in one run of it. */
export interface Arm {
  readonly branch: number
  readonly arm: number
}

export type ResultUse =
  /** `result OP other`, with `other` a constant where known; `negated` under a `not`. */
  | {
      readonly kind: "compare"
      readonly op: string
      readonly other: Value
      readonly site: Site
      readonly negated: boolean
    }
  /** Used as a condition: `if r`, `bool(r)`, `not r`, `assert r`, `while r`. `site` includes the `not` or `bool()`. */
  | { readonly kind: "truth"; readonly site: Site; readonly negated: boolean }
  | { readonly kind: "len"; readonly site: Site; readonly call: Call | undefined }
  | { readonly kind: "discard"; readonly site: Site }
  | { readonly kind: "iterate"; readonly site: Site; readonly loop: Loop }
  | { readonly kind: "print"; readonly site: Site }
  /** `result[index]`. */
  | { readonly kind: "index"; readonly site: Site; readonly index: Value }
  | { readonly kind: "other"; readonly site: Site }

export interface Statement {
  readonly site: Site
  /** The names it assigns to, when it is a plain assignment of the call's chain. */
  readonly targets: readonly string[]
  /** An expression statement. */
  readonly bare: boolean
}

export interface FunctionFacts {
  readonly name: string
  readonly site: Site
  readonly params: readonly string[]
  /** Called from this file. */
  readonly called: boolean
}

export interface Loop {
  readonly id: number
  readonly kind: "for" | "while" | "comprehension"
  readonly site: Site
  /** The header: `for x in xs`. */
  readonly header: Site
  readonly targets: readonly string[]
  readonly iterable: Value
  /** Number of rounds. */
  readonly rounds: Interval
  readonly body: Site
  /** Frames that each round computes from the round before. */
  readonly carried: readonly Carried[]
  readonly function: FunctionFacts | null
  readonly path: readonly Arm[]
  readonly inUdf: Udf | null
  readonly via: readonly Site[]
}

/** A variable that a loop carries: `before` from outside, `entry` at the start of a round, `after` at its end. */
export interface Carried {
  readonly name: string
  readonly before: Plan
  readonly entry: Plan
  readonly after: Plan
  /** The last assignment in the body. */
  readonly site: Site
}

export type UdfKind =
  | "row" // @udf without Arrow
  | "arrow" // udf(useArrow=True)
  | "pandas" // Series to Series
  | "pandas-iterator" // Iterator[Series] to Iterator[Series]
  | "pandas-aggregate" // Series to scalar
  | "grouped-map" // applyInPandas, cogroup
  | "map-in-pandas" // mapInPandas, mapInArrow: iterator of frames
  | "predict-batch" // the predict function of predict_batch_udf
  | "rdd" // map, filter, flatMap…: one element
  | "rdd-partition" // mapPartitions, foreachPartition
  | "foreach" // DataFrame.foreach, RDD.foreach
  | "table" // UDTF

/** Python code that runs on executors. */
export interface Udf {
  readonly kind: UdfKind
  readonly name: string
  /** The `def` or lambda. */
  readonly site: Site
  /** The header: decorators and the `def` line, or the call that made it. */
  readonly made: Site
  /** Calls in its body, other libraries' included. */
  readonly calls: readonly Call[]
  readonly loops: readonly Loop[]
  /** Names it captures from outside, with their values. */
  readonly captures: ReadonlyMap<string, Value>
  /** Where it is applied. */
  readonly applied: readonly Call[]
  /** Marked with `asNondeterministic()`. */
  readonly nondeterministic: boolean
  /** What it gives for its parameters, where the body is simple enough to say: one return, or branches that return. */
  readonly body: PyExpr | undefined
  readonly params: readonly string[]
}

/** A small Python expression over a function's parameters. */
export type PyExpr =
  | { readonly op: "param"; readonly name: string }
  | { readonly op: "constant"; readonly value: ConstantValue }
  /** A method: `x.strip()` is `strip` on x; a function: `len(x)` has no `on`. `fn` is a name, or a library's path. */
  | { readonly op: "call"; readonly fn: string; readonly on: PyExpr | undefined; readonly args: readonly PyExpr[] }
  | { readonly op: "attribute"; readonly on: PyExpr; readonly name: string }
  | { readonly op: "index"; readonly on: PyExpr; readonly index: PyExpr }
  | { readonly op: "binary"; readonly symbol: string; readonly left: PyExpr; readonly right: PyExpr }
  | { readonly op: "unary"; readonly symbol: string; readonly operand: PyExpr }
  | { readonly op: "if"; readonly test: PyExpr; readonly value: PyExpr; readonly otherwise: PyExpr }
  | { readonly op: "format"; readonly parts: readonly PyExpr[] }
  | { readonly op: "sequence"; readonly items: readonly PyExpr[] }
  /** `[each for name in over if only]`; `type` as in Python. */
  | {
      readonly op: "comprehension"
      readonly type: string
      readonly name: string
      readonly over: PyExpr
      readonly each: PyExpr
      readonly only: PyExpr | undefined
    }
  | { readonly op: "name"; readonly name: string }
  | { readonly op: "unknown" }

export interface ConfSetting {
  readonly key: string
  readonly value: ConstantValue | UnknownValue
  readonly site: Site
  /** The value's own place, for edits. */
  readonly valueSite: Site | null
  readonly how: "builder" | "conf.set" | "SparkConf" | "sql" | "file"
  readonly path: readonly Arm[]
  readonly call: Call | null
}

// ---------------------------------------------------------------- program

export interface Program {
  /** Known calls, in order of evaluation. One written call can stand here once per way that leads to it. */
  readonly calls: readonly Call[]
  readonly loops: readonly Loop[]
  readonly udfs: readonly Udf[]
  readonly confs: readonly ConfSetting[]
  readonly plans: readonly Plan[]
  /** `test_*.py`, `*_test.py`, `conftest.py`, below `tests/`. */
  readonly isTest: boolean
  readonly isNotebook: boolean
  /** The setting of a conf key that is in force at the end of the file, or undefined. */
  conf(key: string): ConfSetting | undefined
  /** True when no single run can reach both. */
  exclusive(a: readonly Arm[], b: readonly Arm[]): boolean
  /** Every action that computes this frame, through lazy steps, each once; stops at caches, checkpoints and writes between. */
  actionsOf(plan: Plan): readonly Call[]
}

/** What the configuration says of the world around the code. */
export interface World {
  /** Spark version the code runs on, `4.3`; and the lowest it must run on. */
  readonly target: string
  readonly min: string
  readonly cluster: ClusterFacts | undefined
}

export interface ClusterFacts {
  readonly name: string
  readonly executors: number
  readonly coresPerExecutor: number
  /** MiB of heap an executor. */
  readonly executorMemory: number
  readonly slots: number
}

// ---------------------------------------------------------------- rules

export type Severity = "error" | "warning" | "information"
export type Safety = "safe" | "unsafe" | "suggestion"
export type Family =
  | "joins"
  | "shuffles"
  | "lineage"
  | "partitions"
  | "udfs"
  | "driver"
  | "reads"
  | "config"
  | "columns"
  | "streaming"
  | "suppression"

export interface Edit {
  readonly site: Site
  readonly text: string
}

export interface Fix {
  /** Imperative, names the user's variables; an unsafe one says what may change. */
  readonly title: string
  /** safe: the same rows, proven. unsafe: may change results or cost. suggestion: text only, no edits. */
  readonly safety: Safety
  readonly edits: readonly Edit[]
}

export interface Report {
  /** Where to squiggle. */
  readonly at: Site
  /** The call, loop or UDF that it is about: lint reads comments and flags around it. */
  readonly about: Call | Loop | Udf | ConfSetting
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly confidence: Confidence
  readonly severity?: Severity
  readonly fixes?: readonly Fix[]
}

export interface OptionSchema {
  readonly type: "bytes" | "integer" | "boolean" | "string" | "string[]"
  readonly default: number | boolean | string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly description: string
}

export interface RuleContext<O extends Record<string, unknown> = Record<string, unknown>> {
  readonly program: Program
  readonly world: World
  readonly options: O
  report(report: Report): void
  /** The text of a place. */
  text(site: Site): string
  /** How to write a name of a module here: `{ text: "F.broadcast", edits: [] }`, with the import to add where it is missing. */
  imported(module: string, name: string): { text: string; edits: readonly Edit[] }
  /** A new line before or after the statement that holds `site`, at its indentation. `text` may span lines. */
  lineBefore(site: Site, text: string): Edit
  lineAfter(site: Site, text: string): Edit
}

/** What Spark must show for the examples; `test/spark` runs them on each supported version. */
export interface Proof {
  /** The frame or value named `result` must be the same in both examples; or why it is not compared. */
  readonly rows: "same" | { readonly differ: string }
  /** Substrings of the executed plan of `result` (final, after AQE) that each example must and must not show. */
  readonly plan?: {
    readonly bad?: PlanClaim
    readonly good?: PlanClaim
  }
  /** Python packages the examples import, beyond PySpark's companions. */
  readonly needs?: readonly string[]
}
export interface PlanClaim {
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
}

type Listener<T, O extends Record<string, unknown>> = (fact: T, ctx: RuleContext<O>) => void

/** `on`: facts to hear of. An API name (`DataFrame.join`), or a kind of fact. */
export interface Listeners<O extends Record<string, unknown> = Record<string, unknown>> {
  readonly calls?: { readonly [api: string]: Listener<Call, O> }
  readonly loop?: Listener<Loop, O>
  readonly udf?: Listener<Udf, O>
  readonly conf?: Listener<ConfSetting, O>
  readonly plan?: Listener<Plan, O>
  readonly program?: Listener<Program, O>
}

export interface Rule<O extends Record<string, unknown> = Record<string, unknown>> {
  /** kebab-case, names the bad pattern, reads well after "allow". */
  readonly name: string
  readonly family: Family
  readonly severity: Severity
  /** It tells of wrong results or failures, so it also speaks in tests and about deliberate code. */
  readonly correctness?: boolean
  readonly flags: string
  readonly why: string
  /** Complete, runnable PySpark on the tables of test/spark (`orders`, `customers`, `events`); each leaves `result`. */
  readonly bad: string
  readonly good: string
  readonly whenNot: string
  readonly fix: { readonly safety: Safety | "none"; readonly note: string }
  readonly options?: { readonly [name: string]: OptionSchema }
  readonly spark?: { readonly min?: string; readonly max?: string }
  readonly references: readonly string[]
  readonly proof: Proof
  /** A comment on the line, or the one above, that matches means that the author knows: the finding becomes possible. */
  readonly deliberateWords?: RegExp
  readonly on: Listeners<O>
}

/** Types a rule by its own options; the object itself is the rule. Lint gives it the options that its schema asks for. */
export function defineRule<O extends Record<string, unknown> = Record<string, unknown>>(rule: Rule<O>): Rule {
  return rule as unknown as Rule
}
