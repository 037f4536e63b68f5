import { type Call, defineRule, type RuleContext, type Value } from "../api.ts"
import { SHADOWED } from "../shared/shadowed.ts"

/** They take one column; Python's take several values. */
const ONE_COLUMN: ReadonlySet<string> = new Set(["max", "min", "abs", "len", "sum"])
const PLAIN_LIBRARY = /^(pyspark\.sql\.Row|pandas|numpy|math|random|time|datetime|statistics|os|sys|json|re)\b/

/** What the value is, where it is no column and no column's name: in words. */
function plain(value: Value | undefined): string | undefined {
  switch (value?.kind) {
    case "constant":
      return ["int", "float", "bool"].includes(value.type) ? `a Python ${value.type}` : undefined
    case "sequence":
      return `a Python ${value.type}`
    case "dict":
      return "a Python dict"
    case "foreign":
      return PLAIN_LIBRARY.test(value.path) ? "a value of the driver" : undefined
    default:
      return undefined
  }
}

function why(call: Call): string | undefined {
  const given = call.args.map(({ value }) => value)
  if (given.some(({ kind }) => kind === "column")) return undefined
  const what = plain(given[0])
  if (what) return `is called with ${what}`
  if (ONE_COLUMN.has(call.name) && given.length > 1)
    return `is called with ${given.length} values, and takes one column`
  return call.inUdf ? "is called in Python code that runs on executors, where there are no columns" : undefined
}

function check(call: Call, ctx: RuleContext): void {
  if (call.receiverSite || !SHADOWED.has(call.name)) return
  const reason = why(call)
  if (!reason) return
  const fixed = ctx.imported("builtins", call.name)
  ctx.report({
    at: call.nameSite,
    about: call,
    message: `\`${call.name}\` here is the one of pyspark.sql.functions, which an import put over Python's own. It ${reason}: it fails, or makes a Column where a value is meant. Import \`functions as F\` and write \`F.${call.name}\` for columns.`,
    evidence: [{ message: `\`${call.name}\` is \`pyspark.sql.functions.${call.name}\` in this file` }],
    confidence: "certain",
    fixes: [
      {
        title: `Use Python's own \`${call.name}\` here: \`${fixed.text}\``,
        safety: "safe",
        edits: [...fixed.edits, { site: call.nameSite, text: fixed.text }],
      },
    ],
  })
}

export const builtinShadowed = defineRule({
  name: "builtin-shadowed",
  family: "driver",
  severity: "warning",
  correctness: true,
  flags:
    "`sum`, `max`, `round`… of pyspark.sql.functions, imported over Python's own by `import *` or by name, and then called on plain Python values.",
  why: "The functions of Spark make expressions of columns. Given Python values they raise an error, or return a Column that looks like a number until it is used as one.",
  bad: `from pyspark.sql.functions import *

limit = pow(2, 5)
result = {"limit": str(limit)}
`,
  good: `from pyspark.sql.functions import *
import builtins

limit = builtins.pow(2, 5)
result = {"limit": str(limit)}
`,
  whenNot: "The name is only called on columns and their names.",
  fix: {
    safety: "safe",
    note: "Writes Python's own function, through `import builtins`. Importing `functions as F` keeps the names apart for good.",
  },
  references: ["https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/functions.html"],
  proof: { rows: { differ: "the bad example leaves a Column, which prints as an expression" } },
  on: { calls: Object.fromEntries([...SHADOWED].map((name) => [`functions.${name}`, check])) },
})
