/** The calculator's page: computes by itself, keeps its state, and asks the extension only for what needs the editor. */
import { render } from "lit-html"
import { stateOf } from "../../../server/src/sizing/index.ts"
import type { ToHost, ToPage } from "./messages.ts"
import { headline } from "./model/answer.ts"
import { historyOf, restored, saved } from "./model/history.ts"
import { type Action, acted, pageOf } from "./model/page.ts"
import type { Act } from "./view/act.ts"
import { wholePage } from "./view/page.ts"
import { openWhy } from "./view/why.ts"

/** What VS Code gives to the script of a web view. */
interface VsCodeApi {
  getState(): unknown
  setState(state: unknown): void
  postMessage(message: ToHost): void
}
declare function acquireVsCodeApi(): VsCodeApi

/** Milliseconds of rest after which the answer is read out. */
const SPEAK_AFTER = 900
/** Milliseconds that a status stays. */
const STATUS_FOR = 5000

const vscode = acquireVsCodeApi()
const root = document.getElementById("page")!
const spoken = document.getElementById("spoken")!

let page = pageOf(restored(vscode.getState()) ?? historyOf(stateOf(startingState())))
let speaking: ReturnType<typeof setTimeout> | undefined
let clearing: ReturnType<typeof setTimeout> | undefined

const act: Act = {
  change,
  ask: (message) => vscode.postMessage(message),
  explain: (why, button) => {
    change({ kind: "why", why })
    openWhy(button)
  },
}

function change(action: Action): void {
  const before = page
  page = acted(page, action)
  if (page === before) return
  show()
  if (page.status !== before.status && page.status !== "") {
    clearTimeout(clearing)
    clearing = setTimeout(() => change({ kind: "status", text: "" }), STATUS_FOR)
  }
  if (page.history === before.history) return
  keep()
  clearTimeout(speaking)
  speaking = setTimeout(speak, SPEAK_AFTER)
}

function show(): void {
  render(wholePage(page, act), root)
  keepOneStop()
  unfold()
}

/** Groups that were opened because something stands in them. */
const unfolded = new Set<string>()

/** Opens a folded group when a first field of it is filled or in trouble. Whether it stays open is the person's choice. */
function unfold(): void {
  for (const group of root.querySelectorAll<HTMLDetailsElement>("details.group")) {
    if (group.dataset.filled !== "true") unfolded.delete(group.id)
    else if (!unfolded.has(group.id)) {
      unfolded.add(group.id)
      group.open = true
    }
  }
}

/** Of the figures in the table one takes the tabulator, also when the row that had it is gone. */
function keepOneStop(): void {
  const figures = [...root.querySelectorAll<HTMLElement>(".comparison .figure")]
  if (figures.length > 0 && !figures.some(({ tabIndex }) => tabIndex === 0)) figures[0]!.tabIndex = 0
}

/** At once, not after a rest: a page that is hidden is gone before it could do so. */
function keep(): void {
  vscode.setState(saved(page.history))
}

function speak(): void {
  spoken.textContent = headline(page.history.present, page.outcome)
}

/** What the extension wrote into the page for it to begin with. */
function startingState(): unknown {
  return JSON.parse(document.body.dataset.start ?? "null")
}

/** Whether typing goes there: the editor undoes that by itself. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "text"
}

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase()
  if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y") || takesText(event.target))
    return
  // VS Code would undo the typing of whatever field was last in use
  event.preventDefault()
  event.stopPropagation()
  change({ kind: key === "y" || event.shiftKey ? "redo" : "undo" })
})

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === "show") change({ kind: "replace", state: stateOf(data.state) })
  else if (data.kind === "done") change({ kind: "status", text: data.text })
})

show()
keep()
vscode.postMessage({ kind: "ready" })
