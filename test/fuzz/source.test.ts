/** Python code that is being typed, cut, or no Python at all: it is read as far as it can be, at once, and every place is inside the text. */
import assert from 'node:assert/strict';
import { findCallers } from '../../src/python/findCallers';
import { findReceivers } from '../../src/python/findReceivers';
import { findTask } from '../../src/python/findTask';
import { signalOfRow } from '../../src/python/signalOfRow';
import { tasksIn } from '../../src/python/tasks';
import { files } from '../support/sourceFiles';
import { fuzz, shown } from './support/fuzz';
import { anyText, mutateText } from './support/mutate';
import { REPEATED } from './support/nasty';

const CODE = `"""@task"""
from celery import shared_task as st
from .tasks import (charge as c, other)
from .signals import *
import requests, a.b.c as d

@st(bind=True, name='x' "y", priority=P.A.value)
@limit(2)
async def charge(self, *args: int, page=f"{d.e['k']!r:>{w}}{{}}", **_):
\tif not page: raise RetryTask(rb'\\x00' + '''
@task
def fake(): pass''')
\trequests.post(url, data={'a': [1, 2]}); other.delay(page=page + 1)
\tdef inner(x): return lambda y, z=1: charge(x) \\
\t\t+ y

class Pay(app.Task):
    name = "pay"
    def run(self): self.helper()
    def helper(self): open('x', 'w')

@receiver([saved, signals.paid], sender=models.Order)
def got(sender, **kwargs): c.apply_async(args=[1])
made = app.task(bind=True)(got)
paid = emisor.signal('paid')
paid.connect(got, sender="shop.Order")
`;
const { signal } = new AbortController();
const ORDER = { signalModule: 'shop', signalName: 'paid', senderModule: 'shop.models', senderName: 'Order' };

/** Everything that is read of a file. */
async function readAs(text: string): Promise<void> {
  const project = files({ 'shop/tasks.py': text, 'shop/__init__.py': text });
  const task = { taskModule: 'shop.tasks', taskName: 'charge' };
  const { found } = await findTask(project, task, signal);
  const { callers } = await findCallers(project, task, signal);
  const { receivers } = await findReceivers(project, ORDER, signal);
  const tasks = [...found.map((one) => one.task), ...tasksIn(text, 'f')];
  const inside = tasks.flatMap((one) => [one.top, ...one.options, ...one.sideEffects, ...one.raisesRetry]);
  const places = [...tasks, ...callers, ...receivers, ...inside].map((one) => ('place' in one ? one.place : one));
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const { line, column } of places)
    assert.ok(column < (lines[line]?.length ?? 0), `${String(line)}:${String(column)} is outside of ${shown(text)}`);
}

describe('Python code', () => {
  it('is read where it is whole', async () => {
    assert.deepEqual(
      tasksIn(CODE, 'f').map(({ qualifiedName }) => qualifiedName),
      ['charge', 'Pay.run', 'got'],
    );
    await readAs(CODE);
  });

  fuzz('is read as far as it goes', 400, async (random) => {
    let text = CODE;
    for (let left = random.integer(1, 4); left > 0; left--) text = mutateText(random, text);
    await readAs(random.integer(1, 10) === 1 ? anyText(random, 400) : text);
  });

  fuzz('is read wherever it ends', 300, async (random) => {
    await readAs(CODE.slice(0, random.integer(0, CODE.length)));
  });

  fuzz('a row may name anything', 300, async (random) => {
    const project = files({ 'shop/tasks.py': CODE });
    await findTask(project, { taskModule: anyText(random), taskName: anyText(random) }, signal);
    signalOfRow('execute_signal', anyText(random));
  });

  it('64 KB of anything keep the reader busy for no half second', function () {
    this.timeout(60_000);
    for (const before of ['@task\ndef f():\n ', '@task(', 'task = f"""', 'task = f"{'])
      for (const piece of REPEATED) {
        const text = before + piece.repeat(Math.ceil((64 * 1024) / piece.length));
        let best = Infinity;
        for (let left = 3; left > 0 && best > 500; left--) best = Math.min(best, cpuTime(text));
        assert.ok(
          best < 500,
          `${JSON.stringify(before)} + ${JSON.stringify(piece)} took ${String(Math.round(best))} ms`,
        );
      }
  });
});

/** Milliseconds of this process: what else the machine does must not count. */
function cpuTime(text: string): number {
  const began = process.cpuUsage();
  tasksIn(text, 'f');
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
