import type { FrameValue, Value } from "../../../rules/api.ts"
import type { Attribute, Expr, FunctionDef, Lambda, Name, Stmt } from "../syntax/ast.ts"
import type { Args } from "./arguments.ts"
import { type Interpreter, planOf } from "./interpreter.ts"
import { AS_RDD, AS_RDD_OR_STREAM, KEEPS_FRAME, methodsUsedIn, methodsUsedOn } from "./names.ts"
import type { PlanNode } from "./plan.ts"
import { onlySparkFrame } from "./pyspark/table.ts"
import type { Scope } from "./scope.ts"
import { frame, type PyClass, spark, UNKNOWN } from "./values.ts"

/** A method among those used on a name that only a Spark DataFrame has. */
function proof(it: Interpreter, methods: ReadonlySet<string> | undefined): string | undefined {
  if (!methods || !it.source.mentionsSpark || it.source.rival) return undefined
  for (const method of methods) if (ofFrame(method)) return method
  return undefined
}

/** What is asked of the RDD behind a DataFrame. A field called `rdd` may be a wrapper's own. */
const OF_RDD =
  /^rdd\.(map|flatMap|filter|mapPartitions|foreachPartition|isEmpty|getNumPartitions|zipWithIndex|toDF|repartition|coalesce|collect|take|keyBy)$/

function proofOfName(it: Interpreter, methods: ReadonlySet<string> | undefined): string | undefined {
  const found = proof(it, methods)
  if (found || !methods || !it.source.mentionsSpark || it.source.rival) return found
  return [...methods].find((method) => OF_RDD.test(method))
}

/** Some use of a name proves that it is an RDD. */
function provesRdd(it: Interpreter, methods: ReadonlySet<string> | undefined): boolean {
  if (!methods || !it.source.mentionsSpark || it.source.rival) return false
  for (const method of methods) {
    if (method.startsWith(AS_RDD)) return true
    if (method.startsWith(AS_RDD_OR_STREAM) && !it.source.streams) return true
  }
  return false
}

/** What only the writer of a Spark DataFrame is told. */
const OF_WRITER =
  /^(write\.(mode|format|option|options|saveAsTable|insertInto|partitionBy|bucketBy|jdbc|parquet|csv|json|orc|save)|writeStream\.\w+)$/

function ofFrame(method: string): boolean {
  return onlySparkFrame(method) || OF_WRITER.test(method)
}

/**
 * The value of a parameter that nothing else tells of: a DataFrame when the body calls a method on it that only a Spark
 * DataFrame has.
 */
export function evidenceFor(
  it: Interpreter,
  owner: FunctionDef | Lambda,
  param: { name: string; start: number; end: number },
): Value {
  const methods = methodsUsedOn(owner).get(param.name)
  const kind = proofOfName(it, methods) ? "DataFrame" : provesRdd(it, methods) ? "RDD" : undefined
  if (!kind) return UNKNOWN
  const plan = it.plan(kind, "param", [], it.site(param))
  plan.named(param.name)
  return frame(plan)
}

const provenCache = new WeakMap<Stmt, readonly string[]>()

/** Names that a statement calls a method on that only a Spark DataFrame has. */
function provenIn(stmt: Stmt): readonly string[] {
  let names = provenCache.get(stmt)
  if (!names) {
    const found: string[] = []
    for (const [name, methods] of methodsUsedIn(stmt)) if ([...methods].some(ofFrame)) found.push(name)
    names = found
    provenCache.set(stmt, names)
  }
  return names
}

/** Such names of the module, functions and classes aside: there the name may be another variable. */
function provenInModule(it: Interpreter): ReadonlySet<string> {
  const { source } = it
  if (!source.proven) {
    source.proven = new Set()
    for (const { stmt } of source.module.body)
      if (stmt.kind !== "FunctionDef" && stmt.kind !== "ClassDef")
        for (const name of provenIn(stmt)) source.proven.add(name)
  }
  return source.proven
}

/** The name is proven to be a DataFrame by what is called on it. */
function isProven(it: Interpreter, { id }: Name): boolean {
  const activation = it.activations.at(-1)
  return activation
    ? proofOfName(it, methodsUsedOn(activation.fn.node).get(id)) !== undefined
    : it.source.mentionsSpark && !it.source.rival && provenInModule(it).has(id)
}

/** Notes, of a chain of frame methods whose result is bound to a name that is proven to be a frame, what it is made on. */
export function expectFrame(it: Interpreter, target: Name, value: Expr): void {
  if (value.kind !== "Call" || value.func.kind !== "Attribute" || !isProven(it, target)) return
  for (let at: Expr = value; at.kind === "Call" && at.func.kind === "Attribute"; at = at.func.value) {
    if (!KEEPS_FRAME.has(at.func.attr)) return
    it.expected.add(at)
  }
}

/** The same for a name that is bound to something unknown (a call of another file's function…). */
export function bindingEvidence(it: Interpreter, target: Name, value: Value = UNKNOWN): Value {
  const activation = it.activations.at(-1)
  const methods = activation && methodsUsedOn(activation.fn.node).get(target.id)
  if (isProven(it, target)) return frame(it.plan("DataFrame", "opaque", [], it.site(target)))
  if (provesRdd(it, methods)) return frame(it.plan("RDD", "opaque", [], it.site(target)))
  return sessionByName(it, target.id) ?? value
}

/** Libraries whose own frames, arrays and texts may be given where Spark's are declared. */
const OTHERS =
  /^(pandas|numpy|polars|dask|pyarrow|modin|cudf|ray|vaex|duckdb|ibis|datasets|databricks\.koalas|geopandas|builtins|json|csv|requests|sklearn|torch|tensorflow)\b/

/**
 * A name of which nothing told what it is, given to a function that declares or proves its parameter to be a frame: it
 * is one from here on.
 */
export function provenByCallee(it: Interpreter, node: Expr, value: FrameValue): FrameValue | undefined {
  const before = node.kind === "Name" ? it.scope.get(node.id) : undefined
  const open = before?.kind === "unknown" || (before?.kind === "foreign" && !OTHERS.test(before.path))
  if (node.kind !== "Name" || !open) return undefined
  // the whole text is looked at, and the name may be one of the module
  it.touchesOthers()
  // what was cached before anybody knew what it is keeps its rows
  const kept = new RegExp(`\\b${node.id}\\b\\s*(=[^=\\n][^\\n]*)?\\.(cache|persist|checkpoint)\\(`).test(it.source.text)
  const plan = it.plan(planOf(value).kind, kept ? "checkpoint" : "opaque", [], it.site(node))
  plan.named(node.id)
  const known = frame(plan, value.class)
  // a global that a function hands on is known in the whole file
  let scope: Scope | null = it.scope
  while (scope && !scope.vars.has(node.id)) scope = scope.parent
  ;(scope ?? it.scope).vars.set(node.id, known)
  return known
}

/**
 * The frame that is given where only a Spark DataFrame can be: to a join, to an estimator. A name of which nothing else
 * tells is one from here on.
 */
export function frameGiven(it: Interpreter, args: Args, position: number, name: string): PlanNode | undefined {
  const given = args.at(position, name)
  if (
    given?.value.kind === "unknown" &&
    given.node.kind === "Name" &&
    !it.source.rival &&
    it.scope.get(given.node.id)
  ) {
    given.value = frame(it.plan("DataFrame", "opaque", [], it.site(given.node)))
    it.bindName(given.node.id, given.value)
  }
  return given?.value.kind === "frame" ? planOf(given.value) : undefined
}

/**
 * A field of an object that nothing tells of: a DataFrame when some method of its class calls a method on it that only a
 * Spark DataFrame has.
 */
export function fieldEvidence(it: Interpreter, cls: PyClass, field: Attribute): Value | undefined {
  if (!isProvenField(it, cls, field.attr)) return undefined
  const plan = it.plan("DataFrame", "param", [], it.site(field))
  plan.named(field.value.kind === "Name" ? `${field.value.id}.${field.attr}` : field.attr)
  return frame(plan)
}

/** A field that some method of a class, or of its first bases, asks for what only a session has. */
export function sessionField(it: Interpreter, cls: PyClass, field: string): Value | undefined {
  for (let at: PyClass | undefined = cls; at; at = at.bases[0])
    if (asksSession(it, at.node && methodsUsedIn(at.node).get(`self.${field}`), field)) return spark("SparkSession")
  return undefined
}

/** Whether some method of a class, or of its first bases, proves that a field is a DataFrame. */
export function isProvenField(it: Interpreter, cls: PyClass, field: string): boolean {
  for (let at: PyClass | undefined = cls; at; at = at.bases[0])
    if (proof(it, at.node && methodsUsedIn(at.node).get(`self.${field}`))) return true
  return false
}

/** What only a session, or a context, is asked for. */
const OF_SESSION = /^(sql|createDataFrame|(read|readStream|sparkContext)\.\w+)$/

/** The same for what is called anything, in a file about Spark: DuckDB has a `sql` too. */
const OF_ANY_SESSION =
  /^(createDataFrame|(readStream|sparkContext)\.\w+|read\.(format|schema|options?|parquet|orc|csv|json|jdbc))$/

function asksSession(it: Interpreter, methods: ReadonlySet<string> | undefined, name: string): boolean {
  if (!methods || it.source.rival) return false
  const asked = SESSION_NAME.test(name) ? OF_SESSION : it.source.mentionsSpark ? OF_ANY_SESSION : undefined
  return asked !== undefined && [...methods].some((method) => asked.test(method))
}

/** A parameter that is used like a session: under everybody's name for it also where PySpark isn't imported. */
export function sessionByUse(it: Interpreter, owner: FunctionDef | Lambda, name: string): Value | undefined {
  return asksSession(it, methodsUsedOn(owner).get(name), name) ? spark("SparkSession") : undefined
}

const SESSION_NAME = /^_*(spark|spark_?session|sql_?context)$/i
const CONTEXT_NAME = /^_*(sc|spark_?context)$/i

/** `spark` and `sc` as parameters or attributes, where the file is PySpark: everybody's names for the two. */
export function sessionByName(it: Interpreter, name: string): Value | undefined {
  if (!it.source.mentionsSpark || it.source.rival) return undefined
  if (SESSION_NAME.test(name)) return spark("SparkSession")
  return CONTEXT_NAME.test(name) ? spark("SparkContext") : undefined
}
