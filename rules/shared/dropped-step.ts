import type { Call, Fix, RuleContext } from "../api.ts"
import { link } from "./calls.ts"
import { samePlace } from "./collected.ts"
import { withoutStatement } from "./source-text.ts"

/** Takes a step without effect out: its link of the chain, or its whole statement where nothing else is in it. */
export function dropStep(call: Call, ctx: RuleContext): Fix {
  const title = `Drop the \`${call.name}\``
  const { statement, receiverSite } = call
  const self = receiverSite ? ctx.text(receiverSite) : ""
  const alone = samePlace(call.site, { ...statement.site, start: call.site.start })
  if (alone && statement.targets.length === 1 && statement.targets[0] === self) {
    const edit = withoutStatement(ctx, statement)
    if (edit) return { title, safety: "safe", edits: [edit] }
  } else if (receiverSite) return { title, safety: "safe", edits: [{ site: link(ctx, call), text: "" }] }
  return { title: `${title}, and go on from ${self || "its input"}`, safety: "suggestion", edits: [] }
}
