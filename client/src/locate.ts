/** Finds Python and Java by VS Code's settings, the Python extension, the workspace and the environment. */
import { existsSync } from "node:fs"
import * as vscode from "vscode"
import { findSparkEnvironment, type SparkEnvironment } from "./spark/environment.ts"
import { environmentJava, probeJava, probePython } from "./spark/probe.ts"

/** What a job is run with, or a message that says what is missing and what to do. Only for trusted workspaces. */
export async function locateSparkEnvironment(): Promise<SparkEnvironment | { readonly problem: string }> {
  const settings = vscode.workspace.getConfiguration("shufflewise")
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file")
  const path = process.env.PATH ?? ""
  return findSparkEnvironment(
    {
      setting: text(settings.get("python.path")),
      selected: await selectedPython(folders[0]?.uri),
      folders: folders.flatMap(({ uri }) => [uri.fsPath, vscode.Uri.joinPath(uri, "..").fsPath]),
      path,
    },
    { setting: text(settings.get("java.home")), javaHome: process.env.JAVA_HOME, path },
    {
      windows: process.platform === "win32",
      exists: existsSync,
      python: probePython,
      java: probeJava,
      environmentJava,
    },
  )
}

/** The part of the Python extension's API that is used. */
interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string } }
}

/** The interpreter that is selected in the Python extension, where that is installed. */
async function selectedPython(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python")
  if (extension === undefined) return undefined
  try {
    const api = await extension.activate()
    return text(api?.environments?.getActiveEnvironmentPath(resource).path)
  } catch {
    // A Python extension that can't answer is as good as none.
    return undefined
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined
}
