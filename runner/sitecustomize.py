"""Python runs this by itself when it starts, because the launcher put this folder on PYTHONPATH.

It arranges for call sites to be set (shufflewise_runner/) and then takes back every trace of how it came to run: the
program sees the `sys.path` and the environment that it would have had, its children don't inherit us, and the
`sitecustomize` that Python would have run instead of this one runs now.
"""
import os
import sys

_HERE = os.path.normcase(os.path.dirname(os.path.abspath(__file__)))


def _is_here(folder):
    return folder != "" and os.path.normcase(os.path.abspath(folder)) == _HERE


def _arrange():
    try:
        from shufflewise_runner import arrange

        arrange()
    except Exception as error:
        # A job without call sites is better than no job.
        sys.stderr.write("shufflewise: stages won't name their lines: %r\n" % (error,))


def _take_back():
    sys.path[:] = [folder for folder in sys.path if not _is_here(folder)]
    for folder in [folder for folder in sys.path_importer_cache if _is_here(folder)]:
        del sys.path_importer_cache[folder]
    kept = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if not _is_here(folder)]
    if any(kept):
        os.environ["PYTHONPATH"] = os.pathsep.join(kept)
    else:
        os.environ.pop("PYTHONPATH", None)


_arrange()
_take_back()
del sys.modules["sitecustomize"]
# Where there is no other, Python hears of it by the ImportError that it expects in that case.
import sitecustomize  # noqa: E402,F401
