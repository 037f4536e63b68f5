"""Call sites for PySpark that drives a JVM itself.

All that a program asks of Spark goes through Py4J, so that is where we look: before a call into the JVM the thread's
local properties callSite.short and callSite.long are set to where the program is. Spark names its stages by them, and
hands them on to the threads that it starts itself (AQE, broadcasts, subqueries).
"""
import sys
import threading

from .before import Before
from .idle import is_idle
from .stack import call_site

SHORT, LONG = "callSite.short", "callSite.long"
# The line that started a stream. The stream's own call site names none, but it keeps this.
STREAM = "shufflewise.callSite"


class _Thread(threading.local):
    """What we know of this thread's properties. Python's threads and the JVM's go in pairs."""

    # We are at it: this call is our own, or a signal handler's that came in between.
    busy = False
    # The SparkContext that `site` was set in.
    context = None
    site = None
    # The properties are another thread's, handed on.
    inherited = False
    # The program has set a call site itself, which stays.
    theirs = False


_thread = _Thread()


def install(java_gateway):
    """Looks at every call into the JVM from now on. Takes the module py4j.java_gateway."""
    member = java_gateway.JavaMember
    member._build_args = Before(member._build_args, _before_call)


def _before_call(member):
    if _thread.busy:
        return
    _thread.busy = True
    try:
        # JavaMember.__call__, below which stand the hook and this function
        _look(member.name, sys._getframe(2))
    except Exception:
        # The JVM may be gone. The program's own call comes next, and says so in its own way.
        _thread.site = None
    finally:
        _thread.busy = False


def _look(name, frame):
    if frame.f_back is not None and is_idle(name, frame.f_back.f_code.co_filename):
        return
    context = _active_context()
    if context is None:
        return
    if name in ("setLocalProperty", "setLocalProperties"):
        _note_theirs(frame.f_locals.get("args", ()))
    elif not _thread.theirs:
        _set(context, name, frame)


def _active_context():
    """The running SparkContext, where threads go in pairs; they do unless PYSPARK_PIN_THREAD says otherwise."""
    spark = getattr(sys.modules.get("pyspark"), "SparkContext", None)
    context = getattr(spark, "_active_spark_context", None)
    if getattr(context, "_jsc", None) is None or type(spark._gateway).__name__ != "ClientServer":
        return None
    if _thread.context is not context:
        _thread.context, _thread.site, _thread.inherited, _thread.theirs = context, None, False, False
        _silence_pyspark()
    return context


def _note_theirs(args):
    """The program sets properties itself: one (two arguments) or all of them."""
    if len(args) == 1:
        _thread.site, _thread.inherited, _thread.theirs = None, True, False
    elif args[0] == SHORT:
        _thread.site, _thread.theirs = None, args[1] is not None


def _set(context, name, frame):
    waiting = None
    main = threading.main_thread().ident
    if threading.get_ident() != main and not _thread.inherited and not _is_callback(frame):
        # A pool's thread may run one of PySpark's own methods.
        waiting = sys._current_frames().get(main)
    site = call_site(name, frame, waiting)
    if site is None:
        return
    properties = context._jsc
    if not site.same(_thread.site):
        properties.setLocalProperty(LONG, site.long)
        properties.setLocalProperty(SHORT, site.short)
        _thread.site = site
    if name in ("start", "toTable"):
        properties.setLocalProperty(STREAM, site.short)


def _is_callback(frame):
    """The JVM called Python, as it does for foreachBatch."""
    while frame is not None:
        if frame.f_code.co_name == "_call_proxy":
            return True
        frame = frame.f_back
    return False


def _silence_pyspark():
    """PySpark sets a call site of its own around some actions, which would take ours away."""
    sync = getattr(sys.modules.get("pyspark.traceback_utils"), "SCCallSiteSync", None)
    if sync is not None:
        sync.__enter__ = lambda self: None
        sync.__exit__ = lambda self, *error: None
