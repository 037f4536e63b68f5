import { ImportGraph } from "../analysis/import-graph.ts"
import { notebookText } from "../syntax/notebook.ts"
import { digest } from "./cache.ts"
import type { Disk } from "./disk.ts"
import { hasSigns } from "./relevance.ts"

/** What follows for a file from all that its imports lead to. */
export interface ImportFacts {
  /** Changes when a file that it may depend on changes, comes or goes. */
  readonly digest: string
  /** PySpark is in it, or in something that it imports. */
  readonly spark: boolean
}

/** What is asked of one file by itself. */
interface Content {
  readonly digest: string
  readonly spark: boolean
  readonly text: string
}

/** Follows imports by the texts alone, for all files of a run. */
export class ImportReader {
  private readonly disk: Disk
  private readonly graph: ImportGraph
  private readonly contents = new Map<string, Content>()
  private readonly facts = new Map<string, ImportFacts>()

  constructor(disk: Disk) {
    this.disk = disk
    const read = (path: string): string => this.content(path).text
    this.graph = new ImportGraph({ read, isFile: (path) => disk.isFile(path), isTop: (folder) => disk.isTop(folder) })
  }

  /** Takes what a file holds that was read already. */
  add(path: string, content: string, isNotebook: boolean): void {
    // Imports are found in JSON as well; to read each notebook's cells would cost more than all else here.
    const text = isNotebook && content.includes("%run") ? (notebookText(content) ?? "") : content
    this.contents.set(path, { digest: digest(content), spark: hasSigns(content, isNotebook), text })
  }

  /** Every file that is to be asked about must have been added before. */
  of(path: string): ImportFacts {
    const known = this.facts.get(path)
    if (known !== undefined) return known
    for (const group of this.graph.order(path, (one) => this.facts.has(one))) {
      const below = new Set(group.flatMap((one) => [...this.graph.importsOf(one)]))
      for (const one of group) below.delete(one)
      const parts = [...below].sort().map((one) => this.facts.get(one)!)
      const own = group.map((one) => this.content(one))
      const facts = {
        digest: digest(...group.flatMap((one, at) => [one, own[at]!.digest]), ...parts.map((part) => part.digest)),
        spark: own.some(({ spark }) => spark) || parts.some(({ spark }) => spark),
      }
      for (const one of group) this.facts.set(one, facts)
    }
    return this.facts.get(path)!
  }

  private content(path: string): Content {
    if (!this.contents.has(path)) this.add(path, this.disk.read(path) ?? "", false)
    return this.contents.get(path)!
  }
}
