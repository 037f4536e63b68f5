import type { ConfSetting, Edit, RuleContext } from "../api.ts"
import { link } from "./calls.ts"
import { settingText } from "./settings.ts"
import { withoutStatement } from "./source-text.ts"

/** The key is set again to something else, or unset: what comes between is compared, or planned in its own way. */
export function isPassing(setting: ConfSetting, ctx: RuleContext): boolean {
  const { program } = ctx
  const unset = program.calls.some(
    ({ api, args }) =>
      api === "RuntimeConfig.unset" && args[0]?.value.kind === "constant" && args[0].value.value === setting.key,
  )
  const value = settingText(setting)?.toLowerCase()
  return (
    unset ||
    program.confs.some(
      (other) =>
        other.key === setting.key &&
        other !== setting &&
        other.how !== "file" &&
        !program.exclusive(other.path, setting.path) &&
        settingText(other)?.toLowerCase() !== value,
    )
  )
}

/** Somebody says there why: a comment beside it, of any content. */
export function hasComment(setting: ConfSetting, ctx: RuleContext): boolean {
  const { site, how } = setting
  if (how === "file") return false
  const whole = setting.call?.statement.site ?? site
  const before = ctx.text({ ...whole, top: { offset: 0 }, start: 0, end: whole.top.offset + whole.start })
  const above = before.slice(0, before.lastIndexOf("\n") + 1).trimEnd()
  const after = ctx.text({ ...site, start: site.end, end: Number.MAX_SAFE_INTEGER }).split("\n", 1)[0] ?? ""
  return /^\s*#(?!\s*(%%|COMMAND\b|MAGIC\b))/.test(above.split("\n").at(-1) ?? "") || after.includes("#")
}

/**
 * Takes a setting out of the code: its link of a builder's chain, or its statement. Undefined where it is set some other
 * way, or among others.
 */
export function dropSetting(setting: ConfSetting, ctx: RuleContext): Edit | undefined {
  const { call, how } = setting
  if (!call || call.loops.length > 0) return undefined
  const chained = how === "builder" || how === "SparkConf"
  if (chained && /^(config|set|master|setMaster)$/.test(call.name) && call.args.length <= 2)
    return call.statement.bare && call.statement.site.end === call.site.end
      ? withoutStatement(ctx, call.statement)
      : { site: link(ctx, call), text: "" }
  const alone = call.statement.bare && call.statement.site.end === call.site.end
  return (how === "conf.set" || how === "sql") && alone ? withoutStatement(ctx, call.statement) : undefined
}
