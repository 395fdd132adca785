import assert from 'node:assert/strict';
import type { Candidate } from '../../../src/effects/drafts/codeCandidate';
import { openCode, type CodeDraft } from '../../../src/effects/drafts/openCode';
import { files } from '../../support/sourceFiles';

const MODELS = `
from django.db import models
from django.contrib.auth.models import User

class Stamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

class Status(models.TextChoices):
    PENDING = 'PENDING', 'Pending'
    DONE = 'DONE', 'Done'
    ERROR = 'ERROR', 'Error'

class Invoice(Stamped):
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    status_text = models.TextField(null=True)
    sent_at = models.DateTimeField(null=True, default=None)
    paid = models.BooleanField(default=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    slug = models.SlugField()

class Line(Stamped):
    invoice = models.ForeignKey('Invoice', on_delete=models.CASCADE)
    kind = models.CharField(max_length=9)
`;

const NEVER = new AbortController().signal;

/** What is drafted for `run` of shop/tasks.py. */
async function draft(code: string, others: Readonly<Record<string, string>> = {}): Promise<CodeDraft> {
  const source = files({
    'shop/models.py': MODELS,
    'shop/tasks.py': `from task_manager.django.decorators import task\nfrom .models import Invoice, Line, Status\n${code}`,
    ...others,
  });
  return await openCode(source).candidates({ taskModule: 'shop.tasks', taskName: 'run' }, NEVER);
}

async function candidates(code: string, others: Readonly<Record<string, string>> = {}): Promise<readonly Candidate[]> {
  return (await draft(code, others)).candidates;
}

async function rules(code: string, others: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  return (await candidates(code, others)).map(({ rule: { table, fixed, find, join, outcomes, noRow } }) => [
    table,
    find,
    ...(fixed ? [{ fixed }] : []),
    ...(join ? [{ join }] : []),
    ...outcomes.map(({ says, when }) => [says, ...(when ?? [])]),
    ...(noRow ? [['no row', noRow.says]] : []),
  ]);
}

const BY_ID = { id: ['args[0]', 'kwargs.invoice_id'] };
const BY_ID_OF_LINE = { invoice_id: ['args[0]', 'kwargs.invoice_id'] };
const SENT = [
  'shop_invoice',
  BY_ID,
  ['executed', { column: 'sent_at', atOrAfter: 'created_at' }],
  ['not-executed', { column: 'sent_at', before: 'created_at' }],
  ['not-executed', { column: 'sent_at', null: true }],
];
const STAMPED = { column: 'updated_at', atOrAfter: 'created_at' };
const PAID = ['shop_invoice', BY_ID, ['executed', { column: 'paid', equals: true }, STAMPED]];
const SAVED = ['shop_invoice', BY_ID, ['not-executed', { column: 'updated_at', before: 'created_at' }]];

describe('effects/drafts', () => {
  it('a time that every run writes says what ran and what did not', async () => {
    const code = `
def run(invoice_id, **_):
    if not (invoice := Invoice.objects.filter(id=invoice_id).first()):
        raise RetryTask('not there yet')
    invoice.sent_at = timezone.now()
    invoice.save()
`;
    assert.deepEqual(await rules(code), [SENT, SAVED]);
  });

  it('a time that only some runs write says nothing of those that did not', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    if send(invoice):
        invoice.sent_at = timezone.now()
        invoice.save()
`;
    assert.deepEqual(await rules(code), [
      ['shop_invoice', BY_ID, ['executed', { column: 'sent_at', atOrAfter: 'created_at' }]],
    ]);
  });

  it('a status has the values that runs leave, those of failures and the one that no run leaves', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(pk=invoice_id)
    try:
        send(invoice)
        invoice.status = Status.DONE
        invoice.save(update_fields=['status'])
    except Exception as e:
        invoice.status = 'ERROR'
        invoice.status_text = str(e)
        invoice.save(update_fields=['status', 'status_text'])
        raise e
`;
    assert.deepEqual(await rules(code), [
      [
        'shop_invoice',
        BY_ID,
        ['executed', { column: 'status', equals: 'DONE' }],
        ['failed', { column: 'status', equals: 'ERROR' }],
        ['not-executed', { column: 'status', equals: 'PENDING' }],
      ],
    ]);
  });

  it('an end that leaves the row as it was makes a missing effect say nothing', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    if not send(invoice):
        return
    invoice.paid = True
    invoice.save()
`;
    assert.deepEqual(await rules(code), [PAID]);
  });

  it('an end whose condition is the effect itself is no way around it', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    if invoice.status != 'PENDING':
        return
    send(invoice)
    invoice.status = 'DONE'
    invoice.save()
`;
    const [first] = await rules(code);
    assert.deepEqual(first, [
      'shop_invoice',
      BY_ID,
      ['executed', { column: 'status', equals: 'DONE' }, STAMPED],
      ['not-executed', { column: 'status', equals: 'PENDING' }],
    ]);
  });

  it('what is assigned and not saved is no effect, nor what update_fields leaves out', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    invoice.paid = True
    invoice.status = 'DONE'
    invoice.save(update_fields=['status'])
    invoice.sent_at = timezone.now()
`;
    assert.deepEqual(
      (await candidates(code)).map(({ rule }) =>
        rule.outcomes.flatMap(({ when = [] }) => when.map(({ column }) => column)),
      ),
      [['status', 'status']],
    );
  });

  it('what a loop or a lambda does may never run', async () => {
    const code = `
def run(invoice_id):
    for invoice in Invoice.objects.filter(id=invoice_id):
        invoice.paid = True
        invoice.save()
    transaction.on_commit(lambda: Invoice.objects.filter(id=invoice_id).update(paid=True))
`;
    assert.deepEqual(await rules(code), [PAID]);
  });

  it('functions and methods of other modules are followed with the values that they get', async () => {
    const code = `
from .services import Sender

def run(invoice_id):
    Sender().send(invoice_id)
`;
    const services = `
from django.utils import timezone
from .models import Invoice

def mark(invoice):
    invoice.sent_at = timezone.now()
    invoice.save()

class Sender:
    def send(self, number):
        invoice = Invoice.objects.get(id=int(number))
        mark(invoice)
`;
    assert.deepEqual(await rules(code, { 'shop/services.py': services }), [SENT, SAVED]);
  });

  it('a query that is updated is a row that the arguments lead to', async () => {
    const code = `
def run(invoice_id):
    Invoice.objects.filter(id=invoice_id, status__in=['PENDING', 'ERROR']).update(status='DONE')
`;
    assert.deepEqual(await rules(code), [['shop_invoice', BY_ID, ['executed', { column: 'status', equals: 'DONE' }]]]);
  });

  it('a row that each run makes is not executed where there is none', async () => {
    const code = `
def run(invoice_id, kind='A'):
    invoice = Invoice.objects.get(id=invoice_id)
    Line.objects.create(invoice=invoice, kind=kind)
`;
    const line = (executed: unknown): unknown => [
      'shop_line',
      { invoice_id: BY_ID.id, kind: { from: ['args[1]', 'kwargs.kind'], default: 'A' } },
      ['executed', executed],
      ['not-executed', { column: 'created_at', before: 'created_at' }],
      ['no row', 'not-executed'],
    ];
    // A later run for the same invoice makes another line, so the narrow rule comes first.
    assert.deepEqual(await rules(code), [
      line({ column: 'created_at', within: 86_400 }),
      line({ column: 'created_at', atOrAfter: 'created_at' }),
    ]);
  });

  it('a row that may have been there already is executed only where it is younger than the task', async () => {
    const code = `
def run(invoice_id):
    Line.objects.get_or_create(invoice_id=invoice_id, kind='B')
`;
    assert.deepEqual(await rules(code), [
      [
        'shop_line',
        { invoice_id: BY_ID.id },
        { fixed: { kind: 'B' } },
        ['executed', { column: 'created_at', atOrAfter: 'created_at' }],
        ['no row', 'not-executed'],
      ],
    ]);
  });

  it('a row that is deleted at the end is executed where there is none', async () => {
    const code = `
def run(invoice_id):
    Invoice.objects.get(id=invoice_id).delete()
`;
    assert.deepEqual(await rules(code), [['shop_invoice', BY_ID, ['not-executed'], ['no row', 'executed']]]);
  });

  it('a task without an effect gets no rule', async () => {
    const codes = [
      `def run(invoice_id):\n    invoice = Invoice.objects.get(id=invoice_id)\n    send_mail(invoice.owner.email)\n`,
      `def run():\n    Invoice.objects.filter(paid=False).update(paid=True)\n`,
      `def run(invoice_id):\n    cache.set(invoice_id, 1)\n`,
      `def run(name):\n    model = globals()[name]\n    model.objects.create(a=1)\n`,
      `def run(invoice_id):\n    with connection.cursor() as cursor:\n        cursor.execute('update shop_invoice set paid = true where id = %s', [invoice_id])\n`,
    ];
    for (const code of codes) assert.deepEqual(await rules(code), [], code);
  });

  it('a state that others may have left long before is no sign, without a time and without a condition', async () => {
    const codes = [
      // Line has no stamp of a save, and nothing says what it was before.
      `def run(line_id):\n    Line.objects.filter(id=line_id).update(kind='SENT')\n`,
      // One invoice of many: any of them may be paid for any reason.
      `def run(owner_id):\n    for invoice in Invoice.objects.filter(owner_id=owner_id):\n        if due(invoice):\n            invoice.paid = True\n            invoice.save()\n`,
    ];
    for (const code of codes) assert.deepEqual(await rules(code), [], code);
  });

  it('a look-up that leaves out what is done makes the state a sign', async () => {
    const code = `
def run(invoice_id):
    Invoice.objects.filter(id=invoice_id).exclude(status='DONE').update(status='DONE')
`;
    const found = (await candidates(code)).at(0);
    assert.equal(found?.guarantees.guarded, true);
    assert.deepEqual(found.rule.outcomes[0]?.when, [{ column: 'status', equals: 'DONE' }]);
  });

  it('what a run leaves that is to come again is no sign of one that is done', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    invoice.sent_at = timezone.now()
    invoice.status = 'DONE'
    invoice.save()
    if not send(invoice):
        raise RetryTask('again')
`;
    assert.deepEqual(await rules(code), [SAVED]);
  });

  it('a first state that the task writes itself does not say that it did not run', async () => {
    const code = (first: string): string => `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    invoice.status = '${first}'
    invoice.save()
    send(invoice)
    invoice.status = 'DONE'
    invoice.save()
`;
    const notExecuted = async (first: string): Promise<unknown[]> =>
      ((await candidates(code(first)))[0]?.rule.outcomes ?? [])
        .filter(({ says }) => says === 'not-executed')
        .flatMap(({ when }) => when ?? []);
    const old = { column: 'updated_at', before: 'created_at' };
    assert.deepEqual(await notExecuted('SENDING'), [old, { column: 'status', equals: 'PENDING' }]);
    assert.deepEqual(await notExecuted('PENDING'), [old]);
  });

  it('"not executed" is proven only where every way through the code saves the row', async () => {
    const code = (end: string): string => `
def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    ${end}
    invoice.paid = True
    invoice.save()
`;
    const strength = async (end: string): Promise<unknown> =>
      (await candidates(code(end))).at(-1)?.rule.outcomes.find(({ says }) => says === 'not-executed')?.strength;
    assert.equal(await strength('pass'), 'proven');
    assert.equal(await strength(`if not invoice.slug:\n        raise RetryTask('later')`), 'proven');
    assert.equal(await strength(`if not invoice.slug:\n        raise AbortTask('never')`), undefined);
  });

  it('one row that serves many tasks shows none of them', async () => {
    const code = `
def run(invoice_id, **item):
    invoice = Invoice.objects.get(id=invoice_id)
    if not item['name']:
        return
    invoice.paid = True
    invoice.save()
`;
    assert.deepEqual(await rules(code), []);
  });

  it('a row that is made only where another one is missing is no work of the task', async () => {
    const code = `
def run(invoice_id):
    invoice = Invoice.objects.filter(id=invoice_id).first()
    if not invoice:
        Line.objects.create(invoice_id=invoice_id, kind='MISSING')
        return
    send(invoice)
`;
    assert.deepEqual(await rules(code), []);
  });

  it('a row with some of the keys only may be another one', async () => {
    const code = `
def run(invoice_id, kind):
    Line.objects.create(invoice_id=invoice_id, kind='A')
`;
    const [only, ...others] = await rules(code);
    // The other kinds leave the same row: it shows no run, but without it there was none.
    assert.deepEqual(only, ['shop_line', BY_ID_OF_LINE, ['cannot-say'], ['no row', 'not-executed']]);
    assert.deepEqual(others, []);
  });

  it('a deletion that sends the task again makes a missing row say nothing', async () => {
    const code = `
@task()
def run(invoice_id):
    Invoice.objects.get(id=invoice_id).delete()
`;
    const receivers = (sender: string): string => `
from django.db.models.signals import post_delete
from django.dispatch import receiver
from .models import Invoice, Line
from .tasks import run

@receiver(post_delete, sender=${sender})
def deleted(sender, instance, **kwargs):
    run.delay(instance.id)
`;
    assert.deepEqual(await rules(code, { 'shop/receivers.py': receivers('Line') }), [
      ['shop_invoice', BY_ID, ['not-executed'], ['no row', 'executed']],
    ]);
    assert.deepEqual(await rules(code, { 'shop/receivers.py': receivers('Invoice') }), [
      ['shop_invoice', BY_ID, ['not-executed']],
    ]);
  });

  it('the tasks that it sends are rows of the task table, if their arguments come from its own', async () => {
    const others = `
@task()
def bill(invoice_id):
    pass

@shared_task
def celerys_own(invoice_id):
    pass
`;
    const sent = (find: unknown): unknown[] =>
      [{ within: 3600 }, { atOrAfter: 'created_at' }].map((test) => [
        'task_manager_taskmanager',
        find,
        { fixed: { task_module: 'shop.tasks', task_name: 'bill' } },
        ['executed', { column: 'created_at', ...test }],
      ]);
    const codes: readonly [string, unknown[]][] = [
      ['bill.delay(invoice_id)', sent({ 'arguments.args[0]': BY_ID.id })],
      ['bill(invoice_id)', sent({ 'arguments.args[0]': BY_ID.id })],
      ['bill.apply_async(kwargs={"invoice_id": invoice_id})', sent({ 'arguments.kwargs.invoice_id': BY_ID.id })],
      ['app.send_task("shop.tasks.bill", args=[invoice_id])', sent({ 'arguments.args[0]': BY_ID.id })],
      // Celery's own tasks leave no rows, and an unknown value leads to none.
      ['celerys_own.delay(invoice_id)', []],
      ['bill.delay(newest())', []],
    ];
    for (const [code, expected] of codes)
      assert.deepEqual(await rules(`${others}\ndef run(invoice_id):\n    ${code}\n`), expected, code);
    // Others of the same invoice send the same.
    assert.deepEqual(await rules(`${others}\ndef run(invoice_id, kind):\n    bill.delay(invoice_id)\n`), []);
  });

  it('a delayed signal is a row of execute_signal, and a receiver that runs here does its work here', async () => {
    const signals = `
from task_manager.django.dispatch import Emisor

emisor = Emisor('shop')
invoice_sent = emisor.signal('invoice_sent')
`;
    const receivers = `
from django.dispatch import receiver
from .models import Invoice
from .signals import invoice_sent

@receiver(invoice_sent, sender=Invoice)
def sent(sender, instance, **kwargs):
    instance.sent_at = timezone.now()
    instance.save()
`;
    const others = { 'shop/signals.py': signals, 'shop/receivers.py': receivers };
    const code = (how: string): string => `
from .signals import invoice_sent

def run(invoice_id):
    invoice = Invoice.objects.get(id=invoice_id)
    invoice_sent.${how}(instance=invoice, sender=Invoice)
`;
    const delayed = (await candidates(code('delay'), others)).at(0);
    assert.deepEqual(delayed?.rule.fixed, { task_module: 'task_manager.django.tasks', task_name: 'execute_signal' });
    assert.deepEqual(delayed.rule.find['arguments.args[4]'], BY_ID.id);
    assert.deepEqual(delayed.rule.find['arguments.args[1]'], { from: 'kwargs.always', default: 'invoice_sent' });
    // A receiver may fail or not be connected, so what it does on some ways only is no rule.
    assert.deepEqual(await rules(code('send_robust'), others), []);
  });

  it('what a save or a receiver writes whatever the task is about is no effect of the task', async () => {
    const models = `${MODELS}
class Order(models.Model):
    status = models.CharField(max_length=9, default='NEW')
    changed_at = models.DateTimeField(null=True)
    note = models.TextField(null=True)

    def save(self, *args, **kwargs):
        if self.status != self.old_status:
            self.changed_at = timezone.now()
        super().save(*args, **kwargs)
`;
    const code = `
from .models import Order

def run(order_id):
    order = Order.objects.get(id=order_id)
    order.note = 'x'
    order.save()
`;
    assert.deepEqual(await rules(code, { 'shop/models.py': models }), [
      ['shop_order', { id: ['args[0]', 'kwargs.order_id'] }, ['not-executed', { column: 'note', null: true }]],
    ]);
  });

  it('models are found through strings, proxies, table names and managers, and rows through related managers', async () => {
    const models = `${MODELS}
class Sale(Invoice):
    class Meta:
        proxy = True

class Legacy(Stamped):
    class Meta:
        db_table = 'old_things'
        app_label = 'archive'
    objects = OpenManager()
    all_objects = models.Manager()
    done = models.BooleanField(default=False)
`;
    const tables = async (code: string): Promise<unknown> =>
      (
        await candidates(
          `from django.apps import apps\nfrom django.shortcuts import get_object_or_404\nfrom .models import Sale, Legacy\n${code}`,
          {
            'shop/models.py': models,
          },
        )
      ).map(({ rule }) => [rule.table, rule.find])[0];
    const id = ['args[0]', 'kwargs.number'];
    const codes: readonly [string, string, unknown][] = [
      [`x = apps.get_model('shop', 'Invoice').objects.get(pk=number)\n    x.paid = True`, 'shop_invoice', { id }],
      [`x = Sale.objects.get(id=number)\n    x.paid = True`, 'shop_invoice', { id }],
      [`x = Legacy.all_objects.get(id=number)\n    x.done = True`, 'old_things', { id }],
      [`x = get_object_or_404(Invoice, id=int(number))\n    x.paid = True`, 'shop_invoice', { id }],
      [`x = Invoice.objects.get(id=number).line_set.create(kind='A')`, 'shop_line', { invoice_id: id }],
    ];
    for (const [code, table, find] of codes)
      assert.deepEqual(await tables(`def run(number):\n    ${code}\n    x.save()\n`), [table, find], code);
  });

  it('a row behind another one is reached by a join', async () => {
    const code = `
def run(line_id):
    line = Line.objects.get(id=line_id)
    line.invoice.sent_at = timezone.now()
    line.invoice.save()
`;
    const [found] = await rules(code);
    assert.deepEqual(found, [
      'shop_line',
      { id: ['args[0]', 'kwargs.line_id'] },
      { join: { table: 'shop_invoice', on: { id: 'invoice_id' } } },
      ['executed', { column: 'joined.sent_at', atOrAfter: 'created_at' }],
      ['not-executed', { column: 'joined.sent_at', before: 'created_at' }],
    ]);
  });

  it('bound and class-based tasks do not count self among their arguments', async () => {
    const codes = [
      `@task(bind=True)\ndef run(self, invoice_id):\n    Invoice.objects.get(id=invoice_id).delete()\n`,
      `class run(Task):\n    def run(self, invoice_id):\n        self.remove(invoice_id)\n\n    def remove(self, number):\n        Invoice.objects.get(id=number).delete()\n`,
    ];
    for (const code of codes)
      assert.deepEqual(await rules(code), [['shop_invoice', BY_ID, ['not-executed'], ['no row', 'executed']]], code);
  });

  it('a value that is missing where a run ends early is none that the rule speaks of', async () => {
    const code = `
def run(invoice_id=None):
    if not invoice_id:
        return
    invoice = Invoice.objects.get(id=invoice_id)
    invoice.sent_at = timezone.now()
    invoice.save()
`;
    assert.deepEqual((await rules(code))[0], SENT);
  });

  it('each part of a rule has its place in the code', async () => {
    const {
      candidates: found,
      parameters,
      place,
    } = await draft(
      `\ndef run(invoice_id):\n    invoice = Invoice.objects.get(id=invoice_id)\n    invoice.sent_at = timezone.now()\n    invoice.save()\n`,
    );
    assert.deepEqual(parameters, ['invoice_id']);
    assert.equal(place?.line, 3);
    assert.deepEqual(found[0]?.why, [
      { says: 'Looks up shop_invoice by id.', file: 'shop/tasks.py', line: 5 },
      { says: 'Sets sent_at to the current time, whenever it ends well.', file: 'shop/tasks.py', line: 6 },
    ]);
    const none = await draft('\ndef run(number):\n    pass\n');
    assert.match(none.because ?? '', /leaves nothing in the database/);
  });

  it('functions that call each other end', async () => {
    const code = `
def a(invoice_id):
    b(invoice_id)

def b(invoice_id):
    a(invoice_id)
    Invoice.objects.filter(id=invoice_id).update(paid=True)

def run(invoice_id):
    a(invoice_id)
`;
    assert.equal((await rules(code)).length, 1);
  });
});
