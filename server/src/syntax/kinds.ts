/**
 * Numbers for the grammar's node types and fields that lowering looks at. The grammar has its own ids, which
 * change with its version; these are ours, mapped once when the grammar is loaded.
 */

/** Keywords, punctuation and everything that lowering never looks at. */
export const OTHER = 0
export const COMMENT = 1
export const COMMA = 2
export const COLON = 3
export const ASYNC = 4
export const FROM = 5

/** The least kind that stands for a part of the program and not for a token: what lists have as their elements. */
export const FIRST_PART = 8
/** The parser skipped or could not place the text of this node. */
export const ERROR = 8
/** The parser made this token up; it is not in the text. */
export const MISSING = 9

export const IDENTIFIER = 10
export const INTEGER = 11
export const FLOAT = 12
export const STRING = 13
export const STRING_START = 14
export const STRING_CONTENT = 15
export const STRING_END = 16
export const INTERPOLATION = 17
export const FORMAT_EXPRESSION = 18
export const FORMAT_SPECIFIER = 19
export const CONCATENATED_STRING = 20
export const TRUE = 21
export const FALSE = 22
export const NONE = 23
export const ELLIPSIS = 24
export const ATTRIBUTE = 25
export const CALL = 26
export const ARGUMENT_LIST = 27
export const KEYWORD_ARGUMENT = 28
export const LIST_SPLAT = 29
export const DICTIONARY_SPLAT = 30
export const SUBSCRIPT = 31
export const SLICE = 32
export const BINARY_OPERATOR = 33
export const UNARY_OPERATOR = 34
export const NOT_OPERATOR = 35
export const BOOLEAN_OPERATOR = 36
export const COMPARISON_OPERATOR = 37
export const CONDITIONAL_EXPRESSION = 38
export const LAMBDA = 39
export const TUPLE = 40
export const LIST = 41
export const SET = 42
export const DICTIONARY = 43
export const PAIR = 44
export const LIST_COMPREHENSION = 45
export const SET_COMPREHENSION = 46
export const DICTIONARY_COMPREHENSION = 47
export const GENERATOR_EXPRESSION = 48
export const FOR_IN_CLAUSE = 49
export const IF_CLAUSE = 50
export const AWAIT = 51
export const YIELD = 52
export const NAMED_EXPRESSION = 53
export const PARENTHESIZED_EXPRESSION = 54
export const EXPRESSION_LIST = 55
export const PATTERN_LIST = 56
export const TUPLE_PATTERN = 57
export const LIST_PATTERN = 58
export const LIST_SPLAT_PATTERN = 59
export const DICTIONARY_SPLAT_PATTERN = 60
export const AS_PATTERN = 61
export const AS_PATTERN_TARGET = 62
export const DOTTED_NAME = 63
export const TYPE = 64
export const GENERIC_TYPE = 65
export const TYPE_PARAMETER = 66
export const UNION_TYPE = 67
export const CONSTRAINED_TYPE = 68
export const MEMBER_TYPE = 69
export const SPLAT_TYPE = 70
export const TYPED_PARAMETER = 71
export const DEFAULT_PARAMETER = 72
export const TYPED_DEFAULT_PARAMETER = 73
export const KEYWORD_SEPARATOR = 74
export const POSITIONAL_SEPARATOR = 75
export const PARAMETERS = 76
export const LAMBDA_PARAMETERS = 77

/** The least kind that is a statement or a part of one. */
export const FIRST_STATEMENT = 100
export const MODULE = 100
export const BLOCK = 101
export const EXPRESSION_STATEMENT = 102
export const ASSIGNMENT = 103
export const AUGMENTED_ASSIGNMENT = 104
export const RETURN_STATEMENT = 105
export const DELETE_STATEMENT = 106
export const RAISE_STATEMENT = 107
export const PASS_STATEMENT = 108
export const BREAK_STATEMENT = 109
export const CONTINUE_STATEMENT = 110
export const GLOBAL_STATEMENT = 111
export const NONLOCAL_STATEMENT = 112
export const ASSERT_STATEMENT = 113
export const IMPORT_STATEMENT = 114
export const IMPORT_FROM_STATEMENT = 115
export const FUTURE_IMPORT_STATEMENT = 116
export const ALIASED_IMPORT = 117
export const WILDCARD_IMPORT = 118
export const RELATIVE_IMPORT = 119
export const PRINT_STATEMENT = 120
export const EXEC_STATEMENT = 121
export const CHEVRON = 122
export const TYPE_ALIAS_STATEMENT = 123
export const IF_STATEMENT = 124
export const ELIF_CLAUSE = 125
export const ELSE_CLAUSE = 126
export const FOR_STATEMENT = 127
export const WHILE_STATEMENT = 128
export const TRY_STATEMENT = 129
export const EXCEPT_CLAUSE = 130
export const FINALLY_CLAUSE = 131
export const WITH_STATEMENT = 132
export const WITH_CLAUSE = 133
export const WITH_ITEM = 134
export const FUNCTION_DEFINITION = 135
export const CLASS_DEFINITION = 136
export const DECORATED_DEFINITION = 137
export const DECORATOR = 138
export const MATCH_STATEMENT = 139
export const CASE_CLAUSE = 140
export const CASE_PATTERN = 141
export const KEYWORD_PATTERN = 142
export const SPLAT_PATTERN = 143
export const CLASS_PATTERN = 144

/** Named node types by the grammar's own name. */
const NAMED: Readonly<Record<string, number>> = {
  comment: COMMENT,
  identifier: IDENTIFIER,
  integer: INTEGER,
  float: FLOAT,
  string: STRING,
  string_start: STRING_START,
  string_content: STRING_CONTENT,
  string_end: STRING_END,
  interpolation: INTERPOLATION,
  format_expression: FORMAT_EXPRESSION,
  format_specifier: FORMAT_SPECIFIER,
  concatenated_string: CONCATENATED_STRING,
  true: TRUE,
  false: FALSE,
  none: NONE,
  ellipsis: ELLIPSIS,
  attribute: ATTRIBUTE,
  call: CALL,
  argument_list: ARGUMENT_LIST,
  keyword_argument: KEYWORD_ARGUMENT,
  list_splat: LIST_SPLAT,
  dictionary_splat: DICTIONARY_SPLAT,
  subscript: SUBSCRIPT,
  slice: SLICE,
  binary_operator: BINARY_OPERATOR,
  unary_operator: UNARY_OPERATOR,
  not_operator: NOT_OPERATOR,
  boolean_operator: BOOLEAN_OPERATOR,
  comparison_operator: COMPARISON_OPERATOR,
  conditional_expression: CONDITIONAL_EXPRESSION,
  lambda: LAMBDA,
  tuple: TUPLE,
  list: LIST,
  set: SET,
  dictionary: DICTIONARY,
  pair: PAIR,
  list_comprehension: LIST_COMPREHENSION,
  set_comprehension: SET_COMPREHENSION,
  dictionary_comprehension: DICTIONARY_COMPREHENSION,
  generator_expression: GENERATOR_EXPRESSION,
  for_in_clause: FOR_IN_CLAUSE,
  if_clause: IF_CLAUSE,
  await: AWAIT,
  yield: YIELD,
  named_expression: NAMED_EXPRESSION,
  parenthesized_expression: PARENTHESIZED_EXPRESSION,
  expression_list: EXPRESSION_LIST,
  pattern_list: PATTERN_LIST,
  tuple_pattern: TUPLE_PATTERN,
  list_pattern: LIST_PATTERN,
  list_splat_pattern: LIST_SPLAT_PATTERN,
  dictionary_splat_pattern: DICTIONARY_SPLAT_PATTERN,
  as_pattern: AS_PATTERN,
  as_pattern_target: AS_PATTERN_TARGET,
  dotted_name: DOTTED_NAME,
  type: TYPE,
  generic_type: GENERIC_TYPE,
  type_parameter: TYPE_PARAMETER,
  union_type: UNION_TYPE,
  constrained_type: CONSTRAINED_TYPE,
  member_type: MEMBER_TYPE,
  splat_type: SPLAT_TYPE,
  typed_parameter: TYPED_PARAMETER,
  default_parameter: DEFAULT_PARAMETER,
  typed_default_parameter: TYPED_DEFAULT_PARAMETER,
  keyword_separator: KEYWORD_SEPARATOR,
  positional_separator: POSITIONAL_SEPARATOR,
  parameters: PARAMETERS,
  lambda_parameters: LAMBDA_PARAMETERS,
  module: MODULE,
  block: BLOCK,
  expression_statement: EXPRESSION_STATEMENT,
  assignment: ASSIGNMENT,
  augmented_assignment: AUGMENTED_ASSIGNMENT,
  return_statement: RETURN_STATEMENT,
  delete_statement: DELETE_STATEMENT,
  raise_statement: RAISE_STATEMENT,
  pass_statement: PASS_STATEMENT,
  break_statement: BREAK_STATEMENT,
  continue_statement: CONTINUE_STATEMENT,
  global_statement: GLOBAL_STATEMENT,
  nonlocal_statement: NONLOCAL_STATEMENT,
  assert_statement: ASSERT_STATEMENT,
  import_statement: IMPORT_STATEMENT,
  import_from_statement: IMPORT_FROM_STATEMENT,
  future_import_statement: FUTURE_IMPORT_STATEMENT,
  aliased_import: ALIASED_IMPORT,
  wildcard_import: WILDCARD_IMPORT,
  relative_import: RELATIVE_IMPORT,
  print_statement: PRINT_STATEMENT,
  exec_statement: EXEC_STATEMENT,
  chevron: CHEVRON,
  type_alias_statement: TYPE_ALIAS_STATEMENT,
  if_statement: IF_STATEMENT,
  elif_clause: ELIF_CLAUSE,
  else_clause: ELSE_CLAUSE,
  for_statement: FOR_STATEMENT,
  while_statement: WHILE_STATEMENT,
  try_statement: TRY_STATEMENT,
  except_clause: EXCEPT_CLAUSE,
  finally_clause: FINALLY_CLAUSE,
  with_statement: WITH_STATEMENT,
  with_clause: WITH_CLAUSE,
  with_item: WITH_ITEM,
  function_definition: FUNCTION_DEFINITION,
  class_definition: CLASS_DEFINITION,
  decorated_definition: DECORATED_DEFINITION,
  decorator: DECORATOR,
  match_statement: MATCH_STATEMENT,
  case_clause: CASE_CLAUSE,
  case_pattern: CASE_PATTERN,
  keyword_pattern: KEYWORD_PATTERN,
  splat_pattern: SPLAT_PATTERN,
  class_pattern: CLASS_PATTERN,
}

/** Tokens that are no named nodes but mean something to lowering. */
const ANONYMOUS: Readonly<Record<string, number>> = {
  ",": COMMA,
  ":": COLON,
  async: ASYNC,
  from: FROM,
}

export const NO_FIELD = 0
export const F_NAME = 1
export const F_VALUE = 2
export const F_LEFT = 3
export const F_RIGHT = 4
export const F_OPERATOR = 5
export const F_OPERATORS = 6
export const F_TYPE = 7
export const F_BODY = 8
export const F_CONDITION = 9
export const F_CONSEQUENCE = 10
export const F_ALTERNATIVE = 11
export const F_ALIAS = 12
export const F_PARAMETERS = 13
export const F_RETURN_TYPE = 14
export const F_SUPERCLASSES = 15
export const F_DEFINITION = 16
export const F_FUNCTION = 17
export const F_ARGUMENTS = 18
export const F_OBJECT = 19
export const F_ATTRIBUTE = 20
export const F_SUBSCRIPT = 21
export const F_ARGUMENT = 22
export const F_KEY = 23
export const F_CAUSE = 24
export const F_SUBJECT = 25
export const F_GUARD = 26
export const F_MODULE_NAME = 27
export const F_EXPRESSION = 28
export const F_CODE = 29

const FIELDS: Readonly<Record<string, number>> = {
  name: F_NAME,
  value: F_VALUE,
  left: F_LEFT,
  right: F_RIGHT,
  operator: F_OPERATOR,
  operators: F_OPERATORS,
  type: F_TYPE,
  body: F_BODY,
  condition: F_CONDITION,
  consequence: F_CONSEQUENCE,
  alternative: F_ALTERNATIVE,
  alias: F_ALIAS,
  parameters: F_PARAMETERS,
  return_type: F_RETURN_TYPE,
  superclasses: F_SUPERCLASSES,
  definition: F_DEFINITION,
  function: F_FUNCTION,
  arguments: F_ARGUMENTS,
  object: F_OBJECT,
  attribute: F_ATTRIBUTE,
  subscript: F_SUBSCRIPT,
  argument: F_ARGUMENT,
  key: F_KEY,
  cause: F_CAUSE,
  subject: F_SUBJECT,
  guard: F_GUARD,
  module_name: F_MODULE_NAME,
  expression: F_EXPRESSION,
  code: F_CODE,
}

/** What of a loaded grammar the numbers are made from. */
export interface GrammarNames {
  readonly types: readonly string[]
  readonly fields: readonly (string | null)[]
  nodeTypeIsNamed(id: number): boolean
}

/** The grammar's ids mapped to ours: `kinds[typeId]` and `fields[fieldId]`. */
export interface Numbers {
  readonly kinds: Uint8Array
  readonly fields: Uint8Array
}

/**
 * Maps a grammar's ids to our numbers.
 * @throws Error when the grammar lacks a node type or field that lowering relies on.
 */
export function numbersOf(grammar: GrammarNames): Numbers {
  const kinds = new Uint8Array(grammar.types.length)
  const missing = new Set([...Object.keys(NAMED), ...Object.keys(FIELDS).map((name) => `field ${name}`)])
  grammar.types.forEach((name, id) => {
    const named = grammar.nodeTypeIsNamed(id)
    kinds[id] = (named ? NAMED[name] : ANONYMOUS[name]) ?? OTHER
    if (named) missing.delete(name)
  })
  const fields = new Uint8Array(grammar.fields.length)
  grammar.fields.forEach((name, id) => {
    if (name === null || name === undefined) return
    fields[id] = FIELDS[name] ?? NO_FIELD
    missing.delete(`field ${name}`)
  })
  if (missing.size > 0) {
    throw new Error(`The Python grammar has no ${[...missing].join(", ")}; it is not the version in grammars/lock.json`)
  }
  return { kinds, fields }
}
