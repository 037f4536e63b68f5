/** The calculator's page in its frames, as a person uses it. */
import axe from "axe-core"
import type { Frame, Page } from "playwright-core"
import { until } from "./wait.ts"

/** The frame that shows the calculator, once it is drawn. */
export async function calculatorFrame(page: Page, milliseconds?: number): Promise<Frame> {
  const frame = await until(
    "calculator",
    async () => {
      for (const each of page.frames()) {
        const heading = each.locator("h1", { hasText: "Sizing Calculator" })
        if ((await heading.count().catch(() => 0)) > 0) return each
      }
      return undefined
    },
    milliseconds,
  )
  await frame.locator(".answer").waitFor()
  return frame
}

/** The line that says what is best. */
export async function headlineOf(frame: Frame): Promise<string> {
  return ((await frame.locator("#headline").textContent()) ?? "").replace(/\s+/g, " ").trim()
}

/** The shown settings. */
export async function outputOf(frame: Frame): Promise<string> {
  return (await frame.locator("#output pre").textContent()) ?? ""
}

/** What axe finds, in lines: the rule, and the element. */
export async function violations(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe.source)
  return frame.evaluate(async () => {
    const checker = (globalThis as unknown as { axe: typeof axe }).axe
    const { violations: found } = await checker.run()
    return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
  })
}
