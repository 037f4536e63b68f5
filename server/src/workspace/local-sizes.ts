import type { FileSize, SizeOf } from "../analysis/file-size.ts"
import type { Host } from "./host.ts"

/** Milliseconds after which a size that somebody asks for is looked up again. */
const FRESH_MS = 30_000
/** Paths that are remembered. */
const MAX_PATHS = 500

interface Known {
  size: FileSize | undefined
  /** When it was looked up; undefined: not yet. */
  at: number | undefined
  /** The files whose analysis asked. */
  readonly askers: Set<string>
}

/**
 * Sizes of the data that open files read from local paths. Who asks gets what is known by then; what is not is looked
 * up later, one path after the other, and `onChange` hears of the files whose analysis would know more now.
 */
export class LocalSizes {
  private readonly host: Host
  private readonly folders: () => readonly string[]
  private readonly isTrusted: () => boolean
  private readonly known = new Map<string, Known>()
  private readonly queue = new Set<string>()
  private running = false
  onChange: (files: ReadonlySet<string>) => void = () => {}

  /** `folders`: paths of the workspace's folders; in an untrusted workspace nothing outside of them is looked at. */
  constructor(host: Host, folders: () => readonly string[], isTrusted: () => boolean) {
    this.host = host
    this.folders = folders
    this.isTrusted = isTrusted
  }

  /** For one file: a relative path counts from its workspace folder, or from its own folder. */
  of(file: string): SizeOf {
    return (path) => this.ask(path, file)
  }

  /** Forgets all: the workspace is trusted now, or has other folders. */
  reset(): void {
    const askers = new Set([...this.known.values()].flatMap(({ askers: each }) => [...each]))
    this.known.clear()
    if (askers.size > 0) this.onChange(askers)
  }

  private ask(path: string, file: string): FileSize | undefined {
    const key = isAbsolute(path) ? path : `${path}\0${parentOf(file)}`
    let known = this.known.get(key)
    if (known === undefined) {
      if (this.known.size >= MAX_PATHS) this.known.clear()
      known = { size: undefined, at: undefined, askers: new Set() }
      this.known.set(key, known)
    }
    known.askers.add(file)
    if (known.at === undefined || this.host.now() - known.at > FRESH_MS) {
      this.queue.add(key)
      if (!this.running) void this.work()
    }
    return known.size
  }

  private async work(): Promise<void> {
    this.running = true
    for (const key of this.queue) {
      // After the answer that somebody waits for.
      await this.host.settle()
      this.queue.delete(key)
      const size = await this.look(key)
      const known = this.known.get(key)
      if (known === undefined) continue
      const changed = JSON.stringify(size) !== JSON.stringify(known.size)
      known.size = size
      known.at = this.host.now()
      if (changed) this.onChange(known.askers)
    }
    this.running = false
  }

  private async look(key: string): Promise<FileSize | undefined> {
    const [path = "", folder = ""] = key.split("\0")
    const folders = this.folders()
    const roots = this.isTrusted() ? undefined : folders
    const own = folders.filter((each) => folder === each || folder.startsWith(`${each}/`))
    const candidates = isAbsolute(path) ? [path] : [...own, folder].map((base) => `${base}/${path}`)
    for (const candidate of new Set(candidates)) {
      const size = await this.host.measure(candidate, roots)
      if (size !== undefined) return size
    }
    return undefined
  }
}

function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path)
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"))
}
