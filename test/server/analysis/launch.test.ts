import assert from "node:assert/strict"
import { readDefaults } from "../../../server/src/analysis/launch/defaults.ts"
import { Launches } from "../../../server/src/analysis/launch/index.ts"
import { readSubmits } from "../../../server/src/analysis/launch/submits.ts"

type Values = Record<string, string | undefined>

function valuesOf(confs: readonly { readonly key: string; readonly value: string | undefined }[]): Values {
  return Object.fromEntries(confs.map(({ key, value }) => [key, value]))
}

describe("spark-defaults.conf", () => {
  it("is read as Java's properties", () => {
    const text = [
      "# spark.a 1",
      "! spark.a 1",
      "spark.executor.memory   4g  ",
      "spark.sql.shuffle.partitions=64",
      "  spark.eventLog.dir: hdfs://logs",
      "spark.driver.extraJavaOptions -Da=b \\",
      "   -Dc=d",
      `spark.local.dir \${env:TMP}`,
      "other.key 1",
      "spark.executor.memory 8g",
      "spark.empty",
    ].join("\n")
    const found = readDefaults(text)
    assert.deepEqual(valuesOf(found), {
      "spark.executor.memory": "8g",
      "spark.sql.shuffle.partitions": "64",
      "spark.eventLog.dir": "hdfs://logs",
      "spark.driver.extraJavaOptions": "-Da=b -Dc=d",
      "spark.local.dir": undefined,
      "spark.empty": "",
    })
    const [memory] = found
    assert.equal(text.slice(memory!.start, memory!.end), "spark.executor.memory 8g")
  })
})

describe("spark-submit in a shell script", () => {
  it("gives settings of --conf and options: quotes, continued lines, comments", () => {
    const text = [
      "#!/bin/bash",
      "# spark-submit --conf spark.x=1 old.py",
      "set -e; cd /app && \\",
      "  $SPARK_HOME/bin/spark-submit \\",
      "  --master yarn --deploy-mode=cluster \\",
      '  --conf "spark.sql.shuffle.partitions=400" \\',
      "  --conf 'spark.executor.extraJavaOptions=-Da=b -Dc' \\",
      "  -c spark.sql.adaptive.enabled=false \\",
      '  --driver-memory 4g --num-executors "10" \\',
      `  --executor-memory $MEMORY --conf spark.x=\${X:-1} --verbose \\`,
      "  jobs/etl.py --conf spark.not=ours | tee log",
    ].join("\n")
    const [submit, ...more] = readSubmits(text)
    assert.deepEqual(more, [])
    assert.equal(submit!.script, "jobs/etl.py")
    assert.deepEqual(valuesOf(submit!.confs), {
      "spark.sql.shuffle.partitions": "400",
      "spark.executor.extraJavaOptions": "-Da=b -Dc",
      "spark.sql.adaptive.enabled": "false",
      "spark.x": undefined,
      "spark.master": "yarn",
      "spark.submit.deployMode": "cluster",
      "spark.driver.memory": "4g",
      "spark.executor.instances": "10",
      "spark.executor.memory": undefined,
    })
    const memory = submit!.confs.find(({ key }) => key === "spark.driver.memory")!
    assert.equal(text.slice(memory.start, memory.end), "--driver-memory 4g")
  })
  it("of an option over the same by --conf, and of two the later", () => {
    const [submit] = readSubmits(
      "spark-submit --driver-memory 2g --conf spark.driver.memory=1g --conf spark.a=1 --conf spark.a=2 x.py",
    )
    assert.deepEqual(valuesOf(submit!.confs), { "spark.driver.memory": "2g", "spark.a": "2" })
    assert.equal(submit!.confs.at(-1)!.value, "2g")
  })
  it("finds the script behind words that only the shell knows, and none where no Python is submitted", () => {
    assert.equal(readSubmits(`spark-submit $OPTS "\${MORE[@]}" --unknown jobs/a.py`)[0]!.script, "jobs/a.py")
    assert.deepEqual(readSubmits("spark-submit --class a.B app.jar x.py"), [])
    assert.deepEqual(readSubmits("spark-submit $JOB\nspark-submit --conf"), [])
    assert.deepEqual(readSubmits("echo 'spark-submit a.py'"), [])
  })
  it("does not mind a script that is cut off", () => {
    for (const text of [
      "spark-submit --conf 'a",
      'spark-submit "',
      "spark-submit \\",
      "spark-submit $(a",
      "spark-submit ${",
      "submit `a",
    ])
      assert.deepEqual(readSubmits(text), [])
  })
})

describe("launches", () => {
  const of = (files: Record<string, string>, file: string): Values => {
    const launches = new Launches()
    for (const [path, text] of Object.entries(files)) launches.set(path, text)
    launches.set(file, "")
    return valuesOf(launches.of(file))
  }

  it("count where a script is named, from the launcher's folder or one above it", () => {
    const line = (script: string) => ({ "/w/bin/run.sh": `spark-submit --conf spark.a=1 ${script}` })
    const a = { "spark.a": "1" }
    assert.deepEqual(of(line("jobs/etl.py"), "/w/jobs/etl.py"), a)
    assert.deepEqual(of(line("../jobs/etl.py"), "/w/jobs/etl.py"), a)
    assert.deepEqual(of(line("jobs/etl.py"), "/w/other/etl.py"), {})
    assert.deepEqual(of(line("etl.py"), "/w/jobs/etl.py"), {})
    assert.deepEqual(of(line('"$APP/jobs/etl.py"'), "/w/jobs/etl.py"), a)
    assert.deepEqual(of(line("$APP/src/etl.py"), "/w/jobs/etl.py"), {})
    assert.deepEqual(of(line("$(dirname $0)/../jobs/etl.py"), "/w/jobs/etl.py"), a)
    assert.deepEqual(of(line("/w/jobs/etl.py"), "/w/jobs/etl.py"), a)
  })
  it("by a name alone only where no other file has it", () => {
    const line = { "/w/bin/run.sh": "spark-submit --conf spark.a=1 /opt/app/etl.py" }
    assert.deepEqual(of(line, "/w/jobs/etl.py"), { "spark.a": "1" })
    assert.deepEqual(of({ ...line, "/w/old/etl.py": "" }, "/w/jobs/etl.py"), {})
    assert.deepEqual(of({ "/w/run.sh": "spark-submit --conf spark.a=1 $X.py" }, "/w/jobs/etl.py"), {})
  })
  it("count over the defaults of the nearest folder, which may stand in conf/", () => {
    const files = {
      "/w/conf/spark-defaults.conf": "spark.a 1\nspark.b 1\nspark.c 1",
      "/w/jobs/spark-defaults.conf": "spark.a 2\nspark.b 2",
      "/w/run.sh": "spark-submit --conf spark.a=3 jobs/etl.py",
    }
    const launches = new Launches()
    for (const [path, text] of Object.entries(files)) launches.set(path, text)
    assert.deepEqual(
      launches.of("/w/jobs/etl.py").map(({ key, value, path }) => [key, value, path]),
      [
        ["spark.a", "2", "/w/jobs/spark-defaults.conf"],
        ["spark.b", "2", "/w/jobs/spark-defaults.conf"],
        ["spark.a", "3", "/w/run.sh"],
      ],
    )
    assert.deepEqual(valuesOf(launches.of("/w/lib/x.py")), { "spark.a": "1", "spark.b": "1", "spark.c": "1" })
    launches.set("/w/jobs/spark-defaults.conf", undefined)
    assert.deepEqual(valuesOf(launches.of("/w/jobs/x.py")), { "spark.a": "1", "spark.b": "1", "spark.c": "1" })
    assert.deepEqual(launches.of("/elsewhere/x.py"), [])
  })
  it("are unknown where they differ", () => {
    const values = of(
      {
        "/w/dev.sh": "spark-submit --conf spark.a=1 --conf spark.b=1 --conf spark.c=1 jobs/etl.py",
        "/w/prod.sh": "spark-submit --conf spark.a=1 --conf spark.b=2 jobs/etl.py",
      },
      "/w/jobs/etl.py",
    )
    assert.deepEqual(values, { "spark.a": "1", "spark.b": undefined, "spark.c": undefined })
  })
  it("with a properties file leave the defaults out", () => {
    const files = {
      "/w/spark-defaults.conf": "spark.a 1",
      "/w/run.sh": "spark-submit --properties-file p.conf --conf spark.b=1 jobs/etl.py",
    }
    assert.deepEqual(of(files, "/w/jobs/etl.py"), { "spark.b": "1" })
  })
})
