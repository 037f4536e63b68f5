import { parquetMetadata } from "hyparquet"
import type { FileSize } from "../analysis/file-size.ts"

/** What measuring asks of a disk, one thing after the other; whoever runs it answers at once or in its own time. */
export type DiskQuestion =
  | { readonly ask: "stat"; readonly path: string }
  | { readonly ask: "list"; readonly path: string }
  | { readonly ask: "read"; readonly path: string; readonly start: number; readonly end: number }

/** `stat`: what is there, links followed; `list`: names and kinds, links left out; undefined where it can't be had. */
export type DiskAnswer =
  | { readonly kind: "file" | "folder"; readonly size: number }
  | readonly { readonly name: string; readonly kind: "file" | "folder" }[]
  | Uint8Array
  | undefined

const MAX_FILES = 1000
const MAX_FOLDERS = 300
/** Milliseconds after which a folder's size stays unknown. */
const MAX_MS = 1000
const MAX_FOOTERS = 100
/** Bytes of all footers, and of one when it is first read. */
const MAX_FOOTER_BYTES = 4 * 2 ** 20
const FIRST_BYTES = 32 * 1024
const COMPRESSED = /\.(gz|bz2|zst|snappy|lz4|deflate|xz)$/

/**
 * Adds up what lies at a path as Spark reads it. Gives undefined where nothing is there, where a table's own log says
 * which files count, and past the bounds. `now` gives milliseconds.
 */
export function* measure(path: string, now: () => number): Generator<DiskQuestion, FileSize | undefined, DiskAnswer> {
  const end = now() + MAX_MS
  const there = (yield { ask: "stat", path }) as { kind: string; size: number } | undefined
  if (there === undefined) return undefined
  const files: { path: string; size: number }[] = []
  if (there.kind === "file") files.push({ path, size: there.size })
  const folders = there.kind === "folder" ? [path] : []
  for (let at = 0; at < folders.length; at++) {
    const entries = (yield { ask: "list", path: folders[at]! }) as { name: string; kind: string }[] | undefined
    if (entries === undefined || folders.length > MAX_FOLDERS) return undefined
    for (const { name, kind } of entries) {
      if (name === "_delta_log" || name === ".hoodie" || (name === "metadata" && at === 0)) return undefined
      // `_dt=2026-01-01` is a partition; other such names are hidden.
      if (name.startsWith(".") || (name.startsWith("_") && !name.includes("="))) continue
      const full = `${folders[at]}/${name}`
      if (kind === "folder") folders.push(full)
      else {
        const file = (yield { ask: "stat", path: full }) as { size: number } | undefined
        files.push({ path: full, size: file?.size ?? 0 })
      }
      if (files.length > MAX_FILES || now() > end) return undefined
    }
  }
  if (files.length === 0) return undefined
  const rows = yield* countRows(files, () => now() > end)
  return {
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    files: files.length,
    compressed: files.some((file) => COMPRESSED.test(file.path)),
    ...(rows === undefined ? {} : { rows }),
  }
}

/** Rows of Parquet files by their footers; undefined where one is no Parquet file, and past the bounds. */
function* countRows(
  files: readonly { readonly path: string; readonly size: number }[],
  isLate: () => boolean,
): Generator<DiskQuestion, number | undefined, DiskAnswer> {
  if (files.length > MAX_FOOTERS) return undefined
  let rows = 0
  let left = MAX_FOOTER_BYTES
  for (const { path, size } of files) {
    if (!path.endsWith(".parquet") && !path.endsWith(".parq") && files.length > 1) return undefined
    let tail = (yield { ask: "read", path, start: Math.max(0, size - FIRST_BYTES), end: size }) as
      | Uint8Array
      | undefined
    const length = tail && footerLength(tail)
    if (tail === undefined || length === undefined || length > size || length > left || isLate()) return undefined
    left -= length
    if (length > tail.length)
      tail = (yield { ask: "read", path, start: size - length, end: size }) as Uint8Array | undefined
    const found = tail && rowsOf(tail)
    if (found === undefined) return undefined
    rows += found
  }
  return rows
}

/** Bytes of the footer, its own length and mark included; undefined where the end is no Parquet file's. */
function footerLength(tail: Uint8Array): number | undefined {
  const at = tail.length - 8
  if (at < 0 || String.fromCharCode(...tail.subarray(at + 4)) !== "PAR1") return undefined
  return new DataView(tail.buffer, tail.byteOffset + at, 4).getUint32(0, true) + 8
}

function rowsOf(tail: Uint8Array): number | undefined {
  try {
    const { num_rows: rows } = parquetMetadata(tail)
    return rows >= 0n && rows <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rows) : undefined
  } catch {
    // Damaged, or written in a way that the reader does not know.
    return undefined
  }
}
