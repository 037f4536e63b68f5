import type { Confidence } from "../../../rules/api.ts"

/** What a file, or all files of a folder, hold on disk. Plain data. */
export interface FileSize {
  /** Of the files that Spark reads: those whose names begin with `_` or `.` are none of them. */
  readonly bytes: number
  readonly files: number
  /** By the footers of all files, where each is Parquet's. */
  readonly rows?: number
  /** Some file is compressed as a whole, so that its bytes say little of its lines. */
  readonly compressed: boolean
}

/** Gives the size of what a path in the code names; undefined where it isn't known, or not known yet. */
export type SizeOf = (path: string) => FileSize | undefined

/** Formats whose files are the data, and nothing but it: of a Delta table's files some are no part of it any more. */
const FILES = new Set(["avro", "csv", "files", "json", "orc", "parquet", "text", "textFile", "wholeTextFiles", "xml"])
/** Formats with at most one row a line. */
const LINES = new Set(["csv", "json", "text", "textFile"])
/** Options that leave files out. */
const CHOOSE = ["pathglobfilter", "modifiedbefore", "modifiedafter"]

/** A path's size as a plan takes it. */
export interface FileStats {
  readonly rows?: number
  /** Rows at most, where they are not counted. */
  readonly maxRows?: number
  readonly bytes: number
  readonly how: string
  readonly confidence: Confidence
}

/**
 * What is known of a source's rows by the files at its literal path: certain where that is relative, since then the
 * data goes with the code; a path from the root may hold other files where the job runs.
 */
export function fileStats(
  sizeOf: SizeOf | undefined,
  path: string | undefined,
  format: string | undefined,
  options: ReadonlyMap<string, unknown> = new Map(),
): FileStats | undefined {
  const local = path === undefined ? undefined : localPath(path)
  if (sizeOf === undefined || local === undefined || !FILES.has(format ?? "files")) return undefined
  if (CHOOSE.some((option) => options.has(option))) return undefined
  const size = sizeOf(local)
  if (size === undefined) return undefined
  const { rows, bytes, files, compressed } = size
  const many = files === 1 ? "" : ` in ${files.toLocaleString("en-US")} files`
  const counted = rows === undefined ? "" : `, ${rows.toLocaleString("en-US")} rows by the Parquet footers`
  const lines = LINES.has(format ?? "") && !compressed
  return {
    bytes,
    how: `'${path}' is ${bytesText(bytes)} on disk${many}${counted}`,
    confidence: /^(?:[/\\]|[A-Za-z]:)/.test(local) ? "likely" : "certain",
    ...(rows === undefined ? {} : { rows }),
    ...(rows === undefined && lines ? { maxRows: bytes } : {}),
  }
}

/** The path on a disk; undefined for another file system's, and for a pattern. */
function localPath(path: string): string | undefined {
  const local = path.replace(/^file:(?:\/\/(?=\/))?/, "")
  return local === "" || /^\w[\w+.-]+:/.test(local) || /[*?[\]{}]/.test(local) ? undefined : local
}

function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
