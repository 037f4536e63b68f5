import type { Value } from "../../../rules/api.ts"
import type { FunctionDef, Lambda, Name, Stmt } from "../syntax/ast.ts"
import type { Interpreter } from "./interpreter.ts"
import { methodsUsedIn, methodsUsedOn } from "./names.ts"
import { onlySparkFrame } from "./pyspark/table.ts"
import { frame, spark, UNKNOWN } from "./values.ts"

/** A method among those used on a name that only a Spark DataFrame has. */
function proof(it: Interpreter, methods: ReadonlySet<string> | undefined): string | undefined {
  if (!methods || !it.source.mentionsSpark || it.source.rival) return undefined
  for (const method of methods) if (onlySparkFrame(method)) return method
  return undefined
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
  const method = proof(it, methodsUsedOn(owner).get(param.name))
  if (!method) return UNKNOWN
  const plan = it.plan("DataFrame", "param", [], it.site(param))
  plan.named(param.name)
  return frame(plan)
}

const provenCache = new WeakMap<Stmt, readonly string[]>()

/** Names that a statement calls a method on that only a Spark DataFrame has. */
function provenIn(stmt: Stmt): readonly string[] {
  let names = provenCache.get(stmt)
  if (!names) {
    const found: string[] = []
    for (const [name, methods] of methodsUsedIn(stmt)) if ([...methods].some(onlySparkFrame)) found.push(name)
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

/** The same for a name that is bound to something unknown (a call of another file's function…). */
export function bindingEvidence(it: Interpreter, target: Name, value: Value = UNKNOWN): Value {
  const activation = it.activations.at(-1)
  const proven = activation
    ? proof(it, methodsUsedOn(activation.fn.node).get(target.id)) !== undefined
    : it.source.mentionsSpark && !it.source.rival && provenInModule(it).has(target.id)
  if (!proven) return sessionByName(it, target.id) ?? value
  const plan = it.plan("DataFrame", "opaque", [], it.site(target))
  return frame(plan)
}

const SESSION_NAME = /^_*(spark|spark_?session|sql_?context)$/i
const CONTEXT_NAME = /^_*(sc|spark_?context)$/i

/** `spark` and `sc` as parameters or attributes, where the file is PySpark: everybody's names for the two. */
export function sessionByName(it: Interpreter, name: string): Value | undefined {
  if (!it.source.mentionsSpark || it.source.rival) return undefined
  if (SESSION_NAME.test(name)) return spark("SparkSession")
  return CONTEXT_NAME.test(name) ? spark("SparkContext") : undefined
}
