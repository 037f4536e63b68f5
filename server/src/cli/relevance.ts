/**
 * Every way in which code can come to PySpark: by its name in an import, by the names that a notebook's kernel binds,
 * by the short names of its function modules; and the comments that are linted themselves.
 */
const signs = /spark|databricks|\bsc\b|sqlcontext|\b[FT]\s*\.|shufflewise|noqa\s*:/i

/** False when no rule can find anything in a text, so that it need not be parsed. */
export function canMatter(text: string): boolean {
  return signs.test(text)
}
