import assert from "node:assert/strict"
import {
  findSparkEnvironment,
  jobVariables,
  type Probes,
  type SparkEnvironment,
} from "../../client/src/spark/environment.ts"

const python = (program: string, pyspark: string | null) => ({
  program,
  version: "3.11.7",
  pyspark,
  sparkHome: pyspark && "/env/pyspark",
  prefix: "/env",
})

/** A machine with these Pythons (and their PySpark) and these Javas; remembers what was started. */
function machine(pythons: Record<string, string | null>, javas: Record<string, number>, environment?: string) {
  const asked: string[] = []
  const probes: Probes = {
    windows: false,
    exists: (path) => path in pythons || path in javas,
    async python(candidate) {
      asked.push(candidate.program)
      const pyspark = pythons[candidate.program]
      const facts = pyspark === undefined ? { error: "there is no such file" } : python(candidate.program, pyspark)
      return { candidate, facts }
    },
    async java(candidate) {
      asked.push(candidate.program)
      const major = javas[candidate.program]
      const home = candidate.program.replace("/bin/java", "")
      return { candidate, facts: major === undefined ? { error: "there is no such file" } : { home, major } }
    },
    environmentJava: async () => environment,
  }
  return { probes, asked }
}

describe("the environment of a job", () => {
  it("asks no further program once one fits", async () => {
    const { probes, asked } = machine(
      { "/ws/.venv/bin/python": "4.3.0", "/usr/bin/python3": "3.5.9" },
      { "/usr/bin/java": 17, "/opt/bin/java": 21 },
    )
    const found = await findSparkEnvironment(
      { folders: ["/ws"], path: "/usr/bin" },
      { path: "/usr/bin:/opt/bin" },
      probes,
    )
    assert.ok("python" in found)
    assert.equal(found.python.pyspark, "4.3.0")
    assert.equal(found.java.major, 17)
    assert.deepEqual(asked, ["/ws/.venv/bin/python", "/usr/bin/java"])
  })

  it("goes on to the Java that came with the Python where PATH has an old one", async () => {
    const { probes } = machine(
      { "/usr/bin/python3": "4.3.0" },
      { "/usr/bin/java": 11, "/env/jre/bin/java": 21 },
      "/env/jre",
    )
    const found = await findSparkEnvironment({ folders: [], path: "/usr/bin" }, { path: "/usr/bin" }, probes)
    assert.ok("java" in found)
    assert.equal(found.java.home, "/env/jre")
  })

  it("does not look for a Java when there is no PySpark", async () => {
    const { probes, asked } = machine({ "/usr/bin/python3": null }, { "/usr/bin/java": 17 })
    const found = await findSparkEnvironment({ folders: [], path: "/usr/bin" }, { path: "/usr/bin" }, probes)
    assert.match("problem" in found ? found.problem : "", /PySpark is not installed in \/usr\/bin\/python3/)
    assert.deepEqual(asked, ["/usr/bin/python3"])
  })

  it("says that Java is missing", async () => {
    const { probes } = machine({ "/usr/bin/python3": "4.3.0" }, {})
    const found = await findSparkEnvironment({ folders: [], path: "/usr/bin" }, { path: "/usr/bin" }, probes)
    assert.match("problem" in found ? found.problem : "", /needs Java 17 to 25; found: none/)
  })
})

describe("the variables of a job", () => {
  const environment: SparkEnvironment = {
    python: { ...python("/env/bin/python", "4.3.0"), pyspark: "4.3.0" },
    java: { home: "/jdk", major: 17 },
  }

  it("puts this Python and this Java first, and Spark on loopback with its UI at the port", () => {
    assert.deepEqual(jobVariables(environment, { uiPort: 40123 }, { PATH: "/usr/bin" }, false), {
      PATH: "/env/bin:/jdk/bin:/usr/bin",
      JAVA_HOME: "/jdk",
      SPARK_HOME: "/env/pyspark",
      PYSPARK_PYTHON: "/env/bin/python",
      PYSPARK_DRIVER_PYTHON: "/env/bin/python",
      PYTHONUNBUFFERED: "1",
      SPARK_LOCAL_IP: "127.0.0.1",
      PYSPARK_SUBMIT_ARGS: "--master local[*] --conf spark.ui.port=40123 pyspark-shell",
    })
  })

  it("leaves SPARK_HOME alone where PySpark was not installed by pip, and keeps Windows' spelling of Path", () => {
    const elsewhere = { ...environment, python: { ...environment.python, sparkHome: null } }
    const variables = jobVariables(elsewhere, { uiPort: 1 }, { Path: "C:\\Windows" }, true)
    assert.equal("SPARK_HOME" in variables, false)
    assert.equal("PATH" in variables, false)
    assert.ok(variables.Path?.endsWith(";C:\\Windows"))
  })

  it("lets the runner ride along before what PYTHONPATH names already", () => {
    const path = (base: Record<string, string>, windows: boolean) =>
      jobVariables(environment, { uiPort: 1, runner: "/ext/runner" }, base, windows).PYTHONPATH
    assert.equal(path({}, false), "/ext/runner")
    assert.equal(path({ PYTHONPATH: "/lib:/more" }, false), "/ext/runner:/lib:/more")
    assert.equal(path({ PYTHONPATH: "C:\\lib" }, true), "/ext/runner;C:\\lib")
  })

  it("turns the event log on, in a folder whose name is quoted for PySpark", () => {
    const variables = jobVariables(environment, { uiPort: 1, eventLog: "/Ann's files/logs" }, {}, false)
    assert.match(variables.PYSPARK_SUBMIT_ARGS ?? "", / --conf spark\.eventLog\.enabled=true /)
    assert.ok(variables.PYSPARK_SUBMIT_ARGS?.includes(` 'spark.eventLog.dir=/Ann'"'"'s files/logs' `))
    assert.equal("PYTHONPATH" in variables, false)
  })
})
