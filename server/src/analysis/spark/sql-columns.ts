import type { ColumnExpr, Site, WindowSpec } from "../../../../rules/api.ts"
import { windowsOf } from "../sql-text.ts"

/** A column of SQL text, as `F.expr` and `selectExpr` take it: a plain column, a name for it, a window, or just text. */
export function sqlColumn(text: string, site: Site): ColumnExpr {
  const named = /^([\s\S]*\S)\s+as\s+`?(\w+)`?\s*$/i.exec(text)
  if (named) return { op: "alias", name: named[2]!, child: sqlColumn(named[1]!, site) }
  const bare = text.trim()
  if (bare === "*") return { op: "star" }
  const plain = /^`([^`]+)`$|^([A-Za-z_]\w*(?:\.\w+)*)$/.exec(bare)
  // words that stand for a value, not for a column
  if (plain && !/^(null|true|false|current_\w+)$/i.test(bare))
    return { op: "column", name: plain[1] ?? plain[2]!, frame: undefined }
  const [window] = windowsOf(bare)
  if (!window) return { op: "sql", text }
  const by = (names: readonly string[] | undefined): WindowSpec["partitionBy"] =>
    names?.map((name) => sqlColumn(name, site))
  const fn = /^(\w+)\s*\(/.exec(bare)?.[1]?.toLowerCase()
  return {
    op: "window",
    child: fn === undefined ? { op: "sql", text } : { op: "call", fn, args: [] },
    spec: { site, partitionBy: by(window.partitionBy), orderBy: by(window.orderBy), framed: window.framed },
  }
}
