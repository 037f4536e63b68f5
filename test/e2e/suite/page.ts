/** The workbench's own page, driven by Playwright from inside the extension host. */
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"

let browser: Browser | undefined

/** The page that shows this window. */
export async function workbenchPage(): Promise<Page> {
  browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${process.env.E2E_DEBUGGING_PORT}`)
  const pages = browser.contexts().flatMap((context) => context.pages())
  for (const page of pages) if ((await page.locator(".monaco-workbench").count()) > 0) return page
  throw new Error(`None of ${pages.length} pages is a workbench.`)
}

/** Ends the connection; the page stays. */
export async function disconnect(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/** Takes a picture for the documentation, where pictures are asked for. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
}
