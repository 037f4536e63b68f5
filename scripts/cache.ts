/** The checkout's cache of large things that are not Node packages of the project (`.vscode-test/`, git-ignored). */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The checkout's root folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where the cache is. */
export const CACHE = join(ROOT, ".vscode-test")

/**
 * Gives the cached folder `name`, made by `make` where it is missing. `make` fills a temporary folder, which gets its
 * name only when it is complete, so that an interrupted installation is never taken for a whole one.
 */
export async function cached(
  name: string,
  make: (folder: string) => Promise<void>,
  cache: string = CACHE,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  const folder = join(cache, name)
  if (existsSync(folder)) return { folder, made: false }
  const partial = `${folder}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  try {
    await make(partial)
    // Another process may have been faster: its folder is as good.
    if (!existsSync(folder)) renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return { folder, made: true }
}
