"""Prints all that a program can easily see of how it was started, and checks what else hangs on it."""

import atexit
import concurrent.futures
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading


class Thing:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value


def double(thing):
    return Thing(thing.value * 2)


def main():
    main_module = sys.modules["__main__"]
    print(__name__, __file__, __package__, __spec__, sys.argv)
    print(sorted(name for name in vars(main_module) if name.startswith("__")))
    print(type(__loader__).__name__, main_module.Thing is Thing, pickle.loads(pickle.dumps(Thing(3))) == Thing(3))
    print(getattr(sys, "orig_argv", None), sys.flags, sys.executable)
    print(sys.path, sys.meta_path[-1], sorted(sys.warnoptions))
    print(sorted(os.environ.items()))
    print("sitecustomize" in sys.modules, getattr(sys.modules.get("sitecustomize"), "WHO", None))
    print(sys.excepthook is sys.__excepthook__, threading.excepthook.__module__)
    print(repr(sys.stdin.read()), threading.active_count(), sys.gettrace(), sys.getprofile())
    print(subprocess.check_output([sys.executable, "-c", "import sys; print(sys.path[1:], 'sitecustomize' in sys.modules)"]))
    for way in ("fork", "spawn"):
        with multiprocessing.get_context(way).Pool(1) as pool:
            print(way, [thing.value for thing in pool.map(double, [Thing(1), Thing(2)])])
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        print(pool.submit(double, Thing(4)).result().value)
    atexit.register(print, "at exit")


if __name__ == "__main__":
    main()
