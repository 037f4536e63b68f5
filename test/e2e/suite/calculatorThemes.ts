import assert from "node:assert/strict"
import { dirname, join } from "node:path"
import type { Frame, Page } from "playwright-core"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { calculatorFrame, violations } from "./calculatorPage.ts"
import { closeAll } from "./documents.ts"
import { screenshot, workbenchPage } from "./page.ts"

const DARK = "Dark Modern"
const THEMES = [DARK, "Light Modern", "Default High Contrast", "Default High Contrast Light"]
const STATE = { manager: "yarn", workload: "inference", gpus: "2", price: "1.2", throughput: "10MiB" }

/** The calculator in every kind of theme. */
export function testCalculatorThemes(): void {
  describe("the calculator's page", () => {
    const theme = (name: string | undefined) =>
      vscode.workspace.getConfiguration("workbench").update("colorTheme", name, vscode.ConfigurationTarget.Global)
    let page: Page
    before(async () => {
      page = await workbenchPage()
      await vscode.commands.executeCommand("workbench.action.closeSidebar")
    })
    after(() => theme(undefined))
    afterEach(closeAll)

    const opened = async (state: object, name?: string): Promise<Frame> => {
      await vscode.commands.executeCommand(commands.openSizingCalculator, state)
      const frame = await calculatorFrame(page)
      if (name) await frame.locator(`body[data-vscode-theme-id="${name}"]`).waitFor()
      await frame.locator(".facts").waitFor()
      return frame
    }
    /** Shows what stands below a heading: in the documentation for one theme, beside the run's result for all. */
    const picture = async (frame: Frame, heading: string, name: string): Promise<void> => {
      await frame.locator(heading).evaluate((each) => each.scrollIntoView())
      if (name === DARK) await screenshot(page, heading === "#headline" ? "calculator" : "calculator-node", 764)
      const { E2E_RESULT } = process.env
      if (E2E_RESULT) await page.screenshot({ path: join(dirname(E2E_RESULT), `${name} ${heading.slice(1)}.png`) })
    }

    for (const name of THEMES) {
      it(`has nothing that axe finds in ${name}`, async () => {
        await theme(name)
        const frame = await opened(STATE, name)
        assert.deepEqual(await violations(frame), [], "with an answer")
        await picture(frame, "#headline", name)
        await picture(frame, "#node", name)
        await frame.locator("#open-shared").click()
        await frame.locator(".figure").first().click()
        assert.deepEqual(await violations(frame), [], "with an explanation and the field for a shared text")
        await page.keyboard.press("Escape")
        await frame.locator("#pythonShare").fill("x")
        await frame.locator(".stale").waitFor()
        assert.deepEqual(await violations(frame), [], "with a field in trouble")
        await frame.locator("#memory").fill("512m")
        await frame.locator("#pythonShare").fill("")
        await frame.locator(".notice.error").waitFor()
        assert.deepEqual(await violations(frame), [], "with nothing that fits")
      })
    }

    it("runs no script but its own", async () => {
      const frame = await opened({})
      const ran = await frame.evaluate(() => {
        const view = globalThis as unknown as {
          document: { createElement(name: string): { textContent: string }; body: { append(node: object): void } }
          foreign?: boolean
        }
        const script = view.document.createElement("script")
        script.textContent = "globalThis.foreign = true"
        view.document.body.append(script)
        return view.foreign === true
      })
      assert.equal(ran, false)
    })
  })
}
