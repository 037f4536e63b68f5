import type { Rule } from "../../../rules/api.ts"
import type { GrammarBytes } from "../syntax/types.ts"
import type { Engine } from "./engine.ts"

/**
 * Loads parser, analysis and rules; nothing of them is imported before. `extra` are rules besides the shipped ones.
 * Fails when the grammar cannot be read or is not the one that was shipped.
 */
export async function loadEngine(grammar: Promise<GrammarBytes>, extra: readonly Rule[] = []): Promise<Engine> {
  const [bytes, { createSyntax }, { analyze }, lintModule, shipped] = await Promise.all([
    grammar,
    import("../syntax/index.ts"),
    import("../analysis/index.ts"),
    import("../lint/index.ts"),
    import("../../../rules/index.ts"),
  ])
  const { applyFixes, lint, suppressInFile, suppressionRules, suppressOnLine } = lintModule
  const syntax = await createSyntax(bytes)
  const rules = [...shipped.rules, ...extra]
  return {
    syntax,
    rules: [...rules, ...suppressionRules],
    unsuppressible: new Set(suppressionRules.map((rule) => rule.name)),
    check({ module, text, path, config, off, started }) {
      const { target, tables, conf } = config
      const analysis = analyze({ module, text, path, target, tables, conf })
      const result = lint({ module, text, path, config, rules, analysis, switchedOff: off, onRule: started })
      return { ...result, analysis }
    },
    safeFixes({ text, module }, findings, rule) {
      const chosen = rule === undefined ? findings : findings.filter((finding) => finding.rule === rule)
      const applied = applyFixes(text, chosen, { unsafe: false })
      // No fix is safe that leaves text which does not parse.
      return syntax.parse(applied.text).broken && !module.broken ? [] : applied.edits
    },
    suppression(where, { text, module }, { rule, start }) {
      const edit = where === "line" ? suppressOnLine(module, text, start, rule) : suppressInFile(module, text, rule)
      return { start: edit.span.start, end: edit.span.end, text: edit.text }
    },
  }
}
