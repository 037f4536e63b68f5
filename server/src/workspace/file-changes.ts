import { isLaunchFile } from "../analysis/launch/index.ts"
import type { OpenSource } from "./document.ts"
import type { Host } from "./host.ts"
import type { ModuleIndex } from "./module-index.ts"
import type { Reports } from "./reports.ts"
import type { SourceFiles } from "./source-files.ts"

/** Takes to the index, and to the reports that depend on them, what happens to files; nothing is computed here. */
export class FileChanges {
  private readonly files: SourceFiles
  private readonly reports: Reports
  private readonly host: Host
  private index: ModuleIndex | undefined
  /** Hears of every file that no editor has open and that has another text now. */
  onClosedFile: (path: string) => void = () => {}

  constructor(files: SourceFiles, reports: Reports, host: Host, index: Promise<ModuleIndex>) {
    this.files = files
    this.reports = reports
    this.host = host
    index.then(
      (ready) => {
        this.index = ready
      },
      // Without an engine there is nothing to tell.
      () => {},
    )
  }

  opened(document: OpenSource): void {
    const path = this.files.opened(document)
    if (path !== undefined) this.changed(path)
  }

  edited(uri: string): void {
    this.reports.touch()
    const path = this.files.pathOf(uri)
    if (path !== undefined) this.changed(path)
  }

  closed(document: OpenSource): void {
    const path = this.files.closed(document)
    if (path === undefined) return
    this.changed(path)
    this.onClosedFile(path)
  }

  /** Files were written, made or deleted. Of open ones the editor's text counts, so nothing changes. */
  onDisk(uris: readonly string[]): void {
    for (const uri of uris) {
      const path = this.host.pathOf(uri)
      this.index?.noteLaunch(path)
      if (isLaunchFile(path) || this.files.isOpen(path)) continue
      this.changed(path)
      this.onClosedFile(path)
    }
  }

  private changed(path: string): void {
    const stale = this.index?.changed(path)
    if (stale === undefined) return
    // The document itself has a new version, or is as new as its file.
    stale.delete(path)
    if (stale.size > 0) this.reports.outdate(stale)
  }
}
