/** The workbench's own page, driven by Playwright from inside the extension host. */
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import * as vscode from "vscode"
import { MARK } from "./mark.ts"
import { until } from "./wait.ts"

/** Height of the title bar in pixels; it says nothing that a picture should show. */
const TITLE_BAR = 36

let browser: Browser | undefined

/** The page that shows this window. */
export async function workbenchPage(): Promise<Page> {
  browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${process.env.E2E_DEBUGGING_PORT}`)
  const pages = browser.contexts().flatMap((context) => context.pages())
  for (const page of pages) {
    if ((await page.locator(".monaco-workbench").count()) === 0) continue
    // Sooner than Mocha's: Playwright says what it waited for.
    page.setDefaultTimeout(10_000)
    return page
  }
  throw new Error(`None of ${pages.length} pages is a workbench.`)
}

/** Ends the connection; the page stays. */
export async function disconnect(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/**
 * The texts of the notifications that are there. Under automation VS Code shows no toasts, so they are read in the
 * notification centre.
 */
export async function notifications(page: Page): Promise<string[]> {
  await vscode.commands.executeCommand("notifications.showList")
  const texts = await page.locator(".notifications-center .notification-list-item-message").allTextContents()
  await vscode.commands.executeCommand("notifications.hideList")
  // VS Code's own progress, which is there now and then.
  return texts.filter((text) => !text.startsWith("Activating Extensions"))
}

/** The text of the web view that is shown, once it holds `heading`. Web views are frames in frames. */
export async function webviewText(page: Page, heading: string): Promise<string> {
  return until(`web view with ${heading}`, async () => {
    for (const frame of page.frames()) {
      const title = frame.locator("h1", { hasText: heading })
      if ((await title.count().catch(() => 0)) > 0) return (await frame.locator("body").textContent()) ?? ""
    }
    return undefined
  })
}

/**
 * Takes a picture for the documentation, where pictures are asked for.
 * @param height pixels to show, from below the title bar (which says nothing) unless `top` says otherwise
 */
export async function screenshot(page: Page, name: string, height: number, top = TITLE_BAR): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS
  if (!folder) return
  // Hovers and menus fade in.
  await page.waitForTimeout(500)
  const { width } = page.viewportSize() ?? { width: 1280 }
  await page.screenshot({ path: join(folder, `${name}.png`), clip: { x: 0, y: top, width, height } })
}

/** Takes a picture of what the page looks like now that a test has failed, beside the test run's result. */
export async function failurePicture(title: string): Promise<void> {
  const { E2E_RESULT } = process.env
  if (!E2E_RESULT) return
  const path = join(E2E_RESULT, "..", `${title.replaceAll(/\W+/g, "-").slice(0, 80)}.png`)
  await (await workbenchPage()).screenshot({ path })
  console.log(`${MARK}    seen then: ${path}`)
}
