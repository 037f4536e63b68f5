/** Executor arithmetic: pure functions, the same for rules, the command line, the calculator and launching. */
export { type Advice, advise, type Choice } from "./advise.ts"
export { MIB } from "./figures.ts"
export { builderCode, defaultsFile, settingsOf, submitArguments, submitLine } from "./outputs.ts"
export { platforms } from "./platforms.ts"
export { mib } from "./rank.ts"
export type { DataSet, SizingRequest } from "./request.ts"
export { type Workload, workloads } from "./workloads.ts"
