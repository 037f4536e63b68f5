import assert from "node:assert/strict"
import type { Diagnostic, Hover } from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import type { Engine } from "../../../server/src/workspace/engine.ts"
import { loadEngine } from "../../../server/src/workspace/load-engine.ts"
import { readGrammar } from "../../../server/src/workspace/node-host.ts"
import { random } from "../../perf/syntax-source.ts"
import { modules, randomChange, randomName } from "./edits.ts"
import { MemoryServer } from "./memory-server.ts"
import { pick } from "./tokens.ts"

const EDITS = 10_000
const SEED = Number(process.env.SHUFFLEWISE_SEED ?? 1)
const FOLDER = "file:///work"
const uriOf = (name: string): string => `${FOLDER}/${name}`

type Place = { readonly name: string; readonly position: { line: number; character: number } }
interface State {
  readonly findings: Diagnostic[][]
  readonly hovers: (Hover | null)[]
}

/** All findings, and what is shown at some places. */
async function stateOf(server: MemoryServer, names: readonly string[], places: readonly Place[]): Promise<State> {
  const findings = await server.settled(names.map(uriOf))
  const hovers: (Hover | null)[] = []
  for (const { name, position } of places) hovers.push(await server.hover(uriOf(name), position))
  return { findings, hovers }
}

describe("a workspace of modules that import each other", () => {
  it(`knows after each of ${EDITS} random edits what it would know if it were opened then`, async function () {
    this.timeout(1_200_000)
    const engine: Engine = await loadEngine(readGrammar())
    const next = random(SEED)
    const names = [...modules.keys()]
    const documents = new Map([...modules].map(([name, text]) => [name, TextDocument.create("x:", "python", 1, text)]))
    const live = await MemoryServer.start(engine, FOLDER)
    for (const [name, text] of modules) live.open(uriOf(name), 1, text)
    const seen = { findings: 0, hovers: 0, elsewhere: 0 }
    for (let edit = 1; edit <= EDITS; edit++) {
      const name = pick(next, names)
      const document = documents.get(name)!
      const others = names.filter((other) => other !== name).map((other) => documents.get(other)!.getText())
      const change = randomChange(document, others, modules.get(name)!, next)
      live.change(uriOf(name), edit + 1, [change])
      TextDocument.update(document, [change], edit + 1)
      const places = [name, pick(next, names)].map(
        (each): Place => ({ name: each, position: randomName(documents.get(each)!, next) }),
      )

      const now = await stateOf(live, names, places)
      const fresh = await MemoryServer.start(engine, FOLDER)
      for (const [each, open] of documents) fresh.open(uriOf(each), open.version, open.getText())
      const expected = await stateOf(fresh, names, places)
      assert.deepEqual(now, expected, `edit ${edit} of SHUFFLEWISE_SEED=${SEED}, in ${name}:\n${textsOf(documents)}`)
      assert.deepEqual([live.errors, fresh.errors], [[], []], textsOf(documents))

      const all = now.findings.flat()
      seen.findings += all.length
      seen.hovers += now.hovers.filter((each) => each !== null).length
      seen.elsewhere += now.findings.filter((own, index) =>
        own.some((each) => each.relatedInformation?.some((one) => one.location.uri !== uriOf(names[index]!))),
      ).length
    }
    assert.ok(seen.findings > EDITS, `${seen.findings} findings in all`)
    assert.ok(seen.hovers > EDITS / 10, `${seen.hovers} places where something was shown`)
    assert.ok(seen.elsewhere > EDITS / 10, `${seen.elsewhere} times evidence in another file`)
  })
})

function textsOf(documents: ReadonlyMap<string, TextDocument>): string {
  return [...documents].map(([name, document]) => `--- ${name}\n${document.getText()}`).join("\n")
}
