import type { Checker, Report } from "./checker.ts"
import type { OpenDocument } from "./document.ts"
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
  async current(document: OpenDocument, waiting: Waiting): Promise<Report> {
    const version = document.version
    await this.host.settle()
    const [checker, { config, linted }] = await Promise.all([this.checker, this.settings.of(document.uri)]).catch(
      () => {
        throw new Unavailable()
      },
    )
    if (document.text.length > LONG && checker.known(document)?.config !== config) await this.onLong()
    if (waiting.isCancellationRequested) throw new Cancelled()
    if (this.documents.get(document.uri) !== document || document.version !== version) throw new Outdated()
    const known = checker.known(document)
    if (known?.config === config) return known
    const report = checker.report(document, config, linted)
    this.onRun(report.milliseconds)
    return report
  }

  /** The latest report of a document, of whatever version; for totals. */
  latest(document: OpenDocument): Report | undefined {
    return this.ready?.latest(document)
  }

  /** The report of the current version if it was computed. */
  known(document: OpenDocument): Report | undefined {
    return this.ready?.known(document)
  }

  /** Gives a file that ran out of time another chance; true where its findings may change. */
  retry(document: OpenDocument): boolean {
    return this.ready?.retry(document) ?? false
  }
}
