import { shownPath } from "./config-files.ts"
import type { Disk } from "./disk.ts"
import { type LintDocument, plainDocument } from "./document.ts"
import { notebookDocument } from "./notebook-document.ts"
import type { Location } from "./report.ts"

/** Places in other files than the one that is linted. */
export class OtherFiles {
  private readonly disk: Disk
  private readonly cwd: string
  private readonly documents = new Map<string, LintDocument | undefined>()

  constructor(disk: Disk, cwd: string) {
    this.disk = disk
    this.cwd = cwd
  }

  /** A span of another file as it is shown; only its path where the file can't be read any more. */
  locate({
    path,
    start,
    end,
  }: {
    readonly path: string
    readonly start: number
    readonly end: number
  }): Partial<Location> {
    const shown = shownPath(path, this.cwd)
    if (!this.documents.has(path)) {
      this.documents.set(path, this.read(path))
    }
    const document = this.documents.get(path)
    return document === undefined ? { path: shown } : { path: shown, ...rangeIn(document, start, end) }
  }

  private read(path: string): LintDocument | undefined {
    const content = this.disk.content(path)
    if (content === undefined) return undefined
    const document = path.endsWith(".ipynb") ? notebookDocument(content) : plainDocument(content)
    return "reason" in document ? undefined : document
  }
}

/** Where a span stands in a document. */
export function rangeIn(document: LintDocument, start: number, end: number): Pick<Location, "cell" | "range"> {
  const first = document.positionAt(start)
  return { cell: first.cell, range: { start: first.position, end: document.positionAt(end).position } }
}
