"""Makes every stage of a PySpark program name the program's file and line. Changes nothing else.

Nothing here imports PySpark: what the program imports is watched, and set up once it is there.
"""


def arrange():
    """Sets call sites up for the PySpark that the program may import."""
    from . import classic, connect
    from .imports import after_import

    after_import({"py4j.java_gateway": classic.install, "pyspark.sql.connect.client.core": connect.install})
