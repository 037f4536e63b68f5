import type {
  Argument,
  Arm,
  Call,
  Carried,
  Evidence,
  FunctionFacts,
  Interval,
  Loop,
  ResultUse,
  Site,
  Statement,
  Udf,
  UdfKind,
  Value,
} from "../../../rules/api.ts"
import { UNKNOWN } from "./values.ts"

/** Where interpretation stands: what every recorded fact takes along. */
export interface Here {
  readonly statement: Statement
  readonly loops: readonly LoopNode[]
  readonly function: FunctionFacts | null
  readonly udf: UdfNode | null
  readonly path: readonly Arm[]
  readonly via: readonly Site[]
  readonly deliberate: Evidence | undefined
}

export class CallNode implements Call {
  readonly api: string
  readonly spark: boolean
  readonly name: string
  readonly receiver: Value
  args: readonly Argument[] = []
  result: Value = UNKNOWN
  readonly site: Site
  readonly nameSite: Site
  readonly receiverSite: Site | null
  readonly statement: Statement
  readonly loops: readonly LoopNode[]
  readonly function: FunctionFacts | null
  readonly inUdf: UdfNode | null
  readonly path: readonly Arm[]
  readonly via: readonly Site[]
  readonly action: boolean
  readonly wide: boolean
  readonly resultUses: ResultUse[] = []
  resultEscapes = false
  readonly deliberate: Evidence | undefined
  /** Place in the order of evaluation. */
  readonly index: number

  constructor(
    index: number,
    what: {
      api: string
      spark: boolean
      name: string
      receiver: Value
      site: Site
      nameSite: Site
      receiverSite: Site | null
      action: boolean
      wide: boolean
    },
    here: Here,
  ) {
    this.index = index
    this.api = what.api
    this.spark = what.spark
    this.name = what.name
    this.receiver = what.receiver
    this.site = what.site
    this.nameSite = what.nameSite
    this.receiverSite = what.receiverSite
    this.action = what.action
    this.wide = what.wide
    this.statement = here.statement
    this.loops = here.loops
    this.function = here.function
    this.inUdf = here.udf
    this.path = here.path
    this.via = here.via
    this.deliberate = here.deliberate
  }

  /** The argument bound to a parameter. */
  arg(name: string): Argument | undefined {
    return this.args.find((argument) => argument.name === name)
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

  constructor(kind: UdfKind, name: string, site: Site, made: Site) {
    this.kind = kind
    this.name = name
    this.site = site
    this.made = made
  }
}
