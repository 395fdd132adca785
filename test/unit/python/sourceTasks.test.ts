/** The tasks of one Python file: what is code, what only looks like it, and what it says about running a task again. */
import assert from 'node:assert/strict';
import { tasksIn } from '../../../src/python/tasks';
import type { TaskFunction } from '../../../src/python/model';

function tasks(text: string): TaskFunction[] {
  return tasksIn(text, 'f');
}

function names(text: string): string[] {
  return tasks(text).map(({ qualifiedName }) => qualifiedName);
}

function only(text: string): TaskFunction {
  const found = tasks(text);
  assert.equal(found.length, 1, JSON.stringify(found.map(({ qualifiedName }) => qualifiedName)));
  return found[0]!;
}

/** `line:column` from 1, and the word that stands there. */
function shownAt(text: string, { place }: TaskFunction): string {
  const line = text.split(/\r\n|\r|\n/)[place.line]!;
  return `${String(place.line + 1)} ${/^\w+/.exec(line.slice(place.column))?.[0] ?? '-'}`;
}

const sideEffects = (task: TaskFunction): string[] =>
  task.sideEffects.map(
    ({ kind, call, place, via, certain }) =>
      `${kind} ${call}:${String(place.line + 1)}${via.length > 0 ? ` via ${via.join(' > ')}` : ''}${certain ? '' : ' perhaps'}`,
  );

describe('python/sourceTasks', () => {
  it('tasks of a Python file finds every way to decorate one', () => {
    const text = `from celery import shared_task, Celery
from task_manager.django.decorators import task as managed
from project.celery import app
import celery as c

@shared_task
def bare(): pass

@shared_task()
@other
def with_more(): pass

@first(1, "@task")
@managed(
    bind=True,  # @task(
    priority=Priority.STUDENT.value,
)
async def renamed(self): pass

@app.task(name="billing.charge")
def named(): pass

@c.shared_task
def through_module(): pass

@a.b.c.task(name='a' ".b")
def deep(): pass

class Invoices:
    @app.task
    def method(self): pass

def register(app):
    if app:
        @app.task(bind=True)
        def inner(self): pass
    return inner

@app.task
def one_line(): return 1
@app.task
def next_line(): return 2

def not_a_task(): pass
`;
    assert.deepEqual(names(text), [
      'bare',
      'with_more',
      'renamed',
      'named',
      'through_module',
      'deep',
      'Invoices.method',
      'register.<locals>.inner',
      'one_line',
      'next_line',
    ]);
    const by = new Map(tasks(text).map((task) => [task.functionName, task]));
    assert.equal(by.get('named')?.celeryName, 'billing.charge');
    assert.equal(by.get('deep')?.celeryName, 'a.b');
    assert.equal(by.get('deep')?.decorator, 'a.b.c.task');
    assert.equal(shownAt(text, by.get('renamed')!), '18 renamed');
    assert.equal(by.get('renamed')?.top.line, 12);
    assert.deepEqual(
      by.get('renamed')?.options.map(({ name, text: value, place }) => `${name}=${value} ${String(place.line + 1)}`),
      ['bind=True 15', 'priority=Priority.STUDENT.value 16'],
    );
  });

  it('tasks of a Python file finds tasks made by a call, and those that are classes', () => {
    const text = `from celery import Task
from project.celery import app
from .work import elsewhere

def plain(): pass
def opted(): pass
add = app.task(plain)
two = app.task(bind=True, name='x.two')(opted)
far = app.task(elsewhere)

class Charge(Task):
    name = 'shop.charge'
    def run(self, id): pass

class NoTask(Thing):
    def run(self): pass
`;
    assert.deepEqual(
      tasks(text).map(
        ({ qualifiedName, assignedTo, celeryName, place }) =>
          `${qualifiedName} ${assignedTo ?? '-'} ${celeryName ?? '-'} ${String(place.line + 1)}`,
      ),
      ['plain add - 5', 'opted two x.two 6', 'elsewhere far - 9', 'Charge.run - shop.charge 13'],
    );
  });

  it('tasks of a Python file is not fooled by texts, comments and names', () => {
    const fakes = [
      '"""\n@task\ndef fake(): pass\n"""',
      "x = '''\n@task\ndef fake(): pass\n'''",
      'x = r"\\"\n# @task\n# def fake(): pass',
      'x = "it\'s \\"\\\n@task\\\ndef fake(): pass"',
      "x = f'''{a['b']}\n@task\ndef fake(): pass\n{c!r:>{width}}'''",
      'x = rb"""\n@task\ndef fake(): pass"""',
      'y = f"{d["@task"]}"; z = f"{{"\n"""\n@task\ndef fake(): pass\n"""',
      'from invoke import task\n@task\ndef fake(c): pass',
      'from prefect import task as t\n@t(name="x")\ndef fake(): pass',
      'from huey import RedisHuey\nhuey = RedisHuey()\n@huey.task()\ndef fake(): pass',
      'from django.tasks import task\n@task\ndef fake(): pass',
      '@tasks\ndef fake(): pass\n@taskish.other\ndef fake2(): pass',
      'task = 1\n@property\ndef task(self): pass',
      'a = b @ task\ndef fake(): pass',
      '@task\nx = 1\ndef fake(): pass',
    ];
    for (const fake of fakes) {
      const text = `${fake}\nfrom celery import shared_task\n@shared_task\ndef real(): pass\n`;
      assert.deepEqual(names(text), ['real'], fake);
    }
  });

  it('tasks of a Python file goes on behind what is broken', () => {
    const broken = [
      'x = foo(1, [2, {3',
      'x = foo(1, [2\n@dataclass\nclass A:\n    x: int',
      "x = 'never closed",
      'x = f"{never closed',
      'x = f"{never closed"',
      'x = f"{a!r:{b"',
      ')))]]}',
      'def',
      'def (',
      'class',
      '@',
      'async',
      'from . import (',
      'import',
      'if x:\n        y\n    z\n  w',
      'x = \\\n',
      '\u0000\ufffd\ufffd $ ? `',
      'def half(a, b=(1,',
      '@app.task(bind=',
    ];
    for (const start of broken) {
      const text = `${start}\n@shared_task\ndef real():\n    pass\n`;
      assert.ok(names(text).includes('real'), `${start}: ${names(text).join()}`);
    }
  });

  it('tasks of a Python file reads every line ending, tabs and a byte order mark, and gives the place as an editor counts', () => {
    const text =
      '\ufefffrom celery import shared_task\n\nclass A:\n\t@shared_task\n\tdef f(self):\n\t\tpass\n\n\t@shared_task\n        def g(self): pass\n';
    for (const ending of ['\n', '\r\n', '\r']) {
      const found = tasks(text.replaceAll('\n', ending));
      assert.deepEqual(
        found.map(({ qualifiedName, place }) => [qualifiedName, place.line, place.column]),
        [
          ['A.f', 4, 5],
          ['A.g', 8, 12],
        ],
      );
    }
    // The mark is not a part of the text in an editor.
    assert.equal(tasks('\ufeff@task\ndef f(): pass')[0]?.top.column, 0);
    const astral = tasks('@task(name="\u{1f600}")\ndef żółw(): pass')[0];
    assert.deepEqual([astral?.functionName, astral?.celeryName], ['żółw', '\u{1f600}']);
  });

  it('tasks of a Python file tells the options that matter with what they mean, and none that is off', () => {
    const task = only(`@task(
    transaction=True, reverse=undo, fallback=lambda *a, **k: send(a,
        k), bind=False, queue="a b"  # comment
)
def f(): pass`);
    assert.deepEqual(
      task.options.map(({ name, text, means }) => [name, text, means !== undefined]),
      [
        ['transaction', 'True', true],
        ['reverse', 'undo', true],
        ['fallback', 'lambda *a, **k: send(a, k)', true],
        ['bind', 'False', false],
        ['queue', '"a b"', false],
      ],
    );
    assert.equal(only('@task(constructor=1, __proto__=2)\ndef f(): pass').options[0]?.means, undefined);
  });

  it('tasks of a Python file finds where RetryTask is raised, also under another name and through functions of the file', () => {
    const task = only(`from task_manager.core.exceptions import RetryTask as Again, AbortTask
from task_manager.core import exceptions
@task()
def f(x):
    if not x: raise Again('later')
    if x < 0: raise AbortTask('never')
    try: helper(x)
    except exceptions.RetryTask: raise
    "raise RetryTask()"

def helper(x):
    raise exceptions.RetryTask('x')

def never_called():
    raise Again()
`);
    assert.deepEqual(
      task.raisesRetry.map(({ place, via }) => [place.line + 1, ...via]),
      [[5], [12, 'helper']],
    );
  });

  it('tasks of a Python file finds the calls that leave the process, by what the imports name', () => {
    const task = only(`import requests as r
import requests, httpx, stripe, subprocess, os
import urllib.request
from urllib.parse import quote
from django.core.mail import send_mail as mail, EmailMessage
from twilio.rest import Client
import smtplib

client = Client()

@task()
def f(self, requests2):
    response = r.post('x')
    response.json()
    quote('x')
    urllib.request.urlopen('x')
    mail('s')
    client.messages.create(to='x')
    with requests.Session() as s: pass
    f"{stripe.Charge.create(amount=f'{httpx.get("y")}')}"
    try: pass
    except requests.exceptions.Timeout: pass
    subprocess.run(['x'])
    os.path.join('a'); os.remove('a')
    open('a'); open('a', 'wb'); open('a', mode='r+')
    "requests.get('x')"  # requests.get('x')
    other.delay(1)
    transaction.on_commit(other.delay)
    add.s(1).apply_async()
`);
    assert.deepEqual(sideEffects(task), [
      'http r.post:13',
      'http urllib.request.urlopen:16',
      'email mail:17',
      'sms client.messages.create:18',
      'http requests.Session:19',
      'payment stripe.Charge.create:20',
      'http httpx.get:20',
      'process subprocess.run:23',
      'file os.remove:24',
      'file open:25',
      'file open:25',
      'task other.delay:27 perhaps',
      'task other.delay:28 perhaps',
      'task apply_async:29 perhaps',
    ]);
  });

  it('tasks of a Python file follows the calls into functions of the file, each once, and says by which way', () => {
    const task = only(`import requests
@task()
def f():
    a()
    Shop().pay_now()
    shop = Shop()
    shop.ship()
    def inner(): requests.put('x')
    run(inner)

def a(): b()
def b():
    a()
    requests.get('x')

class Shop:
    def __init__(self): requests.head('x')
    def pay_now(self): requests.delete('x')
    def ship(self): self.label()
    def label(self): requests.patch('x')

def unused(): requests.post('x')
`);
    assert.deepEqual(sideEffects(task).sort(), [
      'http requests.get:14 via a > b',
      'http requests.head:17 via Shop.__init__',
      'http requests.patch:20 via Shop.ship > Shop.label',
      'http requests.put:8 via f.<locals>.inner',
      // What a call gives is not followed.
      'payment pay_now:5 perhaps',
    ]);
  });

  it('tasks of a Python file calls a guess a guess, and takes nothing for a library that is not', () => {
    const task = only(`from .actions import send_email_message, get_email
from . import requests
@task()
def f(self, stripe, customer):
    send_email_message('x')
    get_email('x')
    requests.get('x')
    stripe.Charge.create()
    customer.charge(1)
    customer.email
`);
    assert.deepEqual(sideEffects(task), ['email send_email_message:5 perhaps', 'payment customer.charge:9 perhaps']);
  });

  it('tasks of a Python file knows that calling a task of the library sends it, and calling one of Celery runs it', () => {
    const text = `import requests
from celery import shared_task
@task()
def first():
    managed()
    plain()

@task()
def managed(): requests.get('x')

@shared_task
def plain(): requests.put('x')
`;
    const [task] = tasks(text);
    assert.deepEqual(sideEffects(task!), ['task managed:5', 'http requests.put:12 via plain']);
  });

  it('tasks of a Python file passes over what is larger than code', () => {
    const text = '@task\ndef f(): pass\n';
    assert.deepEqual(names(text + ' '.repeat(2_000_001 - text.length)), []);
    assert.deepEqual(names(text + ' '.repeat(2_000_000 - text.length)), ['f']);
  });
});
