/** Reads the lines of `api.generated.json`; `scripts/generate/pyspark-api.ts` says how they are written. */
import type { MemberFacts, ParamFacts, TypeRef, Versions } from "./types.ts"

export interface DecodedLine extends Versions {
  readonly name: string
  readonly kind: MemberFacts["kind"]
  readonly params: readonly ParamFacts[] | undefined
  readonly returns: TypeRef
}

const kinds: Readonly<Record<string, MemberFacts["kind"]>> = {
  ".": "property",
  ":": "attribute",
  "@": "class method",
  "!": "static method",
}

const unknown: TypeRef = { kind: "unknown" }

/** The name that a line tells about, without decoding the rest. */
export function nameOf(line: string): string {
  const start = line.charAt(0) in kinds ? 1 : 0
  const bracket = line.indexOf("(")
  const space = line.indexOf(" ")
  const end = bracket < 0 || (space >= 0 && space < bracket) ? space : bracket
  return end < 0 ? line.slice(start) : line.slice(start, end)
}

export function decodeLine(line: string): DecodedLine {
  const kind = kinds[line.charAt(0)] ?? "method"
  const name = nameOf(line)
  const bracket = line.indexOf("(")
  const close = bracket < 0 ? -1 : line.indexOf(")", bracket)
  const marks = line.slice(close < 0 ? line.indexOf(name) + name.length : close + 1).split(" ")
  const marked = (mark: string) => marks.find((word) => word.startsWith(mark))?.slice(1)
  const type = marks.find((word) => word !== "" && !/^[<>~]/.test(word))
  return {
    name,
    kind,
    params: bracket < 0 ? undefined : decodeParams(line.slice(bracket + 1, close)),
    returns: type === undefined ? unknown : decodeType(type),
    since: marked(">"),
    until: marked("<"),
    deprecated: marked("~"),
  }
}

export function decodeParams(text: string): ParamFacts[] {
  const params: ParamFacts[] = []
  let keywordOnly = false
  for (const word of text === "" ? [] : text.split(",")) {
    const added = word.startsWith("+")
    const param = added ? word.slice(1) : word
    if (param === "*") {
      keywordOnly = true
    } else if (param.startsWith("**")) {
      params.push({ name: param.slice(2), kind: "kwargs", optional: true, added })
    } else if (param.startsWith("*")) {
      keywordOnly = true
      params.push({ name: param.slice(1), kind: "varargs", optional: true, added })
    } else {
      const optional = param.endsWith("=")
      const name = optional ? param.slice(0, -1) : param
      params.push({ name, kind: keywordOnly ? "keyword-only" : "positional", optional, added })
    }
  }
  return params
}

const scalars = new Set(["str", "int", "float", "bool", "bytes", "complex", "None"])
const containers = new Set(["list", "tuple", "set", "iterator"])

function decodeType(text: string): TypeRef {
  if (text === "?") return unknown
  if (text === "self") return { kind: "self" }
  if (text.startsWith("!")) return { kind: "foreign", path: text.slice(1) }
  if (scalars.has(text)) return { kind: "scalar", name: text as "str" }
  const bracket = text.indexOf("[")
  if (bracket < 0) return { kind: "class", name: text }
  const outer = text.slice(0, bracket)
  const of = decodeType(text.slice(bracket + 1, -1))
  if (outer === "dict") return { kind: "dict", of }
  return containers.has(outer) ? { kind: "sequence", type: outer as "list", of } : unknown
}
