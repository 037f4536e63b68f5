import type { Alias, Expr, Module, Param, Stmt, Top } from "../syntax/ast.ts"

/**
 * What each name of a module is bound to, anywhere in it and in any scope: for an import the qualified name that it
 * brings (`pyspark.sql.functions`), for everything else the empty text.
 */
export type Bindings = ReadonlyMap<string, ReadonlySet<string>>

const known = new WeakMap<Module, Bindings>()

const PLAIN: ReadonlySet<string> = new Set([""])

/** The bindings of a module; computed once, since only fixes ask. */
export function bindingsOf(module: Module): Bindings {
  const found = known.get(module) ?? collect(module)
  known.set(module, found)
  return found
}

function collect(module: Module): Bindings {
  const bindings = new Map<string, ReadonlySet<string>>()
  const bind = (name: string, meaning = ""): void => {
    const meanings = bindings.get(name)
    if (meanings === undefined) bindings.set(name, meaning === "" ? PLAIN : new Set([meaning]))
    else if (!meanings.has(meaning)) bindings.set(name, new Set([...meanings, meaning]))
  }
  for (const top of module.body) for (const [name, meaning] of boundIn(top)) bind(name, meaning)
  return bindings
}

type Bind = (name: string, meaning?: string) => void

const inTops = new WeakMap<Top, readonly (readonly [name: string, meaning?: string])[]>()

/** What a top-level statement binds. It is the same statement in the next version of the text, unless it was edited. */
function boundIn(top: Top): readonly (readonly [name: string, meaning?: string])[] {
  let found = inTops.get(top)
  if (found === undefined) {
    const bound: [name: string, meaning?: string][] = []
    walk(top.stmt, (name, meaning) => void bound.push(meaning === undefined ? [name] : [name, meaning]))
    found = bound
    inTops.set(top, found)
  }
  return found
}

/** Visits a node and all below it. Nodes are plain objects, so their fields are all there is to follow. */
function walk(node: unknown, bind: Bind): void {
  if (typeof node !== "object" || node === null) return
  if (Array.isArray(node)) {
    for (const each of node) walk(each, bind)
    return
  }
  if ("kind" in node) bindNode(node as Stmt | Expr, bind)
  else if ("target" in node) bindTarget(node.target as Expr | null, bind)
  for (const key in node) {
    const field: unknown = (node as Record<string, unknown>)[key]
    if (typeof field === "object") walk(field, bind)
  }
}

function bindNode(node: Stmt | Expr, bind: Bind): void {
  switch (node.kind) {
    case "Import":
      for (const alias of node.names) {
        if (alias.asname === null) bind(alias.name.split(".")[0]!, alias.name.split(".")[0])
        else bind(alias.asname, alias.name)
      }
      return
    case "ImportFrom":
      for (const alias of node.names) if (alias.name !== "*") bindFrom(node.module, node.level, alias, bind)
      return
    case "FunctionDef":
      bind(node.name)
      bindParams(node.params, bind)
      return
    case "Lambda":
      bindParams(node.args, bind)
      return
    case "ClassDef":
      bind(node.name)
      return
    case "Assign":
      for (const target of node.targets) bindTarget(target, bind)
      return
    case "AugAssign":
    case "AnnAssign":
    case "For":
    case "NamedExpr":
      bindTarget(node.target, bind)
      return
    case "Try":
      for (const handler of node.handlers) if (handler.name !== null) bind(handler.name)
      return
    case "Match":
      for (const each of node.cases) for (const name of each.binds) bind(name)
      return
  }
}

function bindFrom(module: string | null, level: number, alias: Alias, bind: Bind): void {
  bind(alias.asname ?? alias.name, `${".".repeat(level)}${module ?? ""}.${alias.name}`)
}

function bindParams(params: readonly Param[], bind: Bind): void {
  for (const param of params) bind(param.name)
}

function bindTarget(target: Expr | null, bind: Bind): void {
  if (target === null) return
  if (target.kind === "Name") bind(target.id)
  else if (target.kind === "Tuple" || target.kind === "List") for (const each of target.elts) bindTarget(each, bind)
  else if (target.kind === "Starred") bindTarget(target.value, bind)
}
