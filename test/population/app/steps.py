"""What happens at each step of an order: delays by chance, a death that was planned, and the gate.

PLAN  file: what each order does, by its number (test/population/plan.ts)
GATE  file: while it exists, no body comes to its end
SEED  of the delays
"""

import functools
import json
import os
import random
import signal
import time

import notes

# The longest that each step may be late, in seconds. Most are not late at all.
LATE = {"published": 1.5, "loaded": 0.7, "inserted": 0.4, "began": 0.3, "returned": 0.5, "raised": 0.3}
ON_TIME = 0.7


@functools.lru_cache(maxsize=None)
def _plans():
    with open(os.environ["PLAN"], encoding="utf-8") as file:
        return json.load(file)


def plan(n):
    return _plans().get(str(n), {})


def reach(point, n, attempts=None, page=0):
    notes.note(point)
    planned = plan(n)
    if planned.get("dies") == point and (attempts or 0) == planned.get("diesAtAttempt", 0):
        if planned.get("diesAlways") or _first_time(f"{n}-{point}"):
            # A task that dies again and again would never let the world come to rest.
            work(0)
            os.kill(os.getpid(), signal.SIGKILL)
    draw = random.Random(f"{os.environ['SEED']} {n} {point} {attempts} {page}")
    if point in LATE and draw.random() > ON_TIME:
        # Cubed: mostly short, seldom the longest.
        time.sleep(LATE[point] * draw.random() ** 3)


def _first_time(what):
    try:
        os.close(os.open(f"{os.environ['PLAN']}.{what}", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def work(seconds):
    """Takes its time, and ends only while the gate is open."""
    end = time.monotonic() + seconds
    while time.monotonic() < end or os.path.exists(os.environ["GATE"]):
        time.sleep(0.05)
