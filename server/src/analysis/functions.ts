import type { FrameValue, Site, Value } from "../../../rules/api.ts"
import type { Expr, FunctionDef, Lambda, Param } from "../syntax/ast.ts"
import { annotationValue, instanceOfPyspark } from "./annotations.ts"
import type { Args } from "./arguments.ts"
import { ownField } from "./attributes.ts"
import { typeOfArgument } from "./call-sites.ts"
import { evidenceFor, provenByCallee, sessionByName, sessionByUse } from "./evidence.ts"
import { evaluate } from "./expressions.ts"
import { type Interpreter, planOf } from "./interpreter.ts"
import { Scope } from "./scope.ts"
import { decorate } from "./spark/udfs.ts"
import { execBlock } from "./statements.ts"
import { keeping, takeOver, toldOf } from "./units.ts"
import { ANY_LENGTH, Dict, foreign, type PyClass, PyFunction, PyInstance, Sequence, UNKNOWN } from "./values.ts"

/** How deep calls of the user's functions are followed. */
const MAX_CALL_DEPTH = 6

/** The dotted text of a decorator: `F.udf`, `contextmanager`. */
function decoratorName(expr: Expr): string {
  const target = expr.kind === "Call" ? expr.func : expr
  if (target.kind === "Name") return target.id
  if (target.kind === "Attribute") return `${target.value.kind === "Name" ? `${target.value.id}.` : ""}${target.attr}`
  return ""
}

export function defineFunction(it: Interpreter, node: FunctionDef): Value {
  const site = it.site(node)
  const facts = (): PyFunction["facts"] => ({
    name: node.name,
    site,
    params: node.params.map((param) => param.name),
    called: false,
    decorators: node.decorators.map(decoratorName),
  })
  const { kept } = it.input
  const fn = new PyFunction({
    name: node.name,
    site,
    node,
    top: it.top,
    source: it.source,
    closure: it.scope,
    facts: kept && isLasting(it, node) ? kept.factsOf(node, facts) : facts(),
    owner: it.scope.kind === "class" ? it.owners.at(-1) : undefined,
    decorators: node.decorators.map(decoratorName),
  })
  it.functions.push(fn)
  for (const param of node.params) if (param.default) evaluate(it, param.default)
  return decorate(it, fn, node)
}

/** A statement of the module itself, or of a class that is one: it is executed once. */
function isLasting(it: Interpreter, node: FunctionDef): boolean {
  const { stmt } = it.top
  if (it.source !== it.main) return false
  return stmt === node || (stmt.kind === "ClassDef" && it.owners.at(-1)?.node === stmt && stmt.body.includes(node))
}

export function lambda(it: Interpreter, node: Lambda): PyFunction {
  const site = it.site(node)
  return new PyFunction({
    name: "lambda",
    site,
    node,
    top: it.top,
    source: it.source,
    closure: it.scope,
    facts: { name: "lambda", site, params: node.args.map((param) => param.name), called: false },
  })
}

export function paramsOf(fn: PyFunction): readonly Param[] {
  return fn.node.kind === "Lambda" ? fn.node.args : fn.node.params
}

/** What a parameter is when no call tells: its annotation, the methods used on it, its default. */
export function defaultParam(it: Interpreter, fn: PyFunction, param: Param): Value {
  if (param.annotation) {
    const declared = annotationValue(it, param.annotation, param.name)
    if (declared.kind !== "unknown") return declared
  }
  const told = fn.source === it.main ? toldOfParam(it, qualifiedName(fn), param) : undefined
  if (told !== undefined && told !== "other") return instanceOfPyspark(it, told, param, param.name)
  const proven = told === undefined ? evidenceFor(it, fn.node, param) : UNKNOWN
  if (proven.kind !== "unknown") return proven
  const session = sessionByName(it, param.name) ?? sessionByUse(it, fn.node, param.name)
  if (session) return session
  if (param.type === "star") return new Sequence("tuple", undefined, UNKNOWN, ANY_LENGTH)
  if (param.type === "starstar") return new Dict(undefined, UNKNOWN)
  return UNKNOWN
}

function toldOfParam(it: Interpreter, fn: string, param: Param): string | undefined {
  it.recorder?.told.set(fn, toldOf(it, fn))
  return it.input.parameters?.get(fn)?.get(param.name)
}

/** What a call gives of which only the function's parameter tells that it is a frame. */
interface Told {
  readonly param: string
  readonly node: Expr
  readonly value: FrameValue
}

/** Binds the arguments of a call to a function's parameters. */
function bindParams(
  it: Interpreter,
  fn: PyFunction,
  scope: Scope,
  args: Args | undefined,
  values: readonly Value[] | undefined,
): Told[] {
  const told: Told[] = []
  const params = paramsOf(fn)
  const positional: Value[] = values ? [...values] : args ? args.values() : []
  const keywords = new Map<string, Value>(args ? args.keywordValues() : [])
  if (fn.bound) {
    positional.unshift(...fn.bound.args)
    for (const [name, value] of fn.bound.keywords) if (!keywords.has(name)) keywords.set(name, value)
  }
  if (fn.self) positional.unshift(fn.self)
  const before = positional.length - (args?.positional.length ?? 0)
  let at = 0
  for (const param of params) {
    let value: Value | undefined
    const given = args?.positional[at - before] ?? args?.keywords.get(param.name)
    if (param.type === "star") {
      const rest = positional.slice(at)
      at = positional.length
      value = args?.open ? new Sequence("tuple", undefined, UNKNOWN, ANY_LENGTH) : Sequence.of("tuple", rest)
    } else if (param.type === "starstar") value = new Dict(args?.open ? undefined : new Map(keywords), UNKNOWN)
    else {
      if (param.type !== "kwonly" && at < positional.length) value = positional[at++]
      else if (keywords.has(param.name)) {
        value = keywords.get(param.name)
        keywords.delete(param.name)
      } else if (param.default && !args?.open) value = evaluate(it, param.default)
    }
    if (value === undefined || value.kind === "unknown" || value.kind === "foreign") {
      const declared = defaultParam(it, fn, param)
      if (given && given.value === value && declared.kind === "frame")
        told.push({ param: param.name, node: given.node, value: declared })
      if (value === undefined || declared.kind !== "unknown") value = declared
    }
    scope.vars.set(param.name, value)
    if (value.kind === "frame" && value.plan.names.length === 0 && param.name !== "self")
      planOf(value).named(param.name)
  }
  return told
}

/** What a call tells of the parameters of another file's function. */
function noteOutgoing(it: Interpreter, fn: PyFunction, scope: Scope): void {
  if (fn.source.path === undefined || fn.node.kind === "Lambda") return
  const args: Record<string, string> = {}
  for (const param of fn.node.params) {
    const value = scope.vars.get(param.name)
    const type = value && param.name !== "self" ? typeOfArgument(value) : undefined
    if (type !== undefined) args[param.name] = type
  }
  it.outgoing.push({ path: fn.source.path, name: qualifiedName(fn), args })
}

function qualifiedName(fn: PyFunction): string {
  return fn.owner ? `${fn.owner.name}.${fn.name}` : fn.name
}

interface Entry {
  readonly args?: Args | undefined
  readonly values?: readonly Value[]
  /** The call of the user's function that leads in; absent when nobody calls it. */
  readonly via?: Site
}

/** Interprets a function's body and gives what it returns. */
export function enter(it: Interpreter, fn: PyFunction, entry: Entry): Value {
  const saved = {
    scope: it.scope,
    top: it.top,
    source: it.source,
    stmt: it.stmt,
    function: it.function,
    via: it.via,
    path: it.path,
    loops: it.loops,
    within: it.within,
    deliberate: it.deliberate,
  }
  const scope = new Scope("function", fn.closure)
  it.scope = scope
  it.top = fn.top
  it.source = fn.source
  // a default's calls stand in the function's own statement
  if (fn.node.kind === "FunctionDef") it.stmt = fn.node
  const told = bindParams(it, fn, scope, entry.args, entry.values)
  if (told.length > 0) {
    const inside = { scope, top: fn.top, source: fn.source, stmt: it.stmt }
    Object.assign(it, { scope: saved.scope, top: saved.top, source: saved.source, stmt: saved.stmt })
    const known = told.map(({ node, value }) => provenByCallee(it, node, value))
    Object.assign(it, inside)
    told.forEach(({ param }, i) => {
      if (known[i]) scope.vars.set(param, known[i])
    })
  }
  if (entry.via && fn.source !== it.main) noteOutgoing(it, fn, scope)
  if (fn.decorators.length > 0) it.within = [...it.within, ...fn.decorators.map((name) => foreign(`${name}()`))]
  const activation = { fn, args: entry.via && entry.args, returns: [] as Value[], yields: [] as Value[] }
  it.activations.push(activation)
  if (entry.via) {
    it.via = [...saved.via, entry.via]
    it.noteCalled(fn)
  }
  if (fn.node.kind !== "Lambda") it.function = fn.facts
  if (fn.node.kind === "Lambda") activation.returns.push(evaluate(it, fn.node.body))
  else execBlock(it, fn.node.body)
  it.activations.pop()
  Object.assign(it, saved)
  return result(it, fn, activation)
}

function result(it: Interpreter, fn: PyFunction, activation: { returns: Value[]; yields: Value[] }): Value {
  if (activation.yields.length > 0) {
    const each = activation.yields.reduce((a, b) => it.join(a, b, fn.site))
    if (fn.decorators.some((name) => /(^|\.)(context_?manager|asynccontextmanager)$/.test(name))) return each
    if (fn.decorators.some((name) => /(^|\.)fixture$/.test(name))) return each
    return new Sequence("iterator", undefined, each, ANY_LENGTH)
  }
  if (activation.returns.length === 0) return UNKNOWN
  return activation.returns.reduce((a, b) => it.join(a, b, fn.site))
}

/** A call of one of the user's own functions. */
export function callFunction(
  it: Interpreter,
  fn: PyFunction,
  args: Args | undefined,
  values: readonly Value[] | undefined,
  via: Site,
): Value {
  const recursive = it.activations.some((activation) => activation.fn.node === fn.node)
  if (recursive || it.activations.length >= MAX_CALL_DEPTH || !it.affordable()) {
    if (!recursive && it.activations.length >= MAX_CALL_DEPTH) it.bounded ??= "functions call each other too deeply"
    for (const value of values ?? args?.values() ?? []) it.escape(value)
    if (args) for (const [, value] of args.keywordValues()) it.escape(value)
    it.noteCalled(fn)
    return declaredResult(it, fn)
  }
  const value = enter(it, fn, { args, values, via })
  if (value.kind !== "unknown" && value.kind !== "foreign") return value
  // what another library hands out may be Spark's own, where the author says so
  const declared = declaredResult(it, fn)
  return value.kind === "unknown" || declared.kind === "frame" ? declared : value
}

/** What a function returns by its annotation. */
function declaredResult(it: Interpreter, fn: PyFunction): Value {
  if (fn.node.kind === "Lambda" || !fn.node.returns) return UNKNOWN
  const scope = it.scope
  const top = it.top
  const { source } = it
  it.scope = fn.closure
  it.top = fn.top
  it.source = fn.source
  const value = annotationValue(it, fn.node.returns, fn.name)
  it.scope = scope
  it.top = top
  it.source = source
  if (value.kind === "frame") planOf(value).names = []
  return value
}

/** Makes an instance and runs its `__init__`. */
export function construct(it: Interpreter, cls: PyClass, args: Args, via: Site): Value {
  const instance = new PyInstance(cls)
  const init = cls.find("__init__")
  if (init instanceof PyFunction) callFunction(it, init.with({ self: instance }), args, undefined, via)
  else if (cls.dataclass) {
    const values = args.values()
    const keywords = args.keywordValues()
    cls.allFields.forEach(({ name, annotation }, i) => {
      const value = values[i] ?? keywords.get(name)
      const known = value && value.kind !== "unknown" ? value : ownField(it, annotation, name, via)
      if (known.kind !== "unknown") instance.attributes.set(name, known)
    })
    const after = cls.find("__post_init__")
    if (after instanceof PyFunction) callFunction(it, after.with({ self: instance }), undefined, [], via)
  } else for (const value of args.values()) it.escape(value)
  if (!it.generics.has(cls)) it.generics.set(cls, instance)
  return instance
}

/** Interprets every function that nothing in the file calls, with what its parameters are known to be. */
export function runUncalled(it: Interpreter): void {
  for (const cls of it.classes) {
    if (it.generics.has(cls)) continue
    const generic = it.generic(cls)
    const init = cls.find("__init__")
    if (init instanceof PyFunction && !init.facts.called) standalone(it, init.with({ self: generic }))
    for (const field of cls.dataclass ? cls.allFields : []) generic.attributes.set(field.name, field.annotation)
  }
  // the list grows while bodies define inner functions
  for (let i = 0; i < it.functions.length; i++) {
    const fn = it.functions[i]!
    if (fn.facts.called) continue
    const isStatic = fn.decorators.includes("staticmethod")
    const self =
      fn.owner && !isStatic ? (fn.decorators.includes("classmethod") ? fn.owner : it.generic(fn.owner)) : undefined
    standalone(it, self ? fn.with({ self }) : fn)
  }
}

function standalone(it: Interpreter, fn: PyFunction): void {
  if (fn.facts.called || !it.affordable()) return
  if (!takeOver(it, fn))
    keeping(it, fn, () => {
      const value = enter(it, fn, {})
      it.escape(value)
      markReturned(value)
    })
  if (fn.name === "__init__") fn.facts.called = true
}

/** Frames that a function gives to callers that nobody sees. */
function markReturned(value: Value, depth = 0): void {
  if (value.kind === "frame") planOf(value).returned = true
  else if (depth < 2 && value.kind === "sequence") for (const item of value.items ?? []) markReturned(item, depth + 1)
  else if (depth < 2 && value.kind === "dict")
    for (const item of value.entries?.values() ?? []) markReturned(item, depth + 1)
  else if (depth < 2 && value instanceof PyInstance)
    for (const item of value.attributes.values()) markReturned(item, depth + 1)
}
