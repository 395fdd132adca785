"""The smallest app with what the tests of the workers need. Settings come as JSON, so that each test has its own broker."""
import json
import os
import sys
import threading
import time

from celery import Celery


app = Celery('workers_app')
app.conf.update(accept_content=['json', 'pickle'], task_ignore_result=True)
app.conf.update(json.loads(os.environ['CELERY_SETTINGS']))


@app.task(name='workers_app.wait')
def wait(seconds, thing=None, task_manager_id=None):
    time.sleep(seconds)


def publish(requests):
    """Takes `[[kwargs, apply_async options], ...]` and prints the ids."""
    for kwargs, options in requests:
        if options.get('serializer') == 'pickle':
            # A set has no form in JSON.
            kwargs['thing'] = {1}
        print(wait.apply_async(kwargs=kwargs, **options).id)


if __name__ == '__main__':
    if sys.argv[1] == 'revoke':
        app.control.revoke(sys.argv[2])
    else:
        publish(json.loads(sys.argv[2]))
else:
    # A worker ends with the test run, however that ends: its standard input is then closed.
    def end_with_parent():
        # Not sys.stdin: its lock would be held in the pool's processes for ever.
        os.read(0, 1)
        os.killpg(0, 9)

    threading.Thread(target=end_with_parent, daemon=True).start()
