import { CallSites } from "../../../server/src/analysis/call-sites.ts"
import { Modules } from "../../../server/src/analysis/modules.ts"
import { parser } from "../parse.ts"
import { analyzed } from "./sketch.ts"

export const settings = { target: "4.3", tables: new Map(), conf: new Map() }

/** A workspace in memory. */
export async function workspace(files: Record<string, string>) {
  const syntax = await parser()
  const reader = { read: (path: string) => files[path], isFile: (path: string) => files[path] !== undefined }
  const modules = new Modules((text) => syntax.parse(text), reader, settings)
  const sites = new CallSites()
  return {
    files,
    modules,
    sites,
    analyze(path: string) {
      return analyzed(files[path]!, {
        path,
        imports: modules.resolver(path),
        parameters: sites.parametersOf(path),
      })
    },
  }
}
