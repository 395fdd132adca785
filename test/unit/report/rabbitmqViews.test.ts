import assert from 'node:assert/strict';
import type { BrokerCondition, Diagnosis, Queue } from '../../../src/model/diagnosis';
import { typesCsv } from '../../../src/report/csv';
import { healthLine, healthOf } from '../../../src/report/health';
import { markdown } from '../../../src/report/markdown';
import { shortForm } from '../../../src/report/terminal/shortForm';
import { textLog } from '../../../src/report/textLog';
import { without } from '../../support/without';
import { rabbitDiagnosis } from '../../support/rabbitDiagnosis';

const DIAGNOSIS = rabbitDiagnosis();
const SENTENCE =
  'Of these 1,204 tasks at most 34 are waiting, at most 4 are held and at most 3 are in a dead-letter queue; at least 1,163 have no message.';

/** With other facts of its servers. */
function withFacts(infrastructure: Partial<Diagnosis['infrastructure']>): Diagnosis {
  return { ...DIAGNOSIS, infrastructure: { ...DIAGNOSIS.infrastructure, ...infrastructure } };
}

function withConditions(blocked: string[] | null, ...conditions: BrokerCondition[]): Diagnosis {
  return withFacts({ broker: { ...DIAGNOSIS.infrastructure.broker!, blocked, conditions } });
}

function withQueues(change: (queue: Queue) => Partial<Queue>): Diagnosis {
  return withFacts({ queues: DIAGNOSIS.infrastructure.queues!.map((queue) => ({ ...queue, ...change(queue) })) });
}

function terminal(diagnosis: Diagnosis, columns: number): string[] {
  return shortForm(diagnosis, columns).map((line) => line.map(({ text }) => text).join(''));
}

describe('the views of a RabbitMQ', () => {
  it('are tested with a check of one', () => {
    assert.deepEqual(DIAGNOSIS.taskTypes[0]?.bounds, {
      waitingAtMost: 34,
      heldAtMost: 4,
      nowhereAtLeast: 1163,
      deadLetteredAtMost: 3,
    });
    assert.equal(DIAGNOSIS.infrastructure.broker?.version, '3.10.8');
  });

  it('the log tells of each type what the numbers bound, and of the server how it was read', () => {
    const lines = textLog(DIAGNOSIS).split('\n');
    const at = lines.indexOf('Task: billing.tasks.send_invoice');
    assert.ok(lines.slice(at, at + 6).includes(`Messages: ${SENTENCE}`), lines.slice(at, at + 6).join('\n'));
    const found = lines.filter((line) => /^(Broker|Queue|Worker):/.test(line));
    assert.deepEqual(found, [
      'Broker: RabbitMQ 3.10.8 at rabbit.example:5672/shop, read by its management API as user app, http://rabbit.example:15672, publishers are not blocked',
      'Queue: celery, 20 ready, 4 unacknowledged, 2 consumers, classic, x-dead-letter-exchange "", x-dead-letter-routing-key dead, numbers live',
      'Queue: emails, 14 ready, 0 unacknowledged, 1 consumer, classic, numbers live',
      'Queue: dead, 3 ready, 0 unacknowledged, keeps rejected and expired messages, classic, numbers live',
      'Worker: w1@host1, connected, 4 unacknowledged, queues celery',
      'Worker: w2@host2, connected, 0 unacknowledged, queues celery emails',
    ]);
  });

  it('the log tells what a queue is, how old its numbers are, and what stands out', () => {
    const change = { type: 'quorum', consumers: 2, numbersAgeSeconds: 5, arguments: { 'x-delivery-limit': 20 } };
    const queues = textLog(withQueues(({ name }) => (name === 'celery' ? change : {})));
    assert.match(
      queues,
      /^Queue: celery, 20 ready, 4 unacknowledged, 2 consumers, quorum, x-delivery-limit 20, numbers up to 5 s old$/m,
    );
    const blocked = textLog(
      withConditions(['a memory alarm blocks all publishers'], { kind: 'delayed', says: 'Three tasks wait.' }),
    );
    assert.match(blocked, /^Broker: .*, a memory alarm blocks all publishers$/m);
    assert.match(blocked, /^Condition: Three tasks wait\.$/m);
  });

  it('the table of types has the bounds in columns of their own', () => {
    const [head = '', first = ''] = typesCsv(DIAGNOSIS).split('\r\n');
    assert.match(head, /,causes,waiting_at_most,held_at_most,without_message_at_least$/);
    assert.match(first, /,34,4,1163$/);
    const unbounded = without(DIAGNOSIS.taskTypes[0]!, 'bounds');
    assert.match(typesCsv({ taskTypes: [unbounded] }).split('\r\n')[1]!, /,,,$/);
  });

  it('the Markdown has bounds, queues and server, and no name of a machine', () => {
    const text = markdown(DIAGNOSIS, null);
    assert.match(text, /\| Task type \| Stuck \| Oldest \| What became of them \| Messages \|/);
    assert.match(text, /send_invoice.*≤ 34 waiting, ≤ 4 held, ≤ 3 dead-lettered, ≥ 1,163 without a message/);
    assert.match(text, /\| Queue \| Ready \| Unacknowledged \| A worker consumes it \| Type and arguments \|/);
    assert.match(text, /dead.*keeps rejected and expired messages/);
    assert.match(text, /RabbitMQ 3\.10\.8 at \(address\), read by its management API as user app/);
    assert.doesNotMatch(text, /rabbit\.example|host1/);
  });

  it('the terminal has the largest number of messages of each type', () => {
    for (const columns of [60, 100]) {
      const lines = terminal(DIAGNOSIS, columns);
      assert.ok(lines.length <= 60);
      assert.ok(
        lines.some((line) => /send_invoice +1,204 .*≤ 41/.test(line)),
        lines.join('\n'),
      );
      assert.match(lines.join(' '), /Messages: at most so many of the tasks have one\./);
    }
  });

  it('no text says Redis where nothing is kept in it', () => {
    for (const text of [textLog(DIAGNOSIS), markdown(DIAGNOSIS, null), terminal(DIAGNOSIS, 100).join('\n')])
      assert.doesNotMatch(text, /redis/i);
  });

  describe('their health line', () => {
    it('tells of workers, messages, who consumes them, and what was taken', () => {
      assert.equal(
        healthLine(healthOf(DIAGNOSIS)!),
        '3 messages in a dead-letter queue · 2 workers connected · 34 messages wait in 2 queues (3 consumers) · 4 unacknowledged',
      );
      const counted = withQueues(({ name }) => ({ length: name === 'celery' ? 20 : 0, unacked: 0, consumers: 2 }));
      assert.equal(
        healthLine(healthOf(counted)!),
        '2 workers connected · 20 messages wait in queue celery (2 consumers)',
      );
    });

    it('an alarm is an alarm of its own, and said once', () => {
      const says = 'A memory alarm blocks all publishers.';
      const health = healthOf(
        withConditions(['a memory alarm blocks all publishers'], { kind: 'publishers-blocked', says }),
      )!;
      assert.equal(health.level, 'alarm');
      assert.equal(health.headline, 'A memory alarm blocks all publishers');
    });

    it('a condition that cannot wait is one, and the others stand beside the server', () => {
      const mailboxes = 'RabbitMQ 4.3 refuses the mailboxes of these workers, so they consume nothing.';
      const health = healthOf(
        withConditions(
          [],
          { kind: 'mailboxes-refused', says: mailboxes },
          { kind: 'node-down', says: 'Node rabbit@b is down.' },
          { kind: 'messages-expire', queue: 'celery', says: 'Messages of celery may expire.' },
        ),
      )!;
      assert.equal(health.headline, 'Node rabbit@b is down');
      assert.ok(healthLine(health).includes(mailboxes.slice(0, -1)));
      assert.doesNotMatch(healthLine(health), /may expire/);
    });

    it('a queue that keeps messages needs no worker, and one with tasks does', () => {
      assert.equal(healthOf(DIAGNOSIS)!.headline, null);
      const left = withQueues(({ name }) => ({ consumed: name === 'emails' ? false : null }));
      assert.equal(healthOf(left)!.headline, '14 messages wait in queue emails, which no worker consumes');
    });

    it('workers that consume nothing are an alarm', () => {
      const workers = DIAGNOSIS.infrastructure.workers!.map((worker) => ({ ...worker, queues: [] }));
      assert.equal(healthOf(withFacts({ workers }))!.headline, '2 of 2 workers consume no queue');
      const one = workers.slice(0, 1);
      assert.equal(healthOf(withFacts({ workers: one }))!.headline, 'The only worker consumes no queue');
    });
  });
});
