import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import packageJson from "../../package.json" with { type: "json" }
import { rules } from "../../rules/index.ts"
import { configOptions } from "../../server/src/cli/config-command.ts"
import { lintOptions } from "../../server/src/cli/lint-options.ts"
import { explainOptions, rulesOptions } from "../../server/src/cli/rules-command.ts"
import { sizeOptions } from "../../server/src/cli/size-options.ts"
import { suppressionRules } from "../../server/src/lint/suppression-rules.ts"
import { root, sourcesIn } from "./sources.ts"

const pages = [
  ...readdirSync(root)
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({ path: name, text: readFileSync(path.join(root, name), "utf8") })),
  ...sourcesIn(["docs"], [".md"]),
]

const options: Readonly<Record<string, readonly string[]>> = {
  lint: lintOptions.map((option) => option.name),
  rules: rulesOptions.map((option) => option.name),
  explain: explainOptions.map((option) => option.name),
  config: configOptions.map((option) => option.name),
  size: sizeOptions.map((option) => option.name),
  server: ["stdio"],
}

/** What of a page's matches is not right, as `page: match`. */
function wrong(pattern: RegExp, isRight: (match: RegExpMatchArray, page: string) => boolean): string[] {
  return pages.flatMap((page) =>
    [...page.text.matchAll(pattern)]
      .filter((match) => !isRight(match, page.path))
      .map((match) => `${page.path}: ${match[0]}`),
  )
}

describe("the docs", () => {
  it("link to files that exist", () => {
    const broken = wrong(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g, (match, page) =>
      existsSync(path.join(root, path.dirname(page), match[1]!)),
    )
    assert.deepEqual(broken, [])
  })

  it("link to headings that exist", () => {
    const anchors = (file: string): Set<string> => {
      const text = readFileSync(path.join(root, file), "utf8")
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!)
      return new Set(
        headings.map((heading) =>
          heading
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .trim()
            .replace(/\s+/g, "-"),
        ),
      )
    }
    const broken = wrong(/\]\((?!https?:)([^)#\s]*)#([^)]+)\)/g, (match, page) => {
      const file = match[1] === "" ? page : path.join(path.dirname(page), match[1]!)
      return anchors(file).has(match[2]!)
    })
    assert.deepEqual(broken, [])
  })

  it("name commands and flags that exist", () => {
    const broken = wrong(/\bshufflewise ([a-z]+)((?: [^\s`"'|]+)*)/g, ([, command, rest]) => {
      const known = options[command!]
      // Prose such as "shufflewise is" is no command.
      if (known === undefined) return !/ --?[a-z]/.test(rest!)
      return [...rest!.matchAll(/ --([a-z-]+)/g)].every((flag) => known.includes(flag[1]!) || flag[1] === "help")
    })
    assert.deepEqual(broken, [])
  })

  it("name rules that exist", () => {
    const names = new Set([...rules, ...suppressionRules].map((rule) => rule.name))
    const examples = new Set(["rule", "rule-a", "rule-b", "...", "…"])
    const broken = wrong(/\bignore(?:-file)?\[([^\]]+)\]/g, (match) =>
      match[1]!.split(",").every((name) => names.has(name.trim()) || examples.has(name.trim())),
    )
    assert.deepEqual(broken, [])
  })

  it("name npm scripts that exist", () => {
    const scripts = packageJson.scripts as Record<string, string>
    assert.deepEqual(
      wrong(/\bnpm run ([a-z][\w:-]*)/g, (match) => scripts[match[1]!] !== undefined),
      [],
    )
  })
})
