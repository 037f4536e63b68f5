import type { Rule } from "../../../rules/api.ts"
import type { Kept as KeptFacts } from "../analysis/kept.ts"
import type { Analysis } from "../analysis/types.ts"
import type { GrammarBytes } from "../syntax/types.ts"
import type { AnalysisInput, Engine } from "./engine.ts"

/**
 * Loads parser, analysis and rules; nothing of them is imported before. `extra` are rules besides the shipped ones.
 * Fails when the grammar cannot be read or is not the one that was shipped.
 */
export async function loadEngine(grammar: Promise<GrammarBytes>, extra: readonly Rule[] = []): Promise<Engine> {
  const [bytes, { createSyntax }, { analyze }, { Kept }, { Modules }, lintModule, shipped] = await Promise.all([
    grammar,
    import("../syntax/index.ts"),
    import("../analysis/index.ts"),
    import("../analysis/kept.ts"),
    import("../analysis/modules.ts"),
    import("../lint/index.ts"),
    import("../../../rules/index.ts"),
  ])
  const { applyFixes, lint, suppressInFile, suppressionRules, suppressOnLine } = lintModule
  const syntax = await createSyntax(bytes)
  const rules = [...shipped.rules, ...extra]
  const kept = new WeakMap<object, KeptFacts>()
  const analysisOf = ({ config, imports, document, ...input }: AnalysisInput): Analysis => {
    const { target, tables, conf } = config
    if (document && !kept.has(document)) kept.set(document, new Kept())
    const before = document && kept.get(document)
    return analyze({ ...input, target, tables, conf, kept: before, ...(imports && { imports }) })
  }
  return {
    syntax,
    rules: [...rules, ...suppressionRules],
    unsuppressible: new Set(suppressionRules.map((rule) => rule.name)),
    check({ off, started, ...input }) {
      const { module, text, path, config } = input
      const analysis = analysisOf(input)
      const result = lint({ module, text, path, config, rules, analysis, switchedOff: off, onRule: started })
      return { ...result, analysis }
    },
    outgoing: (input) => analysisOf(input).outgoing,
    modules(files, { target, tables, conf }, without) {
      return new Modules((text) => syntax.parse(text), files, { target, tables, conf }, without)
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
