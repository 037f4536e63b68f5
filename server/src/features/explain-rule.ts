import { LSPErrorCodes, ResponseError } from "vscode-languageserver"
import { explainRuleCommand } from "../protocol.ts"
import type { Client } from "./client.ts"
import type { Context, Feature } from "./context.ts"
import { ruleLink } from "./diagnostic.ts"

/**
 * `workspace/executeCommand` for `shufflewise.explainRule`: opens the rule's page in a browser, or shows its beginning
 * where the client opens no links. A client that carries it out itself says so when it starts.
 */
export const explainRule: Feature = {
  capability: (client) => (leftToClient(client) ? {} : { executeCommandProvider: { commands: [explainRuleCommand] } }),

  install(context) {
    if (leftToClient(context.client)) return
    context.connection.onExecuteCommand(async ({ command, arguments: given }) => {
      const rule: unknown = given?.[0]
      if (command !== explainRuleCommand || typeof rule !== "string")
        return new ResponseError(LSPErrorCodes.RequestFailed, `${command} takes one argument, the name of a rule`)
      await explain(rule, context)
      return null
    })
  },
}

export function leftToClient(client: Client): boolean {
  return client.options.clientCommands?.includes(explainRuleCommand) === true
}

async function explain(rule: string, { client, connection, host }: Context): Promise<void> {
  const uri = ruleLink(rule, client)
  if (client.showDocument && (await connection.window.showDocument({ uri, external: true })).success) return
  const page = host.rulePage(rule)
  connection.window.showInformationMessage(page === undefined ? uri : `${firstSection(page)}\n${uri}`)
}

/** The page up to its second heading, without markup: what the rule flags. */
function firstSection(page: string): string {
  const lines = page.split(/\r?\n/)
  const next = lines.findIndex((line, index) => index > 0 && line.startsWith("#"))
  const section = lines.slice(0, next < 0 ? undefined : next).join("\n")
  return section.replaceAll(/[*`]|^#+ /gm, "").trim()
}
