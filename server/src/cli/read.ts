import { isUtf8 } from "node:buffer"
import { readFileSync, statSync } from "node:fs"

/** Larger files are generated data, not code that somebody wrote. */
export const maxBytes = 5 * 2 ** 20

/** A file's text, and what is needed to write it back. */
export interface ReadText {
  readonly text: string
  /** The file began with a byte order mark, which is no part of the text. */
  readonly bom: boolean
  /** The encoding that the file declares, `utf-8` where it declares none. */
  readonly encoding: string
}

/** Why a file was not linted, and what to do. */
export interface ReadFailure {
  readonly reason: string
}

/** Reads a file's bytes; a failure where it cannot be read or is too large. */
export function readBytes(path: string): Buffer | ReadFailure {
  try {
    const { size } = statSync(path)
    if (size > maxBytes)
      return {
        reason: `the file has ${(size / 2 ** 20).toFixed(1)} MiB, and files over 5 MiB are not linted; split it, or exclude it in the configuration`,
      }
    return readFileSync(path)
  } catch (error) {
    return { reason: describe(error) }
  }
}

/** Turns bytes into text as Python would; a failure for what Python could not read either. */
export function decode(bytes: Buffer): ReadText | ReadFailure {
  if (bytes.length > maxBytes) return { reason: "the text is larger than 5 MiB, which is not linted" }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { reason: "the file is encoded as UTF-16, which Python cannot read; save it as UTF-8" }
  const nul = bytes.indexOf(0)
  if (nul >= 0) {
    if (isBinary(bytes)) return { reason: "this is a binary file, not Python; exclude it in the configuration" }
    return { reason: `there is a NUL byte in line ${lineAt(bytes, nul)}, which Python refuses; remove it` }
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const body = bom ? bytes.subarray(3) : bytes
  const encoding = bom ? "utf-8" : (declaredEncoding(body) ?? "utf-8")
  if (encoding === "utf-8") {
    // A mark in the middle is a letter like others; `toString` leaves it alone.
    if (isUtf8(body)) return { text: body.toString("utf8"), bom, encoding }
    const line = lineAt(body, firstInvalid(body))
    const remedy = "save the file as UTF-8, or declare its encoding in the first line (# -*- coding: latin-1 -*-)"
    return { reason: `line ${line} is not valid UTF-8; ${remedy}` }
  }
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(body), bom, encoding }
  } catch (error) {
    if (error instanceof RangeError)
      return { reason: `the file says that it is encoded as ${encoding}, which is not supported; save it as UTF-8` }
    return { reason: `the file says that it is encoded as ${encoding}, which it is not; save it as UTF-8` }
  }
}

/** What a failed system call means, in words. */
export function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder; check the path",
    EACCES: "it cannot be read: permission is denied; check its permissions",
    EPERM: "it cannot be read: permission is denied; check its permissions",
    EISDIR: "it is a folder, not a file",
    ELOOP: "its symbolic links lead in a circle",
    EMFILE: "too many files are open; raise the limit (ulimit -n)",
  }
  return words[code ?? ""] ?? `it cannot be read (${message})`
}

/** The encoding that the first or second line declares (PEP 263), by the name that the platform knows it by. */
function declaredEncoding(bytes: Buffer): string | undefined {
  const head = bytes
    .subarray(0, 400)
    .toString("latin1")
    .split(/\r\n|\n|\r/, 2)
  for (const line of head) {
    const name = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1]?.toLowerCase()
    if (name !== undefined)
      return /^utf-?8/.test(name.replace("_", "-")) ? "utf-8" : name.replace(/^(iso-?)?(latin-?|8859-)/, "iso-8859-")
    if (!/^[ \t\f]*(#.*)?$/.test(line)) return undefined
  }
  return undefined
}

/** NUL among other bytes that no text holds. */
function isBinary(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 8192)
  const odd = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length
  return odd > head.length / 100 + 1
}

/** Offset of the first byte that is not UTF-8. */
function firstInvalid(bytes: Buffer): number {
  let low = 0
  let high = bytes.length
  // A prefix is valid up to some length and invalid beyond; a letter cut at the prefix's end is let pass.
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (isValidSoFar(bytes.subarray(0, middle))) low = middle
    else high = middle
  }
  return low
}

/** Whether bytes are UTF-8, the last letter perhaps cut off. */
function isValidSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++
  return line
}
