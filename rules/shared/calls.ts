import type { Argument, Call, RuleContext, Site, Udf, Value } from "../api.ts"

/** The argument bound to a parameter, or undefined. */
export function argument(call: Call, name: string): Argument | undefined {
  return call.args.find((candidate) => candidate.name === name)
}

/** The whole number that a value is, or undefined. */
export function integerOf(value: Value | undefined): number | undefined {
  if (value?.kind !== "constant" || value.type !== "int") return undefined
  const { value: number } = value
  return typeof number === "number" ? number : typeof number === "bigint" ? Number(number) : undefined
}

/** The method with its arguments, without the receiver: `coalesce(1)`. */
export function tail(call: Call): Site {
  return { ...call.nameSite, end: call.site.end }
}

/** Where to underline a call: the method with its arguments on one line, else its name. */
export function underline(ctx: RuleContext, call: Call): Site {
  const whole = tail(call)
  return ctx.text(whole).includes("\n") ? call.nameSite : whole
}

/** The receiver and the dot, as written: what stands before the method's name. */
export function beforeName(ctx: RuleContext, call: Call): string {
  return ctx.text({ ...call.site, end: call.nameSite.start })
}

/** The last link of a chain with its dot, to be cut out: `.coalesce(1)`. */
export function link(ctx: RuleContext, call: Call): Site {
  const dot = /\s*\.\s*$/.exec(beforeName(ctx, call))?.[0] ?? ""
  return { ...call.site, start: call.nameSite.start - dot.length }
}

/** A place of no width: for insertions. */
export function point(site: Site, offset: number): Site {
  return { ...site, start: offset, end: offset }
}

/** The name at the start of an assignment, to underline the variable rather than the whole statement. */
export function targetSite(ctx: RuleContext, statement: Site, name: string): Site | undefined {
  const site = { ...statement, end: statement.start + name.length }
  const text = ctx.text(statement)
  return text.startsWith(name) && !/^\w/.test(text.slice(name.length)) ? site : undefined
}

/** True where a version is at least another: `atLeast("3.10", "3.4")`. */
export function atLeast(version: string, wanted: string): boolean {
  const have = version.split(".").map(Number)
  const want = wanted.split(".").map(Number)
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

/** Whether an argument is a parameter's default value, which callers may give otherwise: `batch_size=batch_size`. */
export function isDefault(ctx: RuleContext, argument: Argument): boolean {
  const name = ctx.text(argument.site)
  if (!/^[A-Za-z_]\w*$/.test(name)) return false
  const before = ctx.text({ ...argument.site, start: 0, end: argument.site.start })
  return new RegExp(`\\bdef\\s+\\w+\\s*\\([^)]*\\b${name}\\s*(:[^,=)]*)?=`).test(before)
}

/** The UDF that a call makes. */
export function udfMadeBy(ctx: RuleContext, call: Call): Udf | undefined {
  return ctx.program.udfs.find(({ made }) => made.top === call.site.top && made.start === call.site.start)
}

/** The call, or one before it in its chain, hands on keywords of its function's caller: `load(path, **options)`. */
export function handsOnKeywords(ctx: RuleContext, call: Call): boolean {
  return call.function !== null && /\*\*\s*[A-Za-z_]/.test(ctx.text(call.site))
}
