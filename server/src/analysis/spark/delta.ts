import type { SparkValue, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { METADATA_ROWS } from "../size-numbers.ts"
import { constant, spark, stringOf, UNKNOWN } from "../values.ts"
import { framed, recordSpark } from "./call.ts"

/** Where Delta Lake's own class for a table is imported from. */
const MODULES: ReadonlySet<string> = new Set(["delta", "delta.tables"])

/** The class that a path of Delta Lake's leads to, by its short name. */
export function deltaClass(path: string): string | undefined {
  const dot = path.lastIndexOf(".")
  return MODULES.has(path.slice(0, dot)) && path.slice(dot + 1) === "DeltaTable" ? "DeltaTable" : undefined
}

/** `DeltaTable.forName(spark, "t")` and the other ways to one. */
export function deltaStatic(site: CallSite, name: string): Value {
  const call = recordSpark(site, `DeltaTable.${name}`, UNKNOWN)
  if (name === "isDeltaTable") call.result = constant("bool", undefined, call)
  else {
    const given = site.args.get(1)
    const settings = new Map(given && (name === "forName" || name === "forPath") ? [[name, given]] : [])
    call.result = spark("DeltaTable", settings)
  }
  return call.result
}

/** A method of a Delta table. */
export function deltaMethod(site: CallSite, receiver: SparkValue): Value {
  const { it, args, name } = site
  const changes = name === "delete" || name === "update" || name === "vacuum" || name === "restoreToVersion"
  const call = recordSpark(site, `DeltaTable.${name}`, receiver, { action: changes })
  switch (name) {
    case "alias":
      call.result = receiver
      return receiver
    case "toDF": {
      const source = {
        format: "delta",
        table: stringOf(receiver.settings?.get("forName")),
        path: stringOf(receiver.settings?.get("forPath")),
        options: new Map(),
        schema: true,
      }
      return framed(call, it.plan("DataFrame", "table", [], call.site, false, { source }))
    }
    case "history":
    case "detail":
      // metadata: read from the table's log
      return framed(call, it.plan("DataFrame", "sample", [], call.site, false, { rows: METADATA_ROWS }))
    case "merge": {
      const source = args.get(0, "source")
      call.result = spark("DeltaMergeBuilder", undefined, source?.kind === "frame" ? source.plan : undefined)
      return call.result
    }
    default:
      for (const value of args.all()) it.escape(value)
      return UNKNOWN
  }
}

/** A step of a merge, which reads its source when it is executed. */
export function mergeMethod(site: CallSite, receiver: SparkValue): Value {
  const action = site.name === "execute"
  const call = recordSpark(site, `DeltaMergeBuilder.${site.name}`, receiver, { action })
  call.result = action ? constant("None", null) : receiver
  return call.result
}
