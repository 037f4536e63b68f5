/** The folder of event logs. */
import { mkdir, readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"

/** So many logs of earlier runs are kept, the newest. A log has some kilobytes for each task. */
const KEPT = 20

/** Makes the folder where it is missing, which Spark doesn't, and removes the oldest logs in it. */
export async function prepareEventLogs(folder: string, kept = KEPT): Promise<void> {
  await mkdir(folder, { recursive: true })
  const names = await readdir(folder)
  const logs = await Promise.all(
    // Another window may remove the same log at the same time.
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  )
  const old = logs.sort((a, b) => b.at - a.at).slice(kept)
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })))
}
