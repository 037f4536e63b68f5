import type { Arm, Call, ConfSetting, ConstantValue, Site, Value } from "../../../rules/api.ts"

/** Every conf that is set for the file or by it, in order. */
export class Confs {
  readonly settings: ConfSetting[] = []

  set(
    key: string | undefined,
    value: Value | undefined,
    how: ConfSetting["how"],
    at: { site: Site; valueSite: Site | null; path: readonly Arm[]; call: Call | null; ifMissing?: true },
  ): void {
    if (key === undefined) return
    const known: ConstantValue | { kind: "unknown" } = value?.kind === "constant" ? value : { kind: "unknown" }
    this.settings.push({ key, value: known, how, ...at })
  }

  /** `SET key=value` statements of a SQL text. */
  fromSql(sql: string, at: { site: Site; path: readonly Arm[]; call: Call | null }): void {
    const match = /^\s*set\s+([\w.]+)\s*=\s*(.+?)\s*;?\s*$/is.exec(sql)
    if (!match) return
    const value: ConstantValue = { kind: "constant", type: "str", value: match[2]!.replace(/^(['"`])(.*)\1$/s, "$2") }
    this.set(match[1], value, "sql", { ...at, valueSite: null })
  }
}
