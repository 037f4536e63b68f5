import type { Expr, FunctionDef, Lambda, Stmt } from "../syntax/ast.ts"

/** Calls `visit` for every direct child expression. */
export function childExprs(expr: Expr, visit: (child: Expr) => void): void {
  switch (expr.kind) {
    case "Attribute":
    case "Starred":
    case "Await":
      visit(expr.value)
      break
    case "Call":
      visit(expr.func)
      for (const arg of expr.args) visit(arg)
      for (const keyword of expr.keywords) visit(keyword.value)
      break
    case "Subscript":
      visit(expr.value)
      visit(expr.slice)
      break
    case "Slice":
      if (expr.lower) visit(expr.lower)
      if (expr.upper) visit(expr.upper)
      if (expr.step) visit(expr.step)
      break
    case "BinOp":
      visit(expr.left)
      visit(expr.right)
      break
    case "UnaryOp":
      visit(expr.operand)
      break
    case "BoolOp":
    case "JoinedStr":
      for (const value of expr.values) visit(value)
      break
    case "Compare":
      visit(expr.left)
      for (const value of expr.comparators) visit(value)
      break
    case "IfExp":
      visit(expr.test)
      visit(expr.body)
      visit(expr.orelse)
      break
    case "Lambda":
      for (const param of expr.args) if (param.default) visit(param.default)
      visit(expr.body)
      break
    case "Tuple":
    case "List":
    case "Set":
      for (const elt of expr.elts) visit(elt)
      break
    case "Dict":
      for (const key of expr.keys) if (key) visit(key)
      for (const value of expr.values) visit(value)
      break
    case "Comprehension":
      for (const generator of expr.generators) {
        visit(generator.iter)
        visit(generator.target)
        for (const test of generator.ifs) visit(test)
      }
      visit(expr.elt)
      if (expr.value) visit(expr.value)
      break
    case "Yield":
      if (expr.value) visit(expr.value)
      break
    case "NamedExpr":
      visit(expr.target)
      visit(expr.value)
      break
    case "Unknown":
      for (const part of expr.parts) visit(part)
      break
  }
}

interface Visitor {
  stmt?(stmt: Stmt): boolean | undefined
  expr?(expr: Expr): boolean | undefined
}

/** Walks statements and the expressions in them, in text order; a visitor that gives `false` is not led inside. */
export function walk(body: readonly Stmt[], visitor: Visitor): void {
  for (const stmt of body) walkStmt(stmt, visitor)
}

export function walkExpr(expr: Expr, visitor: Visitor): void {
  if (visitor.expr?.(expr) === false) return
  childExprs(expr, (child) => walkExpr(child, visitor))
}

function walkStmt(stmt: Stmt, visitor: Visitor): void {
  if (visitor.stmt?.(stmt) === false) return
  const e = (expr: Expr | null) => {
    if (expr) walkExpr(expr, visitor)
  }
  switch (stmt.kind) {
    case "FunctionDef":
      for (const decorator of stmt.decorators) e(decorator)
      for (const param of stmt.params) e(param.default)
      walk(stmt.body, visitor)
      break
    case "ClassDef":
      for (const base of stmt.bases) e(base)
      walk(stmt.body, visitor)
      break
    case "Return":
    case "Expr":
      e(stmt.value)
      break
    case "Delete":
      for (const target of stmt.targets) e(target)
      break
    case "Assign":
      e(stmt.value)
      for (const target of stmt.targets) e(target)
      break
    case "AugAssign":
    case "AnnAssign":
      e(stmt.value)
      e(stmt.target)
      break
    case "For":
      e(stmt.iter)
      e(stmt.target)
      walk(stmt.body, visitor)
      walk(stmt.orelse, visitor)
      break
    case "While":
    case "If":
      e(stmt.test)
      walk(stmt.body, visitor)
      walk(stmt.orelse, visitor)
      break
    case "With":
      for (const item of stmt.items) {
        e(item.value)
        e(item.target)
      }
      walk(stmt.body, visitor)
      break
    case "Match":
      e(stmt.subject)
      for (const c of stmt.cases) {
        e(c.guard)
        walk(c.body, visitor)
      }
      break
    case "Raise":
      e(stmt.exc)
      e(stmt.cause)
      break
    case "Try":
      walk(stmt.body, visitor)
      for (const handler of stmt.handlers) {
        e(handler.type)
        walk(handler.body, visitor)
      }
      walk(stmt.orelse, visitor)
      walk(stmt.finalbody, visitor)
      break
    case "Assert":
      e(stmt.test)
      e(stmt.msg)
      break
    case "UnknownStmt":
      walk(stmt.parts, visitor)
      for (const expr of stmt.exprs) e(expr)
      break
  }
}

/** Names that an assignment target binds. */
export function targetNames(target: Expr, into: Set<string>): void {
  switch (target.kind) {
    case "Name":
      into.add(target.id)
      break
    case "Tuple":
    case "List":
      for (const elt of target.elts) targetNames(elt, into)
      break
    case "Starred":
      targetNames(target.value, into)
      break
  }
}

const assignedCache = new WeakMap<readonly Stmt[], ReadonlySet<string>>()

/** Names that a block binds in its own scope (nested functions and classes bind only their own name). */
export function assignedIn(body: readonly Stmt[]): ReadonlySet<string> {
  const known = assignedCache.get(body)
  if (known) return known
  const names = new Set<string>()
  walk(body, {
    stmt(stmt) {
      switch (stmt.kind) {
        case "FunctionDef":
        case "ClassDef":
          names.add(stmt.name)
          return false
        case "Assign":
          for (const target of stmt.targets) targetNames(target, names)
          break
        case "AugAssign":
        case "AnnAssign":
          targetNames(stmt.target, names)
          break
        case "For":
          targetNames(stmt.target, names)
          break
        case "With":
          for (const item of stmt.items) if (item.target) targetNames(item.target, names)
          break
        case "Import":
          for (const alias of stmt.names) names.add(alias.asname ?? alias.name.split(".")[0]!)
          break
        case "ImportFrom":
          for (const alias of stmt.names) names.add(alias.asname ?? alias.name)
          break
        case "Match":
          for (const c of stmt.cases) for (const name of c.binds) names.add(name)
          break
        case "Try":
          for (const handler of stmt.handlers) if (handler.name) names.add(handler.name)
          break
      }
    },
    expr(expr) {
      if (expr.kind === "NamedExpr") names.add(expr.target.id)
      return expr.kind !== "Lambda" && expr.kind !== "Comprehension"
    },
  })
  assignedCache.set(body, names)
  return names
}

const methodsCache = new WeakMap<object, ReadonlyMap<string, ReadonlySet<string>>>()

/** Methods of a frame that give a frame, or groups that give one: what is called on their result is called on a frame. */
export const KEEPS_FRAME = new Set(
  `agg alias cache coalesce distinct drop dropna fillna filter groupBy groupby join limit orderBy persist repartition select
  sort union where count sum`.split(/\s+/),
)

/** What a chain of frame methods begins with: `df` of `df.select("a").distinct()`, or a field, `self.df`. */
function rootOf(expr: Expr): string | undefined {
  let at = expr
  while (at.kind === "Call" && at.func.kind === "Attribute" && KEEPS_FRAME.has(at.func.attr)) at = at.func.value
  if (at.kind === "Attribute" && at.value.kind === "Name" && at.value.id === "self") return `self.${at.attr}`
  return at.kind === "Name" ? at.id : undefined
}

/** Methods of an RDD that give an RDD. */
const KEEPS_RDD = new Set(
  "map flatMap filter distinct union cache persist repartition coalesce keyBy sample mapValues sortBy".split(" "),
)
/** What only an RDD is asked for, at the end of such a chain too. */
const OF_RDD = new Set(
  `countByKey collectAsMap saveAsTextFile zipWithUniqueId takeOrdered treeReduce treeAggregate subtractByKey
  aggregateByKey foldByKey sortByKey mapPartitionsWithIndex`.split(/\s+/),
)
/** Of an RDD, or of a stream of RDDs, which does it with each. */
const OF_RDD_OR_STREAM = new Set("reduceByKey groupByKey combineByKey flatMapValues mapPartitions".split(" "))

/** Stands before such a method among those of a name: `rdd!countByKey`, `rdds!reduceByKey`. */
export const AS_RDD = "rdd!"
export const AS_RDD_OR_STREAM = "rdds!"

function rddMethod(attr: string): string | undefined {
  if (OF_RDD.has(attr)) return AS_RDD + attr
  return OF_RDD_OR_STREAM.has(attr) ? AS_RDD_OR_STREAM + attr : undefined
}

/** The name that a chain of an RDD's methods begins with. */
function rddRootOf(expr: Expr): string | undefined {
  let at = expr
  while (at.kind === "Call" && at.func.kind === "Attribute" && KEEPS_RDD.has(at.func.attr)) at = at.func.value
  return at.kind === "Name" ? at.id : undefined
}

/** Attributes whose own methods tell what they are attributes of: `df.write.mode`, `spark.read.csv`. */
const TELLING = new Set("write writeStream read readStream sparkContext rdd".split(" "))

function collectMethods(owner: object, run: (visitor: Visitor) => void): ReadonlyMap<string, ReadonlySet<string>> {
  const known = methodsCache.get(owner)
  if (known) return known
  const uses = new Map<string, Set<string>>()
  const made = new Map<string, string | undefined>()
  const note = (name: string, method: string): void => {
    const methods = uses.get(name)
    if (methods) methods.add(method)
    else uses.set(name, new Set([method]))
  }
  run({
    stmt(stmt) {
      if (stmt.kind === "Assign") noteMade(stmt.targets, stmt.value, made)
    },
    expr(expr) {
      if (expr.kind !== "Call" || expr.func.kind !== "Attribute") return
      const { value, attr } = expr.func
      const ofRdd = rddMethod(attr)
      const rdd = ofRdd === undefined ? undefined : rddRootOf(value)
      if (rdd !== undefined) note(rdd, ofRdd!)
      const through = value.kind === "Attribute" && TELLING.has(value.attr) ? value : undefined
      const name = rootOf(through ? through.value : value)
      if (name === undefined) return
      note(name, through ? `${through.attr}.${attr}` : attr)
    },
  })
  for (const [name, root] of made) {
    const methods = root === undefined ? undefined : uses.get(name)
    if (methods) uses.set(root!, new Set([...(uses.get(root!) ?? []), ...methods]))
  }
  methodsCache.set(owner, uses)
  return uses
}

/** The name that a chain of any calls and attributes begins with. */
function beginOf(expr: Expr): string | undefined {
  let at = expr
  for (;;)
    if (at.kind === "Call") at = at.func
    else if (at.kind === "Attribute" || at.kind === "Subscript") at = at.value
    else return at.kind === "Name" ? at.id : undefined
}

/** Notes which name a variable's only value is made from by a chain of frame methods: what it proves to be, that is too. */
function noteMade(targets: readonly Expr[], value: Expr, made: Map<string, string | undefined>): void {
  for (const target of targets) {
    if (target.kind !== "Name") continue
    const root = value.kind === "Call" ? rootOf(value) : undefined
    // `df = df.filter(…)` says nothing new
    if (beginOf(value) !== target.id) made.set(target.id, made.has(target.id) ? undefined : root)
  }
}

/**
 * For each name, the methods that are called on it directly in a function's body, inner functions included; those of
 * its reader and writer as `read.csv`, `write.mode`; those of a field under `self.field`.
 */
export function methodsUsedOn(fn: FunctionDef | Lambda): ReadonlyMap<string, ReadonlySet<string>> {
  return collectMethods(fn, (visitor) => (fn.kind === "Lambda" ? walkExpr(fn.body, visitor) : walk(fn.body, visitor)))
}

/** The same for one statement. */
export function methodsUsedIn(stmt: Stmt): ReadonlyMap<string, ReadonlySet<string>> {
  return collectMethods(stmt, (visitor) => walk([stmt], visitor))
}
