import { answer, type Feature } from "./context.ts"
import { fixAll, isFixAllData } from "./file-edits.ts"

/** `codeAction/resolve`: computes the edit of a fix-all that was chosen. */
export const codeActionResolve: Feature = {
  install(context) {
    if (!context.client.resolvesEdits) return
    context.connection.onCodeActionResolve((action, token) =>
      answer(context.log, token, action, async () => {
        const data: unknown = action.data
        return isFixAllData(data) ? { ...action, edit: await fixAll(context, data, token) } : action
      }),
    )
  },
}
