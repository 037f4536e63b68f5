/** Whether a Spark version (`3.5`, `4.3.0`) is at least another one; only major and minor count. */
export function atLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = minimum.split(".").map(Number)
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}
