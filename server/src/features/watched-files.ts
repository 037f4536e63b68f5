import { DidChangeWatchedFilesNotification } from "vscode-languageserver"
import type { Feature } from "./context.ts"

/** `workspace/didChangeWatchedFiles`: a configuration file, or one that it extends, was written, made or deleted. */
export const watchedFiles: Feature = {
  install({ connection, settings, diagnostics }) {
    connection.onDidChangeWatchedFiles(() => {
      if (settings.filesChanged()) diagnostics.refresh()
    })
  },

  initialized({ connection, client }) {
    if (!client.registersWatchers) return
    // `extends` may name any file, so every TOML file is watched.
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: "**/*.toml" }],
    })
  },
}
