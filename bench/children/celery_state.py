"""Asks Celery for the state of every id on standard input, one by one, and prints how long that took."""
import json
import sys
import time

from celery import Celery
from celery.result import AsyncResult

app = Celery("bench", broker=sys.argv[1], backend=sys.argv[1])
ids = sys.stdin.read().split()
# The first one connects.
AsyncResult(ids[0], app=app).state
found = 0
began = time.perf_counter()
for task_id in ids:
    if AsyncResult(task_id, app=app).state != "PENDING":
        found += 1
print(json.dumps({"ms": (time.perf_counter() - began) * 1000, "found": found}))
