/**
 * Our own small Python AST: plain objects with the names of Python's `ast`.
 *
 * Offsets are UTF-16 units **relative to the enclosing top-level statement**, so a statement that did not
 * change is the same object in the next version of the module, moved or not. `Top.offset` says where it
 * stands now; it is the only thing that moves, and only `syntax/` writes it.
 *
 * What could not be parsed lowers to `Unknown` (expression) or `UnknownStmt` (statement), never to a guess.
 */

/** A top-level statement and where it stands. One object for as long as the statement's text is unchanged. */
export interface Top {
  /** Absolute UTF-16 offset of the statement's first character in the current version of the text. */
  offset: number
  readonly stmt: Stmt
  /** Names that this statement and everything in it may bind or read; for cheap relevance tests. */
  readonly names: ReadonlySet<string>
}

/** A parsed file (or a notebook's cells joined to one text). */
export interface Module {
  readonly body: readonly Top[]
  /** Comments in text order, with absolute offsets; `text` includes the `#`. */
  readonly comments: readonly Comment[]
  /** True where something lowered to `Unknown`/`UnknownStmt` because it did not parse. */
  readonly broken: boolean
  /** What the text is: a plain module, or an export of a notebook (`# Databricks notebook source`, `# %%`). */
  readonly flavor: "module" | "databricks" | "percent" | "notebook"
}

export interface Comment {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Node {
  /** Relative to the top-level statement, UTF-16. */
  readonly start: number
  readonly end: number
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | Name
  | Constant
  | JoinedStr
  | Attribute
  | Call
  | Subscript
  | Slice
  | BinOp
  | UnaryOp
  | BoolOp
  | Compare
  | IfExp
  | Lambda
  | TupleExpr
  | ListExpr
  | SetExpr
  | DictExpr
  | Comprehension
  | Starred
  | Await
  | Yield
  | NamedExpr
  | Unknown

export interface Name extends Node {
  readonly kind: "Name"
  readonly id: string
}

/** A literal. Implicitly joined strings are one constant. `value` of an int beyond 2^53 is a bigint. */
export interface Constant extends Node {
  readonly kind: "Constant"
  readonly type: "str" | "bytes" | "int" | "float" | "complex" | "bool" | "None" | "Ellipsis"
  readonly value: string | number | bigint | boolean | null
}

/** An f-string: literal parts are `Constant`s, holes are any expression. */
export interface JoinedStr extends Node {
  readonly kind: "JoinedStr"
  readonly values: readonly Expr[]
}

export interface Attribute extends Node {
  readonly kind: "Attribute"
  readonly value: Expr
  readonly attr: string
  /** Start of the attribute's own name. */
  readonly attrStart: number
}

export interface Call extends Node {
  readonly kind: "Call"
  readonly func: Expr
  readonly args: readonly Expr[]
  readonly keywords: readonly Keyword[]
}

/** `name=value`, or `**value` where `arg` is null. */
export interface Keyword extends Node {
  readonly arg: string | null
  readonly value: Expr
}

export interface Subscript extends Node {
  readonly kind: "Subscript"
  readonly value: Expr
  /** Several indices are one `Tuple`. */
  readonly slice: Expr
}

export interface Slice extends Node {
  readonly kind: "Slice"
  readonly lower: Expr | null
  readonly upper: Expr | null
  readonly step: Expr | null
}

export interface BinOp extends Node {
  readonly kind: "BinOp"
  readonly left: Expr
  /** `+ - * / // % ** @ & | ^ << >>` */
  readonly op: string
  readonly right: Expr
}

export interface UnaryOp extends Node {
  readonly kind: "UnaryOp"
  /** `- + ~ not` */
  readonly op: string
  readonly operand: Expr
}

export interface BoolOp extends Node {
  readonly kind: "BoolOp"
  readonly op: "and" | "or"
  readonly values: readonly Expr[]
}

export interface Compare extends Node {
  readonly kind: "Compare"
  readonly left: Expr
  /** `== != < <= > >= is "is not" in "not in"`, one per comparator. */
  readonly ops: readonly string[]
  readonly comparators: readonly Expr[]
}

export interface IfExp extends Node {
  readonly kind: "IfExp"
  readonly test: Expr
  readonly body: Expr
  readonly orelse: Expr
}

export interface Lambda extends Node {
  readonly kind: "Lambda"
  readonly args: readonly Param[]
  readonly body: Expr
}

export interface TupleExpr extends Node {
  readonly kind: "Tuple"
  readonly elts: readonly Expr[]
}
export interface ListExpr extends Node {
  readonly kind: "List"
  readonly elts: readonly Expr[]
}
export interface SetExpr extends Node {
  readonly kind: "Set"
  readonly elts: readonly Expr[]
}

/** `keys[i]` is null for `**values[i]`. */
export interface DictExpr extends Node {
  readonly kind: "Dict"
  readonly keys: readonly (Expr | null)[]
  readonly values: readonly Expr[]
}

export interface Comprehension extends Node {
  readonly kind: "Comprehension"
  readonly type: "list" | "set" | "dict" | "generator"
  readonly elt: Expr
  /** The value of a dict comprehension's `elt: value`. */
  readonly value: Expr | null
  readonly generators: readonly ComprehensionFor[]
}

export interface ComprehensionFor extends Node {
  readonly target: Expr
  readonly iter: Expr
  readonly ifs: readonly Expr[]
  readonly async: boolean
}

export interface Starred extends Node {
  readonly kind: "Starred"
  readonly value: Expr
}
export interface Await extends Node {
  readonly kind: "Await"
  readonly value: Expr
}
export interface Yield extends Node {
  readonly kind: "Yield"
  readonly from: boolean
  readonly value: Expr | null
}
export interface NamedExpr extends Node {
  readonly kind: "NamedExpr"
  readonly target: Name
  readonly value: Expr
}
/** Text that is no expression we know. `parts` are the expressions inside it that did parse. */
export interface Unknown extends Node {
  readonly kind: "Unknown"
  readonly parts: readonly Expr[]
}

// ---------------------------------------------------------------- statements

export type Stmt =
  | FunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | AugAssign
  | AnnAssign
  | For
  | While
  | If
  | With
  | Match
  | Raise
  | Try
  | Assert
  | Import
  | ImportFrom
  | Global
  | ExprStmt
  | Pass
  | Break
  | Continue
  | UnknownStmt

export interface Param extends Node {
  readonly name: string
  /** `positional-only`, `positional` (or keyword), `keyword-only`, `*args`, `**kwargs` */
  readonly type: "posonly" | "pos" | "kwonly" | "star" | "starstar"
  readonly annotation: Expr | null
  readonly default: Expr | null
}

export interface FunctionDef extends Node {
  readonly kind: "FunctionDef"
  readonly name: string
  readonly nameStart: number
  readonly async: boolean
  readonly params: readonly Param[]
  readonly returns: Expr | null
  readonly decorators: readonly Expr[]
  readonly body: readonly Stmt[]
}

export interface ClassDef extends Node {
  readonly kind: "ClassDef"
  readonly name: string
  readonly nameStart: number
  readonly bases: readonly Expr[]
  readonly keywords: readonly Keyword[]
  readonly decorators: readonly Expr[]
  readonly body: readonly Stmt[]
}

export interface Return extends Node {
  readonly kind: "Return"
  readonly value: Expr | null
}
export interface Delete extends Node {
  readonly kind: "Delete"
  readonly targets: readonly Expr[]
}
/** `a = b = value` has two targets. */
export interface Assign extends Node {
  readonly kind: "Assign"
  readonly targets: readonly Expr[]
  readonly value: Expr
}
export interface AugAssign extends Node {
  readonly kind: "AugAssign"
  readonly target: Expr
  /** Without the `=`: `+`, `|`, … */
  readonly op: string
  readonly value: Expr
}
export interface AnnAssign extends Node {
  readonly kind: "AnnAssign"
  readonly target: Expr
  readonly annotation: Expr
  readonly value: Expr | null
}
export interface For extends Node {
  readonly kind: "For"
  readonly async: boolean
  readonly target: Expr
  readonly iter: Expr
  readonly body: readonly Stmt[]
  readonly orelse: readonly Stmt[]
}
export interface While extends Node {
  readonly kind: "While"
  readonly test: Expr
  readonly body: readonly Stmt[]
  readonly orelse: readonly Stmt[]
}
/** `elif` is an `If` alone in `orelse`. */
export interface If extends Node {
  readonly kind: "If"
  readonly test: Expr
  readonly body: readonly Stmt[]
  readonly orelse: readonly Stmt[]
}
export interface With extends Node {
  readonly kind: "With"
  readonly async: boolean
  readonly items: readonly WithItem[]
  readonly body: readonly Stmt[]
}
export interface WithItem extends Node {
  readonly value: Expr
  readonly target: Expr | null
}
export interface Match extends Node {
  readonly kind: "Match"
  readonly subject: Expr
  readonly cases: readonly MatchCase[]
}
/** Patterns are not modelled: `binds` are the names they bind. `irrefutable` is `case _` or `case name` with no guard. */
export interface MatchCase extends Node {
  readonly binds: readonly string[]
  readonly irrefutable: boolean
  readonly guard: Expr | null
  readonly body: readonly Stmt[]
}
export interface Raise extends Node {
  readonly kind: "Raise"
  readonly exc: Expr | null
  readonly cause: Expr | null
}
export interface Try extends Node {
  readonly kind: "Try"
  readonly body: readonly Stmt[]
  readonly handlers: readonly ExceptHandler[]
  readonly orelse: readonly Stmt[]
  readonly finalbody: readonly Stmt[]
}
export interface ExceptHandler extends Node {
  readonly type: Expr | null
  readonly name: string | null
  readonly body: readonly Stmt[]
}
export interface Assert extends Node {
  readonly kind: "Assert"
  readonly test: Expr
  readonly msg: Expr | null
}
export interface Import extends Node {
  readonly kind: "Import"
  readonly names: readonly Alias[]
}
/** `from ..a import b`: `module` is `a` (or null), `level` the number of dots. `*` is an alias named `*`. */
export interface ImportFrom extends Node {
  readonly kind: "ImportFrom"
  readonly module: string | null
  readonly level: number
  readonly names: readonly Alias[]
}
export interface Alias extends Node {
  readonly name: string
  readonly asname: string | null
}
/** `global` and `nonlocal`. */
export interface Global extends Node {
  readonly kind: "Global"
  readonly nonlocal: boolean
  readonly names: readonly string[]
}
export interface ExprStmt extends Node {
  readonly kind: "Expr"
  readonly value: Expr
}
export interface Pass extends Node {
  readonly kind: "Pass"
}
export interface Break extends Node {
  readonly kind: "Break"
}
export interface Continue extends Node {
  readonly kind: "Continue"
}
/**
 * A statement that did not parse, a Python 2 `print x`/`exec x`, a cell's magic line. `parts` are the statements
 * and `exprs` the expressions inside it that did parse (in text order), so that code around a slip keeps its facts.
 */
export interface UnknownStmt extends Node {
  readonly kind: "UnknownStmt"
  readonly parts: readonly Stmt[]
  readonly exprs: readonly Expr[]
}
