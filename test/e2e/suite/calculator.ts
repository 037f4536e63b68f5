import assert from "node:assert/strict"
import type { Frame, Page } from "playwright-core"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { calculatorFrame, headlineOf, outputOf } from "./calculatorPage.ts"
import { closeAll, showText } from "./documents.ts"
import { workbenchPage } from "./page.ts"
import { until } from "./wait.ts"

const open = (state?: object) => vscode.commands.executeCommand(commands.openSizingCalculator, state)
/** How long a window may take to come up on a busy machine. */
const SLOW_MS = 40_000

const copied = (what: RegExp) =>
  until(`${what} on the clipboard`, async () => {
    const text = await vscode.env.clipboard.readText()
    return what.test(text) && text
  })

/** Runs a command as a person does; again and again, since a window that has just come up knows no extensions yet. */
async function runByPalette(window: Page, title: string): Promise<void> {
  await until(
    `"${title}" in the palette`,
    async () => {
      await window.keyboard.press("Escape")
      await window.keyboard.press("F1")
      await window.keyboard.type(title)
      await window.waitForTimeout(500)
      const row = window
        .locator(".quick-input-widget .monaco-list-row", { hasText: title.replace(/^.*: /, "") })
        .first()
      if ((await row.count()) === 0) return false
      await row.click()
      return true
    },
    SLOW_MS,
  )
}

/** The calculator in the editor. */
export function testCalculator(): void {
  describe("the calculator", () => {
    let page: Page
    let frame: Frame
    before(async () => {
      page = await workbenchPage()
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"])
      await vscode.commands.executeCommand("workbench.action.closeSidebar")
    })
    beforeEach(async () => {
      await open()
      frame = await calculatorFrame(page)
      await frame.locator("#headline").waitFor()
    })
    afterEach(closeAll)

    const nodes = () => frame.locator("#nodes")
    const untilHeadline = (what: RegExp) =>
      until(`headline ${what}`, async () => what.test(await headlineOf(frame))).catch(async (error: Error) => {
        throw new Error(`${error.message} It says: ${await headlineOf(frame)}`)
      })

    it("answers while one types", async () => {
      const before = await headlineOf(frame)
      await nodes().fill("")
      await nodes().pressSequentially("100")
      await untilHeadline(/^299 executors of 5 cores/)
      assert.notEqual(await headlineOf(frame), before)
      assert.match(await outputOf(frame), /--num-executors 299/)
      // for those who hear it, after a rest
      await until("answer in the live region", async () =>
        /299 executors/.test((await frame.locator("#spoken").textContent()) ?? ""),
      )
    })

    it("marks a field that can't be read, says what is allowed, and keeps the last answer in sight", async () => {
      const memory = frame.locator("#memory")
      await memory.fill("64")
      assert.equal(await memory.getAttribute("aria-invalid"), "true")
      const said = frame.locator(`[id="${await memory.getAttribute("aria-describedby")}"]`)
      assert.match((await said.textContent()) ?? "", /write it with its unit, as in 64g/)
      await frame.locator(".solved.stale").waitFor()
      await memory.fill("64g")
      assert.equal(await memory.getAttribute("aria-invalid"), "false")
      assert.equal(await frame.locator(".stale").count(), 0)
    })

    it("says what would make an impossible request possible", async () => {
      await frame.locator("#memory").fill("512m")
      const notice = frame.locator(".notice.error")
      await notice.waitFor()
      assert.match((await notice.textContent()) ?? "", /No executor fits.*needs at least \d+ MiB/s)
    })

    it("explains a figure by keyboard, and gives the focus back", async () => {
      await frame.locator(".comparison .figure").first().focus()
      await page.keyboard.press("ArrowDown")
      await page.keyboard.press("ArrowDown")
      await page.keyboard.press("Enter")
      const why = frame.locator("#why")
      await why.waitFor({ state: "visible" })
      assert.match((await why.textContent()) ?? "", /Heap: .*usable memory.*Source/s)
      await page.keyboard.press("Escape")
      await why.waitFor({ state: "hidden" })
      assert.equal(await frame.locator('.comparison .figure[data-x="0"][data-y="2"]:focus').count(), 1)
    })

    it("chooses a layout, and shows its node and its settings", async () => {
      await frame.locator('input[name="layout"]').nth(2).check()
      await frame.locator("#node", { hasText: "layout 3" }).waitFor()
      assert.match(
        (await frame.locator("#node-text").textContent()) ?? "",
        /^A node of 64 GiB and 16 cores holds 2 exec/,
      )
      assert.match(await outputOf(frame), /--executor-cores 7/)
    })

    it("fills in what a type of machine has, and begins with a preset", async () => {
      await frame.locator("#instance").selectOption("m5.2xlarge")
      assert.equal(await frame.locator("#cores").inputValue(), "8")
      assert.equal(await frame.locator("#memory").inputValue(), "32g")
      await frame.locator("#preset").selectOption("gpu")
      await untilHeadline(/^16 executors/)
      assert.equal(await frame.locator("#gpus").inputValue(), "4")
    })

    it("takes data sets by keyboard, and never loses the focus", async () => {
      await frame.locator("#add-data").focus()
      for (const key of ["Enter", "d", "i", "m", "Tab", "2", "G", "B", "Tab", "Space"]) await page.keyboard.press(key)
      assert.equal(await frame.locator("#data-1-size").inputValue(), "2GB")
      assert.equal(await frame.locator("#data-1-cached").isChecked(), true)
      await page.keyboard.press("Tab")
      await page.keyboard.press("Enter")
      assert.equal(await frame.locator("#data-1-size").count(), 0)
      assert.equal(await frame.locator("#add-data:focus").count(), 1)
    })

    it("undoes and does again, by buttons and by keys", async () => {
      await nodes().fill("3")
      await frame.locator("#cores").fill("8")
      await frame.locator("#undo").click()
      assert.equal(await frame.locator("#cores").inputValue(), "16")
      await frame.locator("#tab-submit").focus()
      await page.keyboard.press("Control+z")
      await until("nodes as they were", async () => (await nodes().inputValue()) === "10")
      await page.keyboard.press("Control+Shift+z")
      await until("nodes again", async () => (await nodes().inputValue()) === "3")
      await page.waitForTimeout(300)
      assert.equal(await frame.locator("#cores").inputValue(), "16", "one key is one step")
    })

    it("copies what is shown", async () => {
      await frame.locator("#tab-submit").focus()
      await page.keyboard.press("ArrowRight")
      await frame.locator("#copy").click()
      const text = await copied(/^spark\.driver\.memory/)
      assert.equal(text, await outputOf(frame))
      await frame.locator(".status", { hasText: "Copied." }).waitFor()
    })

    it("shares a text that opens the same calculation", async () => {
      await nodes().fill("42")
      await frame.locator("#share").click()
      const text = await copied(/^shufflewise:size\?/)
      await frame.locator("#reset").click()
      assert.equal(await nodes().inputValue(), "10")
      await frame.locator("#open-shared").click()
      await frame.locator("#shared-text").fill("nothing of ours")
      await page.keyboard.press("Enter")
      await frame.locator("#shared-problem").waitFor()
      await frame.locator("#shared-text").fill(text)
      await page.keyboard.press("Enter")
      await until("shared nodes", async () => (await nodes().inputValue()) === "42")
    })

    it("is filled by a command, also when it is open already", async () => {
      await open({ manager: "yarn", executorCores: "4", executorMemory: "10g" })
      await untilHeadline(/of 4 cores and 10 GiB of heap/)
      assert.equal(await frame.locator("#executorMemory").inputValue(), "10g")
      await vscode.commands.executeCommand("workbench.action.closeAllEditors")
      await open({ manager: "standalone", nodes: "3", executorCores: "2", instance: "m5.4xlarge" })
      frame = await calculatorFrame(page)
      assert.equal(await frame.locator("#instance").inputValue(), "m5.4xlarge")
      await untilHeadline(/of 2 cores/)
      assert.equal(await frame.locator("#nodes").inputValue(), "3")
    })

    it("keeps what was entered while it is hidden", async () => {
      await nodes().fill("77")
      await showText("print()\n")
      await vscode.commands.executeCommand("workbench.action.previousEditor")
      frame = await calculatorFrame(page)
      assert.equal(await nodes().inputValue(), "77")
      await frame.locator("#undo").click()
      assert.equal(await nodes().inputValue(), "10")
      await showText("print()\n")
      await open({ nodes: "9" })
      frame = await calculatorFrame(page)
      await until("nodes that the command gave", async () => (await nodes().inputValue()) === "9")
    })

    it("is reached by the tabulator from the first field to the last button", async () => {
      await frame.locator("h1").click()
      const reached: string[] = []
      for (let i = 0; i < 60 && reached.at(-1) !== "insert"; i++) {
        await page.keyboard.press("Tab")
        reached.push(
          (await frame.locator(":focus").getAttribute("id")) ??
            (await frame.locator(":focus").getAttribute("class")) ??
            "",
        )
      }
      const wanted = ["preset", "share", "instance", "nodes", "manager", "python", "data-0-size", "add-data", "shuffle"]
      for (const id of [...wanted, "tab-submit", "copy", "insert"])
        assert.ok(reached.includes(id), `${id} among ${reached}`)
      const figures = reached.slice(0, reached.indexOf("tab-submit")).filter((each) => each === "figure").length
      const facts = await frame.locator(".facts .figure").count()
      assert.equal(figures, facts + 1, "the table is one stop")
    })

    it("finds its state again after the window was loaded anew", async function () {
      this.timeout(4 * SLOW_MS)
      // A window beside this one, without the tests: with them a reload would begin them again.
      const address = new URL(page.url())
      const payload: [string, string][] = JSON.parse(address.searchParams.get("payload") ?? "[]")
      address.searchParams.set("payload", JSON.stringify(payload.filter(([name]) => name !== "extensionTestsPath")))
      const other = await page.context().newPage()
      try {
        await other.goto(address.href)
        await other.locator(".monaco-workbench").waitFor({ timeout: SLOW_MS })
        await runByPalette(other, "Shufflewise: Open Sizing Calculator")
        const before = await calculatorFrame(other, SLOW_MS)
        await before.locator("#nodes").fill("55")
        await before.locator('input[name="layout"]').nth(1).check()
        const loaded = other.waitForEvent("load", { timeout: SLOW_MS })
        await runByPalette(other, "Developer: Reload Window")
        await loaded
        const after = await calculatorFrame(other, SLOW_MS)
        assert.equal(await after.locator("#nodes").inputValue(), "55")
        assert.equal(await after.locator('input[name="layout"]').nth(1).isChecked(), true)
        await after.locator("#undo").click()
        assert.equal(await after.locator('input[name="layout"]').nth(0).isChecked(), true)
      } finally {
        await other.close()
      }
    })

    it("inserts at the cursor of the editor that was used last", async () => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors")
      const editor = await showText("# before\n# after\n")
      editor.selection = new vscode.Selection(1, 0, 1, 0)
      await open()
      frame = await calculatorFrame(page)
      await frame.locator("#tab-builder").click()
      const text = await outputOf(frame)
      await frame.locator("#insert").click()
      await until("inserted text", () => editor.document.getText() === `# before\n${text}# after\n`)
    })

    it("makes a new file of the text where no editor is open", async () => {
      await frame.locator("#tab-conf").click()
      const text = await outputOf(frame)
      await frame.locator("#insert").click()
      await until("new file", () => vscode.window.activeTextEditor?.document.getText() === text)
    })
  })
}
