/** An executed plan as a small drawing: its shuffles, joins, aggregates and scans, without what every plan has. */

/** Operators that say nothing to a reader: projections, stages, and how columns become rows. */
const NOISE =
  /^(Project|ColumnarToRow|RowToColumnar|AQEShuffleRead|\w*QueryStage|InputAdapter|AdaptiveSparkPlan|WholeStageCodegen|Subquery|SubqueryBroadcast|==)/
/** Lines of a drawing at most. */
const MOST = 24

interface Node {
  readonly text: string
  readonly children: Node[]
}

/** The drawing's lines; none where the text is no plan of operators. */
export function planPicture(plan: string): string[] {
  const root: Node = { text: "", children: [] }
  const open: { column: number; node: Node }[] = [{ column: -1, node: root }]
  for (const line of plan.split("\n")) {
    if (/^\s*(\+- )?== Initial Plan ==/.test(line)) break
    const [, before, text] = /^([\s:+|-]*)(.*)$/.exec(line)!
    if (text === "") continue
    const column = before!.length
    while (open.at(-1)!.column >= column) open.pop()
    const shown = describe(text!)
    const parent = open.at(-1)!.node
    const node = shown === undefined ? parent : { text: shown, children: [] }
    if (node !== parent) parent.children.push(node)
    open.push({ column, node })
  }
  const lines = root.children.flatMap((node) => draw(node, "", ""))
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), "…"]
}

function draw(node: Node, first: string, rest: string): string[] {
  const last = node.children.length - 1
  return [
    first + node.text,
    ...node.children.flatMap((child, i) =>
      // a chain needs no indentation
      last === 0
        ? draw(child, `${rest}└ `, `${rest}  `)
        : draw(child, `${rest}${i === last ? "└" : "├"} `, `${rest}${i === last ? "  " : "│ "}`),
    ),
  ]
}

/** An operator in a few words; undefined for one that is left out. */
function describe(line: string): string | undefined {
  const text = line.replace(/^\*\(\d+\) /, "").replace(/#\d+L?/g, "")
  if (NOISE.test(text)) return undefined
  const operator = /^\w+/.exec(text)?.[0] ?? text
  if (operator === "Exchange") {
    const how = /^Exchange (\w+)(\(.*?\))?/.exec(text)
    return `Exchange ${how?.[1] ?? ""}${how?.[2]?.replace(/, \d+\)$/, ")") ?? ""}`.trim()
  }
  if (operator.endsWith("Join") || operator === "CartesianProduct") {
    const kind = /\b(Inner|Cross|LeftOuter|RightOuter|FullOuter|LeftSemi|LeftAnti|ExistenceJoin)\b/.exec(text)?.[1]
    return kind ? `${operator} ${kind}` : operator
  }
  if (operator.endsWith("Aggregate")) {
    const keys = /keys=\[([^\]]*)\]/.exec(text)?.[1]
    const partial = /functions=\[[^\]]*\bpartial_/.test(text) ? " (partial)" : ""
    return `${operator}${keys ? ` by ${keys}` : ""}${partial}`
  }
  if (operator === "Coalesce") return text
  if (operator === "FileScan") return `Scan ${/^FileScan (\w+)/.exec(text)?.[1] ?? ""}`.trim()
  if (operator === "Scan" || operator === "LocalTableScan" || operator === "Range")
    return text.split(/[[(,]/)[0]!.trim()
  return operator
}

/** The bad picture with a mark at each line whose operator the good one hasn't as often. */
export function marked(bad: readonly string[], good: readonly string[]): string[] {
  const left = new Map<string, number>()
  const bare = (line: string): string => line.replace(/^[│├└ ]+/, "")
  for (const line of good) left.set(bare(line), (left.get(bare(line)) ?? 0) + 1)
  return bad.map((line) => {
    const count = left.get(bare(line)) ?? 0
    left.set(bare(line), count - 1)
    return count > 0 || line === "…" ? line : `${line}  ◄`
  })
}
