import assert from "node:assert/strict"
import type { Locator, Page } from "playwright-core"
import * as vscode from "vscode"
import { closeAll, show, untilRules } from "./documents.ts"
import { screenshot, webviewText, workbenchPage } from "./page.ts"
import { until } from "./wait.ts"

const TWICE = ["count-as-emptiness", "count-as-emptiness"]

/** Moves the mouse onto the middle of something, as a hand does: the hover comes when the mouse rests. */
async function rest(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox()
  assert.ok(box, "nothing to point at")
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2)
}

/** The page as a person sees and uses it. */
export function testWorkbench(): void {
  describe("the workbench", () => {
    let page: Page
    before(async () => {
      page = await workbenchPage()
      await vscode.commands.executeCommand("workbench.action.closeSidebar")
    })
    beforeEach(async () => {
      await vscode.commands.executeCommand("notifications.clearAll")
      await vscode.commands.executeCommand("workbench.action.closePanel")
    })
    afterEach(closeAll)

    it("underlines findings, and the mouse on one brings message, evidence and link", async () => {
      const { document } = await show("countries.py")
      await untilRules(document, ["missing-broadcast"])
      const squiggle = page.locator(".editor-instance .squiggly-warning").first()
      await squiggle.waitFor()
      await rest(page, squiggle)
      const hover = page.locator(".monaco-hover:visible", { hasText: "missing-broadcast" }).first()
      await hover.waitFor()
      const text = (await hover.textContent()) ?? ""
      assert.match(text, /countries/)
      await screenshot(page, "finding", 520)
    })

    it("shows the sketch of a DataFrame's plan where the mouse rests on its name", async () => {
      const { document } = await show("countries.py")
      await untilRules(document, ["missing-broadcast"])
      const line = page.locator(".editor-instance .view-line", { hasText: "totals = named" }).first()
      const box = await line.boundingBox()
      assert.ok(box, "nothing to point at")
      await page.mouse.move(box.x + 20, box.y + box.height / 2)
      await page.mouse.move(box.x + 22, box.y + box.height / 2)
      const hover = page.locator(".monaco-hover:visible", { hasText: "totals" }).first()
      await hover.waitFor()
      assert.match((await hover.textContent()) ?? "", /columns.*rows.*shuffles/s)
      await screenshot(page, "hover", 400)
    })

    it("opens the rule's page from the link in the hover", async () => {
      const { document } = await show("countries.py")
      await untilRules(document, ["missing-broadcast"])
      const squiggle = page.locator(".editor-instance .squiggly-warning").first()
      await squiggle.waitFor()
      await rest(page, squiggle)
      const link = page.locator(".monaco-hover:visible a", { hasText: "missing-broadcast" }).first()
      await link.waitFor()
      await link.click()
      await until("preview of the rule's page", () =>
        vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.label.includes("missing-broadcast")),
      )
      assert.match(await webviewText(page, "missing-broadcast"), /shuffle/)
      await screenshot(page, "rule-page", 740)
    })

    it("applies the fix that is clicked in the light bulb's menu", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const squiggle = page.locator(".editor-instance .squiggly-warning").first()
      const box = await squiggle.boundingBox()
      assert.ok(box, "nothing to click at")
      await page.mouse.click(box.x + 3, box.y + box.height / 2)
      await page.keyboard.press("Control+.")
      const menu = page.locator(".action-widget:not(.action-list-submenu-panel)")
      await menu.waitFor()
      const titles = await menu.locator(".monaco-list-row").allTextContents()
      assert.ok(
        titles.some((title) => /isEmpty/.test(title)),
        titles.join("\n"),
      )
      assert.ok(
        titles.some((title) => /Allow .* on this line/.test(title)),
        titles.join("\n"),
      )
      const place = (title: RegExp): number => titles.findIndex((each) => title.test(each))
      assert.ok(place(/Fix all '/) < place(/Allow /) && place(/Fix all '/) > 0, titles.join("\n"))
      await screenshot(page, "light-bulb", 440)
      await menu.locator(".monaco-list-row", { hasText: "isEmpty" }).first().click()
      await untilRules(document, ["count-as-emptiness"])
      assert.match(document.getText(), /if orders\.isEmpty\(\):/)
    })

    it("shows the number of findings in the status bar, and the menu behind it", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const item = page.locator('[id$="shufflewise.status"]')
      await until("2 in the status item", async () => /Shufflewise\s+2/.test((await item.textContent()) ?? ""))
      await item.click()
      const rows = page.locator(".quick-input-widget .monaco-list-row")
      await rows.first().waitFor()
      const labels = (await rows.allTextContents()).join("\n")
      for (const label of ["Show Log", "Restart Server", "Open Settings"]) assert.ok(labels.includes(label), labels)
      await screenshot(page, "status-menu", 400, 0)
      await page.keyboard.press("Escape")
    })

    it("lists findings in the Problems panel, the evidence below them", async () => {
      const { document } = await show("countries.py")
      await untilRules(document, ["missing-broadcast"])
      await vscode.commands.executeCommand("workbench.actions.view.problems")
      const panel = page.locator(".markers-panel")
      await panel.locator(".monaco-list-row", { hasText: "missing-broadcast" }).first().waitFor()
      await page.keyboard.press("Escape")
      await screenshot(page, "problems", 740)
      await vscode.commands.executeCommand("workbench.action.closePanel")
    })

    it("shows the walkthrough", async () => {
      await vscode.commands.executeCommand("workbench.action.openWalkthrough", "shufflewise.shufflewise#start", false)
      const title = page.locator(".getting-started", { hasText: "Get to know Shufflewise" }).first()
      await title.waitFor()
      await webviewText(page, "What Shufflewise looks for")
      await screenshot(page, "walkthrough", 740)
    })
  })
}
