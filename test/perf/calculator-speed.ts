/** From a keystroke in the calculator to its answer on the page, in the browser that the tests use. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { calculatorHtml } from "../../client/src/calculatorHtml.ts"
import { ensureBrowser, launchBrowser } from "../../scripts/browser.ts"
import { build } from "../../scripts/build.ts"
import { presets } from "../../server/src/sizing/index.ts"
import type { Row } from "./lsp-latency.ts"

/** A frame of a screen that shows 60 a second. */
const AIM_MS = 16
/** Fields that are typed into, with what is typed and deleted again. */
const TYPED: readonly (readonly [field: string, text: string])[] = [
  ["nodes", "1250"],
  ["cores", "96"],
  ["memory", "768g"],
  ["data-0-size", "12.5TB"],
  ["executorMemory", "20480m"],
]
const ROUNDS = 20

/** Milliseconds of every keystroke, from the browser's event to the new answer laid out. */
async function keystrokes(page: Page): Promise<number[]> {
  // Pinned values are folded away at first.
  await page.evaluate(() => {
    const view = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<{ open: boolean }>; body: { offsetHeight: number } }
      addEventListener(kind: string, listener: () => void, capture: boolean): void
      times: number[]
    }
    for (const each of view.document.querySelectorAll("details")) each.open = true
    view.times = []
    let began = 0
    view.addEventListener("input", () => (began = performance.now()), true)
    view.addEventListener(
      "input",
      () => {
        // the browser would lay the page out before it paints: that counts
        void view.document.body.offsetHeight
        view.times.push(performance.now() - began)
      },
      false,
    )
  })
  for (let round = 0; round < ROUNDS; round++) {
    for (const [field, text] of TYPED) {
      const input = page.locator(`#${field}`)
      const before = await input.inputValue()
      await input.focus()
      await page.keyboard.press("End")
      for (let i = 0; i < before.length; i++) await page.keyboard.press("Backspace")
      await page.keyboard.type(text)
      for (let i = 0; i < text.length; i++) await page.keyboard.press("Backspace")
      await page.keyboard.type(before)
    }
  }
  return page.evaluate(() => (globalThis as unknown as { times: number[] }).times)
}

/** Serves the built page as a web view would, with the editor's functions left empty. */
async function open(page: Page, folder: string, start: object): Promise<void> {
  const address = "http://calculator.test"
  const html = calculatorHtml({
    script: `${address}/calculator.js`,
    style: `${address}/calculator.css`,
    source: address,
    nonce: "bench",
    start,
  })
  await page.addInitScript(() => {
    // VS Code takes what is kept as a copy
    const editor = { getState: () => undefined, setState: structuredClone, postMessage: () => undefined }
    Object.assign(globalThis, { acquireVsCodeApi: () => editor })
  })
  await page.route(`${address}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1)
    if (name === "") await route.fulfill({ contentType: "text/html", body: html })
    else
      await route.fulfill({
        contentType: name.endsWith(".js") ? "text/javascript" : "text/css",
        body: await readFile(join(folder, "webview", name)),
      })
  })
  await page.goto(`${address}/`)
  await page.locator("#headline").waitFor()
}

export async function measureCalculator(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "shufflewise-bench-"))
  const browser = await launchBrowser(await ensureBrowser((line) => console.error(line)))
  try {
    await build({ outdir: folder, only: ["calculator"] })
    const rows: Row[] = []
    for (const name of ["ten", "hundred", "gpu"]) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await open(page, folder, presets[name]!.state)
      const times = (await keystrokes(page)).sort((a, b) => a - b)
      await page.close()
      const at = (share: number): number => Math.round(times[Math.floor(times.length * share)]! * 100) / 100
      const row = (what: string, value: number, aimed: boolean): Row => ({
        name: `calculator, ${presets[name]!.title.replace(/:.*/, "")}: ${what} of ${times.length} keystrokes`,
        value,
        unit: "ms",
        ...(aimed ? { aim: `under ${AIM_MS} ms`, met: value < AIM_MS } : {}),
      })
      rows.push(row("p50", at(0.5), false), row("p95", at(0.95), true), row("p99", at(0.99), true))
    }
    return rows
  } finally {
    await browser.close()
    await rm(folder, { recursive: true })
  }
}
