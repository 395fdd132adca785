import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { CheckOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import { taskTypeName, type Diagnosis } from '../../src/model/diagnosis';
import { readRowsForFix } from '../../src/check/rowsForFix';
import { verifyTask } from '../../src/check/verifyTask';
import { parseEffectRules } from '../../src/effects/rules';
import { readPage } from '../../src/tables/page';
import { stuckRowBatches } from '../../src/tables/taskManager/stuckRows';
import { findTable } from '../../src/tables/findTable';
import { textLog } from '../../src/report/textLog';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';
import { insertNeverPublished } from '../support/knownRows';

/** Bytes of the database's own encoding: a word with an accent (or a kana), and bytes that have no character in Unicode. */
interface Odd {
  readonly word: string;
  readonly shown: string;
  readonly odd: string;
  /** How the odd bytes are shown. */
  readonly seen: RegExp;
  /** Whether a name with odd bytes can be asked for again. */
  readonly nameFits?: boolean;
}

const ENCODINGS: Readonly<Record<string, Odd>> = {
  // Whatever was sent: UTF-8 mostly, and one value of LATIN1.
  SQL_ASCII: { word: '6dc3b364756c6f', shown: 'módulo', odd: 'c152', seen: /\ufffdR/ },
  WIN1252: { word: '6df364756c6f9c80', shown: 'móduloœ€', odd: '8152', seen: /\u0081R/ },
  WIN1251: { word: 'eceee4f3ebfc', shown: 'модуль', odd: '9852', seen: /\u0098R/ },
  // All 256 bytes of it have a character.
  LATIN1: { word: '6df364756c6f', shown: 'módulo', odd: 'c152', seen: /ÁR/, nameFits: true },
  LATIN3: { word: '6df364756c6f', shown: 'módulo', odd: 'a552', seen: /\ufffdR/ },
  EUC_JP: { word: 'a5bfa5b9a5af', shown: 'タスク', odd: 'a9a152', seen: /\ufffd.?R/ },
};

const RULES = parseEffectRules(
  [
    {
      task: ['shop.tasks.send', 'shop.tasks.remind'],
      table: 'parcel',
      find: { id: 'args[0]' },
      outcomes: [
        { when: [{ column: 'note', null: false }], says: 'executed', strength: 'proven', text: 'Parcel {id}: {note}.' },
      ],
      noRow: { says: 'not-executed', text: 'There is no parcel {id}.' },
    },
  ],
  'test rules',
);

const run = { signal: new AbortController().signal, onProgress: () => undefined };

describePostgres('texts without a meaning in UTF-8', (serverUrl) => {
  for (const [encoding, { word, shown, odd, seen, nameFits = false }] of Object.entries(ENCODINGS)) {
    describe(`in a database in ${encoding}`, () => {
      let database: TestDatabase;
      const bytes = (hex: string): string => `convert_from('\\x${hex}'::bytea, getdatabaseencoding())`;
      const verifying: CheckOptions = {
        ...OPTIONS,
        statuses: ['SCHEDULED', 'PENDING'],
        verification: { askWorkers: false, maxQueueScan: 1000, effects: RULES },
      };

      before(async () => {
        database = await TestDatabase.create(serverUrl, encoding);
        await createTaskTable(database);
        await database.run('create table parcel (id bigint primary key, note text)');
        await database.run(`insert into parcel values (2, ${bytes(odd)} || ${bytes(word)}), (3, 'plain')`);
        await database.run(
          `create table django_celery_results_taskresult (task_id varchar(255), status varchar(50), content_type varchar(128),
             content_encoding varchar(64), result text, date_done timestamptz, meta text)`,
        );
        await database.run(
          `insert into django_celery_results_taskresult values ('odd-id', 'FAILURE', 'application/json', 'utf-8',
             '{"exc_type": "OddError", "exc_message": ["' || ${bytes(odd)} || '"], "exc_module": "shop"}', now() + interval '1 day', null)`,
        );
        const insert = (id: number, name: string, message: string, args: string, more: Record<string, string> = {}) =>
          database.run(
            `insert into ${TABLE} (id, task_module, task_name, status, last_run, status_message, arguments, task_id) values
              (${String(id)}, ${more.module ?? "'shop.tasks'"}, ${name}, ${more.status ?? "'SCHEDULED'"}, now() - interval '60 days', ${message},
               ('{"args": ' || ${args} || ', "kwargs": {"task_manager_id": ${String(id)}}}')::jsonb, ${more.taskId ?? "'some-id'"})`,
          );
        await insert(1, "'send'", bytes(odd), `'["' || ${bytes(odd)} || '"]'`, { taskId: "'odd-id'" });
        await insert(2, "'send'", bytes(word), "'[2]'");
        await insert(3, "'remind'", 'null', `'[3, "' || ${bytes(word)} || '"]'`);
        await insert(4, "'remind'", "'a\\b \\101'", "'[4]'", { status: "'PENDING'" });
        await insert(5, bytes(odd), "''", "'[5]'", { module: bytes(word) });
        await insert(6, "'other'", "''", "'[6]'", { status: bytes(odd) });
        await insert(7, "'send'", bytes(odd), "'[7]'", { taskId: bytes(odd) });
        // Never published, so that a twin of it is looked for.
        await insert(8, "'remind'", 'null', "'[8]'", { taskId: "''" });
        await database.run(`update ${TABLE} set arguments = '{"args": [8], "kwargs": {}}' where id = 8`);
        // So long ago that no run of them goes on.
        await database.run(`update ${TABLE} set updated_at = now() - interval '60 days'`);
        await database.run(`select setval('${TABLE}_id_seq', 100)`);
        await database.run(
          `insert into ${TABLE} (task_module, task_name, status, last_run, created_at, arguments)
             values ('shop.tasks', 'remind', ${bytes(odd)}, now(), now() + interval '1 hour', '{"args": [8], "kwargs": {}}')`,
        );
        await database.run(
          `insert into ${TABLE} (task_module, task_name, status, last_run) select task_module, task_name, 'DONE', now() from ${TABLE} where id in (1, 5)`,
        );
      });
      after(() => database.drop());
      afterEach(() => database.assertNothingLeft());

      const check = (options: CheckOptions = verifying): Promise<Diagnosis> =>
        diagnose({ postgres: snapshots(database.url) }, options, run);

      it('never end a check, and are shown', async () => {
        const found = await check({ ...OPTIONS });
        assert.deepEqual(
          found.taskTypes.map(({ count }) => count),
          [3, 2, 1],
        );
        const samples = new Map(found.taskTypes.flatMap((type) => type.samples.map((sample) => [sample.id, sample])));
        assert.match(samples.get(1)!.statusMessage!, seen);
        assert.match((JSON.parse(samples.get(1)!.arguments!.rawJSON) as { args: string[] }).args[0]!, seen);
        assert.equal(samples.get(2)!.statusMessage, shown);
        assert.equal(samples.get(3)!.arguments!.rawJSON, `{"args": [3, "${shown}"], "kwargs": {"task_manager_id": 3}}`);
        assert.match(samples.get(7)!.taskId!, seen);
        const named = found.taskTypes.find(({ taskModule }) => taskModule === shown);
        assert.match(named!.taskName, seen);
        assert.equal(
          found.otherStatuses.some(({ status }) => seen.test(status)),
          true,
        );
        assert.match(textLog(found), new RegExp(shown));
      });

      it('are judged, with their result and their effect', async () => {
        await insertNeverPublished(database, 'shop.tasks', 'send');
        const found = await check();
        await database.run(
          `delete from ${TABLE} where last_run = (select max(last_run) from ${TABLE} where status = 'SCHEDULED')`,
        );
        assert.equal(
          found.taskTypes.reduce((sum, { count }) => sum + count, 0),
          7,
        );
        for (const type of found.taskTypes)
          assert.equal(
            Object.values(type.verdicts!).reduce((sum, rows) => sum + rows),
            type.count,
            taskTypeName(type),
          );
        assert.deepEqual(
          found.sources.filter(({ state }) => state === 'unavailable').map(({ name, detail }) => `${name} ${detail}`),
          [],
        );
        const samples = new Map(found.taskTypes.flatMap((type) => type.samples.map((sample) => [sample.id, sample])));
        const says = (id: number): string =>
          samples
            .get(id)!
            .verification!.evidence.map((evidence) => evidence.says)
            .join('\n');
        assert.match(says(1), /OddError/);
        assert.match(says(1), seen);
        assert.match(says(2), new RegExp(`Parcel 2: .*${shown}`));
        assert.match(says(2), seen);
        assert.equal(samples.get(2)!.verification!.verdict, 'finished');
        assert.equal(samples.get(4)!.statusMessage, 'a\\b \\101');
        assert.match(says(8), seen, 'the status of its twin');
      });

      it('are judged in a sample of many rows', async () => {
        const { taskTypes: types } = await check({ ...OPTIONS });
        const request = { hours: 906, statuses: ['SCHEDULED'], sample: { types, shares: types.map(() => 1) } };
        const drawn = await snapshots(database.url).read(async (snapshot) => {
          const ids: number[] = [];
          for await (const batch of stuckRowBatches(snapshot, await findTable(snapshot, TABLE), request))
            ids.push(...batch.map(({ id }) => id));
          return ids.sort();
        }, run.signal);
        assert.deepEqual(drawn, [1, 2, 3, 5, 7, 8]);
        await check({ ...verifying, verification: { ...verifying.verification!, verifyAtMost: 3 } });
      });

      it('do not end what is asked of one row, of a page or for a fix', async () => {
        const postgres = snapshots(database.url);
        const sample = await verifyTask({ postgres }, verifying, 1, run);
        assert.match(sample!.statusMessage!, seen);
        const page = { table: TABLE, statuses: ['SCHEDULED'], olderThan: 'now', size: 5, maskedKeys: [] };
        const pageOf = (taskModule: string, taskName: string) =>
          postgres.read((snapshot) => readPage(snapshot, { ...page, type: { taskModule, taskName } }), run.signal);
        assert.equal((await pageOf('shop.tasks', 'send')).length, 3);
        const odder = (await check({ ...OPTIONS })).taskTypes.find(({ taskModule }) => taskModule === shown)!;
        if (nameFits) assert.equal((await pageOf(odder.taskModule, odder.taskName)).length, 1);
        else await problemOf(() => pageOf(odder.taskModule, odder.taskName), 'invalid');
        const judged = [
          { id: 1, verdict: 'lost', confidence: 'proven', status: 'SCHEDULED', updatedAt: null },
        ] as const;
        const rows = await postgres.read((snapshot) => readRowsForFix(snapshot, TABLE, judged), run.signal);
        assert.equal(rows.moved, 1);
      });
    });
  }

  it('such as the one that was reported', async () => {
    const database = await TestDatabase.create(serverUrl, 'SQL_ASCII');
    await createTaskTable(database);
    await database.run(readFileSync('test/fixtures/reported/bytes-not-utf8.sql', 'utf8'));
    const found = await diagnose({ postgres: snapshots(database.url) }, OPTIONS, run);
    assert.deepEqual(
      found.taskTypes.map(({ taskName, count }) => [taskName, count]),
      [
        ['send_invoice', 1],
        ['send_reminder', 1],
      ],
    );
    assert.equal(found.taskTypes[0]!.samples[0]!.statusMessage, '\ufffdR');
    await database.drop();
  });

  it('written as escapes in json: a character that the encoding does not have, and the character 0', async () => {
    for (const encoding of ['UTF8', 'SQL_ASCII', 'LATIN1']) {
      const database = await TestDatabase.create(serverUrl, encoding);
      await createTaskTable(database, { types: { arguments: 'json' } });
      await database.run('create table parcel (id bigint primary key, note json)');
      await database.run(String.raw`insert into parcel values (1, '{"a": "\u0000"}'), (2, '{"a": "\u30bf"}')`);
      for (const args of [String.raw`"\u0000"`, String.raw`"\u30bf"`, String.raw`"\ud83d\ude00"`, '1', '2'])
        await database.run(
          `insert into ${TABLE} (task_module, task_name, status, last_run, task_id, arguments)
             values ('shop.tasks', 'send', 'SCHEDULED', now() - interval '60 days', 'id', '{"args": [${args}], "kwargs": {"task_manager_id": 1}}')`,
        );
      const list = { column: 'note', list: ['a'], hasObject: { key: 'note' } };
      const effects = parseEffectRules(
        [
          {
            task: 'shop.tasks.send',
            table: 'parcel',
            find: { id: 'args[0]' },
            outcomes: [{ when: [list], says: 'executed', text: 'a' }],
            noRow: { says: 'cannot-say', text: 'none' },
          },
        ],
        'test rules',
      );
      const options: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 10, effects } };
      const found = await diagnose({ postgres: snapshots(database.url) }, options, run);
      assert.equal(found.taskTypes[0]!.count, 5);
      assert.deepEqual(
        found.sources.filter(({ state }) => state === 'unavailable'),
        [],
        encoding,
      );
      await database.drop();
    }
  });
});
