/**
 * The leaf of the house: the facts that a rule may look at, and what it may say. Imports nothing of ours.
 *
 * `server/src/analysis` computes the facts, `server/src/lint` runs the rules. A rule gets values, plans and calls
 * whose types are proven; it never searches raw syntax.
 */

export * from "./api/calls.ts"
export * from "./api/conf-keys.ts"
export * from "./api/plans.ts"
export * from "./api/program.ts"
export * from "./api/rule.ts"
export * from "./api/sizing.ts"
export * from "./api/values.ts"
