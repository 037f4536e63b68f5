import type {
  Call,
  ColumnExpr,
  ColumnFact,
  Confidence,
  JoinFacts,
  Known,
  Plan,
  PlanOp,
  PlanUse,
  Site,
  SizeFact,
  Source,
  Statement,
  Udf,
  WindowSpec,
} from "../../../rules/api.ts"
import { columnsOf } from "./columns.ts"
import { partitionsOf } from "./partitions.ts"
import { sizeOf } from "./size.ts"
import type { SqlFacts } from "./sql-text.ts"

/** Everything that only some steps have. */
export interface PlanDetail {
  readonly source?: Source
  readonly join?: JoinFacts
  /** Grouping, partitioning or ordering keys. */
  readonly keys?: readonly ColumnExpr[]
  readonly condition?: ColumnExpr
  readonly unstable?: readonly string[]
  /** A projection: what it makes. */
  readonly projection?: Projection
  /** Rows it lets through: `limit(n)`, `range(n)`, rows of a local relation. */
  readonly rows?: number
  /** Rows that the driver holds, when not counted: from Python or pandas values. */
  readonly local?: "python" | "pandas"
  /** Spark knows how large these rows are: from pandas, through Arrow. */
  readonly measured?: boolean
  /** A partition count given as a constant. */
  readonly partitions?: number
  readonly schema?: readonly ColumnFact[]
  readonly expensive?: string
  readonly streaming?: boolean
  readonly hints?: readonly string[]
  /** Nothing is known of what it does to rows. */
  readonly opaque?: boolean
  /** The text of a SQL step, what it tells, and whether all tables that it names are among the inputs. */
  readonly sql?: string
  readonly query?: SqlFacts
  readonly whole?: boolean
  /** Statistics from the configuration, or a file's size. */
  readonly stats?: {
    readonly rows?: number
    readonly maxRows?: number
    readonly bytes?: number
    readonly how: string
    /** Certain unless said otherwise. */
    readonly confidence?: Confidence
  }
  /** The step changes neither rows nor columns. */
  readonly transparent?: boolean
  /** Windows that a projection computes, and UDFs that the step runs. */
  readonly windows?: readonly WindowSpec[]
  readonly udfs?: readonly Udf[]
  /** It makes more rows than it gets: explode, flatMap… */
  readonly multiplies?: boolean
  /** Code of the user's gives at most as many rows as it gets. */
  readonly bounded?: boolean
}

/** What a projection does to the columns. */
export type Projection =
  | { readonly type: "select"; readonly columns: readonly ColumnExpr[] }
  | { readonly type: "add"; readonly columns: readonly { name: string | undefined; expr: ColumnExpr }[] }
  | { readonly type: "drop"; readonly names: readonly string[] | undefined }
  | { readonly type: "rename"; readonly names: ReadonlyMap<string, string> | undefined }
  | { readonly type: "rename-all"; readonly names: readonly string[] | undefined }
  | { readonly type: "keep" }
  | { readonly type: "unknown" }

const CUTS: ReadonlySet<PlanOp> = new Set(["read", "table", "local", "range", "checkpoint", "param", "opaque"])

const NONE: readonly never[] = []

/** A list that starts as a shared empty one and as long as it has to: most lists of most plans stay empty. */
function added<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item]
  if (list.length === 1) return [list[0]!, item]
  ;(list as T[]).push(item)
  return list
}

/** One step of a plan sketch. What follows from it is computed when somebody asks, once. */
export class PlanNode implements Plan {
  readonly id: number
  readonly kind: "DataFrame" | "RDD"
  readonly op: PlanOp
  inputs: readonly PlanNode[]
  call: Call | null = null
  readonly site: Site
  names: readonly string[] = NONE
  bindings: readonly Statement[] = NONE
  readonly wide: boolean
  readonly detail: PlanDetail
  caches: readonly Call[] = NONE
  unpersists: readonly Call[] = NONE
  uses: readonly PlanUse[] = NONE
  readonly hints: readonly string[]
  /** Steps that read this one. */
  children: readonly PlanNode[] = NONE
  escapes = false
  /** Made on a way through a loop that was taken back. */
  undone = false
  returned = false

  #size: SizeFact | undefined
  #columns: { value: Known<readonly ColumnFact[]> | undefined } | undefined
  #partitions: { value: Known<number> | undefined } | undefined
  #shuffles = -1
  #depth = -1
  #streaming: boolean | undefined

  constructor(
    id: number,
    kind: "DataFrame" | "RDD",
    op: PlanOp,
    inputs: readonly PlanNode[],
    site: Site,
    wide: boolean,
    detail: PlanDetail,
  ) {
    this.id = id
    this.kind = kind
    this.op = op
    this.inputs = inputs
    this.site = site
    this.wide = wide
    this.detail = detail
    this.hints = detail.hints ?? NONE
    for (const input of inputs) input.children = added(input.children, this)
  }

  /** Adds the back edge of a loop, or another branch. */
  link(input: PlanNode): void {
    this.inputs = [...this.inputs, input]
    input.children = added(input.children, this)
  }

  /** Takes back that a step reads this one. */
  unlink(child: PlanNode): void {
    this.children = this.children.filter((other) => other !== child)
  }

  named(name: string): void {
    if (!this.names.includes(name)) this.names = added(this.names, name)
  }

  boundBy(statement: Statement): void {
    if (this.bindings.at(-1) !== statement) this.bindings = added(this.bindings, statement)
  }

  used(use: PlanUse): void {
    this.uses = added(this.uses, use)
  }

  cachedBy(call: Call): void {
    this.caches = added(this.caches, call)
  }

  unpersistedBy(call: Call): void {
    this.unpersists = added(this.unpersists, call)
  }

  get source(): Source | null {
    return this.detail.source ?? null
  }
  get join(): JoinFacts | null {
    return this.detail.join ?? null
  }
  get keys(): readonly ColumnExpr[] | undefined {
    return this.detail.keys
  }
  get condition(): ColumnExpr | undefined {
    return this.detail.condition
  }
  get unstable(): readonly string[] {
    return this.detail.unstable ?? NONE
  }
  get exprs(): readonly ColumnExpr[] | undefined {
    const projection = this.detail.projection
    if (projection?.type === "select") return projection.columns
    return projection?.type === "add" ? projection.columns.map((column) => column.expr) : undefined
  }
  get windows(): readonly WindowSpec[] {
    return this.detail.windows ?? []
  }
  get udfs(): readonly Udf[] {
    return this.detail.udfs ?? []
  }
  get sql(): string | undefined {
    return this.detail.sql
  }
  get expensive(): string | null {
    return this.detail.expensive ?? null
  }

  get streaming(): boolean {
    if (this.#streaming === undefined) {
      this.#streaming = false // a loop's back edge adds nothing
      this.#streaming = this.detail.streaming ?? this.inputs.some((input) => input.streaming)
    }
    return this.#streaming
  }

  get size(): SizeFact {
    if (!this.#size) {
      this.#size = {
        rows: { min: 0, max: Infinity },
        bytes: { min: 0, max: Infinity },
        confidence: "certain",
        evidence: [],
        sparkKnows: false,
      }
      this.#size = sizeOf(this)
    }
    return this.#size
  }

  get columns(): Known<readonly ColumnFact[]> | undefined {
    if (!this.#columns) {
      this.#columns = { value: undefined }
      this.#columns = { value: columnsOf(this) }
    }
    return this.#columns.value
  }

  get partitions(): Known<number> | undefined {
    if (!this.#partitions) {
      this.#partitions = { value: undefined }
      this.#partitions = { value: partitionsOf(this) }
    }
    return this.#partitions.value
  }

  get shuffles(): number {
    if (this.#shuffles < 0) {
      this.#shuffles = 0
      let inputs = 0
      if (!CUTS.has(this.op)) {
        for (const input of this.inputs) {
          const below = input.caches.length > 0 ? 0 : input.shuffles
          inputs = this.op === "either" || this.op === "loop" ? Math.max(inputs, below) : inputs + below
        }
      }
      this.#shuffles = inputs + (this.wide ? 1 : 0)
    }
    return this.#shuffles
  }

  get depth(): number {
    if (this.#depth < 0) {
      this.#depth = 0
      let deepest = 0
      if (!CUTS.has(this.op)) for (const input of this.inputs) deepest = Math.max(deepest, input.depth + 1)
      this.#depth = deepest
    }
    return this.#depth
  }
}
