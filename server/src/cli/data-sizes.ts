import type { FileSize, SizeOf } from "../analysis/file-size.ts"
import { measureNow } from "../workspace/measure-node.ts"

/** What was looked up for a file, by the path in its code. Plain data: it lies in the cache. */
export type LookedUp = Readonly<Record<string, string>>

/**
 * Sizes of the data that linted files read: below the folder that the command runs in, and nowhere else, so that the
 * outcome does not depend on the machine.
 */
export class DataSizes {
  private readonly cwd: string
  private readonly known = new Map<string, FileSize | undefined>()

  constructor(cwd: string) {
    this.cwd = cwd
  }

  /** For one file: a relative path counts from where the command runs, or from the file's folder. Fills in `asked`. */
  of(file: string, asked: Record<string, string>): SizeOf {
    return (path) => {
      const size = this.look(path, file)
      asked[path] = keyOf(size)
      return size
    }
  }

  /** Whether all that was looked up for a file is as it was. */
  hold(file: string, asked: LookedUp): boolean {
    return Object.entries(asked).every(([path, key]) => keyOf(this.look(path, file)) === key)
  }

  private look(path: string, file: string): FileSize | undefined {
    const bases = [this.cwd, file.slice(0, file.lastIndexOf("/"))]
    const candidates = /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? [path] : bases.map((base) => `${base}/${path}`)
    for (const candidate of candidates) {
      if (!this.known.has(candidate)) this.known.set(candidate, measureNow(candidate, [this.cwd]))
      const size = this.known.get(candidate)
      if (size !== undefined) return size
    }
    return undefined
  }
}

function keyOf(size: FileSize | undefined): string {
  return size === undefined ? "" : `${size.bytes} ${size.files} ${size.rows ?? ""}`
}
