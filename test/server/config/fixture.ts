import { type Configs, type ConfigsOptions, createConfigs, type RuleInfo } from "../../../server/src/config/index.ts"
import type { ConfigProblem } from "../../../server/src/config/types.ts"

/** Three rules of two families, one with options of every type. */
export const rules: readonly RuleInfo[] = [
  {
    name: "missing-broadcast",
    family: "joins",
    severity: "warning",
    flags: "A join with a small side.",
    options: {
      maxBytes: { type: "bytes", default: 100 * 2 ** 20, minimum: 1, description: "Largest side to broadcast." },
      minRows: { type: "integer", default: 10, minimum: 0, maximum: 1000, description: "Fewest rows." },
      eager: { type: "boolean", default: false, description: "Whether to be eager." },
      prefix: { type: "string", default: "dim_", description: "Prefix of small tables." },
      names: { type: "string[]", default: ["a"], description: "Names." },
    },
  },
  { name: "cross-join", family: "joins", severity: "warning", flags: "A join without a condition." },
  { name: "missing-cache", family: "lineage", severity: "warning", flags: "A frame that is computed twice." },
]

/** Configurations over files that stand in memory. */
export function configsOver(files: Readonly<Record<string, string>>, options: Partial<ConfigsOptions> = {}): Configs {
  return createConfigs({ readFile: (path) => files[path], rules, ...options })
}

/** What a problem is said about, and what is said. */
export function told(problems: readonly ConfigProblem[], files: Readonly<Record<string, string>>): string[] {
  return problems.map(({ path, start, end, message }) => `${path}: ${files[path]?.slice(start, end) ?? ""}: ${message}`)
}
