import type { ConfSetting, Evidence, Program, RuleContext, Site } from "../api.ts"
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

/** A value in the place of a setting's, quoted as that was. */
export function quotedLike(text: string, value: number | string): string {
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

const SIZE_UNITS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/**
 * Bytes of a size in Spark's notation (`JavaUtils.byteStringAs`): `10g`, `512MB`, from 4.x on also `1GiB`. A bare number
 * counts `bare` bytes.
 */
export function bytesIn(text: string, bare: number): number | undefined {
  const match = /^(-?\d+)(?:(b)|([kmgtp])(?:i?b)?)?$/i.exec(text.trim())
  if (!match) return undefined
  const letter = (match[2] ?? match[3])?.toLowerCase()
  return Number(match[1]) * (letter === undefined ? bare : 1024 ** SIZE_UNITS[letter]!)
}

/** Where to underline a setting: its value where that stands on one line, else the method that sets it. */
export function settingSite(setting: ConfSetting, ctx: RuleContext): Site {
  const { call } = setting
  const at = setting.valueSite ?? (call ? { ...call.nameSite, end: call.site.end } : setting.site)
  return ctx.text(at).includes("\n") ? (call?.nameSite ?? at) : at
}

/** Evidence of what a setting says, and where it stands: in the code, a script, a file of defaults or the configuration. */
export function settingEvidence(setting: ConfSetting): Evidence {
  const text = settingText(setting)
  const { site, valueSite } = setting
  const message = text === undefined ? `\`${setting.key}\` is set` : `\`${setting.key}\` is ${text}`
  const inConfiguration = setting.how === "file" && site.path === undefined
  return inConfiguration ? { message: `${message} by the configuration` } : { message, site: valueSite ?? site }
}
