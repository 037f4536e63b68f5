import type { InitializeParams } from "vscode-languageserver"
import type { InitializationOptions } from "../protocol.ts"

/** What the connected client can do, read once from `initialize`. */
export interface Client {
  /** Its name and version, for the log. */
  readonly name: string
  readonly options: InitializationOptions
  /** It pulls diagnostics (and was not told to be pushed to). */
  readonly pulls: boolean
  /** The server may ask it to pull again. */
  readonly refreshes: boolean
  readonly configuration: boolean
  readonly registersConfiguration: boolean
  readonly registersWatchers: boolean
  readonly relatedInformation: boolean
  readonly codeDescription: boolean
  readonly tags: boolean
  readonly diagnosticData: boolean
  readonly diagnosticVersion: boolean
  readonly documentChanges: boolean
  /** Code actions as literals; without them the server offers none. */
  readonly codeActions: boolean
  /** `codeAction/resolve` may fill in the edit. */
  readonly resolvesEdits: boolean
  readonly preferred: boolean
  readonly markdownHover: boolean
  readonly showDocument: boolean
  /** The server may show the progress of work of its own. */
  readonly progress: boolean
}

export function readClient(params: InitializeParams): Client {
  const { textDocument, workspace, window } = params.capabilities ?? {}
  const options = readOptions(params.initializationOptions)
  const action = textDocument?.codeAction
  // LSP 3.18 repeats these under `diagnostic`; older pulling clients announce them under `publishDiagnostics` only.
  const pull = textDocument?.diagnostic
  const push = textDocument?.publishDiagnostics
  const info = params.clientInfo
  return {
    name: info === undefined ? "an editor that gives no name" : `${info.name} ${info.version ?? ""}`.trim(),
    options,
    pulls: pull !== undefined && options.push !== true,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    relatedInformation: pull?.relatedInformation === true || push?.relatedInformation === true,
    codeDescription: pull?.codeDescriptionSupport === true || push?.codeDescriptionSupport === true,
    tags: pull?.tagSupport !== undefined || push?.tagSupport !== undefined,
    diagnosticData: pull?.dataSupport === true || push?.dataSupport === true,
    diagnosticVersion: push?.versionSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    codeActions: action?.codeActionLiteralSupport !== undefined,
    resolvesEdits: action?.resolveSupport?.properties.includes("edit") === true && action.dataSupport === true,
    preferred: action?.isPreferredSupport === true,
    markdownHover: textDocument?.hover?.contentFormat?.includes("markdown") === true,
    showDocument: window?.showDocument?.support === true,
    progress: window?.workDoneProgress === true,
  }
}

/** Takes what has the right type and leaves the rest: an editor's typo must not stop the server. */
function readOptions(given: unknown): InitializationOptions {
  if (typeof given !== "object" || given === null) return {}
  const options = given as { readonly [key: string]: unknown }
  const { ruleLink, clientCommands, push, trusted } = options
  return {
    ruleLink: typeof ruleLink === "string" ? ruleLink : undefined,
    clientCommands: Array.isArray(clientCommands) ? clientCommands.filter((name) => typeof name === "string") : [],
    settings: options.settings,
    push: push === true,
    trusted: trusted === true,
  }
}
