/**
 * `npm run package`: makes the .vsix file. What goes in is an allow-list (.vscodeignore); the bundles hold every
 * dependency, so no Node package goes in.
 *
 *     node scripts/package.ts [FILE]
 */
import { mkdirSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { build } from "./build.ts"
import { ROOT } from "./cache.ts"
import { run } from "./processes.ts"

/** The largest .vsix that is let through, in bytes: an editor fetches it over whatever network there is. */
const LIMIT = 2 * 1024 * 1024

/**
 * Builds and packages.
 * @returns the file's path
 * @throws Error when packaging fails or the file is too large
 */
export async function packageExtension(file: string): Promise<string> {
  await build()
  mkdirSync(dirname(file), { recursive: true })
  const vsce = join(ROOT, "node_modules", "@vscode", "vsce", "vsce")
  let output = ""
  const args = [vsce, "package", "--no-dependencies", "--skip-license", "--out", file]
  const code = await run(process.execPath, args, { cwd: ROOT }, (chunk) => {
    output += chunk
  })
  if (code !== 0) throw new Error(`vsce ended with ${code}:\n${output}`)
  const { size } = statSync(file)
  if (size > LIMIT) {
    throw new Error(`${file} is ${kib(size)}, more than the ${kib(LIMIT)} allowed; see .vscodeignore.\n${output}`)
  }
  return file
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`
}

if (import.meta.main) {
  try {
    const file = await packageExtension(resolve(process.argv[2] ?? join(ROOT, "shufflewise.vsix")))
    console.log(`${file}: ${kib(statSync(file).size)}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
