import type { Call, Plan, Program } from "../api.ts"

/**
 * What a rule finds about steps, once for each place in the text: a helper's step has nothing to say where one of its
 * callers makes good use of it.
 */
export function everywhere<T>(
  program: Program,
  judge: (plan: Plan, call: Call) => T | undefined | "none",
): { plan: Plan; call: Call; verdict: T }[] {
  const seen = new Map<string, { plan: Plan; call: Call; verdict: T | undefined }>()
  for (const plan of program.plans) {
    const { call } = plan
    if (!call) continue
    const verdict = judge(plan, call)
    if (verdict === "none") continue
    const place = `${call.site.path ?? ""}:${call.site.top.offset + call.site.start}:${call.nameSite.start}`
    const before = seen.get(place)
    if (!before || (before.verdict !== undefined && verdict === undefined)) seen.set(place, { plan, call, verdict })
  }
  return [...seen.values()].flatMap(({ plan, call, verdict }) =>
    verdict === undefined ? [] : [{ plan, call, verdict }],
  )
}
