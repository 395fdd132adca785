import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import type { Verdict } from '../../../src/model/verdict';
import type { ShownFacts, World } from '../../../src/model/facts';
import { explain } from '../../../src/verdicts/evidence';
import { duration, share } from '../../../src/verdicts/sentences/words';
import { moment } from '../../../src/base/moment';
import {
  ANSWERED,
  effect,
  facts,
  message,
  NOW,
  pending,
  result,
  row,
  takenMessage,
  unpublished,
  workerTask,
  world,
} from '../../support/facts';

/** The sentences by source. */
function says(of: Partial<ShownFacts>, around: World = world(), verdict: Verdict = 'unknown'): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const { source, says: text } of explain(facts(of), around, verdict))
    lines[source] = `${lines[source] ?? ''}${lines[source] ? ' ' : ''}${text}`;
  return lines;
}

describe('verdicts/evidence', () => {
  it('the evidence of a row in words names every source, also those that say nothing', () => {
    const lines = says({}, world({ histories: new Map() }));
    assert.deepEqual(Object.keys(lines), ['row', 'effects', 'results', 'broker', 'workers']);
    assert.equal(lines.results, "No result stored (or it expired); that doesn't tell whether the task ran.");
    assert.equal(
      lines.broker,
      'Message not found in 1 queue with 0 messages and 0 unacknowledged messages, by task id or task_manager_id.',
    );
    assert.equal(lines.workers, 'No worker is connected.');
    assert.equal(lines.effects, 'No effect rule covers send.');
  });

  it('the evidence of a row in words begins with what decided', () => {
    const first = (of: Partial<ShownFacts>, verdict: Verdict) => explain(facts(of), world(), verdict)[0]!.source;
    assert.equal(first({ effect: effect('executed') }, 'finished'), 'effects');
    assert.equal(first({ messages: [message()], effect: effect('executed') }, 'waiting'), 'broker');
    assert.equal(first({ effect: effect('executed') }, 'unknown'), 'row');
  });

  it('the evidence of a row in words says of each source that was not read why', () => {
    const down = (name: string) => ({ name, state: 'unavailable' as const, detail: `${name} is down` });
    const around = world({
      broker: { report: down('broker') },
      workers: { report: down('workers') },
      results: down('results'),
      effects: down('effects'),
      redis: null,
    });
    const lines = says({}, around);
    assert.equal(lines.broker, 'Not searched: broker is down.');
    assert.equal(lines.workers, 'Not known: workers is down.');
    assert.equal(lines.results, 'Not read: results is down.');
    assert.equal(lines.effects, 'Not read: effects is down.');
  });

  it('the evidence of a row in words never calls a missing result PENDING', () => {
    assert.doesNotMatch(says({}).results!, /PENDING/);
    assert.match(says({ row: unpublished() }).results!, /no task id/);
  });

  it('the evidence of a row in words shows where the message is, and what it waits for', () => {
    const queued = message({ priority: 3, position: 12, listLength: 4000, redelivered: true });
    assert.equal(
      says({ messages: [queued] }).broker,
      'Its message is in queue celery with priority 3, position 12 of 4,000 (redelivered).',
    );
    const taken = takenMessage({ eta: NOW + 60, libraryAttempts: 2 });
    assert.equal(
      says({ messages: [taken] }).broker,
      'A worker took its message from celery 2.0 h ago (at 2026-11-23 10:00:00 UTC) and has not acknowledged it (retry after attempt 2, not before 2026-11-23 12:01:00 UTC).',
    );
  });

  it('the evidence of a row in words says that a capped or foreign search is none', () => {
    assert.match(
      says({}, world({ broker: { contents: 'part', incompleteBecause: 'a cap' } })).broker!,
      /The rest was not searched: a cap\.$/,
    );
    assert.match(says({}, world({ broker: { found: false, contents: 'part' } })).broker!, /no Celery queue/);
  });

  it('the evidence of a row in words shows what the workers report, and what they do not know', () => {
    assert.equal(
      says({ tasks: [workerTask()] }).workers,
      'celery@one has been running it since 2026-11-23 11:59:55 UTC.',
    );
    const around = world({ workers: { ...ANSWERED, registered: new Set(['other.task']) } });
    assert.equal(says({}, around).workers, 'The only worker answered. No worker knows a task named shop.tasks.send.');
    assert.match(
      says({ messages: [message({ queue: 'reports' })] }, around).workers!,
      /No worker consumes queue reports\./,
    );
  });

  it('the evidence of a row in words reads the row', () => {
    assert.match(says({ row: unpublished() }).row!, /never recorded that it published the message/);
    assert.match(says({ row: pending({ attempts: 3 }) }).row!, /Attempt 3 started/);
    assert.match(says({ row: pending({ currentPage: 2, totalPages: 5 }) }).row!, /page 2 of 5/);
    assert.match(says({ row: row({ status: 'PAUSED', killed: true }) }).row!, /killed/);
  });

  it('the evidence of a row in words measures the race by finished rows, and names a twin', () => {
    const histories = new Map([
      ['shop.tasks.send', { ...NO_HISTORY, done: 1000, doneWithoutTaskId: 17, errors: 0, lastRun: null }],
    ]);
    assert.match(
      says({}, world({ histories })).postgres!,
      /^17 of 1,000 finished tasks of this type \(2%\) have no task id, a sign that the library overwrote its own save/,
    );
    const never = new Map([
      ['shop.tasks.send', { ...NO_HISTORY, done: 9, doneWithoutTaskId: 0, errors: 0, lastRun: null }],
    ]);
    assert.match(
      says({}, world({ histories: never })).postgres!,
      /^Every one of the 9 finished tasks of this type has a task id/,
    );
    const twin = { id: 99, status: 'DONE', createdAt: row().lastRun + 40 };
    assert.match(
      says({ row: unpublished(), twin }).postgres!,
      /Row 99 has the same task and arguments and was created 40 s later. It is DONE and may have done/,
    );
  });

  it('the evidence of a row in words tells what happened to Redis only where a message is missing', () => {
    const around = world({ redis: { startedAt: NOW - 60, appendOnly: false, flushes: 1 } });
    assert.match(
      says({}, around).redis!,
      /started at 2026-11-23 11:59:00 UTC, after the last run, without an append-only file\. .* flushed 1 time/,
    );
    assert.equal(says({ messages: [message()] }, around).redis, undefined);
  });

  it('the evidence of a row in words shows a contradiction', () => {
    const lines = says({ messages: [message()], effect: effect('executed') }, world(), 'waiting');
    assert.match(lines.effects!, /This contradicts the verdict\.$/);
    assert.doesNotMatch(lines.broker!, /contradicts/);
    assert.match(says({ effect: effect('not-executed') }, world(), 'finished').effects!, /contradicts/);
    assert.doesNotMatch(says({ effect: effect('not-executed') }, world(), 'failed').effects!, /contradicts/);
    assert.doesNotMatch(
      says({ messages: [message()], effect: effect('executed') }).effects!,
      /contradicts/,
      'unknown is contradicted by nothing',
    );
  });

  it('the evidence of a row in words hides passwords in what exceptions and columns say', () => {
    const failure = result('FAILURE', {
      exceptionType: 'OperationalError',
      exceptionMessage: 'redis://:s3cret@10.0.0.1:6379/0 refused',
    });
    assert.doesNotMatch(JSON.stringify(explain(facts({ result: failure }), world(), 'failed')), /s3cret/);
    const told = { ...effect('failed'), text: 'It said postgres://app:s3cret@db/shop.' };
    assert.doesNotMatch(JSON.stringify(explain(facts({ effect: told }), world(), 'failed')), /s3cret/);
  });

  it('the evidence of a row has words of results', () => {
    const failure = result('FAILURE', { exceptionType: 'ValueError', exceptionMessage: 'no such user', doneAt: NOW });
    assert.equal(says({ result: failure }).results, 'FAILURE at 2026-11-23 12:00:00 UTC: ValueError: no such user.');
    assert.match(says({ result: result('SENT') }).results!, /doesn't tell whether the task ran/);
    assert.match(
      says({ result: { ...result('x'), state: null, note: 'pickle' } }).results!,
      /could not be decoded: pickle/,
    );
    assert.match(says({ result: result('SUCCESS', { returnedValue: false }) }).results!, /also does after an error/);
  });
});

describe('verdicts/evidence', () => {
  it('the words of evidence have times, durations and shares', () => {
    assert.equal(moment(NOW), '2026-11-23 12:00:00 UTC');
    assert.equal(moment(Infinity), 'an impossible time');
    assert.deepEqual([0.4, 89, 600, 7200, 200_000].map(duration), ['0 s', '89 s', '10 min', '2.0 h', '2.3 days']);
    assert.deepEqual([share(0, 5), share(1, 1000), share(1, 3), share(0, 0)], ['0%', 'under 1%', '33%', '0%']);
  });
});
