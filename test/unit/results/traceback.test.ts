import assert from 'node:assert/strict';
import { readResultPayload } from '../../../src/results/payload';
import { placeOfException } from '../../../src/results/traceback';

/** As Celery 5 stores it; the wrapper's line is that of celery-task-manager 1.11.4. */
function traceback(code: string, before = ''): string {
  return `${before}Traceback (most recent call last):
  File "/srv/env/lib/python3.11/site-packages/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
                 ^^^^^^^^^^^^^^^^^^^^
  File "/srv/env/lib/python3.11/site-packages/task_manager/core/decorators.py", line 257, in wrapper
    ${code}
    ^^^^^^^^^^^^^^^^^^^^
  File "/srv/env/lib/python3.11/site-packages/task_manager/django/decorators.py", line 26, in _update_task_manager
    x.save()
billiard.exceptions.SoftTimeLimitExceeded: SoftTimeLimitExceeded()
`;
}

const LAST_SAVE = 'self._update_task_manager(x, status="DONE")';

describe('results/traceback', () => {
  it('the traceback of a result says where in the wrapper the exception arose', () => {
    for (const [code, place] of [
      [LAST_SAVE, 'last-save'],
      ['return self._manage_exceptions(e, x, arguments, *args, **kwargs)', 'handling'],
      ['with self._get_transaction_context(x):', 'handling'],
      ['self._update_task_manager(x, **update)', 'before-body'],
      ['result = self.schedule(task_module, task_name, args, kwargs)', 'before-body'],
    ] as const)
      assert.deepEqual(placeOfException(traceback(code)), { raisedIn: place }, code);
  });

  it('the traceback of a result counts by the exception that left the task, not by those it came from', () => {
    const cause = `${traceback(LAST_SAVE)}\nThe above exception was the direct cause of the following exception:\n\n`;
    const text = traceback('return self._manage_exceptions(e, x, arguments, *args, **kwargs)', cause);
    assert.deepEqual(placeOfException(text), { raisedIn: 'handling' });
  });

  it('the traceback of a result says nothing where the library is not in it, or its code is not', () => {
    const bare = traceback('return function(*args, **kwargs)');
    for (const text of [undefined, null, 7, '', 'Traceback', bare, bare.replaceAll('task_manager/core', 'shop'), '\0'])
      assert.deepEqual(placeOfException(text), {}, String(text));
  });

  it('the traceback of a result is read from a result as Celery stores it', () => {
    const meta = { status: 'FAILURE', result: { exc_type: 'SoftTimeLimitExceeded' }, traceback: traceback(LAST_SAVE) };
    assert.equal(readResultPayload(Buffer.from(JSON.stringify(meta))).raisedIn, 'last-save');
  });
});
