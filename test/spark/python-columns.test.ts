/** What `udf-reimplements-builtin` calls safe, tried on data with nulls and odd texts: the UDF and its rewrite give the same. */
import assert from "node:assert/strict"
import { udfReimplementsBuiltin } from "../../rules/udfs/udf-reimplements-builtin.ts"
import type { FindingFix } from "../../server/src/lint/types.ts"
import { applied, findingsIn, ready } from "../rules/harness.ts"
import { proveJson, versions } from "./prover.ts"

const TABLE = `import datetime
import hashlib
import re
from pyspark.sql import functions as F
from pyspark.sql.functions import udf
PATTERN = re.compile("[0-9]+")
texts = [None, "", " ", "a", "A-b", "a,b,,c", "Straße", "ÀÉ-x😀y", "--x--", "12", "ab$c\\\\d", "x y\\tz ", "İı", "new", "paid"]
rows = [
    (s, None if i % 5 == 0 else i - 7, None if i % 4 == 0 else datetime.date(2024, 1 + i % 12, 1 + i), i % 3 == 0 if i % 7 else None)
    for i, s in enumerate(texts)
]
df = spark.createDataFrame(rows, "s string, n int, d date, b boolean")
`

/** Bodies with the column that they are given, and the type that they declare. */
const SAFE: readonly (readonly [body: string, column: string, type: string])[] = [
  ["None if x is None else x.lower()", "s", "string"],
  ["x.upper() if x is not None else None", "s", "string"],
  ["x.upper() if x else None", "s", "string"],
  ['x.lower() if x else "none"', "s", "string"],
  ['None if x is None else x.strip(" ")', "s", "string"],
  ['None if x is None else x.strip("-xa")', "s", "string"],
  ['None if x is None else x.lstrip("-x")', "s", "string"],
  ['None if x is None else x.rstrip("-x")', "s", "string"],
  ['None if x is None else x.replace("a", "$b")', "s", "string"],
  ["None if x is None else len(x)", "s", "int"],
  ["0 if x is None else len(x)", "s", "bigint"],
  ["None if x is None else x.upper()[1:]", "s", "string"],
  ["None if x is None else x.upper()[:3]", "s", "string"],
  ["None if x is None else x.upper()[1:-1]", "s", "string"],
  ["None if x is None else x.upper()[-2:]", "s", "string"],
  ["None if x is None else x.upper()[::-1]", "s", "string"],
  ['None if x is None else x.split(",")[0]', "s", "string"],
  ['None if x is None else x.split(",")[-1]', "s", "string"],
  ['None if x is None else "/".join(x.split(","))', "s", "string"],
  ['None if x is None else x + "!"', "s", "string"],
  ['None if x is None else "<" + x.lower() + ">"', "s", "string"],
  ['None if x is None else f"<{x.lower()}>"', "s", "string"],
  ['None if x is None else "<%s>" % x.lower()', "s", "string"],
  ['None if x is None else "[{}]".format(x.lower())', "s", "string"],
  ['None if x is None else PATTERN.sub("", x)', "s", "string"],
  ['"".join([p.upper() for p in x.split(",")]) if x is not None else None', "s", "string"],
  ['None if x is None else x.startswith("a")', "s", "boolean"],
  ['x.endswith("b") if x is not None else False', "s", "boolean"],
  ['None if x is None else "b" in x.lower()', "s", "boolean"],
  ['None if x is None else x.find("b")', "s", "int"],
  ['None if x is None else re.sub("[a-c]+", "<>", x)', "s", "string"],
  ['None if x is None else re.sub(r"([a-z]+)-([a-z]+)", r"\\2$\\1", x)', "s", "string"],
  ['None if x is None else bool(re.search("[0-9]+", x))', "s", "boolean"],
  ["None if x is None else hashlib.md5(x.encode()).hexdigest()", "s", "string"],
  ['None if x is None else hashlib.sha256(x.encode("utf-8")).hexdigest()', "s", "string"],
  ['x == "new"', "s", "boolean"],
  ['x != "new"', "s", "boolean"],
  ['x in ("new", "paid")', "s", "boolean"],
  ['x not in ("new", "paid")', "s", "boolean"],
  ['"open" if x == "new" else "closed" if x == "paid" else "other"', "s", "string"],
  ['1 if x in ("new", "paid") else 0', "s", "int"],
  ['"none" if x is None or x == "" else "some"', "s", "string"],
  ['x or "none"', "s", "string"],
  ["x is None", "n", "boolean"],
  ["x if x is not None else 0", "n", "int"],
  ['None if x is None else ("low" if x < -2 else "mid" if x <= 3 else "high")', "n", "string"],
  ['"yes" if x is not None and x > 2 else "no"', "n", "string"],
  ['"in" if x is not None and -3 <= x < 4 else "out"', "n", "string"],
  ["None if x is None else str(x)", "n", "string"],
  ["None if x is None else float(x)", "n", "double"],
  ["x == 3 or x == 5", "n", "boolean"],
  ["not (x == 3)", "n", "boolean"],
  ["None if x is None else x.year", "d", "int"],
  ["x.month if x else None", "d", "int"],
  ["x.weekday() if x else None", "d", "int"],
  ["x.isoweekday() if x else -1", "d", "int"],
  ['None if x is None else x.strftime("%Y-%m")', "d", "string"],
  ['x.strftime("%d.%m.%y, %B %a") if x else ""', "d", "string"],
  ['None if x is None else x.strftime("week of %j")', "d", "string"],
  ["None if x is None else x + datetime.timedelta(days=3)", "d", "date"],
  ['"yes" if x else "no"', "b", "string"],
  ["bool(x)", "s", "boolean"],
  ["not x", "s", "boolean"],
  ["bool(x)", "b", "boolean"],
  ["not x", "b", "boolean"],
]

/** One program with all of them; `result` is a JSON text: for each its values, and whether any ran in Python. */
const program = `${TABLE}${SAFE.map(([body, , type], i) => `f${i} = udf(lambda x: ${body}, "${type}")`).join("\n")}
out = df.select(${SAFE.map(([, column], i) => `f${i}(F.col("${column}")).alias("v${i}")`).join(", ")})
found = out.collect()
import json
result = json.dumps({"values": [[str(row[i]) for row in found] for i in range(len(out.columns))], "types": [t for _, t in out.dtypes], "python": "EvalPython" in plan_of(out)})
`

interface Outcome {
  readonly values: readonly (readonly string[])[]
  readonly types: readonly string[]
  readonly python: boolean
}

/** The program with the fix of every finding made, and how safe each claims to be. */
function rewritten(): { code: string; fixes: readonly FindingFix[] } {
  const found = findingsIn(program, udfReimplementsBuiltin)
  assert.equal(found.length, SAFE.length, "each of them is found")
  const fixes = found.toSorted((a, b) => a.span.start - b.span.start).map((finding) => finding.fixes[0]!)
  const edits = fixes.flatMap((fix) => fix.edits)
  return { code: applied(program, { ...fixes[0]!, edits }), fixes }
}

for (const version of versions) {
  describe(`safe rewrites of UDFs on Spark ${version}`, function () {
    this.timeout(400_000)
    let udfs: Outcome
    let columns: Outcome
    let fixes: readonly FindingFix[]
    before(async () => {
      await ready()
      const made = rewritten()
      fixes = made.fixes
      udfs = await proveJson(version, program)
      columns = await proveJson(version, made.code)
    })
    it("leave no Python in the plan", () => {
      assert.deepEqual([udfs.python, columns.python], [true, false])
    })
    SAFE.forEach(([body, , type], i) => {
      it(`${body} → ${type}`, () => {
        assert.equal(fixes[i]!.safety, "safe", fixes[i]!.title)
        assert.deepEqual(columns.values[i], udfs.values[i], fixes[i]!.edits.map(({ text }) => text).join(""))
        assert.equal(columns.types[i], udfs.types[i])
      })
    })
  })
}
