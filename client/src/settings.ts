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

/** First parts of the settings that are the client's own: programs of this machine, how jobs run, what the log shows. */
const OWN = new Set(["python", "java", "run", "trace"])

/**
 * The settings that the server is told, out of those that package.json declares (`shufflewise.spark.target`), without
 * `shufflewise.`. Read from there, so that a new one reaches the server without being listed twice.
 */
export function serverSettings(declared: readonly string[]): string[] {
  return declared.map((name) => name.replace(/^shufflewise\./, "")).filter((name) => !OWN.has(name.split(".")[0] ?? ""))
}

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
 * Those of the settings `names` that somebody chose, nested as the server reads them. Those left alone are not sent: an editor's
 * settings lie on top of the configuration files, and a default on top of a file would undo what the team wrote there.
 */
export function chosenSettings(
  names: readonly string[],
  get: (name: string) => unknown,
  inspect: (name: string) => InspectedSetting | undefined,
): Record<string, unknown> {
  const chosen: Record<string, unknown> = {}
  for (const name of names) {
    if (!isChosen(inspect(name))) continue
    const [first, second] = name.split(".")
    if (first === undefined) continue
    if (second === undefined) chosen[first] = get(name)
    else chosen[first] = { ...(chosen[first] as object | undefined), [second]: get(name) }
  }
  return chosen
}
