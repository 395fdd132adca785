"""The Celery app. CELERY_SETTINGS has Celery's own settings as JSON; row.py, steps.py and library.py say what else the environment has.

A worker ends with its whole process group when standard input closes: when the test is gone. A line there asks it to note what it has in
its memory, which is asked of the process itself because its connections may be cut.
"""

import json
import os
import signal
import threading

from celery import Celery
from celery.signals import (
    task_postrun,
    task_prerun,
    task_revoked,
    task_unknown,
    worker_process_init,
    worker_ready,
)
from celery.worker import state
from celery.worker.control import _iter_schedule_requests

import row
import notes

app = Celery("market", include=["market.jobs"])
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))
app.set_default()

worker_process_init.connect(row.forget)
task_prerun.connect(row.close)
task_postrun.connect(row.close)


@task_revoked.connect
def note_revoked(request=None, expired=False, terminated=False, **_):
    # The request is Celery's own, or the context of a task that was terminated.
    kwargs = getattr(request, "kwargs", None) or {}
    why = "terminated" if terminated else "expired" if expired else "revoked"
    notes.note("discarded", id=request.id, row=kwargs.get("task_manager_id"), why=why)


@task_unknown.connect
def note_unknown(name=None, id=None, **_):
    notes.note("unknown", id=id, task=name)


@worker_ready.connect
def listen(sender=None, **_):
    threading.Thread(target=_listen, args=[sender], daemon=True).start()


def _listen(consumer):
    while asked := os.read(0, 1024):
        notes.note("memory", asked=asked.decode().split()[-1], worker=consumer.hostname, tasks=_memory(consumer))
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _memory(consumer):
    found = {}
    for waiting in list(_iter_schedule_requests(consumer.timer)):
        request = waiting["request"]
        found[request["id"]] = ["scheduled", request["name"], request["kwargs"]]
    for where, requests in (("reserved", state.reserved_requests), ("active", state.active_requests)):
        for request in list(requests):
            found[request.id] = [where, request.name, request.kwargs]
    return [
        {"id": id, "where": where, "task": task, "row": kwargs.get("task_manager_id")}
        for id, (where, task, kwargs) in found.items()
    ]
