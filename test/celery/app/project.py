"""The Celery app. Everything about it comes from the environment:

CELERY_SETTINGS  Celery's own settings as JSON (broker_url, result_backend, broker_transport_options, task_acks_late, ...)
DATABASE_URL     PostgreSQL
KEEP_RESULTS, RETRY_AFTER, RETRIES_LIMIT, UNDER_WAY, RELEASE  see manager.py and shop/tasks.py
QUORUM           with 1, the queue celery is a quorum queue
LIFELINE         with 1, a worker ends with its whole process group when standard input closes: when the test is gone
"""

import json
import os
import signal
import threading

from celery import Celery
from celery.signals import celeryd_init
from kombu import Queue

app = Celery("shop", include=["shop.tasks"])
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))
if os.environ.get("QUORUM") == "1":
    app.conf.task_queues = [Queue("celery", queue_arguments={"x-queue-type": "quorum"})]
app.set_default()


@celeryd_init.connect
def hold_lifeline(**_):
    if os.environ.get("LIFELINE") == "1":
        threading.Thread(target=_end_with_standard_input, daemon=True).start()


def _end_with_standard_input():
    while os.read(0, 1024):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)
