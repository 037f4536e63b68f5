import { type RuleDocParams, type RuleDocResult, ruleDocRequest } from "../protocol.ts"
import type { Feature } from "./context.ts"

/** `shufflewise/ruleDoc`: a rule's page as markdown, so that it can be read without a network. */
export const ruleDoc: Feature = {
  install({ connection, host }) {
    connection.onRequest(ruleDocRequest, (params: RuleDocParams): RuleDocResult => {
      const rule = String(params?.rule)
      const markdown = host.rulePage(rule)
      return markdown === undefined ? null : { rule, markdown }
    })
  },
}
