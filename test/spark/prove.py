"""Runs snippets of PySpark in one session, each as if it were alone, and tells what each left.

Reads requests from standard input, one JSON object a line: {"code": ..., "timeout": seconds}. Answers each with one
line on standard output; whatever the snippets and Spark print goes to standard error. The first line says that it is
ready. An answer: {"error": ...} or {"kind", "rows", "checksum", "sample", "plan", "seconds"}.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import time
import traceback

# Only answers go to the real standard output.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

home = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, home)
cache = os.environ["SHUFFLEWISE_CACHE"]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def working_folder():
    """A folder of this process's own. Those of processes that were killed are removed."""
    os.makedirs(cache, exist_ok=True)
    for name in os.listdir(cache):
        if name.startswith("spark-work-") and not alive(int(name.rsplit("-", 1)[1])):
            shutil.rmtree(os.path.join(cache, name), ignore_errors=True)
    # Not in the system's folder for such things, which others may sweep while this runs.
    folder = os.path.join(cache, f"spark-work-{os.getpid()}")
    os.mkdir(folder)
    return folder


work = working_folder()
# The JVM takes its working folder from here, once; relative paths of the snippets count from it.
os.chdir(work)
os.environ.pop("SPARK_CONF_DIR", None)
os.environ["TZ"] = "UTC"
time.tzset()

import checksums  # noqa: E402
import plans  # noqa: E402
import tables  # noqa: E402
import watch  # noqa: E402
from pyspark import __version__ as version  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.autoBroadcastJoinThreshold": "256k",
    "spark.sql.session.timeZone": "UTC",
    # So that plans and debug strings are told in full.
    "spark.sql.debug.maxToStringFields": "10000",
    "spark.sql.warehouse.dir": os.path.join(work, "spark-warehouse"),
    "spark.ui.retainedJobs": "100000",
    "spark.ui.retainedStages": "100000",
}


class Timeout(Exception):
    pass


def start():
    builder = SparkSession.builder.master("local[2]").appName("proof")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    source = open(os.path.join(home, "tables.py"), "rb").read()
    digest = hashlib.sha256(source + version.encode()).hexdigest()[:12]
    tables.make(spark, os.path.join(cache, f"spark-tables-{digest}"))
    return spark


def fresh_session(base):
    """A session with the base's settings and none of the earlier snippets' confs, views or functions."""
    session = base.newSession()
    session._jvm.org.apache.spark.sql.SparkSession.setActiveSession(session._jsparkSession)
    session._jvm.org.apache.spark.sql.SparkSession.setDefaultSession(session._jsparkSession)
    SparkSession._instantiatedSession = session
    session.sparkContext.setCheckpointDir(os.path.join(work, "checkpoints"))
    tables.register(session)
    return session


def snapshot():
    """Every file of the tables with its size and time."""
    files = {}
    for name in [*tables.TABLES, "countries.csv", "model.onnx"]:
        for folder, _, names in os.walk(name) if os.path.isdir(name) else [("", [], [name])]:
            for each in names:
                stat = os.stat(os.path.join(folder, each))
                files[os.path.join(folder, each)] = (stat.st_size, stat.st_mtime_ns)
    return files


def clean(session):
    """Undoes what a snippet did to the context that all share."""
    for query in session.streams.active:
        query.stop()
    session.catalog.clearCache()
    for rdd in dict(session.sparkContext._jsc.getPersistentRDDs()).values():
        rdd.unpersist()
    for table in session.catalog.listTables("global_temp"):
        session.catalog.dropGlobalTempView(table.name)
    for table in session.catalog.listTables("default"):
        if not table.isTemporary:
            session.sql(f"DROP TABLE IF EXISTS default.`{table.name}`")
    for name in os.listdir(work):
        if name not in [*tables.TABLES, "countries.csv", "model.onnx"]:
            path = os.path.join(work, name)
            shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.remove(path)


def alarm(_signal, _frame):
    raise Timeout()


def run(base, request):
    session = fresh_session(base)
    before = snapshot()
    namespace = {"__name__": "__main__", "spark": session, "jobs": watch.Jobs(session), "plan_of": plans.plan_of}
    begin = time.monotonic()
    signal.alarm(request["timeout"])
    try:
        exec(compile(request["code"], "<example>", "exec"), namespace)
        if "result" not in namespace:
            return {"error": "the example leaves no 'result'"}
        answer = checksums.describe(namespace["result"])
        answer["plan"] = plans.plan_of(namespace["result"])
        answer["seconds"] = round(time.monotonic() - begin, 3)
        return answer
    except Timeout:
        session.sparkContext.cancelAllJobs()
        return {"error": f"not done after {request['timeout']} s"}
    except BaseException:  # also SystemExit: a snippet must not end the others
        return {"error": traceback.format_exc(limit=-3)}
    finally:
        signal.alarm(0)
        clean(session)
        if snapshot() != before:
            raise RuntimeError("the example changed the tables that all others share")


def tell(answer):
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def main():
    signal.signal(signal.SIGALRM, alarm)
    spark = start()
    tell({"ready": version})
    try:
        for line in sys.stdin:
            tell(run(spark, json.loads(line)))
    finally:
        spark.stop()
        os.chdir(home)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
