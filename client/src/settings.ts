/** Which of the editor's settings the server is told. Pure. */

/** One setting's values by where they were made, as VS Code's `inspect` gives them. */
export interface InspectedSetting {
  readonly globalValue?: unknown
  readonly workspaceValue?: unknown
  readonly workspaceFolderValue?: unknown
  readonly globalLanguageValue?: unknown
  readonly workspaceLanguageValue?: unknown
  readonly workspaceFolderLanguageValue?: unknown
}

/** The settings that the server knows, below `shufflewise.`; the others are the client's own. */
export const serverSettings = [
  "enable",
  "profile",
  "select",
  "ignore",
  "reportUnusedSuppressions",
  "spark.target",
  "spark.min",
  "cluster",
  "tables",
  "conf",
  "rules",
  "configFile",
] as const

/** True where somebody chose a value, if only the default's. */
export function isChosen(inspected: InspectedSetting | undefined): boolean {
  return (
    inspected !== undefined && Object.entries(inspected).some(([place, value]) => CHOSEN.has(place) && value != null)
  )
}

const CHOSEN = new Set([
  "globalValue",
  "workspaceValue",
  "workspaceFolderValue",
  "globalLanguageValue",
  "workspaceLanguageValue",
  "workspaceFolderLanguageValue",
])

/**
 * The settings that somebody chose, nested as the server reads them. Those left alone are not sent: an editor's
 * settings lie on top of the configuration files, and a default on top of a file would undo what the team wrote there.
 */
export function chosenSettings(
  get: (name: string) => unknown,
  inspect: (name: string) => InspectedSetting | undefined,
): Record<string, unknown> {
  const chosen: Record<string, unknown> = {}
  for (const name of serverSettings) {
    if (!isChosen(inspect(name))) continue
    const [first, second] = name.split(".")
    if (first === undefined) continue
    if (second === undefined) chosen[first] = get(name)
    else chosen[first] = { ...(chosen[first] as object | undefined), [second]: get(name) }
  }
  return chosen
}
