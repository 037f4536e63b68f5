import { defineRule, type Fix, type RuleContext, type Udf } from "../api.ts"
import { type AsColumns, asColumns, registrationOf, usesOf } from "../shared/udf-columns.ts"
import { hasGraverConcern, ROW_KINDS } from "../shared/udf-concerns.ts"
import { nameOfUdf, udfName } from "../shared/udf-text.ts"

function check(udf: Udf, ctx: RuleContext): void {
  if (!ROW_KINDS.has(udf.kind) || hasGraverConcern(udf)) return
  const made = asColumns(udf, ctx)
  if (!made) return
  const uses = usesOf(udf, ctx)
  const registered = registrationOf(udf, ctx)
  ctx.report({
    at: nameOfUdf(udf, ctx),
    about: udf,
    message: `${udfName(udf)} does in Python what ${functionsText(made)} in the JVM: every row is sent to a Python worker and back, and Catalyst can't look inside. Write it with Spark's functions.`,
    evidence: [
      { message: `the same with columns: ${made.text}` },
      ...(registered ? [{ message: "it gets a name in SQL here", site: registered.nameSite }] : []),
      ...uses.slice(0, 2).map((use) => ({ message: `${udfName(udf)} is used here`, site: use.nameSite })),
    ],
    confidence: "certain",
    fixes: [fix(udf, made, registered !== undefined)],
  })
}

/** Spark's functions in words: "`lower` and `trim` do"; operators alone: "an expression of columns does". */
function functionsText({ functions }: AsColumns): string {
  const known = functions.filter((name) => !["col", "lit", "cast"].includes(name))
  const names = (known.length > 0 ? known : functions.filter((name) => name === "cast")).map((name) => `\`${name}\``)
  if (names.length === 0)
    return functions.includes("lit") && functions.length === 1 ? "a literal does" : "an expression of columns does"
  if (names.length === 1) return `${names[0]} does`
  const shown = names.slice(0, 4)
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)} do`
}

function fix(udf: Udf, made: AsColumns, registered: boolean): Fix {
  const name = udfName(udf)
  if (!made.edits)
    return {
      title: `${registered ? "In SQL and in columns, write" : "Write"} ${made.text}${made.sketch ? `: ${made.sketch}` : ""}`,
      safety: "suggestion",
      edits: [],
    }
  return made.differences.length === 0
    ? { title: `Make ${name} a function of columns`, safety: "safe", edits: made.edits }
    : {
        title: `Make ${name} a function of columns: ${made.differences.join("; ")}`,
        safety: "unsafe",
        edits: made.edits,
      }
}

export const udfReimplementsBuiltin = defineRule({
  name: "udf-reimplements-builtin",
  family: "udfs",
  severity: "warning",
  flags:
    "A row-at-a-time UDF whose whole body Spark's own functions can express: text methods, slices, `if` chains, arithmetic and `math`, parts of dates, regular expressions, parsed JSON, look-ups in a dict, loops over an array, ML vectors to arrays.",
  why: "A Python UDF serializes each row, sends it to a Python worker, runs the interpreter and brings the result back. Spark's own functions are compiled into the stage, and the optimizer sees through them: filters are pushed down, unused columns pruned.",
  bad: `from pyspark.sql import functions as F

@F.udf("string")
def clean(status):
    if status is None:
        return None
    return status.replace("-", " ").upper()

orders = spark.read.parquet("orders")
result = orders.select("id", clean(F.col("status")).alias("status"))
`,
  good: `from pyspark.sql import functions as F

def clean(status):
    return F.upper(F.replace(status, F.lit("-"), F.lit(" ")))

orders = spark.read.parquet("orders")
result = orders.select("id", clean(F.col("status")).alias("status"))
`,
  whenNot:
    "The body does what no built-in function does: another library, state, or text rules that differ from Spark's where that matters.",
  fix: {
    safety: "safe",
    note: "The UDF becomes a function of columns of the same name. Safe where it gives the same for every input, null included; unsafe, with what differs in the title, where null, the type or a corner case does: a UDF without a test for None fails on null, where the function gives null. For JSON, dicts and what is used in SQL it only says how.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/functions.html",
    "https://spark.apache.org/docs/latest/sql-ref-functions-builtin.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["EvalPython"] }, good: { lacks: ["EvalPython"] } },
  },
  on: { udf: check },
})
