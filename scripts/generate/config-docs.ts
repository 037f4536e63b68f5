/** Writes what the configuration's schema and the command line's options say of themselves into the docs. */
import { readFile } from "node:fs/promises"
import path from "node:path"
import { rules } from "../../rules/index.ts"
import { lintOptions } from "../../server/src/cli/lint-options.ts"
import { optionHelp } from "../../server/src/cli/usage.ts"
import { configJsonSchema } from "../../server/src/config/json-schema.ts"
import { configReference } from "../../server/src/config/reference.ts"
import { suppressionRules } from "../../server/src/lint/suppression-rules.ts"
import type { Generator } from "./generator.ts"

export const configDocs: Generator = {
  name: "config-docs",
  async generate({ root }) {
    const all = [...rules, ...suppressionRules]
    const page = async (name: string, section: string, content: string): Promise<[string, string]> => {
      const text = await readFile(path.join(root, name), "utf8")
      return [name, withSection(text, section, content, name)]
    }
    return new Map([
      await page("docs/configuration.md", "keys", configReference(all)),
      await page("docs/cli.md", "lint", `\`\`\`text\n${optionHelp(lintOptions)}\n\`\`\`\n`),
      ["docs/shufflewise.schema.json", `${JSON.stringify(configJsonSchema(all), null, 2)}\n`],
    ])
  },
}

/** Puts content between `<!-- NAME: … -->` and `<!-- /NAME -->`. */
function withSection(text: string, name: string, content: string, file: string): string {
  const section = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*(<!-- /${name} -->)`)
  if (!section.test(text)) throw new Error(`${file} has no section <!-- ${name}: … --> … <!-- /${name} -->`)
  return text.replace(section, (_, open: string, close: string) => `${open}\n${content}\n${close}`)
}
