import { clientPerRow } from "../../../rules/udfs/client-per-row.ts"
import { describeRule } from "../harness.ts"

const READ = `import boto3
import psycopg2
import requests
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(clientPerRow, ({ fires, silent, suggests }) => {
  fires(
    "a request per row in a UDF",
    `${READ}@udf("string")
def city(ip):
    return requests.get(f"https://example.org/{ip}").json()["city"]
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`city\` opens an HTTP connection for every row
#                   | \`city\` runs once for every row
#                   | applied here

orders.withColumn("city", city("ip")).write.parquet("out")
`,
  )
  fires(
    "a cloud client per element of an RDD",
    `${READ}def upload(row):
    s3 = boto3.client("s3")
#              ^^^^^^^^^^^^ \`upload\` opens an AWS client for every element
    s3.put_object(Bucket="b", Key=str(row.id), Body=row.text)
    return row.id

orders.rdd.map(upload).count()
`,
  )
  fires(
    "a database connection in foreach",
    `${READ}def save(row):
    connection = psycopg2.connect("dbname=shop")
#                         ^^^^^^^^^^^^^^^^^^^^^^ opens a database connection for every row
    connection.cursor().execute("INSERT INTO t VALUES (%s)", (row.id,))
    connection.commit()

orders.foreach(save)
`,
  )
  fires(
    "a helper that connects",
    `${READ}def connect():
    return psycopg2.connect("dbname=shop")
#                   ^^^^^^^^^^^^^^^^^^^^^^ opens a database connection for every row

def name_of(key):
    with connect() as connection:
        return connection.cursor().execute("SELECT 1").fetchone()[0]

name_udf = udf(name_of, "string")
orders.select(name_udf("customer_id")).write.parquet("out")
`,
  )
  fires(
    "a client in a filter of an RDD",
    `${READ}import redis

kept = orders.rdd.filter(lambda row: redis.Redis(host="cache").exists(row.id))
#                                          ^^^^^^^^^^^^^^^^^^^ opens a database connection
kept.saveAsTextFile("out")
`,
  )
  fires(
    "a session per row is no better than a request",
    `${READ}@udf("int")
def status(url):
    with requests.Session() as session:
#                 ^^^^^^^^^ opens an HTTP connection for every row
        return session.get(url).status_code

orders.select(status("url")).write.parquet("out")
`,
  )

  fires(
    "of a library that no list names",
    `${READ}import hvac

@udf("string")
def secret(name):
    client = hvac.Client(url="https://vault")
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^ opens a client (\`Client\`) for every row
    return client.read(name)["data"]

orders.select(secret("country")).write.parquet("out")
`,
  )
  silent(
    "such a client, one per partition",
    `${READ}import hvac\n\ndef secrets(rows):\n    client = hvac.Client(url="https://vault")\n    for row in rows:\n        yield client.read(row.country)\n\norders.rdd.mapPartitions(secrets).saveAsTextFile("out")\n`,
  )
  silent(
    "one connection per partition",
    `${READ}def save(rows):\n    connection = psycopg2.connect("dbname=shop")\n    for row in rows:\n        connection.cursor().execute("INSERT INTO t VALUES (%s)", (row.id,))\n    connection.commit()\n\norders.foreachPartition(save)\n`,
  )
  silent(
    "one client per batch of an iterator",
    `${READ}def ask(batches):\n    session = requests.Session()\n    for batch in batches:\n        batch["city"] = [session.get(url).text for url in batch["url"]]\n        yield batch\n\norders.mapInPandas(ask, "url string, city string").write.parquet("out")\n`,
  )
  silent(
    "a client of the driver",
    `${READ}rates = requests.get("https://example.org/rates").json()\n\n@udf("double")\ndef rate(currency):\n    return rates.get(currency)\n\norders.select(rate("currency")).write.parquet("out")\n`,
  )
  silent(
    "kept in a module-level variable",
    `${READ}_client = None\n\ndef upload(row):\n    global _client\n    if _client is None:\n        _client = boto3.client("s3")\n    _client.put_object(Bucket="b", Key=str(row.id))\n\norders.foreach(upload)\n`,
  )
  silent(
    "kept by a cached function",
    `${READ}import functools\n\n@functools.lru_cache(maxsize=1)\ndef client():\n    return boto3.client("s3")\n\ndef upload(row):\n    client().put_object(Bucket="b", Key=str(row.id))\n\norders.foreach(upload)\n`,
  )
  silent(
    "a loop over rows on the driver",
    `${READ}for row in orders.limit(5).collect():\n    requests.post("https://example.org", json={"id": row.id})\n`,
  )
  silent(
    "parsing an address opens nothing",
    `${READ}from urllib.parse import urlparse\n\n@udf("string")\ndef host(url):\n    return urlparse(url).netloc\n\norders.select(host("url")).write.parquet("out")\n`,
  )
  silent(
    "a function that runs on the driver",
    `${READ}def save(batch, n):\n    requests.post("https://example.org", json={"n": n})\n\nspark.readStream.table("t").writeStream.foreachBatch(save).start()\n`,
  )
  silent(
    "a session that was made outside, for the whole worker",
    `${READ}session = requests.Session()\n\n@udf("int")\ndef status(url):\n    return session.get(url).status_code\n\norders.select(status("url")).write.parquet("out")\n`,
  )
  silent("a list's own map", `${READ}list(map(lambda url: requests.get(url), ["a", "b"]))\n`)

  suggests(
    "foreachPartition with the user's client",
    `${READ}def save(row):\n    connection = psycopg2.connect("dbname=shop")\n    connection.commit()\n\norders.foreach(save)\n`,
    `def save(rows):\n    client = psycopg2.connect("dbname=shop")\n    for row in rows:`,
  )
})
