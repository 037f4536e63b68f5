import type { Comprehension, Expr, Module, Param, Stmt } from "../../../server/src/syntax/ast.ts"

/** The AST as Python-like text with a bracket around every operation; `?( … )` is what did not parse. */
export function showModule(module: Module): string {
  return module.body.map((top) => showStmt(top.stmt)).join("\n")
}

export function showExpr(expr: Expr): string {
  switch (expr.kind) {
    case "Name":
      return expr.id
    case "Constant":
      return showConstant(expr.type, expr.value)
    case "JoinedStr":
      return `f<${expr.values.map(showExpr).join(" ")}>`
    case "Attribute":
      return `${showExpr(expr.value)}.${expr.attr}`
    case "Call": {
      const keywords = expr.keywords.map(({ arg, value }) => (arg === null ? "**" : `${arg}=`) + showExpr(value))
      return `${showExpr(expr.func)}(${[...expr.args.map(showExpr), ...keywords].join(", ")})`
    }
    case "Subscript":
      return `${showExpr(expr.value)}[${showExpr(expr.slice)}]`
    case "Slice":
      return `<${[expr.lower, expr.upper, expr.step].map((bound) => (bound ? showExpr(bound) : "")).join(":")}>`
    case "BinOp":
      return `(${showExpr(expr.left)} ${expr.op} ${showExpr(expr.right)})`
    case "UnaryOp":
      return `(${expr.op} ${showExpr(expr.operand)})`
    case "BoolOp":
      return `(${expr.values.map(showExpr).join(` ${expr.op} `)})`
    case "Compare":
      return `(${showExpr(expr.left)}${expr.ops.map((op, i) => ` ${op} ${showExpr(expr.comparators[i]!)}`).join("")})`
    case "IfExp":
      return `(${showExpr(expr.body)} if ${showExpr(expr.test)} else ${showExpr(expr.orelse)})`
    case "Lambda":
      return `(lambda ${expr.args.map(showParam).join(", ")}: ${showExpr(expr.body)})`
    case "Tuple":
      return `(${expr.elts.map((elt) => `${showExpr(elt)},`).join(" ")})`
    case "List":
      return `[${expr.elts.map(showExpr).join(", ")}]`
    case "Set":
      return `{${expr.elts.map(showExpr).join(", ")}}`
    case "Dict":
      return `{${expr.values.map((value, i) => `${showKey(expr.keys[i]!)}${showExpr(value)}`).join(", ")}}`
    case "Comprehension":
      return showComprehension(expr)
    case "Starred":
      return `*${showExpr(expr.value)}`
    case "Await":
      return `(await ${showExpr(expr.value)})`
    case "Yield":
      return `(yield${expr.from ? " from" : ""}${expr.value ? ` ${showExpr(expr.value)}` : ""})`
    case "NamedExpr":
      return `(${expr.target.id} := ${showExpr(expr.value)})`
    case "Unknown":
      return `?(${expr.parts.map(showExpr).join(" ")})`
  }
}

function showConstant(type: string, value: unknown): string {
  switch (type) {
    case "str":
      return JSON.stringify(value)
    case "bytes":
      return `b${JSON.stringify(value)}`
    case "bool":
      return value ? "True" : "False"
    case "None":
      return "None"
    case "Ellipsis":
      return "..."
    case "complex":
      return `${value}j`
    case "float":
      return `${value}f`
    default:
      return typeof value === "bigint" ? `${value}n` : String(value)
  }
}

function showKey(key: Expr | null): string {
  return key === null ? "**" : `${showExpr(key)}: `
}

function showComprehension({ type, elt, value, generators }: Comprehension): string {
  const clauses = generators.map(
    ({ target, iter, ifs, async }) =>
      `${async ? " async" : ""} for ${showExpr(target)} in ${showExpr(iter)}${ifs.map((test) => ` if ${showExpr(test)}`).join("")}`,
  )
  const [open, close] = { list: "[]", set: "{}", dict: "{}", generator: "()" }[type].split("")
  return `${open}${showExpr(elt)}${value ? `: ${showExpr(value)}` : ""}${clauses.join("")}${close}`
}

function showParam({ name, type, annotation, default: value }: Param): string {
  const mark = { posonly: "/", pos: "", kwonly: "!", star: "*", starstar: "**" }[type]
  return `${mark}${name}${annotation ? `: ${showExpr(annotation)}` : ""}${value ? `=${showExpr(value)}` : ""}`
}

export function showStmt(stmt: Stmt): string {
  const [head, ...suites] = parts(stmt)
  return [head, ...suites].join("\n")
}

function suite(word: string, body: readonly Stmt[]): string[] {
  return body.length === 0 ? [] : [...(word ? [word] : []), ...body.map((stmt) => showStmt(stmt).replace(/^/gm, "  "))]
}

function list(exprs: readonly Expr[]): string {
  return exprs.map(showExpr).join(", ")
}

function parts(stmt: Stmt): string[] {
  switch (stmt.kind) {
    case "FunctionDef":
      return [
        ...stmt.decorators.map((decorator) => `@${showExpr(decorator)}`),
        `${stmt.async ? "async " : ""}def ${stmt.name}(${stmt.params.map(showParam).join(", ")})${stmt.returns ? ` -> ${showExpr(stmt.returns)}` : ""}:`,
        ...suite("", stmt.body),
      ]
    case "ClassDef": {
      const keywords = stmt.keywords.map(({ arg, value }) => `${arg}=${showExpr(value)}`)
      return [
        ...stmt.decorators.map((decorator) => `@${showExpr(decorator)}`),
        `class ${stmt.name}(${[...stmt.bases.map(showExpr), ...keywords].join(", ")}):`,
        ...suite("", stmt.body),
      ]
    }
    case "Return":
      return [`return${stmt.value ? ` ${showExpr(stmt.value)}` : ""}`]
    case "Delete":
      return [`del ${list(stmt.targets)}`]
    case "Assign":
      return [`${stmt.targets.map((target) => `${showExpr(target)} = `).join("")}${showExpr(stmt.value)}`]
    case "AugAssign":
      return [`${showExpr(stmt.target)} ${stmt.op}= ${showExpr(stmt.value)}`]
    case "AnnAssign":
      return [`${showExpr(stmt.target)}: ${showExpr(stmt.annotation)}${stmt.value ? ` = ${showExpr(stmt.value)}` : ""}`]
    case "For":
      return [
        `${stmt.async ? "async " : ""}for ${showExpr(stmt.target)} in ${showExpr(stmt.iter)}:`,
        ...suite("", stmt.body),
        ...suite("else:", stmt.orelse),
      ]
    case "While":
      return [`while ${showExpr(stmt.test)}:`, ...suite("", stmt.body), ...suite("else:", stmt.orelse)]
    case "If":
      return [`if ${showExpr(stmt.test)}:`, ...suite("", stmt.body), ...suite("else:", stmt.orelse)]
    case "With": {
      const items = stmt.items.map(({ value, target }) => showExpr(value) + (target ? ` as ${showExpr(target)}` : ""))
      return [`${stmt.async ? "async " : ""}with ${items.join(", ")}:`, ...suite("", stmt.body)]
    }
    case "Match":
      return [
        `match ${showExpr(stmt.subject)}:`,
        ...stmt.cases.flatMap(({ binds, irrefutable, guard, body }) =>
          suite(
            `  case binds ${binds.join(" ") || "nothing"}${irrefutable ? " always" : ""}${guard ? ` if ${showExpr(guard)}` : ""}:`,
            body,
          ),
        ),
      ]
    case "Raise":
      return [`raise${stmt.exc ? ` ${showExpr(stmt.exc)}` : ""}${stmt.cause ? ` from ${showExpr(stmt.cause)}` : ""}`]
    case "Try":
      return [
        "try:",
        ...suite("", stmt.body),
        ...stmt.handlers.flatMap(({ type, name, body }) =>
          suite(`except${type ? ` ${showExpr(type)}` : ""}${name === null ? "" : ` as ${name}`}:`, body),
        ),
        ...suite("else:", stmt.orelse),
        ...suite("finally:", stmt.finalbody),
      ]
    case "Assert":
      return [`assert ${showExpr(stmt.test)}${stmt.msg ? `, ${showExpr(stmt.msg)}` : ""}`]
    case "Import":
      return [`import ${stmt.names.map(showAlias).join(", ")}`]
    case "ImportFrom":
      return [`from ${".".repeat(stmt.level)}${stmt.module ?? ""} import ${stmt.names.map(showAlias).join(", ")}`]
    case "Global":
      return [`${stmt.nonlocal ? "nonlocal" : "global"} ${stmt.names.join(", ")}`]
    case "Expr":
      return [showExpr(stmt.value)]
    case "Pass":
      return ["pass"]
    case "Break":
      return ["break"]
    case "Continue":
      return ["continue"]
    case "UnknownStmt":
      return [`?{${stmt.exprs.map(showExpr).join(" ")}}`, ...suite("", stmt.parts)]
  }
}

function showAlias({ name, asname }: { name: string; asname: string | null }): string {
  return asname === null ? name : `${name} as ${asname}`
}
