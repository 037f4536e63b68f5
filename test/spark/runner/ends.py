"""Ends in the way that its argument says."""

import os
import signal
import sys
import threading


class Failure(Exception):
    pass


def deep(depth, end):
    if depth:
        deep(depth - 1, end)
    end()


def failing():
    raise Failure("with a text")


def chained():
    try:
        failing()
    except Failure as failure:
        raise ValueError("instead") from failure


def in_thread():
    thread = threading.Thread(target=failing, name="one")
    thread.start()
    thread.join()


WAYS = {
    "nothing": lambda: None,
    "zero": lambda: sys.exit(0),
    "three": lambda: sys.exit(3),
    "large": lambda: sys.exit(300),
    "negative": lambda: sys.exit(-1),
    "text": lambda: sys.exit("why it ends"),
    "none": lambda: sys.exit(None),
    "false": lambda: sys.exit(False),
    "list": lambda: sys.exit([1, 2]),
    "at once": lambda: os._exit(7),
    "failure": failing,
    "chained": chained,
    "thread": in_thread,
    "interrupt": lambda: (_ for _ in ()).throw(KeyboardInterrupt()),
    "term": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "assertion": lambda: exec("assert 1 == 2"),
}

if __name__ == "__main__":
    print("before", flush=True)
    deep(2, WAYS[sys.argv[1]])
    print("after")
