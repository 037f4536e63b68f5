/** What rides along with a job: call sites (runner/) and Spark's event log. Pure. */

export interface Along {
  /** Folder of runner/, which makes every stage name its line of the program; left out: stages are named as ever. */
  readonly runner?: string | undefined
  /** Folder that Spark writes its event log into; it must exist. Left out: Spark writes none. */
  readonly eventLog?: string | undefined
}

/**
 * PYTHONPATH with `runner` first. Python runs the runner's sitecustomize.py when it starts, and that takes the folder out
 * again, so that the job's command line, its `__main__` and its environment are the job's own.
 */
export function withRunner(runner: string, pythonPath: string | undefined, windows: boolean): string {
  return [runner, pythonPath].filter(Boolean).join(windows ? ";" : ":")
}

/**
 * Spark's settings for an event log in `folder`. The metrics that Spark leaves out unless asked: each stage's peaks of
 * memory, and the memory of Python's processes.
 */
export function eventLogSettings(folder: string): Readonly<Record<string, string>> {
  return {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": folder,
    "spark.eventLog.logStageExecutorMetrics": "true",
    "spark.executor.processTreeMetrics.enabled": "true",
  }
}

/** Arguments for PYSPARK_SUBMIT_ARGS, which PySpark splits as a POSIX shell would. */
export function submitArguments(args: readonly string[]): string {
  return args.map((arg) => (/^[\w@%+=:,./*[\]-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'"'"'`)}'`)).join(" ")
}
