import type { Checker, Report } from "./checker.ts"
import type { OpenSource } from "./document.ts"
import type { Documents } from "./documents.ts"
import type { Host } from "./host.ts"
import type { Settings } from "./settings.ts"
import { Cancelled, Outdated, Unavailable } from "./unanswered.ts"

/** Texts from this length on (UTF-16 units) take long enough that the status says so. */
const LONG = 300_000

/** Told whether somebody still waits. LSP's tokens have this shape. */
export interface Waiting {
  readonly isCancellationRequested: boolean
}

/** Hands out reports of documents; the only way from a request to an analysis. */
export class Reports {
  private readonly documents: Documents
  private readonly settings: Settings
  private readonly host: Host
  private readonly checker: Promise<Checker>
  private ready: Checker | undefined
  /** Called before an analysis that people will notice; awaited, so that they can be told. */
  onLong: () => Promise<void> = async () => {}
  /** Called after every analysis that really ran, with its time. */
  onRun: (milliseconds: number) => void = () => {}
  /** Called after the first analysis of a document. */
  onFirst: (document: OpenSource) => void = () => {}
  private asking = 0
  private lastActive = 0

  constructor(documents: Documents, settings: Settings, host: Host, checker: Promise<Checker>) {
    this.documents = documents
    this.settings = settings
    this.host = host
    this.checker = checker
    checker.then(
      (ready) => {
        this.ready = ready
      },
      () => {},
    )
  }

  /**
   * The report of the version that the document has now. Throws `Outdated` when the text changes before the analysis
   * starts, `Cancelled` when nobody waits any more, and `Unavailable` where the engine could not be loaded.
   */
  async current(document: OpenSource, waiting: Waiting): Promise<Report> {
    this.asking++
    try {
      return await this.compute(document, waiting)
    } finally {
      this.asking--
      this.touch()
    }
  }

  /** Somebody is at work: what can wait waits. */
  touch(): void {
    this.lastActive = this.host.now()
  }

  /** Milliseconds since anybody waited for a report or changed a text. */
  quietFor(): number {
    return this.asking > 0 ? 0 : this.host.now() - this.lastActive
  }

  /** Hears that files changed; the reports of open documents among them are computed again when asked for. */
  outdate(paths: ReadonlySet<string>): void {
    for (const document of this.documents.all())
      if (paths.has(this.host.pathOf(document.uri))) this.ready?.outdate(document)
  }

  /** Whether an open document has a report that other files' changes made old. */
  areStale(): boolean {
    return [...this.documents.all()].some((document) => this.ready?.isStale(document))
  }

  private async compute(document: OpenSource, waiting: Waiting): Promise<Report> {
    const version = document.version
    await this.host.settle()
    const [checker, { config, linted }] = await Promise.all([this.checker, this.settings.of(document.uri)]).catch(
      () => {
        throw new Unavailable()
      },
    )
    if (document.text.length > LONG && checker.known(document)?.config !== config) await this.onLong()
    const check = (): void => {
      if (waiting.isCancellationRequested) throw new Cancelled()
      if (this.documents.source(document.uri) !== document || document.version !== version) throw new Outdated()
    }
    check()
    const known = checker.known(document)
    if (known?.config === config) return known
    while (linted && checker.prepare(document, config)) {
      await this.host.settle()
      check()
    }
    const isFirst = checker.latest(document) === undefined
    const report = checker.report(document, config, linted)
    this.onRun(report.milliseconds)
    if (isFirst && linted) this.onFirst(document)
    return report
  }

  /** The latest report of a document, of whatever version; for totals. */
  latest(document: OpenSource): Report | undefined {
    return this.ready?.latest(document)
  }

  /** The report of the current version if it was computed. */
  known(document: OpenSource): Report | undefined {
    return this.ready?.known(document)
  }

  /** Gives a file that ran out of time another chance; true where its findings may change. */
  retry(document: OpenSource): boolean {
    return this.ready?.retry(document) ?? false
  }
}
