import assert from "node:assert/strict"
import { chooseJava, javaCandidates, javaRange, type ProbedJava } from "../../client/src/spark/java.ts"

const files = (...paths: string[]) => ({ windows: false, exists: (path: string) => paths.includes(path) })
const probed = (major: number, from: "path" | "setting" = "path"): ProbedJava => ({
  candidate: { program: `/jdk${major}/bin/java`, from },
  facts: { home: `/jdk${major}`, major },
})

describe("which Javas are tried", () => {
  it("tries JAVA_HOME, then PATH, then the environment's own", () => {
    const platform = files("/home/bin/java", "/usr/bin/java", "/env/jre/bin/java")
    const sources = { javaHome: "/home/", path: "/usr/bin:/sbin", environment: "/env/jre" }
    assert.deepEqual(
      javaCandidates(sources, platform).map(({ program, from }) => [program, from]),
      [
        ["/home/bin/java", "JAVA_HOME"],
        ["/usr/bin/java", "path"],
        ["/env/jre/bin/java", "environment"],
      ],
    )
  })

  it("leaves out a JAVA_HOME that leads nowhere", () => {
    assert.deepEqual(javaCandidates({ javaHome: "/gone", path: "" }, files()), [])
  })

  it("tries the setting alone, even where it leads nowhere: the message then says so", () => {
    const sources = { setting: "/mine", javaHome: "/home", path: "/usr/bin" }
    assert.deepEqual(javaCandidates(sources, files("/home/bin/java", "/usr/bin/java")), [
      { program: "/mine/bin/java", from: "setting" },
    ])
  })
})

describe("which Java is taken", () => {
  it("goes by the Spark version", () => {
    assert.deepEqual(javaRange("4.3.0"), { min: 17, max: 25 })
    assert.deepEqual(javaRange("3.5.9"), { min: 8, max: 21 })
    const javas = [probed(11), probed(17)]
    assert.deepEqual(chooseJava(javas, "4.3.0"), { home: "/jdk17", major: 17 })
    assert.deepEqual(chooseJava(javas, "3.5.9"), { home: "/jdk11", major: 11 })
  })

  it("says which were found and which are needed", () => {
    const chosen = chooseJava([probed(11)], "4.3.0")
    assert.ok("problem" in chosen)
    assert.match(chosen.problem, /PySpark 4\.3\.0 needs Java 17 to 25; found: Java 11 \(\/jdk11\)\. Install/)
  })

  it("says that there is none", () => {
    const chosen = chooseJava([], "3.5.9")
    assert.ok("problem" in chosen)
    assert.match(chosen.problem, /found: none\. Install/)
  })

  it("blames the setting where the setting is to blame", () => {
    const chosen = chooseJava([probed(8, "setting")], "4.0.5")
    assert.ok("problem" in chosen)
    assert.match(chosen.problem, /shufflewise\.java\.home \(\/jdk8\/bin\/java\) is Java 8/)
  })
})
