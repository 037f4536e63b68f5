"""
Prints which lines the runner takes for the user's, with a PySpark that is none: packages of these names in a zip file,
whose calls end in a JavaMember that notes what was set.

    fake_spark.py FOLDER
"""

import os
import sys
import textwrap
import threading
import zipfile

FOLDER = sys.argv[1]

GATEWAY = """
class JavaMember:
    def __init__(self, name, target_id="o1"):
        self.name, self.target_id = name, target_id

    def _build_args(self, *args):
        return args

    def __call__(self, *args):
        args = self._build_args(*args)
        if self.name == "fails":
            raise ValueError("in the JVM")
        return args


class ClientServer:
    pass
"""

PYSPARK = """
from py4j.java_gateway import ClientServer, JavaMember


class Context:
    def __init__(self):
        self.said = {}
        self._jsc = self

    def setLocalProperty(self, key, value):
        self.said[key] = value


class SparkContext:
    _active_spark_context = Context()
    _gateway = ClientServer()


def count():
    return wrapper()


def wrapper():
    return JavaMember("jcount")()


def fails():
    JavaMember("fails")()


def calls_back(function):
    function()


count_as = {"name": count}
"""


def write(path, text, archive=None):
    text = textwrap.dedent(text)
    if archive:
        archive.writestr(path, text)
        return
    path = os.path.join(FOLDER, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


with zipfile.ZipFile(os.path.join(FOLDER, "spark.zip"), "w") as spark:
    write("py4j/__init__.py", "", spark)
    write("py4j/java_gateway.py", GATEWAY, spark)
    write("pyspark/__init__.py", PYSPARK, spark)
with zipfile.ZipFile(os.path.join(FOLDER, "mine.zip"), "w") as mine:
    write("in_zip.py", "import pyspark\ndef go():\n    pyspark.count()\n", mine)
write("lib/site-packages/package.py", "import pyspark\ndef go():\n    pyspark.count()\n")
write("mine/helper.py", "import pyspark, package\ndef go():\n    pyspark.count()\ndef library():\n    package.go()\n")
for folder in ("spark.zip", "mine.zip", "lib/site-packages", "mine"):
    sys.path.append(os.path.join(FOLDER, folder))

import helper  # noqa: E402
import in_zip  # noqa: E402
import package  # noqa: E402
import py4j.java_gateway  # noqa: E402
import pyspark  # noqa: E402

said = pyspark.SparkContext._active_spark_context.said


def show(what):
    print(what, said.get("callSite.short"), said.get("callSite.long", "").split("\n"), sep=" | ")
    said.clear()


print(type(py4j.java_gateway.__loader__).__name__, py4j.java_gateway.__spec__.loader is py4j.java_gateway.__loader__)
pyspark.count()
show("program")
helper.go()
show("helper")
helper.library()
show("package")
in_zip.go()
show("zip")
pyspark.calls_back(lambda: helper.go())
show("callback")
exec(compile("pyspark.count()", "<string>", "exec"))
show("exec")
exec(compile("\n\npyspark.count()", "/tmp/ipykernel_1/2345.py", "exec"))
show("cell")
exec(compile("pyspark.count()", "<stdin>", "exec"), {"__name__": "elsewhere", "pyspark": pyspark})
show("generated")
exec(compile("import package; package.go()", "<frozen main>", "exec"), {"__name__": "elsewhere"})
show("generated package")
thread = threading.Thread(target=pyspark.count)
thread.start()
thread.join()
show("thread")
os.chdir("/")
helper.go()
show("moved")
pyspark.count()
pyspark.count()
show("twice")
try:
    pyspark.fails()
except ValueError as error:
    trace, names = error.__traceback__, []
    while trace:
        names.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    print(names)
said.clear()

JavaMember = py4j.java_gateway.JavaMember
# Without a line of the program's in the thread, as where PySpark hands a parent's properties on.
inherit = eval("lambda: member('setLocalProperties')({})", {"member": JavaMember, "__name__": "pyspark.util"})
call = eval("lambda: count()", {"count": pyspark.count, "__name__": "pyspark.util"})
thread = threading.Thread(target=eval("lambda: (inherit(), call())", {"inherit": inherit, "call": call}))
thread.start()
thread.join()
show("inherited")
JavaMember("setLocalProperty")("callSite.short", "mine")
pyspark.count()
show("theirs")
JavaMember("setLocalProperty")("callSite.short", None)
pyspark.count()
show("ours again")
pyspark.SparkContext._active_spark_context = gone = pyspark.Context()
gone.setLocalProperty = None
pyspark.count()
show("gone")
pyspark.SparkContext._active_spark_context = other = pyspark.Context()
said = other.said
pyspark.count()
show("another context")
pyspark.SparkContext._gateway = object()
pyspark.count()
show("shared threads")
pyspark.SparkContext._active_spark_context = None
pyspark.count()
show("no context")
