"""Writes what really happens into a file that the check does not know: one JSON object a line.

Each line is one write, so that a process that is killed leaves whole lines. TRACE names the file.
"""

import contextlib
import json
import os
import time

_file = None
# What the run of this process is about. A pool process runs one task at a time.
_run = {}


def note(event, **facts):
    global _file
    if _file is None:
        _file = os.open(os.environ["TRACE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    line = {"t": time.time(), "pid": os.getpid(), "event": event, **_run, **facts}
    os.write(_file, (json.dumps(line) + "\n").encode())


def tell(**facts):
    """Adds to what is known of the run."""
    _run.update(facts)


@contextlib.contextmanager
def run(**facts):
    """One run of the library's wrapper. A run without `end` was killed."""
    _run.clear()
    _run.update(facts)
    note("begin")
    how = "returned"
    try:
        yield
    except BaseException as error:
        how = type(error).__name__
        raise
    finally:
        note("end", how=how)
        _run.clear()
