/**
 * What the size estimate assumes where nothing is measured. Each is an upper estimate that a rule can only use as
 * `likely`; counted rows and configured statistics are `certain`.
 */

/** Bytes of a row whose columns are not known: a wide row of about fifty short fields. */
export const ROW_BYTES = 1024

/** Bytes of a value of a simple type, as Spark's own estimate (DataType.defaultSize): 8, strings 20, other 100. */
export const VALUE_BYTES: Readonly<Record<string, number>> = {
  boolean: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  float: 4,
  double: 8,
  date: 4,
  timestamp: 8,
  string: 20,
  binary: 100,
}
export const OTHER_VALUE_BYTES = 100

/** Rows that a program builds in Python before it hands them over: py4j pickles them in one go on the driver. */
export const PYTHON_ROWS = 10_000
/** Rows of a pandas frame that a driver holds comfortably next to its own heap. */
export const PANDAS_ROWS = 100_000

/** Rows of `SHOW …`, `DESCRIBE …` and other metadata commands. */
export const METADATA_ROWS = 10_000
/** Rows of `describe()` and `summary()`. */
export const DESCRIBE_ROWS = 10

/** Rows that one row with arrays or text in it becomes in `explode` or `flatMap`, where the data was written by hand. */
export const ROWS_OF_ONE = 10
/** Matches of a row in an equi-join of small frames. */
export const MATCHES = 10

/** Distinct values of functions that have few of them. */
export const FEW_VALUES: Readonly<Record<string, number>> = {
  year: 200,
  quarter: 4,
  month: 12,
  dayofmonth: 31,
  day: 31,
  dayofweek: 7,
  weekday: 7,
  weekofyear: 53,
  hour: 24,
  minute: 60,
  second: 60,
  isNull: 2,
  isNotNull: 2,
  isnull: 2,
  isnan: 2,
  isin: 3,
  like: 3,
  rlike: 3,
  startswith: 3,
  endswith: 3,
  contains: 3,
  between: 3,
  spark_partition_id: 5_000,
}
