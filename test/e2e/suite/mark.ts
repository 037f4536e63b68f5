/** Lines with this beginning are shown by the launcher; the rest of the host's console is noise. */
export const MARK = "e2e│"
