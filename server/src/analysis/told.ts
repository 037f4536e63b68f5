import type { ParameterTypes } from "./call-sites.ts"

/** What other files' calls told of a file's functions, as a key: the same for the same, whatever the order. */
export function toldKey(parameters: ParameterTypes | undefined): string {
  if (parameters === undefined) return ""
  const functions = [...parameters]
    .filter(([, params]) => params.size > 0)
    .map(([name, params]) => [name, [...params].sort(byName)] as const)
    .sort(byName)
  return functions.length === 0 ? "" : JSON.stringify(functions)
}

/** Whether a PySpark value comes in by a call. */
export function bringsSpark(parameters: ParameterTypes | undefined): boolean {
  return [...(parameters?.values() ?? [])].some((params) => [...params.values()].some((type) => type !== "other"))
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
