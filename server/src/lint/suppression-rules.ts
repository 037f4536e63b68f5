import type { Family, Severity } from "../../../rules/api.ts"

/** What can be said about suppression comments. These run inside `lint` itself: they need every rule's findings. */
export interface SuppressionRule {
  readonly name: "unused-suppression" | "unknown-rule-in-suppression" | "malformed-suppression"
  readonly family: Family
  readonly severity: Severity
  readonly flags: string
  readonly why: string
  readonly bad: string
  readonly good: string
  readonly whenNot: string
  readonly fix: { readonly safety: "safe" | "unsafe" | "none"; readonly note: string }
}

export const suppressionRules: readonly SuppressionRule[] = [
  {
    name: "malformed-suppression",
    family: "suppression",
    severity: "information",
    flags: "A comment that begins like a suppression and is none, so that it suppresses nothing.",
    why: "A suppression that is written wrongly looks as if it worked. The finding it was meant for goes on being reported, or the comment stays behind when it is not.",
    bad: 'joined = orders.join(regions, "region")  # shufflewise: ignore missing-broadcast',
    good: 'joined = orders.join(regions, "region")  # shufflewise: ignore[missing-broadcast]',
    whenNot: "Never: correct the comment or take it out.",
    fix: { safety: "none", note: "Write `ignore[rule]`, `ignore`, `ignore-file[rule]` or `ignore-file`." },
  },
  {
    name: "unknown-rule-in-suppression",
    family: "suppression",
    severity: "information",
    flags: "A suppression comment that names a rule which does not exist.",
    why: "It suppresses nothing. Mostly it is a slip of the pen.",
    bad: 'joined = orders.join(regions, "region")  # shufflewise: ignore[mising-broadcast]',
    good: 'joined = orders.join(regions, "region")  # shufflewise: ignore[missing-broadcast]',
    whenNot: "A newer version of Shufflewise knows the rule, and both versions read the file.",
    fix: {
      safety: "unsafe",
      note: "Puts the nearest name in its place, where one is near; it may be another than was meant.",
    },
  },
  {
    name: "unused-suppression",
    family: "suppression",
    severity: "information",
    flags: "A suppression comment for which there is nothing to suppress.",
    why: "It would hide the next real finding on that line, and it tells readers of a problem that is gone.",
    bad: 'total = orders.agg(F.sum("amount"))  # shufflewise: ignore[missing-broadcast]',
    good: 'total = orders.agg(F.sum("amount"))',
    whenNot:
      "The finding depends on who lints: for instance on the Spark version or the cluster of a local configuration.",
    fix: { safety: "safe", note: "Takes out the comment, or the name that is not needed." },
  },
]
