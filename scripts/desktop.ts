/** The desktop VS Code of this machine, where there is one. */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { ROOT } from "./cache.ts"
import { run } from "./processes.ts"

/** Path of the `code` command, if it is on PATH and there is a display to show a window on. */
export function desktopEditor(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const display = platform === "darwin" || platform === "win32" || env.DISPLAY || env.WAYLAND_DISPLAY
  if (!display) return undefined
  const name = platform === "win32" ? "code.cmd" : "code"
  const folder = (env.PATH ?? "").split(delimiter).find((folder) => folder !== "" && existsSync(join(folder, name)))
  return folder && join(folder, name)
}

/**
 * Opens a new window on `folder` and `files`, with the extension from this checkout. Returns when the window is there.
 * @throws Error when `code` fails
 */
export async function openDesktop(code: string, folder: string, files: readonly string[]): Promise<void> {
  const args = ["--new-window", `--extensionDevelopmentPath=${ROOT}`, folder, ...files]
  const exit = await run(code, args, { shell: process.platform === "win32" })
  if (exit !== 0) throw new Error(`${code} ended with ${exit}.`)
}
