import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWorkspaceFoldersNotification,
  type InitializeParams,
} from "vscode-languageserver"
import type { Host, Log } from "../workspace/host.ts"
import type { ClientSettings } from "../workspace/settings.ts"
import type { Client } from "./client.ts"
import type { Feature } from "./context.ts"

const SECTION = "shufflewise"
/** A client that does not answer must not keep the diagnostics waiting. */
const PATIENCE_MS = 3000

/** What a client told about its settings and folders; changes with its notifications. */
export interface ClientState {
  /** Settings of a client that cannot be asked: from its start options, or from the last change it told of. */
  settings: unknown
  /** URIs of its workspace folders, without a slash at the end. */
  folders: readonly string[]
  trusted: boolean
}

/** `workspace/didChangeConfiguration` and `workspace/didChangeWorkspaceFolders`. */
export const configuration: Feature = {
  capability: () => ({ workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),

  install({ connection, client, settings, sizes, diagnostics, state }) {
    const changed = (): void => {
      settings.settingsChanged()
      diagnostics.refresh()
    }
    connection.onDidChangeConfiguration((change) => {
      const given: unknown = change?.settings
      // Clients that cannot be asked send the whole settings along.
      if (!client.configuration && typeof given === "object" && given !== null)
        state.settings = (given as Record<string, unknown>)[SECTION] ?? {}
      changed()
    })
    connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event }) => {
      const removed = new Set(event.removed.map((folder) => folderUri(folder.uri)))
      const added = event.added.map((folder) => folderUri(folder.uri))
      state.folders = [...state.folders.filter((uri) => !removed.has(uri)), ...added]
      sizes.reset()
      changed()
    })
  },

  initialized({ connection, client }) {
    if (client.registersConfiguration)
      void connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION })
  },
}

export function initialState(params: InitializeParams, client: Client): ClientState {
  const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : [])
  return {
    settings: client.options.settings ?? {},
    folders: folders.map(folderUri),
    trusted: client.options.trusted === true,
  }
}

/** Gives a function that gets a client's settings for a document. It never fails. */
export function settingsReader(
  connection: Connection,
  client: Client,
  host: Host,
  log: Log,
  state: ClientState,
): (uri: string) => Promise<ClientSettings> {
  return async (uri) => {
    const folder = innermost(state.folders, uri)
    const path = folder?.startsWith("file:") ? host.pathOf(folder) : undefined
    if (!client.configuration) return { values: state.settings, folder: path }
    try {
      const values: unknown = await patience(connection.workspace.getConfiguration({ scopeUri: uri, section: SECTION }))
      return { values: values ?? state.settings, folder: path }
    } catch (error) {
      log.warn(`the editor did not give its settings (${String(error)}); going on with those it started with`)
      return { values: state.settings, folder: path }
    }
  }
}

function innermost(folders: readonly string[], uri: string): string | undefined {
  const around = folders.filter((folder) => uri.startsWith(`${folder}/`))
  return around.sort((a, b) => b.length - a.length)[0]
}

function folderUri(uri: string): string {
  return uri.replace(/\/+$/, "")
}

async function patience<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
