import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import type { Recommendation } from '../../../src/model/diagnosis';
import type { BrokerView } from '../../../src/model/facts';
import { CAUSES, VERDICTS, type Cause, type Confidence } from '../../../src/model/verdict';
import { recommend } from '../../../src/verdicts/advice/scanAdvice';
import { Tally } from '../../../src/verdicts/tally';
import { recommendFor } from '../../../src/verdicts/advice';
import { isAbout } from '../../../src/model/rowFilter';
import { ANSWERED, facts, message, NOT_ASKED, NOW, row, TABLE, world } from '../../support/facts';
import { Random } from '../../support/random';
import { schemaErrors } from '../../support/schema';
import { aDiagnosis, aTaskType } from '../../support/diagnosis';

/** Advice that is about no rows in particular, though it helps some. */
const ABOUT_NONE = ['restart-deaf-workers'];

const TYPES = ['send', 'bill', 'a.b', 'report'];

/** Rows judged in every way that the words allow, in a made-up world, and what is recommended for them. */
function madeUp(seed: number): { tally: Tally; found: Recommendation[] } {
  const random = new Random(seed * 104_729);
  const tally = new Tally();
  const kinds = Array.from({ length: random.integer(1, 40) }, () => ({
    verdict: random.pick(VERDICTS),
    cause: random.pick<Cause | undefined>([undefined, ...CAUSES]),
    confidence: random.pick<Confidence>(['proven', 'likely', 'possible']),
    twin: random.next() < 0.3 ? { id: 8, status: 'DONE', createdAt: NOW } : null,
    taskName: random.pick(TYPES),
  }));
  for (let id = 1; id <= random.integer(1, 300); id++) {
    const { twin, taskName, cause, ...judgement } = random.pick(kinds);
    const messages = random.next() < 0.2 ? [message({ queue: random.pick(['celery', "it's", 'a b']) })] : [];
    const of = facts({ row: row({ id, taskName }), twin, messages });
    tally.add(of, {
      ...judgement,
      ...(cause === undefined ? {} : { cause }),
      ...(random.next() < 0.3 ? { resolvesAt: NOW + random.integer(-9999, 9999) } : {}),
    });
  }
  const around = world({
    workers: random.pick([{}, ANSWERED, NOT_ASKED, { ...NOT_ASKED, deaf: 2 }]),
    broker: random.pick<Partial<BrokerView>>([{}, { contents: 'part', incompleteBecause: 'of a limit' }]),
    elsewhere: random.pick([null, 'Nothing here is theirs']),
    redis: { flushes: random.integer(0, 1) },
    histories: new Map([
      ['shop.tasks.send', { ...NO_HISTORY, done: 9, doneWithoutTaskId: 3, errors: 0, lastRun: null }],
    ]),
  });
  const messagesWithoutRow = random.pick([null, 0, 4]);
  return {
    tally,
    found: recommendFor({ groups: tally.groups(), rows: tally.rows, world: around, table: TABLE, messagesWithoutRow }),
  };
}

describe('verdicts/recommendationRows', () => {
  it('the rows that recommendations are about are found again among the outcomes, to the last row', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 400; seed++) {
      const { tally, found } = madeUp(seed);
      const outcomes = TYPES.flatMap((taskName) => tally.ofType({ taskModule: 'shop.tasks', taskName }).outcomes);
      for (const { id, rows, about } of found) {
        seen.add(id);
        assert.ok(rows !== undefined, id);
        if (about === undefined) {
          assert.ok(rows === 0 || ABOUT_NONE.includes(id), `${id} helps ${String(rows)} rows and does not say which`);
          continue;
        }
        // Its sentence speaks of more: of all whose message may have been among those that are gone.
        if (id === 'protect-broker') assert.deepEqual(about, { verdicts: ['lost'], causes: ['broker-wiped'] });
        const these = outcomes.filter((outcome) => isAbout(about, outcome)).reduce((sum, { count }) => sum + count, 0);
        assert.equal(these, rows, `seed ${String(seed)}: ${id} ${JSON.stringify(about)}`);
      }
      const order = found.map(({ rows = 0 }) => rows);
      assert.deepEqual(
        [...order].sort((a, b) => b - a),
        order,
      );
    }
    // All that there are but the one about messages alone.
    assert.equal(seen.size, 29, [...seen].sort().join(' '));
  });

  it('the rows that recommendations are about can be shown: advice about rows has a query that only reads', () => {
    for (let seed = 1; seed <= 50; seed++) {
      for (const { id, about, snippets = [] } of madeUp(seed).found) {
        const queries = snippets.filter(({ language }) => language === 'sql');
        assert.equal(queries.length, about ? 1 : 0, id);
        for (const { text } of queries) assert.match(text, /^select [a-z_, ]+\n {2}from "[^;]+;$/);
      }
    }
  });

  it('the rows that recommendations are about are in what the schema takes', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { found } = madeUp(seed);
      const plain = JSON.parse(JSON.stringify({ ...aDiagnosis({ taskTypes: [] }), recommendations: found })) as unknown;
      assert.deepEqual(schemaErrors(plain), []);
    }
  });
});

describe('verdicts/recommendationRows', () => {
  it('the general recommendations show example rows and commands, and claim to help no number of rows', () => {
    const found = recommend([aTaskType(), aTaskType({ taskName: 'bill' })], TABLE);
    const kinds = (id: string): string[] =>
      (found.find((advice) => advice.id === id)?.snippets ?? []).map(({ language }) => language);
    assert.deepEqual(kinds('check-workers'), ['shell', 'shell']);
    assert.deepEqual(kinds('check-broker'), ['shell']);
    assert.deepEqual(kinds('error-patterns'), ['sql']);
    assert.ok(found.every((advice) => !('rows' in advice) && !('about' in advice)));
    assert.ok(found.every(({ snippets = [] }) => snippets.every(({ language }) => language !== 'python')));
  });
});
