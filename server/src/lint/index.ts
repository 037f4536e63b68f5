/**
 * From facts to findings: runs the rules, hears the suppressions, settles severities and edits.
 */
export { applyFixes, type FixChoice, fixUntilStable, type Replacement, replaceAll } from "./apply.ts"
export { Lines, lineBreakOf } from "./lines.ts"
export { type LintInput, lint } from "./lint.ts"
export { suppressInFile, suppressOnLine } from "./suppress-edits.ts"
export { type SuppressionRule, suppressionRules } from "./suppression-rules.ts"
