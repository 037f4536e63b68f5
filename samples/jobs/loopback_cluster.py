"""A Standalone cluster of one master and one worker on this machine, out of the PySpark that pip installs.

Some things cannot be seen in local mode: an executor that dies, a task that is tried again, executors that come and
go. The jobs that show them start this cluster when nobody gave them another one. It listens on loopback only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

import pyspark
from pyspark.sql import SparkSession

from measuring import Skip

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 90


@dataclass(frozen=True)
class Shape:
    """What the worker offers. Executors come as large as `conf` says."""

    cores: int
    # MiB, booked for the heaps of executors.
    memory: int
    # Settings of the session on this cluster, which must be there before it starts.
    conf: dict[str, object] = field(default_factory=dict)


# Runs a daemon and ends all of its group as soon as its own standard input is closed, which is when the job is gone,
# in whatever way it went.
GUARD = """
import os, signal, subprocess, sys, threading
def end_with_the_job():
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
daemon = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
threading.Thread(target=end_with_the_job, daemon=True).start()
sys.exit(daemon.wait())
"""


@contextlib.contextmanager
def session_on_loopback(name: str, shape: Shape) -> Iterator[SparkSession]:
    """Starts the cluster and a session on it, and ends both. No other session may be there.

    Raises Skip where a cluster cannot be had.
    """
    if sys.platform == "win32":
        raise Skip("Linux or macOS, or a cluster of your own")
    # Executors must run the Python that runs the driver; Spark's own default is whatever `python3` is.
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = before or sys.executable
    try:
        with start_cluster(shape) as master:
            builder = SparkSession.builder.appName(name).config("spark.master", master)
            addresses = {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
            quiet = {"spark.ui.showConsoleProgress": "false"}
            for key, value in {**addresses, **quiet, **shape.conf}.items():
                builder = builder.config(key, str(value))
            spark = builder.getOrCreate()
            spark.sparkContext.setLogLevel("OFF")  # a killed executor is reported as an error, many times
            try:
                yield spark
            finally:
                spark.stop()
    finally:
        if before is None:
            del os.environ["PYSPARK_PYTHON"]


def on_loopback(spark: SparkSession) -> bool:
    """Whether a session is on a Standalone cluster of this machine's own, as those that are started here are."""
    return spark.sparkContext.master.startswith(f"spark://{LOOPBACK}:")


@contextlib.contextmanager
def start_cluster(shape: Shape) -> Iterator[str]:
    """Starts a master and a worker, gives the address of the master, and ends both with all executors."""
    with contextlib.ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True)))
        port = free_port()
        here = ["--host", LOOPBACK, "--webui-port", "0"]
        start_daemon(cleanup, folder, "master.Master", [*here, "--port", str(port)], "elected leader")
        offer = ["--cores", str(shape.cores), "--memory", f"{shape.memory}m", "-d", str(folder / "work")]
        master = f"spark://{LOOPBACK}:{port}"
        start_daemon(cleanup, folder, "worker.Worker", [*here, *offer, master], "Successfully registered with master")
        yield master


def start_daemon(cleanup: contextlib.ExitStack, folder: Path, name: str, arguments: list[str], ready: str) -> None:
    """Starts one of Spark's daemons and waits until its log says that it is ready."""
    home = os.environ.get("SPARK_HOME") or str(Path(pyspark.__file__).parent)
    command = [str(Path(home, "bin", "spark-class")), f"org.apache.spark.deploy.{name}", *arguments]
    environment = {
        **os.environ,
        "SPARK_HOME": home,
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": "256m",
        # Every master on a machine would want the same port for this.
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
    }
    log = folder / f"{name}.log"
    with open(log, "wb") as output:
        # A group of its own, so that the executors, which the worker starts, can be ended with it.
        daemon = subprocess.Popen(
            [sys.executable, "-c", GUARD, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    cleanup.callback(end_group, daemon)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ready not in log.read_text(errors="replace"):
        if daemon.poll() is not None or time.monotonic() > deadline:
            last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise Skip(f"a Standalone cluster, but its {name} did not start here: {last}")
        time.sleep(0.1)


def end_group(daemon: subprocess.Popen) -> None:
    """Asks a daemon and all that it started to end, ends them after ten seconds, and waits until all are gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + 10
        try:
            os.killpg(daemon.pid, number)
            while time.monotonic() < deadline:
                daemon.poll()  # takes note of its end, or it would count as being there
                os.killpg(daemon.pid, 0)
                time.sleep(0.1)
        except ProcessLookupError:
            break
    daemon.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        return one.getsockname()[1]
