/**
 * What a SQL text tells without being parsed: how many rows it can give, what it groups by, which tables it names. `{}`
 * in a text stands for a part that is not known (a hole of an f-string).
 */

export interface SqlFacts {
  /** Not a query: `SHOW …`, `CREATE …`, `INSERT …`; a few rows of metadata, or none. */
  readonly command: boolean
  /** An aggregate of everything, or a query of no table. */
  readonly oneRow: boolean
  /** A constant `LIMIT` at its end. */
  readonly limit: number | undefined
  /** Expressions of the last `GROUP BY`, or of a `SELECT DISTINCT`; undefined without one. */
  readonly groups: readonly string[] | undefined
  /** Makes rows of arrays: `explode`, `LATERAL VIEW`, `stack`… */
  readonly multiplies: boolean
  /** Names after `FROM` and `JOIN`, in lower case, its own `WITH` names aside. */
  readonly tables: readonly string[]
}

const COMMAND =
  /^\s*(show|desc|describe|explain|create|drop|alter|insert|merge|update|delete|truncate|msck|repair|refresh|analyze|use|set|reset|cache|uncache|clear|optimize|vacuum|grant|revoke|add|comment|load|copy|restore)\b/i
const AGGREGATE =
  /\b(count|sum|avg|mean|min|max|first|first_value|last|last_value|any_value|count_if|approx_count_distinct|collect_list|collect_set|array_agg|stddev\w*|std|variance|var_\w+|median|mode|percentile\w*|approx_percentile|bool_and|bool_or|every|some|corr|covar_\w+|kurtosis|skewness|max_by|min_by)\s*\(/gi
const MULTIPLIES = /\b(explode|posexplode|explode_outer|inline|stack|json_tuple|lateral\s+view)\b/i
const NAME = /^\s*((?:[\w.`]|\{\})+)/

/** Comments out, texts as `''`. */
function bare(sql: string): string {
  return sql
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ")
    .replace(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"/g, "''")
    .replace(/;\s*$/, "")
}

/** The text with what stands inside of brackets blanked, so that offsets stay. */
function outermost(text: string): string {
  let depth = 0
  let flat = ""
  for (const char of text) {
    if (char === ")") depth--
    flat += depth > 0 ? " " : char
    if (char === "(") depth++
  }
  return flat
}

/** Pieces between commas outside of brackets, trimmed. */
function pieces(text: string): string[] {
  const flat = outermost(text)
  const found: string[] = []
  let start = 0
  for (let at = flat.indexOf(","); at >= 0; at = flat.indexOf(",", start)) {
    found.push(text.slice(start, at).trim())
    start = at + 1
  }
  found.push(text.slice(start).trim())
  return found.filter((piece) => piece !== "")
}

/** An expression with an aggregate of its own: not over a window, and not inside of a subquery. */
export function aggregatesInSql(item: string): boolean {
  if (/\(\s*select\b/i.test(item)) return false
  for (const match of item.matchAll(AGGREGATE)) {
    let depth = 0
    let end = match.index + match[0].length - 1
    for (; end < item.length; end++) {
      if (item[end] === "(") depth++
      else if (item[end] === ")" && --depth === 0) break
    }
    if (!/^\)\s*(filter\s*\([^)]*\)\s*)?over\b/i.test(item.slice(end))) return true
  }
  return false
}

/** What a window of a SQL text is cut and ordered by; both undefined where it is named and defined elsewhere. */
export interface SqlWindow {
  readonly partitionBy: readonly string[] | undefined
  readonly orderBy: readonly string[] | undefined
  /** `ROWS …` or `RANGE …` is given. */
  readonly framed: boolean
}

/** The windows of a SQL text: `… OVER (PARTITION BY a ORDER BY b)`. */
export function windowsOf(sql: string): SqlWindow[] {
  const text = bare(sql)
  const found: SqlWindow[] = []
  for (const match of text.matchAll(/\)\s*over\s*(?=\(|`?\w)/gi)) {
    const start = match.index + match[0].length
    if (text[start] !== "(") {
      found.push({ partitionBy: undefined, orderBy: undefined, framed: false })
      continue
    }
    let depth = 0
    let end = start
    for (; end < text.length; end++) {
      if (text[end] === "(") depth++
      else if (text[end] === ")" && --depth === 0) break
    }
    const spec = text.slice(start + 1, end)
    const part = (clause: RegExp): string[] => {
      const given = clause.exec(spec)
      return given ? pieces(given[1]!) : []
    }
    // a word before the clauses is another window that this one goes on from
    const named = /^\s*(?!partition\b|distribute\b|cluster\b|order\b|sort\b|rows\b|range\b)[\w{]/i.test(spec)
    found.push({
      partitionBy: named
        ? undefined
        : part(
            /\b(?:partition|distribute|cluster)\s+by\b([\s\S]*?)(?=\border\s+by\b|\bsort\s+by\b|\brows\b|\brange\b|$)/i,
          ),
      orderBy: named ? undefined : part(/\b(?:order|sort)\s+by\b([\s\S]*?)(?=\brows\b|\brange\b|$)/i),
      framed: /\b(rows|range)\b/i.test(spec),
    })
  }
  return found
}

/** A `FROM` clause from its first table on: up to the next clause, or the bracket that ends its query. */
function fromClause(rest: string): string {
  let depth = 0
  let end = 0
  for (; end < rest.length; end++) {
    if (rest[end] === "(") depth++
    else if (rest[end] === ")" && --depth < 0) break
  }
  const flat = outermost(rest.slice(0, end))
  const next = /\b(where|group\s+by|having|order\s+by|limit|union|intersect|except|window|select)\b/i.exec(flat)
  return next ? flat.slice(0, next.index) : flat
}

/** Every table of every `FROM`; a subquery among them has a `FROM` of its own. */
function tablesOf(text: string): string[] {
  const own = new Set<string>()
  for (const [, name] of text.matchAll(/(?:\bwith|,)\s+`?(\w+)`?\s*(?:\([^()]*\)\s*)?as\s*\(/gi))
    own.add(name!.toLowerCase())
  const tables = new Set<string>()
  for (const match of text.matchAll(/\bfrom\b/gi)) {
    for (const piece of fromClause(text.slice(match.index + match[0].length)).split(/,|\bjoin\b/i)) {
      const name = NAME.exec(piece)?.[1]
      if (name !== undefined)
        tables.add(
          name
            .replaceAll("`", "")
            .toLowerCase()
            .replace(/^global_temp\./, ""),
        )
    }
  }
  return [...tables].filter((name) => !own.has(name))
}

/** Texts whose facts are remembered: from one keystroke to the next nearly all of a file's stay. */
const REMEMBERED = 200
const remembered = new Map<string, SqlFacts>()

/** Reads a SQL text. Nothing is claimed that the text doesn't show. */
export function readSql(sql: string): SqlFacts {
  let facts = remembered.get(sql)
  if (facts === undefined) {
    facts = factsOf(sql)
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(sql, facts)
  }
  return facts
}

function factsOf(sql: string): SqlFacts {
  const text = bare(sql)
  const flat = outermost(text)
  const limit = /\blimit\s+(\d+)\s*$/i.exec(flat)
  // a union's parts each have their own SELECT
  const selects = [...flat.matchAll(/\bselect\b/gi)]
  const select = selects.length === 1 ? selects[0]! : undefined
  const after = select ? select.index + select[0].length : 0
  const from = /\bfrom\b/i.exec(flat.slice(after))
  const list = select ? text.slice(after, from ? after + from.index : undefined) : ""
  const distinct = /^\s*distinct\b/i.exec(list)
  const grouping = select
    ? /\bgroup\s+by\b([\s\S]*?)(?=\bhaving\b|\border\s+by\b|\blimit\b|$)/i.exec(flat.slice(after))
    : null
  const multiplies = MULTIPLIES.test(text)
  let groups: string[] | undefined
  if (grouping) {
    const start = after + grouping.index + grouping[0].length - grouping[1]!.length
    groups = pieces(text.slice(start, start + grouping[1]!.length))
  } else if (distinct) groups = pieces(list.slice(distinct[0].length))
  const oneRow =
    select !== undefined && !grouping && !multiplies && (from ? pieces(list).some(aggregatesInSql) : list.trim() !== "")
  return {
    command: COMMAND.test(text),
    oneRow,
    limit: limit ? Number(limit[1]) : undefined,
    groups,
    multiplies,
    tables: tablesOf(text),
  }
}
