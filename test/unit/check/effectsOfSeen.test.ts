import assert from 'node:assert/strict';
import { ask } from '../../../src/check/collectFacts';
import { inWords } from '../../../src/check/describeRows';
import type { StuckRow } from '../../../src/model/facts';
import type { EffectReader } from '../../../src/model/effectFacts';
import { plainNames } from '../../../src/tables/celeryNames';
import type { Snapshot } from '../../../src/ports/database';
import { textForm } from '../../../src/sql/textForm';
import type { TaskTable } from '../../../src/tables/table';
import { taskManagerTables } from '../../../src/tables/taskManager';
import { TouchReader } from '../../../src/tables/touches';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import { effect, facts, message, NOT_ASKED, pending, row, takenMessage, world } from '../../support/facts';

/** Not asked here. */
const NO_SNAPSHOT: Snapshot = { query: () => Promise.reject(new Error('not asked')) };
const NO_TABLE: TaskTable = {
  kind: taskManagerTables,
  sql: '',
  columns: new Set(),
  types: new Map(),
  estimatedRows: null,
  bytes: 0,
  hasXmax: false,
  hiding: [],
  text: textForm('UTF8'),
  role: '',
};

/** Finds for every row that it ran, and keeps the ids that it was asked about. */
class Reader implements EffectReader {
  test(): Promise<void> {
    return Promise.resolve();
  }

  tests(): [] {
    return [];
  }

  readonly report = { name: 'effects', state: 'ok', detail: 'one rule' } as const;
  readonly readingAll: ReadonlySet<string> = new Set();
  readonly ahead = (): Promise<void> => Promise.resolve();
  readonly signsOf: number[] = [];
  readonly wordsOf: number[] = [];

  signs(rows: readonly StuckRow[]): ReturnType<EffectReader['signs']> {
    this.signsOf.push(...rows.map(({ id }) => id));
    return Promise.resolve(new Map(rows.map(({ id }) => [id, effect('executed')])));
  }

  find(rows: readonly StuckRow[]): ReturnType<EffectReader['find']> {
    this.wordsOf.push(...rows.map(({ id }) => id));
    return Promise.resolve(new Map(rows.map(({ id }) => [id, effect('executed')])));
  }
}

describe('check/effectsOfSeen', () => {
  const around = world({ workers: NOT_ASKED });

  it('the effect of a row whose message was seen is not looked for to judge it', async () => {
    const reader = new Reader();
    const { broker, workers, sessions } = around;
    const outside = { broker: { ...broker, byId: ({ id }: { id: number }) => (id === 1 ? [message()] : []) }, workers };
    const { answers } = ask(
      { rows: [row({ id: 1 }), row({ id: 2 })], counted: true },
      {
        rows: { snapshot: NO_SNAPSHOT, table: NO_TABLE, sessions },
        outside,
        names: plainNames(new Set(), broker, null),
        readers: { effects: reader, touches: new TouchReader(NO_SNAPSHOT, NO_TABLE), tables: undefined },
        results: { report: around.results, find: () => Promise.resolve(new Map()) },
      },
    );
    const found = (await answers).facts;
    assert.deepEqual(reader.signsOf, [2]);
    assert.deepEqual(
      found.map((each) => [each.row.id, each.messages.length, each.effect?.says]),
      [
        [1, 1, undefined],
        [2, 0, 'executed'],
      ],
    );
  });

  it('the effect of a row whose message was seen is evidence, and a reading where the message decides nothing, of a row that is shown', async () => {
    const reader = new Reader();
    const waits = facts({ row: row({ id: 1 }), messages: [message()], effect: null });
    // A worker took it, and nobody was asked what it does: nothing is decided.
    const unclear = facts({ row: pending({ id: 2 }), messages: [takenMessage()], effect: null });
    const cases = [waits, unclear].map((of) => ({ facts: of, world: around, judgement: judge(of, around, RULES) }));
    const shown = await inWords([...cases], reader);
    assert.deepEqual(reader.wordsOf, [1, 2]);
    assert.deepEqual(
      cases.map(({ judgement: { verdict } }) => verdict),
      ['waiting', 'unknown'],
    );
    assert.ok(shown.get(2)!.verification!.readings!.some(({ verdict }) => verdict === 'finished'));
    for (const { facts: of, judgement } of cases) {
      const { verification } = shown.get(of.row.id)!;
      assert.equal(verification!.verdict, judgement.verdict);
      assert.ok(verification!.evidence.some(({ source, supports }) => source === 'effects' && supports === 'finished'));
      assert.deepEqual(
        (verification!.readings ?? []).map(({ verdict, cause }) => [verdict, cause]),
        judge({ ...of, effect: effect('executed') }, around, RULES).readings.map(({ verdict, cause }) => [
          verdict,
          cause,
        ]),
      );
    }
  });
});
