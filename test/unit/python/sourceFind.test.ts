/** From a row to its function, its callers, its signal's receivers and its calls out of the process, in projects of every layout. */
import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { findCallers } from '../../../src/python/findCallers';
import { findSideEffects } from '../../../src/python/findSideEffects';
import { findReceivers } from '../../../src/python/findReceivers';
import { findTask } from '../../../src/python/findTask';
import type { CodePlace, SourceFiles } from '../../../src/python/model';
import { signalOfRow } from '../../../src/python/signalOfRow';
import { files, path } from '../../support/sourceFiles';

const { signal } = new AbortController();
const TASK = '@shared_task\ndef charge(id): pass\n';
const named = (taskModule: string, taskName = 'charge') => ({ taskModule, taskName });

const at = ({ file, line }: CodePlace): string => `${path(file)}:${String(line + 1)}`;

async function found(project: SourceFiles, module: string, name?: string): Promise<string[]> {
  const search = await findTask(project, named(module, name), signal);
  return search.found.map(({ task, how }) => `${how} ${at(task.place)} ${task.qualifiedName}`);
}

describe('python/sourceFind', () => {
  it('finding the function of a task follows the path of its module: at the root, in src, in packages', async () => {
    const layouts: [string, string][] = [
      ['shop/tasks.py', 'shop.tasks'],
      ['src/shop/tasks.py', 'shop.tasks'],
      ['backend/app/src/shop/tasks.py', 'shop.tasks'],
      ['shop/tasks/__init__.py', 'shop.tasks'],
      ['src/shop/__init__.py', 'shop'],
      ['tasks.py', 'tasks'],
    ];
    for (const [name, module] of layouts) {
      const project = files({ [name]: TASK, 'an/other/shop.py': TASK, 'workshop/tasks.py': TASK, 'z/y.py': TASK });
      assert.deepEqual(await found(project, module), [`module ${name}:2 charge`], name);
      assert.equal(project.readFiles.length, 1, name);
    }
  });

  it('finding the function of a task takes the place nearest to the root, and all that are equally near', async () => {
    const copies = { 'build/lib/shop/tasks.py': TASK, 'src/shop/tasks.py': TASK };
    assert.deepEqual(await found(files(copies), 'shop.tasks'), ['module src/shop/tasks.py:2 charge']);
    const services = { 'one/shop/tasks.py': TASK, 'two/shop/tasks.py': `\n${TASK}`, 'deep/er/shop/tasks.py': TASK };
    assert.deepEqual(await found(files(services), 'shop.tasks'), [
      'module one/shop/tasks.py:2 charge',
      'module two/shop/tasks.py:3 charge',
    ]);
    assert.deepEqual(await found(files(services, true), 'shop.tasks'), [
      'module one/shop/tasks.py:2 charge',
      'module two/shop/tasks.py:3 charge',
    ]);
  });

  it('finding the function of a task finds what is nested, in a class, wrapped, made by a call, or no task at all', async () => {
    const project = files({
      'a.py': 'def outer():\n    @app.task\n    def inner(): pass\n',
      'b.py': 'class Work:\n    @app.task\n    def inner(self): pass\n',
      'c.py': 'from d import f\ndef g(): pass\nmade = app.task(g)\n',
      'd.py':
        'def limit(n):\n    def decorate(f):\n        def wrapper(*a): return f(*a)\n        return wrapper\n    return decorate\n',
      'e.py': 'class Charge(Task):\n    def run(self): pass\n',
      'f.py': 'def charge(): pass\n@app.task\ndef charge(id): pass\n',
    });
    assert.deepEqual(await found(project, 'a', 'inner'), ['module a.py:3 outer.<locals>.inner']);
    assert.deepEqual(await found(project, 'b', 'inner'), ['module b.py:3 Work.inner']);
    assert.deepEqual(await found(project, 'c', 'g'), ['module c.py:2 g']);
    assert.deepEqual(await found(project, 'c', 'made'), ['module c.py:2 g']);
    // A decorator without functools.wraps gives its own names to the row.
    assert.deepEqual(await found(project, 'd', 'wrapper'), ['module d.py:3 limit.<locals>.decorate.<locals>.wrapper']);
    assert.deepEqual(await found(project, 'e', 'Charge'), ['module e.py:2 Charge.run']);
    assert.deepEqual(await found(project, 'f'), ['module f.py:3 charge']);
  });

  it('finding the function of a task follows what a package hands on', async () => {
    const project = files({
      'src/shop/tasks/__init__.py': 'from .cards import pay as charge\nfrom ..other import *\n',
      'src/shop/tasks/cards.py': 'from shop.deep import pay\n',
      'src/shop/deep.py': 'import x\n@x.task()\ndef pay(): pass\n',
      'src/shop/other.py': '@x.task()\ndef ship(): pass\n',
      'loop/__init__.py': 'from .a import charge\n',
      'loop/a.py': 'from . import charge\nfrom .a import *\n',
    });
    assert.deepEqual(await found(project, 'shop.tasks'), ['re-export src/shop/deep.py:3 pay']);
    assert.deepEqual(await found(project, 'shop.tasks', 'ship'), ['re-export src/shop/other.py:2 ship']);
    assert.deepEqual(await found(project, 'loop', 'charge2'), []);
    assert.deepEqual(await found(project, 'loop.a', 'charge'), []);
  });

  it('finding the function of a task then looks for the name everywhere, the Celery name first, and says where it looked', async () => {
    const project = files({
      'a.py': TASK,
      'b.py': `"""\n${TASK}"""\ndef charge(): pass\n`,
      'c.py': '@app.task(name="shop.tasks.charge")\ndef anything(): "charge"\n',
    });
    const byName = await findTask(project, named('shop.tasks'), signal);
    assert.deepEqual(
      byName.found.map(({ how, task }) => `${how} ${at(task.place)}`),
      ['name c.py:2'],
    );
    assert.equal(
      byName.looked,
      'This workspace has no shop/tasks.py or shop/tasks/__init__.py, so its 3 Python files were searched for a task of that name.',
    );
    assert.deepEqual(await found(project, 'c'), ['elsewhere a.py:2 charge']);
    const none = await findTask(project, named('c', 'gone'), signal);
    assert.deepEqual(none.found, []);
    assert.equal(
      none.looked,
      "gone isn't defined in c.py, nor as a task elsewhere in this workspace (searched 3 Python files).",
    );
  });

  it('finding the function of a task goes on without files that cannot be read or are no code, and says so', async () => {
    const project = files({ 'a.py': TASK, 'b.py': '', 'c.py': `#${'x'.repeat(2_000_000)}` });
    const broken: SourceFiles = {
      ...project,
      read: (file) => (path(file) === 'b.py' ? Promise.reject(new Error('EACCES')) : project.read(file)),
    };
    const search = await findTask(broken, named('b'), signal);
    assert.equal(search.found.length, 1);
    assert.match(
      search.looked,
      /its 3 Python files, of which 1 could not be read and 1 is larger than 2 MB were searched/,
    );
  });

  it('finding the function of a task asks for no strange path, whatever a row says', async () => {
    const asked: string[] = [];
    const project = files({ 'a.py': TASK });
    const spy: SourceFiles = { ...project, find: (ending) => (asked.push(ending), project.find(ending, signal)) };
    for (const module of [
      '',
      '.',
      '..',
      '../../etc/passwd',
      'a/b',
      'a..b',
      'a.*',
      '{a,b}',
      'a\nb',
      '\\\\server\\x',
      'a.b c',
    ])
      assert.deepEqual((await findTask(spy, named(module, ''), signal)).found, [], module);
    assert.deepEqual(asked, []);
  });

  it('finding the function of a task stops when it is told to', async () => {
    const stop = new AbortController();
    const project = files(
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${String(index)}.py`, TASK])),
    );
    const slow: SourceFiles = {
      ...project,
      read: (file) => {
        if (project.readFiles.length === 20) stop.abort();
        return project.read(file);
      },
    };
    const searches = [
      () => findTask(slow, named('none', 'none'), stop.signal),
      () => findCallers(slow, named('none'), stop.signal),
      () =>
        findReceivers(
          slow,
          { signalModule: 'a', signalName: 'charge', senderModule: 'b', senderName: 'C' },
          stop.signal,
        ),
    ];
    for (const search of searches)
      await assert.rejects(search, (error: unknown) => error instanceof Problem && error.kind === 'cancelled');
    assert.ok(project.readFiles.length < 60, String(project.readFiles.length));
  });
});

describe('python/sourceFind', () => {
  it('finding the callers of a task finds every way to send it, through every way to import it', async () => {
    const project = files({
      'src/shop/tasks.py': `from celery import shared_task
@shared_task(name='pay')
def charge(id, page=0):
    charge.delay(id, page=page + 1)
made = shared_task(other)
`,
      'src/shop/__init__.py': 'from .tasks import charge\n',
      'src/shop/views.py': `from . import tasks
from .tasks import charge as c
import shop.tasks
import shop.tasks as st
from shop import charge as handed_on
from shop.tasks import *
def view(request):
    tasks.charge.apply_async(args=[1])
    c(1)
    shop.tasks.charge.si(1)
    st.charge.s(1).apply_async()
    handed_on.delay(1)
    charge.delay_on_commit(1)
    transaction.on_commit(lambda: tasks.charge.delay(1))
    transaction.on_commit(tasks.charge.delay)
    partial(c.delay, 1)
    f'{tasks.charge.delay(1)}'
    schedule_task(tasks.charge, '5d').call(1)
`,
      'src/conf/celery.py': `app.send_task('shop.tasks.charge', args=[1])
signature("pay")
app.conf.beat_schedule = {'x': {'task': 'pay', 'schedule': 1}}
TASKS = ['shop.tasks.charge']
`,
      'src/shop/late.py': 'def f():\n    from .tasks import charge\n    charge.delay(1)\n',
    });
    const { callers, mentions, looked } = await findCallers(project, named('shop.tasks'), signal);
    assert.deepEqual(
      callers.map(
        ({ place, how, inFunction, certain }) => `${at(place)} ${how} ${inFunction ?? '-'} ${String(certain)}`,
      ),
      [
        'src/shop/tasks.py:4 delay charge true',
        'src/shop/views.py:8 apply_async view true',
        'src/shop/views.py:9 call view true',
        'src/shop/views.py:10 signature view true',
        'src/shop/views.py:11 signature view true',
        'src/shop/views.py:12 delay view true',
        'src/shop/views.py:13 delay view true',
        'src/shop/views.py:14 delay view true',
        'src/shop/views.py:15 delay view true',
        'src/shop/views.py:16 delay view true',
        'src/shop/views.py:17 delay view true',
        'src/shop/views.py:18 schedule view true',
        'src/conf/celery.py:1 send_task - true',
        'src/conf/celery.py:2 signature - true',
        'src/conf/celery.py:3 schedule - true',
        'src/shop/late.py:3 delay f true',
      ],
    );
    assert.deepEqual(
      mentions.map(({ place, how }) => `${at(place)} ${how}`),
      ['src/conf/celery.py:4 name'],
      'a list sends nothing',
    );
    assert.equal(callers[1]?.text, 'tasks.charge.apply_async(args=[1])');
    assert.equal(looked, 'Looked for calls of charge in 5 Python files.');
  });

  it('finding the callers of a task takes a route in the settings for a mention and not for a caller', async () => {
    const project = files({
      'shop/tasks.py': TASK,
      'shop/settings.py': "CELERY_TASK_ROUTES = {'shop.tasks.charge': {'queue': 'money'}}\n",
    });
    const { callers, mentions } = await findCallers(project, named('shop.tasks'), signal);
    assert.deepEqual(callers, []);
    assert.deepEqual(
      mentions.map(({ place }) => at(place)),
      ['shop/settings.py:1'],
    );
  });

  it('finding the callers of a task follows relative imports in folders of any name', async () => {
    const project = files({
      'my-shop/tasks.py': TASK,
      'my-shop/a b/views.py':
        'from ..tasks import charge\nfrom . import tasks\ncharge.delay(1)\ntasks.charge.delay(2)\n',
    });
    const { callers } = await findCallers(project, named('tasks'), signal);
    assert.deepEqual(
      callers.map(({ place, certain }) => `${at(place)} ${String(certain)}`),
      ['my-shop/a b/views.py:3 true'],
    );
  });

  it('finding the callers of a task leaves out other tasks of the same name, and texts', async () => {
    const project = files({
      'shop/tasks.py': TASK,
      'other/tasks.py': TASK,
      'other/views.py': `from .tasks import charge
from stripe import charge as stripe_charge
# from shop.tasks import charge
"""shop.tasks.charge.delay(1)"""
charge.delay(1)
stripe_charge.delay(1)
def f(charge):
    charge.delay(1)
    charge(1)
    self.charge(1)
    charge.delay_everything(1)
mock.patch('shop.tasks.charge.delay')
`,
    });
    assert.deepEqual((await findCallers(project, named('shop.tasks'), signal)).callers, []);
  });

  it('finding the callers of a task says where only the name agrees, and puts tests last', async () => {
    const project = files({
      'shop/tasks.py': TASK,
      'shop/a_test.py': 'from shop.tasks import charge\ncharge.delay(1)\n',
      'shop/tests/b.py': 'from shop.tasks import charge\ncharge.delay(1)\n',
      'shop/views.py': 'from started.elsewhere import x\nself.tasks.charge.delay(1)\nget().charge.delay(2)\n',
      'shop/z.py': 'from shop.tasks import charge\ncharge.delay(1)\n',
      'other/tasks.py': '',
      'shop/root.py': 'from tasks import charge\ncharge.delay(1)\n',
    });
    const { callers } = await findCallers(project, named('shop.tasks'), signal);
    assert.deepEqual(
      callers.map(({ place, certain, inTest }) => `${at(place)} ${String(certain)}${inTest ? ' test' : ''}`),
      [
        'shop/z.py:2 true',
        'shop/views.py:2 false',
        'shop/views.py:3 false',
        'shop/root.py:2 false',
        'shop/a_test.py:2 true test',
        'shop/tests/b.py:2 true test',
      ],
    );
  });
});

describe('python/sourceFind', () => {
  const status = {
    signalModule: 'shop.orders',
    signalName: 'order_paid',
    senderModule: 'shop.models',
    senderName: 'Order',
  };

  it('finding the receivers of a signal reads them from the row of execute_signal', () => {
    const args = '{"args": ["shop.orders", "order_paid", "shop.models", "Order", 12345678901234567890], "kwargs": {}}';
    assert.deepEqual(signalOfRow('execute_signal', args), status);
    const kwargs =
      '{"args": ["shop.orders"], "kwargs": {"sender_name": "Order", "signal_name": "order_paid", "sender_module": "shop.models"}}';
    assert.deepEqual(signalOfRow('execute_signal', kwargs), status);
    assert.equal(signalOfRow('charge', args), undefined);
    for (const other of [
      null,
      '',
      '[]',
      'null',
      '{"args": 1}',
      '{"args": ["a", "b", "c"]}',
      '{"args": ["a", "b", "c", 4]}',
    ])
      assert.equal(signalOfRow('execute_signal', other), undefined, String(other));
  });

  it('finding the receivers of a signal finds those of the model, of every sender, by decorator and by connect', async () => {
    const project = files({
      'shop/signals.py': `from task_manager.django.dispatch import Emisor
emisor = Emisor("shop.orders")
paid = emisor.signal("order_paid")
other = Emisor("other").signal("order_paid")
else_ = Emisor("shop.else")
`,
      'other/signals.py': 'emisor = Emisor("other")\norder_paid = emisor.signal("order_paid")\n',
      'shop/receivers.py': `from django.dispatch import receiver
from . import signals
from .signals import paid as p
from .models import Order as O, Line
from other.signals import order_paid

@receiver(p, sender=O)
def one(sender, instance, **_): pass

@receiver([signals.paid, post_save], sender='shop.Order')
@something
def two(**_): pass

@receiver(
    signals.paid,
)
def any_sender(**_): pass

@receiver(p, sender=Line)
def other_model(**_): pass

@receiver(p, sender='shop.Line')
def other_text(**_): pass

@receiver(order_paid, sender=O)
def other_signal(**_): pass

# @receiver(p, sender=O)
def commented(**_): pass

@receiver(p, sender=O.lines.through)
def through(**_): pass

class Config:
    def ready(self):
        p.connect(self.handle, sender=O)
        signals.paid.connect(receiver=later, sender=O)
        p.connect(lambda **k: 1)
        socket.connect(later)
        for model in models:
            p.connect(later, sender=model)
    def handle(self): pass

def later(**_): pass
`,
      'shop/models.py': 'class Order: pass\nclass Line: pass\n',
    });
    const { receivers, definitions, looked } = await findReceivers(project, status, signal);
    assert.deepEqual(
      receivers.map(
        ({ functionName, place, sender, certain }) => `${functionName} ${at(place)} ${sender} ${String(certain)}`,
      ),
      [
        'one shop/receivers.py:8 model true',
        'two shop/receivers.py:12 model true',
        'any_sender shop/receivers.py:17 any true',
        'self.handle shop/receivers.py:42 model true',
        'later shop/receivers.py:44 model true',
        'a function made on the spot shop/receivers.py:38 any true',
        'later shop/receivers.py:44 unclear true',
      ],
    );
    assert.deepEqual(definitions.map(at), ['shop/signals.py:3']);
    assert.equal(looked, 'Looked for receivers of order_paid for Order in 4 Python files.');
  });

  it('finding the receivers of a signal goes by the name where the signal itself is not found, and says so', async () => {
    const project = files({
      'r.py': 'from package.signals import order_paid\n@receiver(order_paid)\ndef f(): pass\n',
    });
    const { receivers, definitions } = await findReceivers(project, status, signal);
    assert.deepEqual(
      receivers.map(({ functionName, certain }) => [functionName, certain]),
      [['f', false]],
    );
    assert.deepEqual(definitions, []);
  });
});

describe('python/sourceFind', () => {
  it('the search for side effects of a task follows imports into the workspace one level, with the lines', async () => {
    const project = files({
      'src/shop/tasks.py': `from celery import shared_task
from shop.notify import actions, post
from .clients import Stripe as Client
from . import handed_on
import requests
@shared_task
def charge(id):
    actions.send('x')
    helper()
    client = Client(1)
    client.pay()
    handed_on()
    requests.get('x')
def helper():
    post()
`,
      'src/shop/__init__.py': 'from .notify.post import far as handed_on\n',
      'src/shop/notify/__init__.py': 'from .post import post\n',
      'src/shop/notify/actions.py':
        'from .mail import deliver\nfrom django.core.mail import send_mail\ndef send(x):\n    inner()\n    deliver()\ndef inner(): send_mail()\n',
      'src/shop/notify/mail.py': 'import smtplib\ndef deliver(): smtplib.SMTP()\n',
      'src/shop/notify/post.py': 'import httpx\ndef post(): httpx.post()\ndef far(): httpx.put()\n',
      'src/shop/clients.py':
        'import stripe\nclass Stripe:\n    def __init__(self): self.c = stripe.StripeClient()\n    def pay(self): stripe.Charge.create()\n    def no(self): stripe.Refund.create()\n',
    });
    const [task] = (await findTask(project, named('shop.tasks'), signal)).found;
    const sideEffects = await findSideEffects(project, task!.task, signal);
    assert.deepEqual(
      sideEffects.map(
        ({ kind, call, place, via, certain }) => `${kind} ${call} ${at(place)} ${via.join(' > ')} ${String(certain)}`,
      ),
      [
        'payment client.pay src/shop/tasks.py:11  false',
        'http requests.get src/shop/tasks.py:13  true',
        'email send_mail src/shop/notify/actions.py:6 send > inner true',
        'payment stripe.StripeClient src/shop/clients.py:3 Stripe.__init__ true',
        'payment stripe.Charge.create src/shop/clients.py:4 Stripe.pay true',
        'http httpx.put src/shop/notify/post.py:3 far true',
        'http httpx.post src/shop/notify/post.py:2 helper > post true',
      ],
    );
  });

  it('the search for side effects of a task does with what it can read', async () => {
    const project = files({
      'a.py': 'import requests, gone\n@app.task\ndef charge():\n    gone.x()\n    requests.get()\n',
    });
    const [task] = (await findTask(project, named('a'), signal)).found;
    const unreadable: SourceFiles = { ...project, read: () => Promise.reject(new Error('EACCES')) };
    for (const port of [project, unreadable])
      assert.deepEqual(
        (await findSideEffects(port, task!.task, signal)).map(({ call }) => call),
        ['requests.get'],
      );
  });
});
