/** One import as it is written: `from ..lib import a, b` is `lib`, level 2, names `a` and `b`. */
export interface WrittenImport {
  readonly module: string
  /** Dots before the module's name. */
  readonly level: number
  /** Names behind `import` of a `from`; empty for `import a.b`. */
  readonly names: readonly string[]
}

/**
 * An import at the start of a statement, on its own line or behind `;`, `:`, or a notebook's quote or written line
 * break. What only looks like one, in a string, does no harm: it leads to a file that is looked at for nothing.
 */
const IMPORT =
  /(?:^|[;":]|\\n)[ \t]*(?:from[ \t]+(\.*)[ \t]*([^\s;#"()]*)[ \t]+import[ \t]*(\((?:[^()#]|#[^\n"]*){0,20000}\)|(?:\\\n|[^\n;"\\])*)|import[ \t]+([^\n;"#\\]+))/gm

/** A notebook that another one runs in its own namespace: `%run ./common`, `%run -i common.py`, as text or in a source file. */
const RUN = /^[ \t]*"?(?:# MAGIC )?[ \t]*%run[ \t]+(?:-[inte][ \t]+)*(?:"([^"\n]+)"|'([^'\n]+)'|(?!-)([^\s"'\\$]+))/gm

/** The notebooks that a text runs, as module names that `ModulePaths` finds, and where. */
export function scanRuns(text: string): { readonly at: number; readonly module: string }[] {
  if (!text.includes("%run")) return []
  return [...text.matchAll(RUN)].map((match) => ({
    at: match.index,
    module: `run:${match[1] ?? match[2] ?? match[3]}`,
  }))
}

/** The imports in a text, found without parsing it: those of functions and of branches too. */
export function scanImports(text: string): WrittenImport[] {
  const found: WrittenImport[] = scanRuns(text).map(({ module }) => ({ module, level: 0, names: ["*"] }))
  if (!text.includes("import")) return found
  for (const [, dots, from, members, modules] of text.matchAll(IMPORT)) {
    if (modules === undefined)
      found.push({ module: from ?? "", level: dots?.length ?? 0, names: namesIn(members ?? "") })
    else for (const module of namesIn(modules)) found.push({ module, level: 0, names: [] })
  }
  return found
}

/** `a as b, c` gives `a` and `c`. */
function namesIn(list: string): string[] {
  return list
    .replaceAll(/#[^\n]*|\\\n/g, " ")
    .split(",")
    .flatMap((each) => /[^\s,()*"\\]+/.exec(each)?.[0] ?? [])
}
