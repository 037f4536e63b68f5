import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"

/** The checkout's folder. */
export const root = path.resolve(import.meta.dirname, "../..")

/** A source file of ours: its path from the checkout, separated by `/`, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The source files below some folders, by their endings. */
export function sourcesIn(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  const files: SourceFile[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const at = `${folder}/${entry.name}`
      if (entry.isDirectory() && entry.name !== "node_modules" && entry.name !== "__pycache__") walk(at)
      else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
        files.push({ path: at, text: readFileSync(path.join(root, at), "utf8") })
    }
  }
  // A folder of the house that is still empty is not in a clone.
  for (const folder of folders) if (existsSync(path.join(root, folder))) walk(folder)
  return files
}

/** What a file imports: paths from the checkout for our own files, names as written for packages. */
export function importsOf({ path: file, text }: SourceFile): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "")
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm),
    ...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm),
    ...code.matchAll(/\bimport\(\s*["']([^"']+)["']/g),
    ...code.matchAll(/\brequire\(\s*["']([^"']+)["']/g),
  ].map((match) => match[1]!)
  return found.map((name) =>
    name.startsWith(".") ? path.posix.normalize(`${path.posix.dirname(file)}/${name}`) : name,
  )
}
