import type { Call, Carried, Edit, Loop, RuleContext } from "../api.ts"
import { argument } from "./calls.ts"
import { fileText } from "./source-text.ts"
import { tokensOf } from "./tokens.ts"

/** How often a name stands in a text as code; undefined where the text is not read. */
function namedIn(text: string, name: string): number | undefined {
  return tokensOf(text)?.filter(
    (token) => token.text === name || (token.kind === "string" && token.text.includes(name)),
  ).length
}

/** `frame = frame.union(part)` as the whole statement, right in the loop's body. */
function standsAlone(union: Call, loop: Loop, name: string, ctx: RuleContext): boolean {
  const { statement } = union
  return (
    statement.targets.join() === name &&
    union.receiverSite !== null &&
    ctx.text(union.receiverSite) === name &&
    union.site.end === statement.site.end &&
    union.path.length === loop.path.length &&
    union.via.length === loop.via.length
  )
}

/** A name that the file does not use. */
function freeName(ctx: RuleContext, loop: Loop, name: string): string | undefined {
  const text = fileText(ctx, loop.site)
  return ["parts", `${name}_parts`].find((candidate) => !new RegExp(`\\b${candidate}\\b`).test(text))
}

/**
 * The edits that collect what a loop appends in a list, and union it pairwise after the loop: the same rows in the same
 * order. Undefined where the body does more with the frame than append to it.
 */
export function collectedPairwise(
  loop: Loop,
  carried: Carried,
  union: Call,
  ctx: RuleContext,
): readonly Edit[] | undefined {
  const { name } = carried
  const part = argument(union, "other")
  if (loop.kind !== "for" || carried.before.call === null || !part || !/^[A-Za-z_]\w*$/.test(name)) return undefined
  if (!standsAlone(union, loop, name, ctx)) return undefined
  // the target and the receiver, and nothing else: no action, no `return`, no test of what there is so far
  if (namedIn(ctx.text(loop.body), name) !== 2 || loop.site.end !== loop.body.end) return undefined
  // before the loop the frame is bound, so that it can be the first part
  if (carried.before.names.length === 0 || !carried.before.names.includes(name)) return undefined
  const parts = freeName(ctx, loop, name)
  if (parts === undefined) return undefined
  const rest = union.args.filter((arg) => arg !== part)
  if (rest.some(({ value }) => value.kind !== "constant" || value.value === undefined)) return undefined
  const options = rest.map((arg) => `, ${arg.name}=${ctx.text(arg.site)}`).join("")
  const both = `a.${union.name}(b${options})`
  return [
    ctx.lineBefore(loop.site, `${parts} = [${name}]`),
    { site: union.statement.site, text: `${parts}.append(${ctx.text(part.site)})` },
    ctx.lineAfter(
      loop.site,
      `while len(${parts}) > 1:
    ${parts} = [${both} for a, b in zip(${parts}[::2], ${parts}[1::2])] + ${parts}[len(${parts}) // 2 * 2 :]
${name} = ${parts}[0]`,
    ),
  ]
}
