import { DidChangeWatchedFilesNotification } from "vscode-languageserver"
import { isLaunchFile } from "../analysis/launch/index.ts"
import type { Feature } from "./context.ts"

/**
 * `workspace/didChangeWatchedFiles`: a configuration file, one that it extends, a module that others may import, or a
 * file that says how Spark is launched was written, made or deleted.
 */
export const watchedFiles: Feature = {
  install({ connection, settings, diagnostics, fileChanges, reports }) {
    connection.onDidChangeWatchedFiles(({ changes }) => {
      const reconfigured = settings.filesChanged()
      fileChanges.onDisk(changes.map(({ uri }) => uri).filter((uri) => /\.(py|ipynb)$/.test(uri) || isLaunchFile(uri)))
      if (reconfigured || reports.areStale()) diagnostics.refresh()
    })
  },

  initialized({ connection, client }) {
    if (!client.registersWatchers) return
    // `extends` may name any file, so every TOML file is watched; and any Python file may be imported, any notebook run.
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: ["**/*.toml", "**/*.{py,ipynb}", "**/*.{sh,bash}", "**/spark-defaults.conf"].map((globPattern) => ({
        globPattern,
      })),
    })
  },
}
