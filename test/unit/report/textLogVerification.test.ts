import assert from 'node:assert/strict';
import { healthLine, healthOf } from '../../../src/report/health';
import { PHASE_TITLES } from '../../../src/report/plan';
import { answerOf } from '../../../src/report/summary';
import { textLog } from '../../../src/report/textLog';
import { outcomeText, sumVerdicts, verdictShares } from '../../../src/report/verdictText';
import { A_BROKEN_RULE_TEST, A_RULE_TEST } from '../../support/ruleTests';
import { aDiagnosis, aSample, aTaskType, aVerification, aVerifiedDiagnosis } from '../../support/diagnosis';

const RULE = '='.repeat(80);

const ANSWER = answerOf(aVerifiedDiagnosis());

const VERIFIED_LOG = `Analyzing tasks stuck for more than 906 hours:
${RULE}

Summary:
  ${ANSWER.stuck}.
  ${ANSWER.verdicts ?? ''}.
  Health: ${healthLine(healthOf(aVerifiedDiagnosis())!)}
  First step: Start a worker for the queue mail

Task: shop.tasks.send
Count: 3
Max Hours Stuck: 1000.13
Verdicts: 2 unknown (67%), 1 lost (33%)

Sample Tasks:
ID: 7
Arguments: {}
Last Run: 2025-02-15 10:23:45+00:00
Task ID: 87d6f3a5-c612-49b3-9fe1-23456789abcd
Status Message: None
Attempts: 1
Celery State: SENT
Verifying execution for shop.tasks.send:
  row: It was published, and its body was not entered.
  broker: Its message is in none of 3 queues.
Verdict: unknown
  either lost (message-missing): Its message is gone; to settle it: an effect rule
  or finished (lost-update): It ran, and its row was overwritten; to settle it: the logs
----------------------------------------

Task: shop.tasks.deliver
Count: 1
Max Hours Stuck: 1000.13
Verdicts: 1 lost (100%)

Sample Tasks:
ID: 8
Arguments: {}
Last Run: 2025-02-15 10:23:45+00:00
Task ID: 
Status Message: None
Attempts: 1
Celery State: no record
Verifying execution for shop.tasks.deliver:
  row: Its task_id is empty.
Verdict: lost (never-published, likely)
----------------------------------------

Other potentially stuck tasks by status:
${RULE}

None

Sources:
${RULE}

postgres: ok, PostgreSQL 18.4 at localhost:5432/shop
broker: ok, 3 queues with 1,234 messages at localhost:6379/0
workers: not configured
results: unavailable, Connection refused at localhost:6380/0
Redis: localhost:6379/0 (broker), version 7.0.15, up since 2025-02-14 00:00:00+00:00, 12.3 MB used, noeviction, 0 keys evicted, 1 flush since its start
Queue: celery, 1,200 waiting, 1,000 of priority 0, 200 of priority 3, 12 taken by workers, a worker consumes it
Queue: mail, 34 waiting, 0 taken by workers, no worker consumes it
Queue: idle, 0 waiting, 0 taken by workers
Worker: celery@one, answered, 4 running, 8 reserved, 0 scheduled, concurrency 4, queues celery
Worker: celery@two, heartbeat seen, 1 running

Recommendations:
${RULE}

1. Start a worker for the queue mail
   34 rows wait in it, and no worker consumes it.
   Seen: The queue mail holds 34 messages.
   Do: celery -A <project> worker -Q mail
   Do: for id in ids:
           print(id)
2. Do nothing about 12 rows
   They come back at 14:07.
`;

describe('report/textLogVerification', () => {
  it('the text log of a check with verification has verdicts, evidence, sources and reasons, each on its line', () => {
    assert.deepEqual(textLog(aVerifiedDiagnosis()).split('\n'), VERIFIED_LOG.split('\n'));
  });

  it('the text log of a check with verification has the steps by phase, and no number where nothing is to be done', () => {
    const steps = (['now', 'now', 'then', 'info'] as const).map((phase, index) => ({
      id: `step-${String(index)}`,
      title: `Title ${String(index)}`,
      why: 'Why.',
      evidence: [],
      actions: [],
      phase,
    }));
    const log = textLog(aVerifiedDiagnosis({ recommendations: steps }));
    assert.deepEqual(log.slice(log.indexOf('Recommendations:')).split('\n').slice(3, -1), [
      `${PHASE_TITLES.now}:`,
      '1. Title 0',
      '   Why.',
      '2. Title 1',
      '   Why.',
      '',
      `${PHASE_TITLES.then}:`,
      '3. Title 2',
      '   Why.',
      '',
      `${PHASE_TITLES.info}:`,
      '- Title 3',
      '   Why.',
    ]);
    const known = textLog(aVerifiedDiagnosis({ recommendations: steps.slice(3) }));
    assert.match(known, new RegExp(`^  ${PHASE_TITLES.info}: Title 3$`, 'm'));
  });

  it('the summary of a log has no line that looks like a part of the log, whatever queues and statuses are called', () => {
    const verified = aVerifiedDiagnosis();
    const [queue] = verified.infrastructure.queues ?? [];
    const log = textLog({
      ...verified,
      parameters: { ...verified.parameters, statuses: ['x\nTask: a.b'] },
      infrastructure: { ...verified.infrastructure, queues: [{ ...queue!, name: '\nStatus: x', consumed: false }] },
    });
    const summary = log.slice(log.indexOf('Summary:'), log.indexOf('Task: shop')).trimEnd().split('\n').slice(1);
    for (const line of summary) assert.match(line, /^ {2}\S/);
  });

  it('the text log of a check with verification says of a result that was not read that it was not read, not that there is none', () => {
    const states = (['SUCCESS', 'a\nb', null, undefined] as const).map((celeryState) => {
      const sample = aSample({
        verification: aVerification(),
        ...(celeryState === undefined ? {} : { celeryState }),
      });
      return /^Celery State: (.*)$/m.exec(textLog(aDiagnosis({ taskTypes: [aTaskType({ samples: [sample] })] })))?.[1];
    });
    assert.deepEqual(states, ['SUCCESS', 'a\\nb', 'no record', 'not read']);
  });

  it('the text log of a check with verification keeps hostile text of messages, queues and effects on its line', () => {
    const nasty = 'a\nVerdict: finished\r\n\u001b[2J\u202egnp.exe\u2028ID: 666';
    const verification = aVerification({
      evidence: [{ source: 'broker', says: nasty }],
      readings: [{ verdict: 'lost', why: nasty, decidedBy: nasty }],
    });
    const type = aTaskType({ samples: [aSample({ celeryState: nasty, verification })] });
    const verified = aVerifiedDiagnosis();
    const [queue] = verified.infrastructure.queues ?? [];
    const [advice] = verified.recommendations;
    const log = textLog({
      ...verified,
      taskTypes: [type],
      sources: [{ name: 'broker', state: 'unavailable', detail: nasty }],
      infrastructure: { ...verified.infrastructure, queues: [{ ...queue!, name: nasty }] },
      recommendations: [{ ...advice!, title: nasty, why: nasty, evidence: [nasty] }],
    });
    assert.doesNotMatch(log, /[^\n\u0020-\u007e]/, 'something other than printable ASCII came through');
    assert.deepEqual(log.match(/^Verdict: .*$/gm), ['Verdict: unknown']);
    assert.equal(log.match(/^ID: /gm)?.length, 1);
  });

  it('the text log of a check with verification calls one reading that is left "maybe"', () => {
    const readings = aVerification().readings!.slice(0, 1);
    const sample = aSample({ verification: aVerification({ readings }) });
    const log = textLog(aDiagnosis({ taskTypes: [aTaskType({ samples: [sample] })] }));
    assert.match(log, /^ {2}maybe lost \(message-missing\): /m);
  });
});

describe('report/textLogVerification', () => {
  it('the words of verdicts are the verdict, its cause and how sure it is', () => {
    assert.equal(outcomeText({ verdict: 'waiting', confidence: 'proven' }), 'waiting (proven)');
    assert.equal(
      outcomeText({ verdict: 'lost', cause: 'broker-wiped', confidence: 'likely' }),
      'lost (broker-wiped, likely)',
    );
    assert.equal(outcomeText({ verdict: 'unknown', confidence: 'possible' }), 'unknown');
  });

  it('the words of verdicts have shares, most rows first, that are 0 or 100 only where that is exact', () => {
    const shares = (counts: object): string[] =>
      verdictShares(counts).map(({ verdict, percent }) => `${percent} ${verdict}`);
    assert.deepEqual(shares({ lost: 1, unknown: 70, finished: 29 }), ['70% unknown', '29% finished', '1% lost']);
    assert.deepEqual(shares({ lost: 1, unknown: 99_999 }), ['>99% unknown', '<1% lost']);
    assert.deepEqual(shares({ lost: 5 }), ['100% lost']);
    assert.deepEqual(shares({ unknown: 1, waiting: 1 }), ['50% waiting', '50% unknown'], 'in the order of the words');
    assert.deepEqual(shares({}), []);
    assert.deepEqual(shares({ lost: 0 }), []);
  });

  it('the words of verdicts add up over types, and are nothing where no type was verified', () => {
    assert.deepEqual(sumVerdicts([{ verdicts: { lost: 2, unknown: 1 } }, {}, { verdicts: { lost: 3 } }]), {
      lost: 5,
      unknown: 1,
    });
    assert.equal(sumVerdicts([{}, {}]), undefined);
  });

  it('says how each effect rule did, in a section of its own, and marks evidence of an untested one', () => {
    const log = textLog({ ...aVerifiedDiagnosis(), rules: [A_RULE_TEST, A_BROKEN_RULE_TEST] });
    const section = `Effect rules:
${RULE}

2 rules were tested on tasks whose outcome is known; 1 decides nothing.

Rule: shop.tasks.sync_contact, table crm_contact (drafted)
  executed: 1,990 of 2,000 finished tasks; 401 of 412 that did not run
  At most 98.5% false alarms (upper 95% bound).
  It decides none of 5,210 undetermined tasks.
  It decides nothing. It calls 401 of 412 tasks that did not run executed or failed.

Rule: shop.tasks.send_invoice, table billing_invoice (your own)
`;
    assert.ok(log.includes(section), log);
    assert.ok(log.indexOf('Sources:') < log.indexOf(section) && log.indexOf(section) < log.indexOf('Recommendations:'));
    const verification = aVerification({ evidence: [{ source: 'effects', says: 'It was sent.', untested: true }] });
    const marked = textLog(aVerifiedDiagnosis({ taskTypes: [aTaskType({ samples: [aSample({ verification })] })] }));
    assert.match(marked, /^ {2}effects: It was sent\. \(untested rule\)$/m);
  });
});
