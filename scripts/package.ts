/**
 * `npm run package`: makes the .vsix file. What goes in is an allow-list (.vscodeignore); the bundles hold every
 * dependency, so no Node package goes in.
 *
 *     node scripts/package.ts [FILE]
 */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { build } from "./build.ts"
import { ROOT } from "./cache.ts"
import { run } from "./processes.ts"

/** The largest .vsix that is let through, in bytes: an editor fetches it over whatever network there is. */
const LIMIT = 2 * 1024 * 1024

/** What .vscodeignore picks from. */
const SOURCES = [
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "media",
  "client/walkthrough",
  "dist",
  "runner",
  "samples",
  ".vscodeignore",
]

/**
 * Builds and packages.
 * @returns the file's path
 * @throws Error when packaging fails or the file is too large
 */
export async function packageExtension(file: string): Promise<string> {
  await build()
  return packageBuilt(file)
}

/** The same for what is built already. */
export async function packageBuilt(file: string): Promise<string> {
  mkdirSync(dirname(file), { recursive: true })
  const folder = stage()
  let output = ""
  const vsce = join(ROOT, "node_modules", "@vscode", "vsce", "vsce")
  const code = await run(
    process.execPath,
    [vsce, "package", "--no-dependencies", "--out", file],
    { cwd: folder },
    (chunk) => {
      output += chunk
    },
  )
  if (code !== 0) throw new Error(`vsce ended with ${code}:\n${output}`)
  const { size } = statSync(file)
  if (size > LIMIT) {
    throw new Error(`${file} is ${kib(size)}, more than the ${kib(LIMIT)} allowed; see .vscodeignore.\n${output}`)
  }
  return file
}

/**
 * Lays out what is packaged, with a manifest of the editor's side only: `files` is npm's allow-list, which vsce refuses
 * beside its own, and scripts and development dependencies are nothing that an editor could use.
 */
function stage(): string {
  const folder = join(ROOT, "out", "vsix")
  rmSync(folder, { recursive: true, force: true })
  for (const source of SOURCES) cpSync(join(ROOT, source), join(folder, source), { recursive: true })
  const { files: _, scripts: __, devDependencies: ___, allowScripts: ____, ...manifest } = readManifest()
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  return folder
}

function readManifest(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
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
