import { trustedNotification } from "../protocol.ts"
import type { Feature } from "./context.ts"

/** What becomes known of data on the disk reaches the files that read it; more of it once the workspace is trusted. */
export const dataSizes: Feature = {
  install({ connection, sizes, reports, diagnostics, state }) {
    sizes.onChange = (files) => {
      reports.outdate(files)
      if (reports.areStale()) diagnostics.refresh()
    }
    connection.onNotification(trustedNotification, () => {
      state.trusted = true
      sizes.reset()
    })
  },
}
