/** Reads the parser's wasm files under Node. The engine itself reads nothing: it is handed the bytes. */

import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import type { GrammarBytes } from "../server/src/syntax/types.ts"
import { type GrammarFile, pythonFile, runtimeFile } from "./load.ts"

/**
 * The bytes of both files: from beside the bundle when this runs as one, from `node_modules` when it runs from source.
 * @throws Error naming the file that can't be read, and what to do.
 */
export async function readGrammar(): Promise<GrammarBytes> {
  const [runtime, python] = await Promise.all([read(runtimeFile), read(pythonFile)])
  return { runtime, python }
}

async function read(file: GrammarFile): Promise<Uint8Array> {
  const path = pathOf(file)
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `Cannot read the Python grammar at ${path} (${reason}). Reinstall Shufflewise, or run its build again.`,
    )
  }
}

/** Where a file lies here. */
export function pathOf(file: GrammarFile): string {
  // Bundles are CommonJS and know their folder; sources are ES modules and don't.
  if (typeof __dirname === "string") return join(__dirname, file.file)
  const require = createRequire(import.meta.url)
  return require.resolve(`${file.package}/${file.file}`)
}
