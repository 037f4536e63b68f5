import { readFileSync, statSync } from "node:fs"
import { isLaunchFile, Launches, MAX_LAUNCH_LENGTH } from "../analysis/launch/index.ts"
import { walkSlowly } from "./walk.ts"

/** Files beyond which the rest of a folder is not looked at. */
const MAX_FILES = 50_000

/** What the shell scripts and `spark-defaults.conf` files below a folder say of the Python files below it. */
export function readLaunches(folder: string): Launches {
  const launches = new Launches()
  let seen = 0
  for (const path of walkSlowly(folder, (name) => name.endsWith(".py") || isLaunchFile(name))) {
    if (path === undefined) continue
    if (++seen > MAX_FILES) break
    launches.set(path, isLaunchFile(path) ? readText(path) : "")
  }
  return launches
}

function readText(path: string): string | undefined {
  try {
    return statSync(path).size > MAX_LAUNCH_LENGTH ? undefined : readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}
