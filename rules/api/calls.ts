/** Calls, functions, loops, Python code on executors, and settings. */
import type { Plan } from "./plans.ts"
import type { ConstantValue, Evidence, Interval, Site, UnknownValue, Value } from "./values.ts"

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
  /** Hands over the values of the arguments, in order; cheaper than `args`. */
  eachValue(see: (value: Value) => void): void
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
  /**
   * Context managers that are open around it (`with torch.no_grad():`) and decorators of the functions that it stands
   * in, outermost first, the callers' included.
   */
  readonly within: readonly Value[]
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
  /** The test of an `if` that led into this arm; undefined for other branches. */
  readonly guard?: Guard | undefined
  /** The handler of a `try` that this arm is. */
  readonly failed?: Site
}

/** A test, and whether it holds here. */
export interface Guard {
  readonly test: PyExpr
  readonly holds: boolean
  /** The whole `if`. */
  readonly site: Site
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
  /** The names of its decorators, as written: `functools.lru_cache`; absent for a lambda. */
  readonly decorators?: readonly string[]
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
  /** Calls of the function that makes the predict function of a `predict_batch_udf`: they run once a Python worker. */
  readonly setup: readonly Call[]
  /** Where it is applied. */
  readonly applied: readonly Call[]
  /** Marked with `asNondeterministic()`. */
  readonly nondeterministic: boolean
  /** What it gives for its parameters, where the body is simple enough to say: one return, or branches that return. */
  readonly body: PyExpr | undefined
  readonly params: readonly string[]
  /** The declared type of what it gives, by Spark's simple name; `string` where none is declared, undefined where it isn't known. */
  readonly returns: string | undefined
  readonly parts: UdfParts
  /** Names from outside that the body counts up or adds to in place: `global n; n += 1`, `counter[0] += 1`. */
  readonly counts: readonly string[]
}

/** Where the parts of a UDF's function stand. */
export interface UdfParts {
  /** The name behind `def`, or the `lambda` with its parameters. */
  readonly name: Site
  /** A text at the start of the body that says what it does. */
  readonly docstring: Site | undefined
  /** The body: its statements after the docstring, or what a lambda gives. */
  readonly body: Site
  /** All parameters are plain names without defaults, and at most one decorator stands above. */
  readonly plain: boolean
  /** The call that makes the UDF of the function, where it is no decorator: `udf(f, "int")`. */
  readonly wrapper: Site | undefined
  /** A method: its first parameter is the object. */
  readonly method: boolean
}

/** A small Python expression over a function's parameters. Calls of the user's own functions are followed. */
export type PyExpr =
  | { readonly op: "param"; readonly name: string }
  | { readonly op: "constant"; readonly value: ConstantValue }
  /** A method: `x.strip()` is `strip` on x; a function: `len(x)` has no `on`. `fn` is a name, or a library's path. The last `args` are those of `keywords`. */
  | {
      readonly op: "call"
      readonly fn: string
      readonly on: PyExpr | undefined
      readonly args: readonly PyExpr[]
      readonly keywords?: readonly string[]
      /** The name that `fn` is an attribute of: `PATTERN` of `PATTERN.sub(…)`, whose `fn` is `re.compile().sub`. */
      readonly base?: string
    }
  | { readonly op: "attribute"; readonly on: PyExpr; readonly name: string }
  | { readonly op: "index"; readonly on: PyExpr; readonly index: PyExpr }
  | { readonly op: "binary"; readonly symbol: string; readonly left: PyExpr; readonly right: PyExpr }
  | { readonly op: "unary"; readonly symbol: string; readonly operand: PyExpr }
  | { readonly op: "if"; readonly test: PyExpr; readonly value: PyExpr; readonly otherwise: PyExpr }
  | { readonly op: "format"; readonly parts: readonly PyExpr[] }
  | { readonly op: "sequence"; readonly items: readonly PyExpr[] }
  | { readonly op: "dict"; readonly entries: readonly (readonly [PyExpr, PyExpr])[] }
  /** `value`, or `otherwise` where computing it raises an error. */
  | { readonly op: "try"; readonly value: PyExpr; readonly otherwise: PyExpr }
  /** `[each for name in over if only]`; `type` as in Python. */
  | {
      readonly op: "comprehension"
      readonly type: string
      readonly name: string
      readonly over: PyExpr
      readonly each: PyExpr
      readonly only: PyExpr | undefined
    }
  /** A name from outside, with what it holds where that is known. */
  | { readonly op: "name"; readonly name: string; readonly value?: Value }
  | { readonly op: "unknown" }

export interface ConfSetting {
  readonly key: string
  readonly value: ConstantValue | UnknownValue
  readonly site: Site
  /** The value's own place, for edits. */
  readonly valueSite: Site | null
  /** `file`: outside the code, by the configuration, a `spark-defaults.conf` or a `spark-submit`, where `site` says which. */
  readonly how: "builder" | "conf.set" | "SparkConf" | "sql" | "file"
  /** By `setIfMissing`: it counts only where nothing else sets the key before. */
  readonly ifMissing?: true
  readonly path: readonly Arm[]
  readonly call: Call | null
}
