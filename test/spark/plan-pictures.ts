/** The drawings on the rules' pages, by rule, as Spark was seen to execute their examples. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface Picture {
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

const file = fileURLToPath(new URL("../../docs/plans.json", import.meta.url))

export function readPictures(): Readonly<Record<string, Picture>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Picture>) : {}
}

export function writePictures(pictures: Readonly<Record<string, Picture | undefined>>): void {
  const sorted = Object.fromEntries(
    Object.entries(pictures)
      .filter(([, picture]) => picture !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`)
}
