import type { ConfSetting, Program, RuleContext } from "../api.ts"
import { fileText } from "./source-text.ts"

/** The text of a setting's value; undefined where it is not known. */
export function settingText(setting: ConfSetting | undefined): string | undefined {
  const value = setting?.value
  return value?.kind === "constant" && value.value !== null && value.value !== undefined
    ? String(value.value).trim()
    : undefined
}

/** The whole number that a setting is, or undefined. */
export function settingNumber(setting: ConfSetting): number | undefined {
  const text = settingText(setting)
  return text !== undefined && /^[-+]?\d+$/.test(text) ? Number(text) : undefined
}

/** A number in the place of a setting's value, quoted as that was. */
export function quotedLike(text: string, value: number): string {
  const quote = /^(["'])/.exec(text.trim())?.[1] ?? ""
  return `${quote}${value}${quote}`
}

/** The session runs on this machine, in one process: `local[4]`. */
export function isLocal(program: Program): boolean {
  return program.confs.some((setting) => setting.key === "spark.master" && /^local\b/.test(settingText(setting) ?? ""))
}

/** A key is set to something that is false, or that is not known. */
export function mayBeOff(program: Program, key: string): boolean {
  return program.confs.some((setting) => setting.key === key && !/^true$/i.test(settingText(setting) ?? ""))
}

/** The code is written for Databricks, whose Spark has settings of its own. */
export function isDatabricks(setting: ConfSetting, ctx: RuleContext): boolean {
  return (
    ctx.program.confs.some(({ key }) => key.startsWith("spark.databricks.")) ||
    /databricks|\bdbutils\b/i.test(fileText(ctx, setting.site))
  )
}
