/** Where a rule's page stands on the web. The same page comes with every copy of the program. */
export function ruleLink(rule: string): string {
  return `https://github.com/shufflewise/shufflewise/blob/main/docs/rules/${rule}.md`
}
