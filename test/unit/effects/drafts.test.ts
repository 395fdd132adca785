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
    assert.deepEqual(await rules(code), [
      [
        'shop_line',
        { invoice_id: BY_ID.id, kind: { from: ['args[1]', 'kwargs.kind'], default: 'A' } },
        ['executed', { column: 'created_at', atOrAfter: 'created_at' }],
        ['not-executed', { column: 'created_at', before: 'created_at' }],
        ['no row', 'not-executed'],
      ],
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
