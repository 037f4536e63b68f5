/** The rules' pages: read from the running server, or from the files that ship with the extension. No network. */
import * as vscode from "vscode"
import { type RuleDocParams, type RuleDocResult, ruleDocRequest } from "../../server/src/protocol.ts"

const SCHEME = "shufflewise-rule"
/** The editor that VS Code's own Markdown support brings. */
const PREVIEW = "vscode.markdown.preview.editor"

/**
 * What a diagnostic's code links to, `{rule}` standing for the rule's name. Not a `command:` link: VS Code opens those
 * in some places only. package.json sees to it that these pages open rendered.
 */
export const RULE_LINK = `${SCHEME}:/{rule}.md`

/** Asks the server; rejects or gives null when it can't answer. */
export type AskServer = (method: string, params: RuleDocParams) => Promise<RuleDocResult>

export class RulePages implements vscode.Disposable {
  private readonly folder: vscode.Uri
  private readonly ask: AskServer
  private readonly registration: vscode.Disposable

  /** `folder` holds the pages that ship with the extension. */
  constructor(folder: vscode.Uri, ask: AskServer) {
    this.folder = folder
    this.ask = ask
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.markdown(nameOf(uri)),
    })
  }

  /** Opens a rule's page beside the code; asks which rule when none is given. */
  async open(rule: unknown): Promise<void> {
    const name = typeof rule === "string" ? rule : await this.pick()
    if (name === undefined) return
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` })
    const options: vscode.TextDocumentShowOptions = { viewColumn: vscode.ViewColumn.Beside, preview: true }
    await vscode.commands.executeCommand("vscode.openWith", uri, PREVIEW, options)
  }

  dispose(): void {
    this.registration.dispose()
  }

  private async markdown(rule: string): Promise<string> {
    const answer = await this.ask(ruleDocRequest, { rule }).catch(() => null)
    return answer?.markdown ?? (await this.shipped(rule)) ?? `# ${rule}\n\nThere is no rule of this name.\n`
  }

  private async shipped(rule: string): Promise<string | undefined> {
    if (!/^[a-z0-9-]+$/.test(rule)) return undefined
    try {
      return new TextDecoder().decode(
        await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, `${rule}.md`)),
      )
    } catch {
      return undefined
    }
  }

  private async pick(): Promise<string | undefined> {
    const files = await vscode.workspace.fs.readDirectory(this.folder)
    const rules = files.map(([name]) => name).filter((name) => /^[a-z-]+\.md$/.test(name))
    return vscode.window.showQuickPick(rules.map((name) => name.replace(/\.md$/, "")).sort(), {
      placeHolder: "The rule to read about",
    })
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.replace(/^.*\//, "").replace(/\.md$/, "")
}
