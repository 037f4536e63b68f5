/**
 * Every way in which code can come to PySpark by itself: by its name in an import, by the names that a notebook's
 * kernel binds, by the short names of its function modules; and the comments that are linted themselves.
 */
const signs = /spark|databricks|\bsc\b|sqlcontext|\b[FT]\s*\.|shufflewise|noqa\s*:/i

/** False when nothing in a file's content, Python or a notebook's JSON, is of PySpark; what it imports may still be. */
export function hasSigns(content: string, isNotebook: boolean): boolean {
  // In JSON a line break is written `\n`, whose `n` would touch the word behind it.
  return signs.test(isNotebook ? content.replace(/\\./g, " ") : content)
}
