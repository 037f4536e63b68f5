/** Which Python runs a job: where to look, in which order, and what to say when none will do. Pure. */

export type PythonOrigin = "setting" | "selected" | "venv" | "path"

/** A Python to try. */
export interface PythonCandidate {
  readonly program: string
  readonly from: PythonOrigin
}

/** Where a Python may be named. */
export interface PythonSources {
  /** `shufflewise.python.path`. */
  readonly setting?: string
  /** The interpreter that is selected in the Python extension. */
  readonly selected?: string
  /** Folders whose `.venv` counts; absolute. */
  readonly folders: readonly string[]
  /** The environment's PATH. */
  readonly path: string
}

/** What a Python said about itself. */
export interface PythonFacts {
  /** Full path of the interpreter. */
  readonly program: string
  /** `3.11.7` */
  readonly version: string
  /** Version of PySpark, null when it is not installed. */
  readonly pyspark: string | null
  /** Folder of a pip-installed Spark (with its `bin` and `jars`), null when PySpark comes from elsewhere. */
  readonly sparkHome: string | null
  /** The environment's folder (`sys.prefix`). */
  readonly prefix: string
}

/** A candidate with its answer; `error`: it did not run, and why. */
export interface ProbedPython {
  readonly candidate: PythonCandidate
  readonly facts: PythonFacts | { readonly error: string }
}

export interface Platform {
  readonly windows: boolean
  exists(path: string): boolean
}

/** The Pythons to try, best first, each once. A setting stands alone: whoever names a Python wants no other. */
export function pythonCandidates(sources: PythonSources, platform: Platform): PythonCandidate[] {
  if (sources.setting) return [{ program: sources.setting, from: "setting" }]
  const found: PythonCandidate[] = []
  const add = (program: string, from: PythonOrigin): void => {
    if (!found.some((other) => other.program === program)) found.push({ program, from })
  }
  if (sources.selected) add(sources.selected, "selected")
  for (const folder of sources.folders) {
    const program = platform.windows ? `${folder}\\.venv\\Scripts\\python.exe` : `${folder}/.venv/bin/python`
    if (platform.exists(program)) add(program, "venv")
  }
  const [separator, slash, names] = platform.windows
    ? ([";", "\\", ["python.exe"]] as const)
    : ([":", "/", ["python3", "python"]] as const)
  for (const folder of sources.path.split(separator).filter((part) => part !== "")) {
    const name = names.find((name) => platform.exists(`${folder}${slash}${name}`))
    if (name) add(`${folder}${slash}${name}`, "path")
  }
  return found
}

/** The first Python that has PySpark, or a message that says what was found and what to do. */
export function choosePython(probed: readonly ProbedPython[]): PythonFacts | { readonly problem: string } {
  for (const { facts } of probed) if (!("error" in facts) && facts.pyspark !== null) return facts
  const named = probed.find(({ candidate }) => candidate.from === "setting")
  if (named && "error" in named.facts) {
    return {
      problem: `The Python in the setting shufflewise.python.path (${named.candidate.program}) does not run: ${named.facts.error}. Correct the setting, or clear it to let Shufflewise look for one.`,
    }
  }
  const running = probed.flatMap(({ facts }) => ("error" in facts ? [] : [facts]))
  const first = running[0]
  if (!first) {
    return {
      problem:
        "No Python found: neither selected in the Python extension, nor in a .venv folder, nor on PATH. Install Python 3.10 or newer with PySpark (pip install pyspark), or set shufflewise.python.path.",
    }
  }
  const list = running.map((facts) => `${facts.program} (Python ${facts.version})`).join(", ")
  return {
    problem: `PySpark is not installed in ${running.length === 1 ? "" : "any of "}${list}. Install it (${first.program} -m pip install pyspark), or set shufflewise.python.path to a Python that has it.`,
  }
}
