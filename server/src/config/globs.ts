import picomatch from "picomatch/posix.js"
import { basename, below } from "./paths.ts"

/** Tells whether an absolute path, separated by `/`, matches. */
export type PathTest = (path: string) => boolean

/**
 * Compiles globs that count from a folder (undefined: from anywhere). A glob without `/` matches a name at any depth;
 * a glob that matches a folder matches all below it; a path outside the folder matches only globs without `/`.
 */
export function compileGlobs(globs: readonly string[], folder: string | undefined): PathTest {
  if (globs.length === 0) return () => false
  const anywhere: string[] = []
  const anchored: string[] = []
  for (const glob of globs) {
    const trimmed = glob.replace(/\/+$/, "").replace(/^(?:\.?\/)+/, "")
    if (trimmed === "") continue
    if (!glob.replace(/\/+$/, "").includes("/")) anywhere.push(`**/${trimmed}`, `**/${trimmed}/**`)
    else anchored.push(trimmed, `${trimmed}/**`)
  }
  const options = { dot: true }
  const isNamed = picomatch(anywhere, options)
  if (folder === undefined) {
    const isAnchored = picomatch(
      anchored.map((glob) => `**/${glob}`),
      options,
    )
    return (path) => isNamed(path.replace(/^\/+/, "")) || isAnchored(path.replace(/^\/+/, ""))
  }
  const isAnchored = picomatch(anchored, options)
  return (path) => {
    const relative = below(folder, path)
    return relative === undefined ? isNamed(basename(path)) : isNamed(relative) || isAnchored(relative)
  }
}
