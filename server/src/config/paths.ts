/**
 * Paths as plain text, separated by `/` on every system, since the engine knows no file system. Callers on Windows
 * pass `C:/jobs/etl.py`; a prefix such as `vscode-vfs://host/` is kept as it is.
 */

/** Turns a Windows path's separators into `/`. */
export function toSlashes(path: string): string {
  return /^[A-Za-z]:[\\/]|^\\\\/.test(path) ? path.replaceAll("\\", "/") : path
}

/** The folder that holds a path; the path itself where nothing is above it. */
export function dirname(path: string): string {
  const root = rootOf(path)
  const cut = path.lastIndexOf("/")
  if (cut < root.length) return root || "."
  return path.slice(0, cut)
}

/** What follows the last separator. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

/** Joins a path to a folder and takes out `.` and `..`; an absolute `path` stands for itself. */
export function resolve(folder: string, path: string): string {
  const target = /^[A-Za-z]:/.test(folder) ? path.replaceAll("\\", "/") : toSlashes(path)
  if (isAbsolute(target)) return normalize(target)
  return normalize(folder.endsWith("/") ? folder + target : `${folder}/${target}`)
}

/** `path` seen from `folder`, or undefined when it is not below it. */
export function below(folder: string, path: string): string | undefined {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
}

/** The folders from a path's own upward, nearest first. */
export function* foldersAbove(path: string): Generator<string> {
  for (let folder = dirname(path); ; ) {
    yield folder
    const above = dirname(folder)
    if (above === folder || above === ".") return
    folder = above
  }
}

function isAbsolute(path: string): boolean {
  return rootOf(path) !== ""
}

/** `/`, `C:/`, `vscode-vfs://host/`, or nothing. */
function rootOf(path: string): string {
  return /^(?:[A-Za-z][\w+.-]+:\/\/[^/]*\/|[A-Za-z]:\/|\/)?/.exec(path)![0]
}

function normalize(path: string): string {
  const root = rootOf(path)
  const parts: string[] = []
  for (const part of path.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else if (part !== ".." || root === "") parts.push(part)
  }
  return root + parts.join("/")
}
