/**
 * Bundles what is shipped into `dist/`: the command line, the language server, the extension, and the files they read
 * at run time. `node scripts/build.ts [--development] [--outdir DIR]`; `--development` keeps names readable and adds
 * source maps.
 */

import { existsSync } from "node:fs"
import { copyFile, cp, mkdir, rm } from "node:fs/promises"
import path from "node:path"
import { parseArgs } from "node:util"
import esbuild from "esbuild"

const root = path.resolve(import.meta.dirname, "..")

/** Bundle name → entry file and what stays outside the bundle. */
const bundles: Readonly<Record<string, { entry: string; external?: string[] }>> = {
  cli: { entry: "server/src/cli.ts" },
  server: { entry: "server/src/node.ts" },
  extension: { entry: "client/src/extension.ts", external: ["vscode"] },
}

/** Web view → folder of its script and stylesheet, which run in the editor's own browser. */
const webViews: Readonly<Record<string, string>> = { calculator: "client/webview/calculator" }
/** The browser of the oldest VS Code that package.json admits (1.91). */
const BROWSER = "chrome124"

/** Files that the bundles read from their own folder. */
const assets: Readonly<Record<string, string>> = {
  "web-tree-sitter.wasm": "node_modules/web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-python.wasm": "node_modules/tree-sitter-python/tree-sitter-python.wasm",
}

/** Folders of pages that are shipped as they are. */
const pages: Readonly<Record<string, string>> = { rules: "docs/rules" }

export interface BuildOptions {
  /** Folder to write to; absolute, or relative to the checkout. Emptied first. */
  readonly outdir?: string
  /** Readable names and linked source maps instead of minified code. */
  readonly development?: boolean
  /** Names of the bundles to build; all that have an entry file by default. */
  readonly only?: readonly string[]
}

/** Builds and gives the size in bytes of every bundle's file. Throws with esbuild's own message when code does not bundle. */
export async function build(options: BuildOptions = {}): Promise<ReadonlyMap<string, number>> {
  const outdir = path.resolve(root, options.outdir ?? "dist")
  await rm(outdir, { recursive: true, force: true })
  await mkdir(outdir, { recursive: true })
  const names = Object.keys(bundles).filter(
    (name) => (options.only?.includes(name) ?? true) && existsSync(path.join(root, bundles[name]!.entry)),
  )
  const built = names.map(async (name) => {
    const bundle = bundles[name]!
    const result = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [bundle.entry],
      outfile: path.join(outdir, `${name}.cjs`),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      external: bundle.external ?? [],
      // The ESM build of web-tree-sitter looks for its wasm by import.meta, which a CommonJS bundle has not.
      alias: { "web-tree-sitter": path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
      define: {
        "import.meta.url": "__bundleUrl",
        "import.meta.dirname": "__dirname",
        "import.meta.filename": "__filename",
      },
      banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
      minify: !options.development,
      sourcemap: options.development ? "linked" : false,
      legalComments: "none",
      logLevel: "silent",
      metafile: true,
    })
    return [`${name}.cjs`, bytesOf(result.metafile)] as const
  })
  const views = Object.entries(webViews)
    .filter(([name]) => options.only?.includes(name) ?? true)
    .flatMap(([name, folder]) => [
      buildPage(`${folder}/main.ts`, path.join(outdir, "webview", `${name}.js`), options),
      buildPage(`${folder}/${name}.css`, path.join(outdir, "webview", `${name}.css`), options),
    ])
  const copied = Object.entries(assets).map(([name, from]) => copyFile(path.join(root, from), path.join(outdir, name)))
  const folders = Object.entries(pages)
    .filter(([, from]) => existsSync(path.join(root, from)))
    .map(([name, from]) => cp(path.join(root, from), path.join(outdir, name), { recursive: true }))
  const [sizes] = await Promise.all([Promise.all([...built, ...views]), Promise.all(copied), Promise.all(folders)])
  return new Map(sizes)
}

/** A script or a stylesheet of a web view: its name in the folder, and its bytes. */
async function buildPage(entry: string, outfile: string, { development = false }: BuildOptions) {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "browser",
    target: BROWSER,
    format: "esm",
    minify: !development,
    sourcemap: development ? "inline" : false,
    // the licences of what is bundled want to be told
    legalComments: "eof",
    logLevel: "silent",
    metafile: true,
  })
  return [`webview/${path.basename(outfile)}`, bytesOf(result.metafile)] as const
}

function bytesOf({ outputs }: esbuild.Metafile): number {
  return Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { development: { type: "boolean" }, outdir: { type: "string" } } })
  const started = performance.now()
  try {
    const sizes = await build(values)
    const parts = [...sizes].map(([name, bytes]) => `${name} ${Math.ceil(bytes / 1024)} KiB`)
    console.log(
      `built ${parts.join(", ") || "nothing: no entry exists"} in ${Math.round(performance.now() - started)} ms`,
    )
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
