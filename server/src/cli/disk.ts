import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs"
import type { ModuleFiles } from "../analysis/module-paths.ts"
import { notebookText } from "../syntax/notebook.ts"
import { decode, maxBytes } from "./read.ts"

/** The names in one folder. */
interface Listing {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  /** Links, which may lead to either. */
  readonly links: ReadonlySet<string>
}

const nothing: Listing = { files: new Set(), folders: new Set(), links: new Set() }

/**
 * The files that imports lead to, as they are during one run: each folder is listed once. Paths are absolute, with `/`
 * between the parts.
 */
export class Disk implements ModuleFiles {
  private readonly top: string
  private readonly listings = new Map<string, Listing>()

  /** Absolute imports are not looked for above `top`, nor above the root of a repository. */
  constructor(top: string) {
    this.top = top
  }

  read(path: string): string | undefined {
    const content = this.content(path)
    return content !== undefined && path.endsWith(".ipynb") ? notebookText(content) : content
  }

  /** What a file holds: of a notebook its JSON. */
  content(path: string): string | undefined {
    try {
      if (statSync(path).size > maxBytes) return undefined
      const read = decode(readFileSync(path))
      return "reason" in read ? undefined : read.text
    } catch {
      return undefined
    }
  }

  isFile(path: string): boolean {
    const { folder, name } = parts(path)
    const listing = this.list(folder)
    return listing.files.has(name) || (listing.links.has(name) && leadsTo(path, "file"))
  }

  isTop(folder: string): boolean {
    const listing = this.list(folder)
    return folder === this.top || listing.folders.has(".git") || listing.files.has(".git")
  }

  private list(folder: string): Listing {
    let listing = this.listings.get(folder)
    if (listing === undefined) {
      listing = this.isFolder(folder) ? listingOf(folder) : nothing
      this.listings.set(folder, listing)
    }
    return listing
  }

  /** By the listing of the folder above, where there is one: most folders that imports ask for are not there. */
  private isFolder(path: string): boolean {
    const { folder, name } = parts(path)
    const above = this.listings.get(folder)
    if (above === undefined || above === nothing) return leadsTo(path, "folder")
    return above.folders.has(name) || (above.links.has(name) && leadsTo(path, "folder"))
  }
}

function listingOf(folder: string): Listing {
  let entries: Dirent[]
  try {
    entries = readdirSync(`${folder}/`, { withFileTypes: true })
  } catch {
    return nothing
  }
  const named = (is: (entry: Dirent) => boolean): ReadonlySet<string> =>
    new Set(entries.filter(is).map((entry) => entry.name))
  return {
    files: named((entry) => entry.isFile()),
    folders: named((entry) => entry.isDirectory()),
    links: named((entry) => entry.isSymbolicLink()),
  }
}

function leadsTo(path: string, what: "file" | "folder"): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return (what === "file" ? stats?.isFile() : stats?.isDirectory()) ?? false
}

function parts(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/")
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) }
}
