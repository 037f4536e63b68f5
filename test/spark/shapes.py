"""Starts one session after the other on a cluster and tells what Spark's REST interface says of their executors.

Standard input: {"master": ..., "executors": N, "shapes": [{conf}, ...]}. Standard output, last line: a list of lists.
"""

import json
import sys
import time
import urllib.request

from pyspark.sql import SparkSession

asked = json.load(sys.stdin)
FIELDS = ("maxMemory", "totalCores", "maxTasks")


def executors(sc):
    url = f"{sc.uiWebUrl}/api/v1/applications/{sc.applicationId}/executors"
    with urllib.request.urlopen(url, timeout=20) as answer:
        found = json.load(answer)
    return [each for each in found if each["id"] != "driver" and each["isActive"]]


answers = []
for shape in asked["shapes"]:
    builder = SparkSession.builder.master(asked["master"]).appName("shapes")
    for key, value in shape["conf"].items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    sc = spark.sparkContext
    deadline = time.monotonic() + 60
    # the memory of an executor arrives with its block manager, a little after the executor itself
    while True:
        found = executors(sc)
        if len(found) >= shape["executors"] and all(each["maxMemory"] > 0 for each in found):
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"{len(found)} of {shape['executors']} executors came: {shape}")
        time.sleep(0.3)
    rows = sc.parallelize(range(8), 8).map(lambda x: x + 1).sum()
    assert rows == 36
    answers.append([{field: each[field] for field in FIELDS} for each in found])
    spark.stop()
print(json.dumps(answers))
