import type { OptionSpec } from "./usage.ts"

export const formats = ["text", "json", "sarif"] as const
export type Format = (typeof formats)[number]

export const failOn = ["error", "warning", "information", "never"] as const
export type FailOn = (typeof failOn)[number]

/** The options of `shufflewise lint`. */
export const lintOptions: readonly OptionSpec[] = [
  {
    name: "format",
    value: "FORMAT",
    choices: formats,
    help: "How findings are written: text (the default), json, or sarif for code scanning.",
  },
  { name: "config", value: "FILE", help: "Use this configuration file, and look for no other." },
  {
    name: "profile",
    value: "NAME",
    choices: ["quiet", "default", "strict"],
    help: "How sure findings must be: quiet (certain), default (likely too), strict (possible too).",
  },
  { name: "select", value: "RULES", multiple: true, help: "Run only these rules or families, separated by commas." },
  { name: "ignore", value: "RULES", multiple: true, help: "Do not run these rules or families." },
  { name: "spark", value: "VERSION", help: "The version of Spark that the code runs on, such as 4.0." },
  {
    name: "min-confidence",
    value: "LEVEL",
    choices: ["certain", "likely", "possible"],
    help: "Show findings from this confidence on, whatever the profile says.",
  },
  { name: "fix", help: "Apply safe fixes to the files." },
  { name: "unsafe-fixes", help: "With --fix, apply fixes too that may change results or cost." },
  {
    name: "diff",
    value: "BASE",
    help: "Only findings on lines that changed since this branch parted from BASE (git).",
  },
  { name: "baseline", value: "FILE", help: "Leave out the findings that this file knows." },
  { name: "write-baseline", help: "Write all findings into the file of --baseline, and exit with 0." },
  {
    name: "fail-on",
    value: "SEVERITY",
    choices: failOn,
    help: "Exit with 1 for findings from this severity on: error, warning (the default), information, never.",
  },
  { name: "statistics", help: "Count the findings of each rule as well." },
  { name: "quiet", short: "q", help: "One line for a finding, no progress, no closing line." },
  { name: "jobs", value: "N", help: "Threads to use; by default as many as there are processors." },
  { name: "stdin-filename", value: "NAME", help: "What the text of standard input (`-`) is called." },
  { name: "no-cache", help: "Lint every file, and remember no results." },
]
