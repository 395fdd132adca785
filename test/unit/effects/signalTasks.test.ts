import assert from 'node:assert/strict';
import { openCode } from '../../../src/effects/drafts/openCode';
import { files } from '../../support/sourceFiles';

const SIGNAL = { taskModule: 'task_manager.django.tasks', taskName: 'execute_signal' };
const MODELS = `
from django.db import models

class Order(models.Model):
    state = models.CharField(max_length=9)

class Visit(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
`;
const SIGNALS = `
from task_manager.django.dispatch import Emisor
emisor = Emisor("shop")
order_paid = emisor.signal("order_paid")
order_sent = emisor.signal("order_sent")
`;

async function drafted(receivers: string): Promise<Awaited<ReturnType<ReturnType<typeof openCode>['candidates']>>> {
  const code = openCode(
    files({
      'shop/models.py': MODELS,
      'shop/signals.py': SIGNALS,
      'shop/tasks.py':
        'from task_manager.django.decorators import task\n\n@task()\ndef pack(order_id, **_):\n    pass\n',
      'shop/receivers.py': `from django.dispatch import receiver
from .models import Order, Visit
from .signals import order_paid, order_sent
from .tasks import pack
${receivers}`,
    }),
  );
  return await code.candidates(SIGNAL, new AbortController().signal);
}

describe('effects/drafts/signalTasks', () => {
  it('drafts a rule for each signal from its receivers, for the rows that name it and its model', async () => {
    const { candidates } = await drafted(`
@receiver(order_paid, sender=Order)
def keep(sender, instance, **kwargs):
    Visit.objects.create(order=instance)

@receiver(order_sent, sender=Order)
def send(sender, instance, **kwargs):
    pack.delay(instance.pk)
`);
    const [visits, sent] = ['shop_visit', 'task_manager_taskmanager'].map((table) =>
      candidates.find(({ rule }) => rule.table === table),
    );
    assert.deepEqual(visits?.rule.where, [
      { argument: ['args[0]', 'kwargs.signal_module'], equals: 'shop' },
      { argument: ['args[1]', 'kwargs.signal_name'], equals: 'order_paid' },
      { argument: ['args[3]', 'kwargs.sender_name'], equals: 'Order' },
    ]);
    assert.deepEqual(visits.rule.find, { order_id: ['args[4]', 'kwargs.instance_pk'] });
    assert.deepEqual(sent?.rule.fixed, { task_module: 'shop.tasks', task_name: 'pack' });
    assert.deepEqual(sent.rule.find, { 'arguments.args[0]': ['args[4]', 'kwargs.instance_pk'] });
    assert.ok(candidates.every(({ why }) => why.every(({ file }) => file?.startsWith('shop/') === true)));
  });

  it('drafts none from receivers that leave nothing, or that get the signals of any model', async () => {
    for (const decorator of ['order_paid, sender=Order', 'order_paid']) {
      const { candidates, because } = await drafted(`
@receiver(${decorator})
def say(sender, instance, **kwargs):
    print(instance)
`);
      assert.deepEqual(candidates, []);
      assert.match(because ?? '', /^The receivers of signals/);
    }
  });
});
