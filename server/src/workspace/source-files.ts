import type { ModuleFiles } from "../analysis/module-paths.ts"
import { notebookText } from "../syntax/notebook.ts"
import type { OpenSource } from "./document.ts"
import type { Host } from "./host.ts"

/** Characters of a notebook's JSON beyond which it is not read: pictures, and seconds in which nobody is answered. */
const MAX_NOTEBOOK = 5 * 2 ** 20

/** The workspace's files as people see them: what an editor has open counts before what the disk holds. */
export class SourceFiles implements ModuleFiles {
  private readonly host: Host
  private readonly folders: () => readonly string[]
  private readonly open = new Map<string, OpenSource>()

  /** `folders` gives the paths of the workspace's folders: absolute imports are not looked for above them. */
  constructor(host: Host, folders: () => readonly string[]) {
    this.host = host
    this.folders = folders
  }

  read(path: string): string | undefined {
    const open = this.open.get(path)
    if (open !== undefined) return open.text
    const content = this.host.readFile(path)
    if (content === undefined || !path.endsWith(".ipynb")) return content
    return content.length > MAX_NOTEBOOK ? undefined : notebookText(content)
  }

  isFile(path: string): boolean {
    return this.open.has(path) || this.host.isFile(path)
  }

  isTop(folder: string): boolean {
    return this.folders().includes(folder) || this.host.exists(`${folder}/.git`)
  }

  isOpen(path: string): boolean {
    return this.open.has(path)
  }

  /** Takes an open document in place of its file. Gives its path where that changes the text; undefined where not. */
  opened(document: OpenSource): string | undefined {
    const path = this.pathOf(document.uri)
    if (path === undefined) return undefined
    const before = this.read(path)
    this.open.set(path, document)
    return before === document.text ? undefined : path
  }

  /** The disk's text counts again. Gives the path where that changes the text. */
  closed(document: OpenSource): string | undefined {
    const path = this.pathOf(document.uri)
    if (path === undefined || this.open.get(path) !== document) return undefined
    this.open.delete(path)
    return this.read(path) === document.text ? undefined : path
  }

  /** The path of a document that stands for a file; undefined for others, such as one side of a comparison. */
  pathOf(uri: string): string | undefined {
    return uri.startsWith("file:") ? this.host.pathOf(uri) : undefined
  }
}
