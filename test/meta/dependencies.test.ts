import assert from "node:assert/strict"
import { importsOf, type SourceFile, sourcesIn } from "./sources.ts"

const files = sourcesIn(["rules", "grammars", "server/src", "client"], [".ts"])

/** A part of the house, and what its files may import: beginnings of paths, `node:` for Node, names of packages. */
interface Part {
  readonly name: string
  readonly files: RegExp
  readonly may: readonly string[]
  readonly why: string
}

const engine = [
  "server/src/syntax/",
  "server/src/analysis/",
  "server/src/lint/",
  "server/src/config/",
  "server/src/sizing/",
]
const lsp = "vscode-languageserver"

/** The first part whose pattern matches is a file's own. */
const parts: readonly Part[] = [
  {
    name: "rules/api",
    files: /^rules\/api(\.ts$|\/)/,
    may: ["rules/api/"],
    why: "the leaf imports nothing else, so that everything may import it",
  },
  {
    name: "rules",
    files: /^rules\//,
    may: ["rules/"],
    why: "rules get typed facts, and know nothing of how they come about",
  },
  {
    name: "grammars",
    files: /^grammars\//,
    may: ["grammars/", "node:", "server/src/syntax/types.ts"],
    why: "which grammar it is, and how its bytes are read",
  },
  {
    name: "syntax",
    files: /^server\/src\/syntax\//,
    may: ["server/src/syntax/", "grammars/load.ts", "grammars/lock.json", "web-tree-sitter"],
    why: "text to AST; the only place that holds wasm objects, and nothing of Node",
  },
  {
    name: "analysis",
    files: /^server\/src\/analysis\//,
    may: ["server/src/analysis/", "server/src/syntax/ast.ts", "server/src/config/types.ts", "rules/api.ts"],
    why: "AST to facts; it also runs in a browser",
  },
  {
    name: "config",
    files: /^server\/src\/config\//,
    may: ["server/src/config/", "rules/api.ts", "smol-toml", "picomatch/posix.js"],
    why: "files to configuration; it is handed a function that reads, and also runs in a browser",
  },
  {
    name: "lint",
    files: /^server\/src\/lint\//,
    may: [
      "server/src/lint/",
      "server/src/analysis/types.ts",
      "server/src/analysis/pyspark/confs.ts",
      "server/src/syntax/ast.ts",
      "server/src/syntax/cells.ts",
      "server/src/config/",
      "server/src/sizing/",
      "rules/api.ts",
    ],
    why: "facts to findings; it is handed the rules, and also runs in a browser",
  },
  {
    name: "sizing",
    files: /^server\/src\/sizing\//,
    may: ["server/src/sizing/", "server/src/config/bytes.ts"],
    why: "pure arithmetic; it also runs in the calculator's page",
  },
  { name: "protocol", files: /^server\/src\/protocol\.ts$/, may: [], why: "shared by the server and every client" },
  {
    name: "Node's host",
    files: /^server\/src\/workspace\/(node-host|measure-node)\.ts$/,
    may: [
      ...["server/src/workspace/", "server/src/syntax/types.ts", "server/src/analysis/file-size.ts"],
      ...["server/src/cli/walk.ts", "node:"],
    ],
    why: "the server's only door to Node's file system",
  },
  {
    name: "workspace",
    files: /^server\/src\/workspace\//,
    may: ["server/src/workspace/", "server/src/protocol.ts", ...engine, "rules/", "hyparquet"],
    why: "documents and the engine at work on them; no LSP types, so that any transport can use it",
  },
  {
    name: "features",
    files: /^server\/src\/features\//,
    may: [
      "server/src/features/",
      "server/src/workspace/",
      "server/src/protocol.ts",
      "server/src/runs/",
      ...engine,
      "rules/api.ts",
      lsp,
    ],
    why: "one LSP method each; the command line is no business of theirs",
  },
  {
    name: "app",
    files: /^server\/src\/app\.ts$/,
    may: ["server/src/features/", "server/src/workspace/", "server/src/protocol.ts", ...engine, "rules/", lsp],
    why: "wires the features; only its entries choose the transport",
  },
  {
    name: "the server's entries",
    files: /^server\/src\/(node|web)\.ts$/,
    may: ["server/src/app.ts", "server/src/workspace/", "package.json", "node:", lsp],
    why: "they choose the transport and the file system, nothing else",
  },
  {
    name: "the command line",
    files: /^server\/src\/cli(\/|\.ts$)/,
    may: [
      ...["server/src/cli/", "server/src/node.ts", "server/src/workspace/", "server/src/runs/", ...engine],
      ...["grammars/", "rules/", "package.json", "node:", "ignore", "sarif"],
    ],
    why: "the same engine on a terminal; of the server it only starts the entry",
  },
  {
    name: "runs",
    files: /^server\/src\/runs\//,
    may: ["server/src/runs/", "node:"],
    why: "reads what a run left behind",
  },
  {
    name: "the pages of web views",
    files: /^client\/webview\//,
    may: ["client/webview/", "server/src/sizing/", "lit-html"],
    why: "they run in a browser, and compute by themselves",
  },
  {
    name: "client",
    files: /^client\//,
    may: ["client/", "server/src/protocol.ts", "samples/", "package.json", "node:", "vscode", "vscode-languageclient"],
    why: "it speaks to the server by the protocol alone",
  },
]

function partOf(file: string): Part | undefined {
  return parts.find((part) => part.files.test(file))
}

function isAllowed(target: string, may: readonly string[]): boolean {
  return may.some((each) =>
    each.endsWith("/") || each.endsWith(":")
      ? target.startsWith(each)
      : target === each || target.startsWith(`${each}/`),
  )
}

describe("the direction of dependencies", () => {
  it("knows the part of the house that every file belongs to", () => {
    const homeless = files.filter((file) => partOf(file.path) === undefined).map((file) => file.path)
    assert.deepEqual(homeless, [], "give these files a part in test/meta/dependencies.test.ts")
  })

  for (const part of parts) {
    it(`holds for ${part.name}`, () => {
      const own = files.filter((file) => partOf(file.path) === part)
      const broken = own.flatMap((file) =>
        importsOf(file)
          .filter((target) => !isAllowed(target, part.may))
          .map((target) => `${file.path} imports ${target}; ${part.name} may not: ${part.why}`),
      )
      assert.deepEqual(broken, [])
    })
  }

  it("keeps `vscode` in the client, LSP types in features and entries, wasm in syntax", () => {
    const only = (target: string, where: RegExp): void => {
      const users = files.filter((file) =>
        importsOf(file).some((each) => each === target || each.startsWith(`${target}/`)),
      )
      assert.ok(users.length > 0, `nothing imports ${target}: is the check still right?`)
      for (const { path } of users) assert.match(path, where, `${path} imports ${target}`)
    }
    only("vscode", /^client\//)
    only("vscode-languageserver", /^server\/src\/(features\/|app\.ts|node\.ts|web\.ts)/)
    only("web-tree-sitter", /^server\/src\/syntax\//)
  })

  it("keeps Node's globals out of the engine and the rules", () => {
    const uses = /(?<![.\w"'`$])(process|Buffer|__dirname|__filename|setImmediate|global)\s*[.([]/
    const broken = files
      .filter(({ path }) => path.startsWith("rules/") || engine.some((folder) => path.startsWith(folder)))
      .flatMap((file) => {
        const match = uses.exec(withoutComments(file))
        return match === null ? [] : [`${file.path} uses ${match[1]}, which a browser has not`]
      })
    assert.deepEqual(broken, [])
  })

  it("sees every way to import", () => {
    const text = [
      'import a from "./a.ts"',
      'import type {\n  B,\n} from "../b.ts"',
      "import 'c'",
      'export { d } from "./d.ts"',
      'export * from "./e.ts"',
      'const f = await import("./f.ts")',
      'const g = require("g/h")',
      '/* import x from "./x.ts" */',
    ].join("\n")
    assert.deepEqual(importsOf({ path: "server/src/x/y.ts", text }).sort(), [
      ...["c", "g/h", "server/src/b.ts"],
      ...["a", "d", "e", "f"].map((name) => `server/src/x/${name}.ts`),
    ])
  })
})

function withoutComments({ text }: SourceFile): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "")
}
