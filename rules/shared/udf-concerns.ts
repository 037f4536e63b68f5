import type { Call, PyExpr, Udf, UdfKind, Value } from "../api.ts"
import { computesOnBatches, loadsModel } from "./models.ts"
import { SHADOWED } from "./shadowed.ts"

/** Kinds that are given columns, one row at a time. */
export const ROW_KINDS: ReadonlySet<UdfKind> = new Set(["row", "arrow"])
/** Kinds whose body sees one row or element at a time. */
export const PER_ROW: Partial<Record<UdfKind, string>> = {
  row: "row",
  arrow: "row",
  rdd: "element",
  foreach: "row",
}
/** Kinds that are expressions of a query, which Spark may compute twice or not at all. */
export const COLUMN_KINDS: ReadonlySet<UdfKind> = new Set(["row", "arrow", "pandas", "pandas-iterator"])

const SPARK_ONLY_ON_DRIVER =
  /^(SparkSession|SparkSession\.Builder|SparkContext|SQLContext|DataFrame|GroupedData|RDD|DataFrameReader|DataFrameWriter|DataFrameWriterV2|DataFrameNaFunctions|DataFrameStatFunctions|Catalog|RuntimeConfig|UDFRegistration|UserDefinedFunction|functions)\./
/** They make a UDF, or a value that is no column, or ask whether there is a session: None on an executor. */
const NOT_A_COLUMN =
  /^functions\.(udf|pandas_udf|arrow_udf|udtf)$|^SparkContext\.(getOrCreate\.)?_|^SparkSession\.getActiveSession$/

/** The first call in a UDF's body that needs the driver: of a session, a DataFrame, a column function, another UDF. */
export function sparkInside(udf: Udf): Call | undefined {
  return udf.calls.find(
    (call) =>
      call.spark &&
      SPARK_ONLY_ON_DRIVER.test(call.api) &&
      !NOT_A_COLUMN.test(call.api) &&
      // Python's own function was meant: builtin-shadowed speaks
      !(call.api.startsWith("functions.") && call.receiverSite === null && SHADOWED.has(call.name)),
  )
}

const OF_THE_DRIVER = new Set(["SparkSession", "SparkContext", "SQLContext"])

function isOfDriver(value: Value): boolean {
  return value.kind === "frame" || (value.kind === "spark" && OF_THE_DRIVER.has(value.class))
}

/** A captured name that cannot be sent along: a session, a frame, or an object that holds one. */
export function capturedFromDriver(udf: Udf): string | undefined {
  for (const [name, value] of udf.captures) {
    if (isOfDriver(value)) return `\`${name}\``
    if (value.kind !== "instance") continue
    for (const [attribute, held] of value.attributes)
      if (isOfDriver(held)) return `\`${name}\`, which holds \`${attribute}\``
  }
  return undefined
}

/** Constructors of clients: each opens a connection, or a pool of them. */
const CLIENTS: readonly (readonly [RegExp, string])[] = [
  [/^requests\.(get|post|put|delete|patch|head|options|request|Session|session)$/, "an HTTP connection"],
  [/^httpx\.(get|post|put|delete|patch|head|request|Client|AsyncClient)$/, "an HTTP connection"],
  [/^urllib\.request\.urlopen$|^urllib2\.urlopen$|^urllib3\.PoolManager$/, "an HTTP connection"],
  [/^http\.client\.HTTPS?Connection$|^httplib2\.Http$|^aiohttp\.ClientSession$/, "an HTTP connection"],
  [/^boto3\.(client|resource|Session|session\.Session)$|^boto\.connect_\w+$/, "an AWS client"],
  [/^google\.cloud\.(\w+\.)*\w*Client$/, "a Google Cloud client"],
  [/^azure\.(\w+\.)*\w*Client(\.from_\w+)?$/, "an Azure client"],
  [
    /^(psycopg2?|pymysql|MySQLdb|mysql\.connector|pyodbc|cx_Oracle|oracledb|sqlite3|jaydebeapi|pymssql|vertica_python|snowflake\.connector|psycopg2cffi|trino\.dbapi|prestodb\.dbapi|clickhouse_driver|ibm_db)\.(connect|Connection)$/,
    "a database connection",
  ],
  [/^clickhouse_driver\.Client$|^clickhouse_connect\.get_client$/, "a database connection"],
  [
    /^sqlalchemy\.(engine\.)?create_engine$|^(pymongo\.)?MongoClient$|^pymongo\.(mongo_client\.)?MongoClient$/,
    "a database connection",
  ],
  [
    /^redis\.(Redis|StrictRedis|from_url|Redis\.from_url|ConnectionPool)$|^happybase\.Connection$|^cassandra\.cluster\.Cluster$/,
    "a database connection",
  ],
  [
    /^(elasticsearch|opensearchpy)\.\w*(Elasticsearch|OpenSearch)$|^neo4j\.GraphDatabase\.driver$/,
    "a database connection",
  ],
  [
    /^kafka\.(Kafka)?(Producer|Consumer|KafkaProducer|KafkaConsumer)$|^confluent_kafka\.\w*(Producer|Consumer)$|^pika\.BlockingConnection$/,
    "a broker connection",
  ],
  [/^(openai\.(\w*OpenAI)|anthropic\.Anthropic)$/, "an HTTP client"],
  [
    /^smtplib\.SMTP(_SSL)?$|^ftplib\.FTP(_TLS)?$|^paramiko\.(SSHClient|Transport)$|^grpc\.(in)?secure_channel$|^socket\.create_connection$/,
    "a connection",
  ],
]

/** What a call opens, in words; undefined where it opens nothing. */
export function opens(call: Call): string | undefined {
  return call.spark ? undefined : CLIENTS.find(([pattern]) => pattern.test(call.api))?.[1]
}

/** What libraries that no list names call their clients: `hvac.Client`, `slack_sdk.WebClient`. */
const NAMED_CLIENTS = /^[a-z_]\w*(\.\w+)*\.[A-Z]\w*(?<!Mock)(Client|Connection)$|^[a-z_]\w*(\.\w+)*\.Client$/

/** The call makes a client by its name; of what it opens nothing more is known. */
export function opensByName(call: Call): boolean {
  return !call.spark && NAMED_CLIENTS.test(call.api) && !/^(builtins|unittest|typing)\b/.test(call.api)
}

/** Calls that give another value each time. */
const UNSTABLE =
  /^(random\.(?!seed|Random|SystemRandom|getstate|setstate)\w+|numpy\.random\.(?!seed|default_rng|RandomState|Generator)\w+|uuid\.(uuid1|uuid4)|secrets\.\w+|os\.urandom|time\.(time|time_ns|perf_counter|monotonic|localtime|gmtime|ctime)|datetime\.(datetime\.)?(now|utcnow|today)|datetime\.date\.today|faker\.(Faker|Factory)(\.create)?\(\)\.(?!add_provider|seed)\w+|(random\.(Random|SystemRandom)|numpy\.random\.(default_rng|RandomState))\(\)\.\w+)$/
/** What makes a generator, or seeds it. */
const SEEDS = /^(random\.(seed|Random)|numpy\.random\.(seed|default_rng|RandomState)|.*\.(seed|seed_instance))$/

/** The first call in a UDF's body that gives another value each time; none where a seed is set in it. */
export function unstableIn(udf: Udf): Call | undefined {
  if (udf.calls.some((call) => SEEDS.test(call.api) && call.args.length > 0)) return undefined
  return udf.calls.find(
    (call) =>
      !call.spark &&
      UNSTABLE.test(call.api) &&
      // a clock around the work, to log how long it took, is not what the UDF gives
      !(call.api.startsWith("time.") && !(udf.body && mentions(udf.body, call.api))) &&
      // `time.localtime(x)` is of x
      !(/^time\.(localtime|gmtime|ctime)$/.test(call.api) && call.args.length > 0),
  )
}

/** A model runs or is loaded in it: other rules speak of that. */
export function runsModel(udf: Udf): boolean {
  return udf.calls.some((call) => computesOnBatches(call) || loadsModel(call) !== null)
}

/** Something weightier than its speed is wrong with a UDF, and another rule says so. */
export function hasGraverConcern(udf: Udf): boolean {
  let grave = graver.get(udf)
  if (grave === undefined) {
    grave =
      runsModel(udf) ||
      sparkInside(udf) !== undefined ||
      capturedFromDriver(udf) !== undefined ||
      udf.calls.some((call) => opens(call) !== undefined) ||
      (!udf.nondeterministic && isUnstable(udf))
    graver.set(udf, grave)
  }
  return grave
}

/** Asked by each rule of UDFs, at each of their uses. */
const graver = new WeakMap<Udf, boolean>()

/** It gives other values each time, by a call or by counting. */
function isUnstable(udf: Udf): boolean {
  return unstableIn(udf) !== undefined || udf.counts.length > 0
}

/** A call of this path is part of what an expression gives. */
function mentions(expr: PyExpr, path: string): boolean {
  const inner = (part: PyExpr): boolean => mentions(part, path)
  switch (expr.op) {
    case "call":
      return expr.fn === path || (expr.on !== undefined && inner(expr.on)) || expr.args.some(inner)
    case "attribute":
      return inner(expr.on)
    case "index":
      return inner(expr.on) || inner(expr.index)
    case "binary":
      return inner(expr.left) || inner(expr.right)
    case "unary":
      return inner(expr.operand)
    case "if":
      return inner(expr.test) || inner(expr.value) || inner(expr.otherwise)
    case "try":
      return inner(expr.value) || inner(expr.otherwise)
    case "format":
      return expr.parts.some(inner)
    case "sequence":
      return expr.items.some(inner)
    case "comprehension":
      return inner(expr.over) || inner(expr.each)
    default:
      return false
  }
}
