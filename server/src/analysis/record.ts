import type {
  Argument,
  Arm,
  Call,
  Carried,
  Evidence,
  FunctionFacts,
  Interval,
  Loop,
  PyExpr,
  ResultUse,
  Site,
  Statement,
  Udf,
  UdfKind,
  UdfParts,
  Value,
} from "../../../rules/api.ts"
import type { Call as ExprCall, Top } from "../syntax/ast.ts"
import type { Args } from "./arguments.ts"
import { describeBody, type Outside } from "./body.ts"
import type { CallSite } from "./calls.ts"
import { countsOf } from "./counts.ts"
import type { ParamFacts } from "./pyspark/table.ts"
import type { Scope } from "./scope.ts"
import type { Source } from "./source.ts"
import { ApiFunction, PyClass, PyFunction, PyInstance, UNKNOWN } from "./values.ts"

/** The path by which a name of the module is known: a library's, or PySpark's own. */
function pathOf(value: Value | undefined): string | undefined {
  if (value?.kind === "module") return value.name
  if (value?.kind === "foreign") return value.path
  return value instanceof ApiFunction ? value.api : undefined
}

/** What the names of a scope stand for, to code inside of it. */
export function outsideOf(closure: Scope): Outside {
  return {
    path: (name) => pathOf(closure.get(name)),
    value: (name) => closure.get(name),
    fn(path) {
      const [name, attribute, ...rest] = path.split(".")
      const owner = rest.length > 0 ? undefined : closure.get(name!)
      const found =
        attribute === undefined
          ? owner
          : owner instanceof PyInstance
            ? owner.class.find(attribute)
            : owner instanceof PyClass
              ? owner.find(attribute)
              : undefined
      return found instanceof PyFunction && !found.udf
        ? { node: found.node, outside: outsideOf(found.closure) }
        : undefined
    },
  }
}

/** Where the parts of a UDF's function stand. */
function partsOf(fn: PyFunction, made: Site): UdfParts {
  const { node, site } = fn
  const place = (start: number, end: number): Site => ({ ...site, start, end })
  const params = node.kind === "Lambda" ? node.args : node.params
  const plain = params.every((param) => param.type === "pos" && !param.default)
  if (node.kind === "Lambda")
    return {
      name: place(node.start, node.body.start),
      docstring: undefined,
      body: place(node.body.start, node.body.end),
      plain,
      wrapper: made,
      method: false,
    }
  const [first] = node.body
  const docstring = first?.kind === "Expr" && first.value.kind === "Constant" && first.value.type === "str"
  const body = docstring ? node.body.slice(1) : node.body
  return {
    name: place(node.nameStart, node.nameStart + node.name.length),
    docstring: docstring ? place(first.start, first.end) : undefined,
    body: place(body[0]?.start ?? node.end, node.end),
    plain: plain && node.decorators.length <= 1 && !node.async,
    wrapper: made.start === node.start && made.top === site.top ? undefined : made,
    method: fn.owner !== undefined && !fn.decorators.includes("staticmethod"),
  }
}

/** Where interpretation stands: what every recorded fact takes along. */
export interface Here {
  readonly statement: Statement
  readonly loops: readonly LoopNode[]
  readonly function: FunctionFacts | null
  readonly udf: UdfNode | null
  readonly path: readonly Arm[]
  readonly via: readonly Site[]
  readonly within: readonly Value[]
  readonly deliberate: Evidence | undefined
}

/** What is called, on what, by which facts of the table. */
export interface Callee {
  readonly api: string
  readonly spark: boolean
  readonly receiver: Value
  readonly action: boolean
  readonly wide: boolean
  readonly params: readonly ParamFacts[] | undefined
}

/** A call as the rules see it. Most calls of a file are looked at by nobody: places and arguments are made when asked. */
export class CallNode implements Call {
  readonly api: string
  readonly spark: boolean
  readonly receiver: Value
  result: Value = UNKNOWN
  readonly statement: Statement
  readonly loops: readonly LoopNode[]
  readonly function: FunctionFacts | null
  readonly inUdf: UdfNode | null
  readonly path: readonly Arm[]
  readonly via: readonly Site[]
  readonly within: readonly Value[]
  readonly action: boolean
  readonly wide: boolean
  resultEscapes = false
  /** Frames know of this use of them. */
  noted = false
  readonly deliberate: Evidence | undefined
  /** Place in the order of evaluation. */
  index: number
  readonly name: string
  readonly #node: ExprCall
  readonly #args: Args
  readonly #top: Top
  readonly #path: string | undefined
  readonly #params: readonly ParamFacts[] | undefined
  #bound: readonly Argument[] | undefined
  #resultUses: ResultUse[] | undefined

  constructor(index: number, callee: Callee, at: CallSite, it: Here & { readonly top: Top; readonly source: Source }) {
    this.index = index
    this.api = callee.api
    this.spark = callee.spark
    this.receiver = callee.receiver
    this.action = callee.action
    this.wide = callee.wide
    this.#params = callee.params
    this.name = at.name
    this.#node = at.node
    this.#args = at.args
    this.#top = it.top
    this.#path = it.source.path
    this.statement = it.statement
    this.loops = it.loops
    this.function = it.function
    this.inUdf = it.udf
    this.path = it.path
    this.via = it.via
    this.within = it.within
    this.deliberate = it.deliberate
  }

  get site(): Site {
    return this.#place(this.#node)
  }
  get nameSite(): Site {
    const { func } = this.#node
    if (func.kind !== "Attribute") return this.#place(func)
    return this.#place({ start: func.attrStart, end: func.attrStart + func.attr.length })
  }
  get receiverSite(): Site | null {
    const { func } = this.#node
    return func.kind === "Attribute" ? this.#place(func.value) : null
  }

  get args(): readonly Argument[] {
    this.#bound ??= this.#args.bind(this.#params, (node) => this.#place(node))
    return this.#bound
  }

  eachValue(see: (value: Value) => void): void {
    this.#args.each(see)
  }

  /** Whether a value of the arguments is of a kind. */
  takes(is: (value: Value) => boolean): boolean {
    return this.#args.some(is)
  }

  get resultUses(): readonly ResultUse[] {
    return this.#resultUses ?? []
  }

  used(use: ResultUse): void {
    if (this.#resultUses) this.#resultUses.push(use)
    else this.#resultUses = [use]
  }

  #place(node: { start: number; end: number }): Site {
    const site = { top: this.#top, start: node.start, end: node.end }
    return this.#path === undefined ? site : { ...site, path: this.#path }
  }
}

export class LoopNode implements Loop {
  readonly id: number
  readonly kind: Loop["kind"]
  readonly site: Site
  readonly header: Site
  readonly targets: readonly string[]
  readonly iterable: Value
  readonly rounds: Interval
  readonly body: Site
  readonly carried: Carried[] = []
  readonly function: FunctionFacts | null
  readonly path: readonly Arm[]
  readonly inUdf: UdfNode | null
  readonly via: readonly Site[]
  /** The loops it stands in, outermost first. */
  readonly outer: readonly LoopNode[]

  constructor(
    what: Pick<Loop, "id" | "kind" | "site" | "header" | "targets" | "iterable" | "rounds" | "body">,
    here: Omit<Here, "statement">,
  ) {
    this.id = what.id
    this.kind = what.kind
    this.site = what.site
    this.header = what.header
    this.targets = what.targets
    this.iterable = what.iterable
    this.rounds = what.rounds
    this.body = what.body
    this.function = here.function
    this.path = here.path
    this.inUdf = here.udf
    this.via = here.via
    this.outer = here.loops
  }
}

export class UdfNode implements Udf {
  readonly kind: UdfKind
  readonly name: string
  readonly site: Site
  readonly made: Site
  readonly calls: CallNode[] = []
  readonly loops: LoopNode[] = []
  readonly captures = new Map<string, Value>()
  readonly applied: Call[] = []
  setup: readonly CallNode[] = []
  nondeterministic = false
  readonly returns: string | undefined
  readonly #fn: PyFunction
  #body: { value: PyExpr | undefined } | undefined

  constructor(kind: UdfKind, fn: PyFunction, made: Site, returns?: string) {
    this.returns = returns
    this.kind = kind
    this.name = fn.name
    this.site = fn.facts.site
    this.made = made
    this.#fn = fn
  }

  get params(): readonly string[] {
    return this.#fn.facts.params
  }

  get counts(): readonly string[] {
    return countsOf(this.#fn.node)
  }

  get parts(): UdfParts {
    return partsOf(this.#fn, this.made)
  }

  get body(): PyExpr | undefined {
    const fn = this.#fn
    this.#body ??= { value: describeBody(fn.node, outsideOf(fn.closure)) }
    return this.#body.value
  }
}
