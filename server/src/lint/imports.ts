import type { Edit } from "../../../rules/api.ts"
import type { Module, Stmt, Top } from "../syntax/ast.ts"
import { findCells } from "../syntax/cells.ts"
import { type Bindings, bindingsOf } from "./bindings.ts"
import { afterLine, editAt, type Source } from "./edits.ts"

/** How a name of a module can be written, and what must be added for it. */
export interface Imported {
  readonly text: string
  readonly edits: readonly Edit[]
}

/** A way to write a name: the local name that it rests on, and what that must be bound to. */
interface Spelling {
  readonly text: string
  readonly local: string
  readonly meaning: string
}

/** Modules that have a customary short name: `from pyspark.sql import functions as F`. */
const customary: Readonly<Record<string, string>> = {
  builtins: "builtins",
  "pyspark.sql.functions": "F",
  "pyspark.sql.types": "T",
  pandas: "pd",
  numpy: "np",
}

/**
 * Finds how to write `name` of `module` at an offset: by an import that stands above it at the top level and whose
 * name nothing else binds, or by one to add behind the first imports, in a notebook those of the same cell. Names that
 * the file uses are respected.
 */
export function importName(source: Source, module: string, name: string, offset: number): Imported {
  const bound = bindingsOf(source.module)
  for (const { stmt, offset: at } of importsOf(source.module)) {
    if (at >= offset) break
    const found = spellings(stmt, module, name).find((each) => means(bound, each))
    if (found !== undefined) return { text: found.text, edits: [] }
  }
  const read = namesRead(source.module)
  const short = customary[module]
  // Notebook kernels give `F` and `T` without an import that the file shows.
  if (short !== undefined && source.module.flavor !== "module" && read.has(short) && !bound.has(short))
    return { text: `${short}.${name}`, edits: [] }
  const free = (local: string, meaning: string): boolean =>
    bound.has(local) ? means(bound, { local, meaning }) : !read.has(local)
  if (short !== undefined && free(short, module))
    return { text: `${short}.${name}`, edits: [addImport(source, importAs(module, short), offset)] }
  if (free(name, `${module}.${name}`))
    return { text: name, edits: [addImport(source, `from ${module} import ${name}`, offset)] }
  const local = `spark_${name}`
  return { text: local, edits: [addImport(source, `from ${module} import ${name} as ${local}`, offset)] }
}

const importsIn = new WeakMap<Module, readonly Top[]>()

/** The imports at a module's top level. */
function importsOf(module: Module): readonly Top[] {
  let found = importsIn.get(module)
  if (found === undefined) {
    found = module.body.filter(({ stmt }) => stmt.kind === "Import" || stmt.kind === "ImportFrom")
    importsIn.set(module, found)
  }
  return found
}

/** Whether a local name is bound to this and to nothing else, in any scope. */
function means(bound: Bindings, { local, meaning }: Pick<Spelling, "local" | "meaning">): boolean {
  const meanings = bound.get(local)
  return meanings === undefined || (meanings.size === 1 && meanings.has(meaning))
}

/** How an import statement lets `name` of `module` be written. */
function spellings(stmt: Stmt, module: string, name: string): Spelling[] {
  const found: Spelling[] = []
  if (stmt.kind === "Import") {
    for (const { name: imported, asname } of stmt.names) {
      if (imported !== module) continue
      if (asname !== null) found.push({ text: `${asname}.${name}`, local: asname, meaning: module })
      else found.push({ text: `${module}.${name}`, local: module.split(".")[0]!, meaning: module.split(".")[0]! })
    }
  }
  if (stmt.kind !== "ImportFrom" || stmt.level !== 0) return found
  const { parent, leaf } = split(module)
  for (const alias of stmt.names) {
    const local = alias.asname ?? alias.name
    if (stmt.module === module && alias.name === name) found.push({ text: local, local, meaning: `${module}.${name}` })
    else if (stmt.module === module && alias.name === "*")
      found.push({ text: name, local: name, meaning: `${module}.${name}` })
    else if (stmt.module === parent && alias.name === leaf)
      found.push({ text: `${local}.${name}`, local, meaning: module })
  }
  return found
}

function importAs(module: string, short: string): string {
  const { parent, leaf } = split(module)
  if (module === short) return `import ${module}`
  return parent === undefined ? `import ${module} as ${short}` : `from ${parent} import ${leaf} as ${short}`
}

function addImport(source: Source, statement: string, offset: number): Edit {
  const { lines, lineBreak, text } = source
  const body = ownCell(source, offset)
  const after = lastOfFirstImports(body)
  if (after !== undefined) return afterLine(source, lines.lineOf(after.offset + after.stmt.end), statement + lineBreak)
  const first = body[0]
  const start = first === undefined ? text.length : lines.startOf(lines.lineOf(first.offset))
  return editAt(start, start, statement + lineBreak)
}

/** The statements among which an import may be added: all, but in a notebook, whose cells run one by one, the cell's. */
function ownCell({ module, text }: Source, offset: number): readonly Top[] {
  if (module.flavor !== "notebook" && module.flavor !== "databricks") return module.body
  const { markers } = findCells(text)
  const start = markers.findLast((at) => at <= offset) ?? 0
  const end = markers.find((at) => at > offset) ?? text.length
  return module.body.filter((top) => top.offset >= start && top.offset < end)
}

/**
 * The last import of the run at the file's top (a docstring and assignments to `__names__` may stand among them), or
 * the docstring where no import follows it.
 */
function lastOfFirstImports(body: readonly Top[]): Top | undefined {
  let last: Top | undefined
  for (const top of body) {
    const { stmt } = top
    if (stmt.kind === "Import" || stmt.kind === "ImportFrom") last = top
    else if (stmt.kind === "Expr" && stmt.value.kind === "Constant") last ??= top
    else if (stmt.kind !== "Assign" || !stmt.targets.every((to) => to.kind === "Name" && /^__\w+__$/.test(to.id)))
      return last
  }
  return last
}

function split(module: string): { parent: string | undefined; leaf: string } {
  const dot = module.lastIndexOf(".")
  return dot < 0 ? { parent: undefined, leaf: module } : { parent: module.slice(0, dot), leaf: module.slice(dot + 1) }
}

const readIn = new WeakMap<Module, ReadonlySet<string>>()

/** Names that statements other than imports read or bind. */
function namesRead(module: Module): ReadonlySet<string> {
  const known = readIn.get(module)
  if (known !== undefined) return known
  const names = new Set<string>()
  for (const { stmt, names: own } of module.body)
    if (stmt.kind !== "Import" && stmt.kind !== "ImportFrom") for (const name of own) names.add(name)
  readIn.set(module, names)
  return names
}
