import { writeFileSync } from "node:fs"
import { decode, readBytes } from "./read.ts"

/**
 * Writes a file's fixed content in place of the text it was made from. Gives why it was not written, if so: nothing
 * is lost where the file changed in the meantime.
 */
export function writeFixed(file: string, original: string, content: string): string | undefined {
  const bytes = readBytes(file)
  const read = "reason" in bytes ? bytes : decode(bytes)
  if ("reason" in read) return `fixes were not written: ${read.reason}`
  if (read.text !== original) return "fixes were not written: the file changed in the meantime; run again"
  if (read.encoding !== "utf-8")
    return `fixes were not written: the file is encoded as ${read.encoding}; save it as UTF-8 first`
  try {
    writeFileSync(file, (read.bom ? "\uFEFF" : "") + content)
    return undefined
  } catch (error) {
    return `fixes were not written (${error instanceof Error ? error.message : error}); check the file's permissions`
  }
}
