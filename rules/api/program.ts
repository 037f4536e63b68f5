/** All facts of a file, and the world around it. */
import type { Arm, Call, ConfSetting, FunctionFacts, Loop, Statement, Udf } from "./calls.ts"
import type { ConfKeys } from "./conf-keys.ts"
import type { Plan } from "./plans.ts"
import type { Manager, Sizing } from "./sizing.ts"
import type { Site } from "./values.ts"

/** A method of a frame that a statement names and does not call: `df.cache`. */
export interface UncalledMethod {
  readonly plan: Plan
  readonly name: string
  readonly site: Site
  readonly statement: Statement
  readonly function: FunctionFacts | null
  readonly inUdf: Udf | null
  readonly loops: readonly Loop[]
}

export interface Program {
  /** Known calls, in order of evaluation. One written call can stand here once per way that leads to it. */
  readonly calls: readonly Call[]
  readonly loops: readonly Loop[]
  readonly udfs: readonly Udf[]
  readonly confs: readonly ConfSetting[]
  readonly plans: readonly Plan[]
  /** Statements like `df.cache`, without a call. */
  readonly uncalled: readonly UncalledMethod[]
  /** `test_*.py`, `*_test.py`, `conftest.py`, below `tests/`. */
  readonly isTest: boolean
  readonly isNotebook: boolean
  /**
   * The setting of a conf key that is in force when a call runs (actions are what asks for most), or at the end of the
   * file; undefined where nobody sets it. Code counts over `spark-submit`, that over `spark-defaults.conf`.
   */
  conf(key: string, at?: Call): ConfSetting | undefined
  /** True when no single run can reach both. */
  exclusive(a: readonly Arm[], b: readonly Arm[]): boolean
  /** Every action that computes this frame, through lazy steps, each once; stops at caches, checkpoints and writes between. */
  actionsOf(plan: Plan): readonly Call[]
}

/** What the configuration says of the world around the code. */
export interface World {
  /** Spark version the code runs on, `4.3`; and the lowest it must run on. */
  readonly target: string
  readonly min: string
  readonly cluster: ClusterFacts | undefined
  /** Executor arithmetic. */
  readonly sizing: Sizing
  /** Spark's own settings. */
  readonly confs: ConfKeys
}

export interface ClusterFacts {
  readonly name: string
  readonly executors: number
  readonly coresPerExecutor: number
  /** MiB of heap an executor. */
  readonly executorMemory: number
  readonly slots: number
  /** What manages it; undefined where the configuration does not say. */
  readonly manager?: Manager
  /** Its machines, where the configuration describes them. */
  readonly node?: NodeFacts
}

/** One machine of the cluster. Memory in MiB, all of it. */
export interface NodeFacts {
  readonly cores: number
  readonly memory: number
  readonly gpus: number
  /** How many there are; undefined where the configuration does not say. */
  readonly count?: number
}
