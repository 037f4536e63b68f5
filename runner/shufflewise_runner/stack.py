"""Where in the program we are: the user's lines on the stack of the running thread.

The user's are the files that belong to nobody else: not to PySpark or Py4J, not to Python's library, not to an installed
package.
"""
import os
import sys
import sysconfig

# So many of the user's lines are told, the innermost ones.
DEPTH = 20

USER, LIBRARY, SPARK, PYTHON = "user", "library", "spark", "python"
_PACKAGES = frozenset(["site-packages", "dist-packages"])
# Functions that only stand for the one that they call.
_WRAPPERS = frozenset(["__call__", "deco", "inner", "wrapped", "wrapper"])

# Owner and absolute path of a file by the name that its code objects give it, noted when it is first seen: the program
# may change its working folder later.
_files = {}


class CallSite:
    """What was called, and the lines that led there, the innermost first."""

    __slots__ = ("name", "lines")

    def __init__(self, name, lines):
        self.name = name
        self.lines = lines

    def same(self, other):
        return other is not None and self.lines == other.lines and self.name == other.name

    @property
    def short(self):
        """`count at /home/ann/job.py:49`"""
        code, line = self.lines[0]
        return "%s at %s:%d" % (self.name, _files[code.co_filename][1], line)

    @property
    def long(self):
        """`/home/ann/job.py:49 in main`, a line for each."""
        return "\n".join(
            "%s:%d in %s" % (_files[code.co_filename][1], line, code.co_name) for code, line in self.lines
        )


def call_site(name, frame, waiting=None):
    """
    The call site of what `frame` does, or None where nobody but Python and PySpark are on the stack.
    `name` is the name of what `frame` itself calls; `waiting`, where the thread that waits for this one is: its lines
    count where this thread has none of the user's.
    """
    lines = []
    library = None
    named = False
    while len(lines) < DEPTH:
        if frame is None:
            if lines or waiting is None:
                break
            frame, waiting, named = waiting, None, True
        code = frame.f_code
        owner = (_files.get(code.co_filename) or _look_up(code.co_filename))[0]
        if owner is None:
            # typed in, or given by `-c`
            owner = USER if frame.f_globals.get("__name__") == "__main__" else PYTHON
        if owner is USER:
            lines.append((code, frame.f_lineno))
        elif not lines and owner is not PYTHON:
            if owner is LIBRARY and library is None:
                library = CallSite(name, [(code, frame.f_lineno)])
            if not named and code.co_name not in _WRAPPERS:
                name = code.co_name
        frame = frame.f_back
    # Without a line of the user's the program itself is an installed package.
    return CallSite(name, lines) if lines else library


def _look_up(file):
    if file.startswith("<"):
        found = (None, file)
    else:
        path = os.path.abspath(file)
        found = (_owner(path), path)
    _files[file] = found
    return found


def _owner(path):
    real = _real(path)
    for owner, folder in _folders():
        if real.startswith(folder):
            return owner
    return LIBRARY if _PACKAGES.intersection(real.split(os.sep)) else USER


def _folders():
    yield SPARK, _real(os.path.dirname(__file__)) + os.sep
    for name in ("pyspark", "py4j"):
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            yield SPARK, _real(os.path.dirname(file)) + os.sep
    paths = sysconfig.get_paths()
    # Where packages lie below Python's library they are told by their folder's name.
    for name in ("purelib", "platlib"):
        yield LIBRARY, _real(paths[name]) + os.sep
    for name in ("stdlib", "platstdlib"):
        yield PYTHON, _real(paths[name]) + os.sep


def _real(path):
    return os.path.normcase(os.path.realpath(path))
