/** The example jobs as VS Code tasks of the type `shufflewise`, and the command that runs one. */
import * as vscode from "vscode"
import { type Example, findExamples, titleOf } from "./examples.ts"
import { ExampleTerminal } from "./exampleTerminal.ts"
import type { Along } from "./spark/runner.ts"
import type { SparkUi } from "./sparkUi.ts"

const TASK_TYPE = "shufflewise"

/** What a task of ours says in tasks.json. */
interface ExampleDefinition extends vscode.TaskDefinition {
  /** The job's file name without its ending. */
  readonly job: string
  readonly args?: readonly string[]
}

export class ExampleTasks implements vscode.TaskProvider, vscode.Disposable {
  private readonly jobs: vscode.Uri
  private readonly storage: vscode.Uri
  private readonly runner: vscode.Uri
  private readonly ui: SparkUi
  private readonly terminals = new Set<ExampleTerminal>()

  /** `jobs` is the folder of the examples; `storage` the folder that they run in; `runner` what rides along with them. */
  constructor(jobs: vscode.Uri, storage: vscode.Uri, runner: vscode.Uri, ui: SparkUi) {
    this.jobs = jobs
    this.storage = storage
    this.runner = runner
    this.ui = ui
  }

  async provideTasks(): Promise<vscode.Task[]> {
    const examples = await findExamples(this.jobs.fsPath)
    return examples.map((example) => this.task({ type: TASK_TYPE, job: example.name }, example))
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const definition = task.definition as ExampleDefinition
    const example = (await findExamples(this.jobs.fsPath)).find(({ name }) => name === definition.job)
    return example ? this.task(definition, example) : undefined
  }

  /** Runs the job `name`; asks which when there are several and none is given. */
  async run(name: unknown, args: unknown): Promise<vscode.TaskExecution | undefined> {
    if (!vscode.workspace.isTrusted) {
      const trust = "Manage Workspace Trust"
      const answer = await vscode.window.showErrorMessage(
        "Example jobs start Python and Java, which Restricted Mode doesn't allow. Trust this workspace to run them.",
        trust,
      )
      if (answer === trust) await vscode.commands.executeCommand("workbench.trust.manage")
      return undefined
    }
    const examples = await findExamples(this.jobs.fsPath)
    const example = typeof name === "string" ? examples.find((one) => one.name === name) : await pick(examples)
    if (example === undefined) return undefined
    const given = Array.isArray(args) ? args.filter((arg) => typeof arg === "string") : []
    const definition: ExampleDefinition = {
      type: TASK_TYPE,
      job: example.name,
      ...(given.length > 0 ? { args: given } : {}),
    }
    return vscode.tasks.executeTask(this.task(definition, example))
  }

  /** Opens the job `name`, or one that the user picks. */
  async openSource(name: unknown): Promise<void> {
    const examples = await findExamples(this.jobs.fsPath)
    const example = typeof name === "string" ? examples.find((one) => one.name === name) : await pick(examples)
    if (example) await vscode.window.showTextDocument(vscode.Uri.file(example.path))
  }

  /** Ends the jobs that are running. */
  dispose(): void {
    for (const terminal of this.terminals) terminal.close()
  }

  private task(definition: ExampleDefinition, example: Example): vscode.Task {
    const execution = new vscode.CustomExecution(async () => {
      const terminal = new ExampleTerminal(example, definition.args ?? [], this.storage.fsPath, this.along(), this.ui)
      this.terminals.add(terminal)
      terminal.onDidClose(() => this.terminals.delete(terminal))
      return terminal
    })
    const task = new vscode.Task(
      definition,
      vscode.TaskScope.Workspace,
      titleOf(example.name),
      "Shufflewise",
      execution,
    )
    task.detail = example.summary
    task.presentationOptions = {
      reveal: vscode.TaskRevealKind.Always,
      panel: vscode.TaskPanelKind.Dedicated,
      clear: true,
    }
    return task
  }

  /** What rides along with a job, by the settings of this moment. */
  private along(): Along {
    const settings = vscode.workspace.getConfiguration("shufflewise.run")
    return {
      runner: settings.get("callSites") ? this.runner.fsPath : undefined,
      eventLog: settings.get("eventLog") ? vscode.Uri.joinPath(this.storage, "event-logs").fsPath : undefined,
    }
  }
}

async function pick(examples: readonly Example[]): Promise<Example | undefined> {
  if (examples.length === 1) return examples[0]
  const items = examples.map((example) => ({
    label: titleOf(example.name),
    description: example.name,
    detail: example.summary,
    example,
  }))
  return (await vscode.window.showQuickPick(items, { placeHolder: "The example job" }))?.example
}
