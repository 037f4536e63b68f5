import type { Module, Top } from "../syntax/ast.ts"
import { assignedIn } from "./names.ts"

const boundCache = new WeakMap<Top, ReadonlySet<string>>()

/** A function that is given a session under everybody's name for it. */
const SESSION_PARAMETER = /^[ \t]*def \w+\([^)]{0,400}\bspark(_session)?[ \t]*[,:)=]/m

/** What only a Spark session or DataFrame is asked for. */
const OF_SPARK =
  /\.(withColumns?|withColumnRenamed|createOrReplaceTempView|unionByName|createDataFrame|selectExpr|saveAsTable|repartition)\(|\bspark(_session)?\.(sql|read|table|sparkContext|conf|catalog)\b/

/** One file that takes part in an interpretation: the one that is asked about, or one that it imports. */
export class Source {
  /** The file's path where it is another than the one that is asked about. */
  readonly path: string | undefined
  readonly text: string
  readonly module: Module
  /** PySpark is imported, or a session is used that nobody here made, or one is a parameter by its name. */
  mentionsSpark: boolean
  /** Another library with a frame that has Spark's own method names is imported. */
  rival = false
  /** Names of the module that some method proves to be DataFrames; made when first asked for. */
  proven: Set<string> | undefined
  #bound: ReadonlySet<string> | undefined
  #streams: boolean | undefined

  constructor(path: string | undefined, text: string, module: Module) {
    this.path = path
    this.text = text
    this.module = module
    this.mentionsSpark = text.includes("spark") && SESSION_PARAMETER.test(text) && OF_SPARK.test(text)
  }

  /** The file says something of streams of RDDs. */
  get streams(): boolean {
    this.#streams ??= /pyspark\.streaming|StreamingContext|DStream/.test(this.text)
    return this.#streams
  }

  /** Names that the module binds at its top level. */
  get bound(): ReadonlySet<string> {
    if (!this.#bound) {
      const bound = new Set<string>()
      for (const top of this.module.body) {
        let names = boundCache.get(top)
        if (!names) {
          names = assignedIn([top.stmt])
          boundCache.set(top, names)
        }
        for (const name of names) bound.add(name)
      }
      this.#bound = bound
    }
    return this.#bound
  }
}
