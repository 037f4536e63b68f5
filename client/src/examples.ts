/** The example jobs that ship with the extension. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"

/** One job of `samples/jobs/`. */
export interface Example {
  /** File name without its ending: `03_distributed_joins`. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
  /** First line of the module's docstring; empty when it has none. */
  readonly summary: string
}

/** The jobs in `folder`, by their numbers. Files without a number are the jobs' helpers. */
export async function findExamples(folder: string): Promise<Example[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d+_\w+\.py$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return { name: name.replace(/\.py$/, ""), path, summary: summaryOf(await readFile(path, "utf8")) }
    }),
  )
}

/** First line of a module's docstring. */
export function summaryOf(source: string): string {
  const [, text] = /^(?:#[^\n]*\n|\s)*[rR]?(?:"""|''')\s*([^\n]*?)\s*(?:"""|'''|\n)/.exec(source) ?? []
  return text ?? ""
}

/** `Distributed joins` for `03_distributed_joins`. */
export function titleOf(name: string): string {
  const words = name.replace(/^\d+_/, "").replaceAll("_", " ")
  return words.charAt(0).toUpperCase() + words.slice(1)
}
