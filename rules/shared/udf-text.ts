import type { RuleContext, Site, Udf } from "../api.ts"

/** A UDF as a person would call it: `` `score` ``, or "this lambda". */
export function udfName(udf: Udf): string {
  return udf.name === "lambda" || udf.name === "" ? "this lambda" : `\`${udf.name}\``
}

/** Where to underline a UDF: the name behind `def`, or a lambda that stands on one line. */
export function nameOfUdf(udf: Udf, ctx: RuleContext): Site {
  return udf.name === "lambda" && !ctx.text(udf.site).includes("\n") ? udf.site : udf.parts.name
}

/** The spaces before a place on its line; undefined where something else stands before it. */
export function indentAt(text: string, at: number): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at)
  return /^[ \t]*$/.test(line) ? line : undefined
}

/** The headers (`if …:`, `for …:`) of the blocks that a place stands in, innermost first, as far as the text goes. */
export function blockHeaders(text: string, at: number): string[] {
  const headers: string[] = []
  const lines = text.slice(0, at).split("\n")
  let indent = /^[ \t]*/.exec(lines.at(-1)!)![0].length
  for (let i = lines.length - 2; i >= 0; i--) {
    const line = lines[i]!
    if (line.trim() === "") continue
    const own = /^[ \t]*/.exec(line)![0].length
    if (own >= indent || (i > 0 && /^\s*[)\]}]/.test(line))) continue
    headers.push(line.trim())
    indent = own
  }
  return headers
}

/** The parameters of a UDF's function, without the object of a method. */
export function parameters(udf: Udf): readonly string[] {
  return udf.parts.method ? udf.params.slice(1) : udf.params
}
