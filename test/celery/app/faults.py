"""Makes things go wrong at a chosen point of the life cycle. The test writes a row into shop_fault; it acts once.

Points: before-insert, after-insert, after-publish (first message); loaded, before-done (second message).
Actions: kill (this process, as the kernel's out-of-memory killer does), sleep:SECONDS, lose-database (the server ends our
session), transaction (what follows is committed only when the first message is through).
"""

import os
import signal
import time

import psycopg2

import rows


def reach(task, point):
    found = rows.execute(
        "delete from shop_fault where id = (select min(id) from shop_fault where task = %s and point = %s) returning action",
        [task, point],
    )
    if not found:
        return
    name, _, value = found[0][0].partition(":")
    if name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "sleep":
        time.sleep(float(value))
    elif name == "lose-database":
        victim = rows.connection().info.backend_pid
        with psycopg2.connect(os.environ["DATABASE_URL"]) as another, another.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", [victim])
    elif name == "transaction":
        rows.connection().autocommit = False
    else:
        raise ValueError(f"unknown fault {found[0][0]}")
