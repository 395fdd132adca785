import assert from 'node:assert/strict';
import type { ResultReader, ResultRecord } from '../../src/model/facts';
import { databaseResults } from '../../src/results/databaseResults';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';

const DJANGO = 'django_celery_results_taskresult';

/** Columns of every release of django-celery-results, as its migrations make them. */
const FIRST = `id serial primary key, task_id varchar(255) not null unique, status varchar(50) not null, content_type varchar(128) not null,
  content_encoding varchar(64) not null, result text, date_done timestamptz not null, traceback text, meta text`;
const NAMES = `${FIRST}, task_name varchar(255), task_args text, task_kwargs text`;
const WORKER = `${NAMES}, worker varchar(100), date_created timestamptz`;
const RELEASES: Readonly<Record<string, string>> = {
  '1.0.0': `${FIRST}, hidden boolean not null default false`,
  '1.0.2': `${NAMES}, hidden boolean not null default false`,
  '1.2.0': WORKER,
  '2.3.0': `${WORKER}, periodic_task_name varchar(255)`,
  '2.6.0': `${WORKER}, periodic_task_name varchar(255), date_started timestamptz`,
};

/** SQLAlchemy's table; with result_extended it has more columns. */
const TASKMETA = `create table celery_taskmeta (id integer primary key, task_id varchar(155) unique, status varchar(50),
  result bytea, date_done timestamp, traceback text, name varchar(155), args bytea, kwargs bytea, worker varchar(155), retries integer, queue varchar(155))`;

describePostgres('results in the database', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`drop table if exists ${DJANGO}, celery_taskmeta`));
  afterEach(() => database.assertNothingLeft());

  async function withReader<T>(work: (reader: ResultReader | undefined) => Promise<T>, url = database.url): Promise<T> {
    return inSnapshot(url, async (snapshot) => work(await databaseResults(snapshot)));
  }

  async function find(...ids: string[]): Promise<ReadonlyMap<string, ResultRecord>> {
    return withReader((reader) => reader!.find(ids));
  }

  async function add(fields: Readonly<Record<string, unknown>>): Promise<void> {
    const row = {
      task_id: 'a',
      status: 'SUCCESS',
      content_type: 'application/json',
      content_encoding: 'utf-8',
      result: 'null',
      date_done: '2024-05-01 10:00:00.25+00',
      ...fields,
    };
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${String(index + 1)}`);
    await database.run(`insert into ${DJANGO} (${names.join(', ')}) values (${places.join(', ')})`, Object.values(row));
  }

  it('are no source where there is neither table', async () => {
    assert.equal(await withReader((reader) => Promise.resolve(reader)), undefined);
  });

  for (const [release, columns] of Object.entries(RELEASES)) {
    it(`are read from the table of django-celery-results ${release}`, async () => {
      await database.run(`create table ${DJANGO} (${columns})`);
      await add({ result: '{"a": 1}' });
      await add({
        task_id: 'b',
        status: 'FAILURE',
        result: '{"exc_type": "KeyError", "exc_message": ["academy"], "exc_module": "builtins"}',
      });
      const found = await find('a', 'b', 'c', '');
      assert.deepEqual(Object.fromEntries(found), {
        a: {
          backend: 'django_celery_results',
          state: 'SUCCESS',
          exceptionType: null,
          exceptionMessage: null,
          returnedValue: true,
          byWorker: null,
          doneAt: 1714557600.25,
          note: null,
        },
        b: {
          backend: 'django_celery_results',
          state: 'FAILURE',
          exceptionType: 'KeyError',
          exceptionMessage: 'academy',
          returnedValue: null,
          byWorker: null,
          doneAt: 1714557600.25,
          note: null,
        },
      });
      const report = await withReader((reader) => Promise.resolve(reader!.report));
      assert.deepEqual(report, { name: 'results', state: 'ok', detail: `the table ${DJANGO}` });
    });
  }

  describe('of django-celery-results', () => {
    beforeEach(() => database.run(`create table ${DJANGO} (${RELEASES['2.6.0']!})`));

    it('are known to be of a worker by the list of children in meta', async () => {
      await add({ meta: '{"children": []}' });
      await add({ task_id: 'b', meta: '{"children": null}' });
      const found = await find('a', 'b');
      assert.deepEqual([found.get('a')?.byWorker, found.get('b')?.byWorker], [true, false]);
    });

    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const CASES: readonly (readonly [name: string, fields: object, expected: Partial<ResultRecord>])[] = [
      ['None', { result: 'null' }, { returnedValue: false, note: null }],
      ['no value at all', { result: null }, { returnedValue: null }],
      ['None in base64', { content_encoding: 'binary', result: base64('null') }, { returnedValue: false }],
      ['a text that says null', { result: '"null"' }, { returnedValue: true }],
      [
        'a pickle, which is never decoded',
        { content_type: 'application/x-python-serialize', content_encoding: 'binary', result: 'gASVBQAAAA==' },
        { state: 'SUCCESS', returnedValue: null },
      ],
      [
        'a pickled exception',
        {
          status: 'FAILURE',
          content_type: 'application/x-python-serialize',
          content_encoding: 'binary',
          result: 'gASV',
        },
        { state: 'FAILURE', exceptionType: null, note: 'the exception was not decoded' },
      ],
      [
        'an exception in base64',
        { status: 'FAILURE', content_encoding: 'binary', result: base64('{"exc_type": "Boom", "exc_message": "é"}') },
        { exceptionType: 'Boom', exceptionMessage: 'é' },
      ],
      [
        'a retry',
        { status: 'RETRY', result: '{"exc_type": "Later", "exc_message": ["x", 2]}' },
        { state: 'RETRY', exceptionType: 'Later', exceptionMessage: 'x, 2', doneAt: null },
      ],
      [
        'a start, whose date_done is no end',
        { status: 'STARTED', result: '{"pid": 1}' },
        { state: 'STARTED', doneAt: null, returnedValue: null },
      ],
      ['a state of its own', { status: 'SENT', result: 'null' }, { state: 'SENT', doneAt: null, returnedValue: null }],
      [
        'broken JSON',
        { status: 'FAILURE', result: '{"exc_type": ' },
        { state: 'FAILURE', exceptionType: null, note: 'broken JSON' },
      ],
      [
        'half a base64',
        { status: 'FAILURE', content_encoding: 'binary', result: '%%%' },
        { state: 'FAILURE', note: 'broken JSON' },
      ],
      [
        'an endless exception',
        { status: 'FAILURE', result: `{"exc_type": "A", "exc_message": "${'x'.repeat(70_000)}"}` },
        { exceptionType: null, note: 'the exception was not decoded' },
      ],
      ['an endless time', { date_done: 'infinity' }, { state: 'SUCCESS', doneAt: 253402300800 }],
      ['no state', { status: '' }, { state: null }],
    ];
    for (const [name, fields, expected] of CASES) {
      it(`can be ${name}`, async () => {
        await add({ ...fields });
        const record = (await find('a')).get('a')!;
        const actual = Object.fromEntries(Object.keys(expected).map((key) => [key, record[key as keyof ResultRecord]]));
        assert.deepEqual(actual, expected);
      });
    }

    it('can be many', async () => {
      await database.run(`insert into ${DJANGO} (task_id, status, content_type, content_encoding, result, date_done)
        select 'id-' || g, 'SUCCESS', 'application/json', 'utf-8', 'null', now() from generate_series(1, 12000) g`);
      const ids = Array.from({ length: 13_000 }, (_, index) => `id-${String(index + 1)}`);
      assert.equal((await find(...ids, ...ids, 'a\0b')).size, 12_000);
    });

    it('need no right to more than the id and the state; the rest is then not known', async () => {
      await add({ result: '5' });
      const role = await database.createRole();
      const url = database.urlAs(role);
      const closed = await withReader(
        async (reader) => ({ report: reader!.report, found: await reader!.find(['a']) }),
        url,
      );
      const detail = `this role may not read ${DJANGO}: grant SELECT on it`;
      assert.deepEqual(closed.report, {
        name: 'results',
        state: 'unavailable',
        detail,
        gaps: [{ kind: 'forbidden', says: detail }],
      });
      assert.equal(closed.found.size, 0);
      await database.run(`grant select (task_id, status) on ${DJANGO} to ${role}`);
      const some = await withReader(async (reader) => (await reader!.find(['a'])).get('a')!, url);
      assert.deepEqual([some.state, some.returnedValue, some.doneAt], ['SUCCESS', null, null]);
      await database.run(`grant select on ${DJANGO} to ${role}`);
      const all = await withReader(async (reader) => (await reader!.find(['a'])).get('a')!, url);
      assert.deepEqual([all.returnedValue, all.doneAt], [true, 1714557600.25]);
    });

    it('that cannot be read in time are a Problem, and the snapshot goes on', async () => {
      await database.run(
        `alter table ${DJANGO} rename to slow; create view ${DJANGO} as select s.* from slow s, lateral (select pg_sleep(20) where s.id > 0) pause`,
      );
      await database.run(
        `insert into slow (task_id, status, content_type, content_encoding, date_done) values ('a', 'SUCCESS', '', '', now())`,
      );
      await inSnapshot(database.url, async (snapshot) => {
        await snapshot.query(`set local statement_timeout = '300ms'`);
        const reader = await databaseResults(snapshot);
        const problem = await problemOf(() => reader!.find(['a']), 'unknown');
        assert.match(problem.message, /longer than the statement timeout/);
        assert.equal((await snapshot.query('select 1 as one'))[0]!.one, '1');
      });
      await database.run(`drop view ${DJANGO}; drop table slow`);
    });
  });

  it('are read from celery_taskmeta, whose pickles are never decoded; its times are UTC', async () => {
    await database.run(TASKMETA);
    await database.run(`insert into celery_taskmeta (id, task_id, status, result, date_done) values
      (1, 'a', 'SUCCESS', '\\x80049500', '2024-05-01 10:00:00.5'), (2, 'b', 'FAILURE', '\\x8004', '2024-05-01 10:00:00'),
      (3, 'c', 'STARTED', null, '2024-05-01 10:00:00'), (4, 'd', null, null, null)`);
    const found = await find('a', 'b', 'c', 'd');
    assert.deepEqual(
      [...found.values()].map(({ backend, state, doneAt, returnedValue, note }) => [
        backend,
        state,
        doneAt,
        returnedValue,
        note,
      ]),
      [
        ['celery_taskmeta', 'SUCCESS', 1714557600.5, null, 'the result is pickled, and was not decoded'],
        ['celery_taskmeta', 'FAILURE', 1714557600, null, 'the result is pickled, and was not decoded'],
        ['celery_taskmeta', 'STARTED', null, null, null],
        ['celery_taskmeta', null, null, null, null],
      ],
    );
  });

  it('are read from both tables where both are there; one without rights is named', async () => {
    await database.run(`create table ${DJANGO} (${RELEASES['2.6.0']!}); ${TASKMETA}`);
    await add({});
    await database.run(
      `insert into celery_taskmeta (id, task_id, status) values (1, 'a', 'STARTED'), (2, 'b', 'SUCCESS')`,
    );
    const found = await find('a', 'b');
    assert.deepEqual([found.get('a')!.state, found.get('b')!.backend], ['SUCCESS', 'celery_taskmeta']);
    const role = await database.createRole();
    await database.run(`grant select on celery_taskmeta to ${role}`);
    const report = await withReader((reader) => Promise.resolve(reader!.report), database.urlAs(role));
    assert.deepEqual(
      [report.state, report.detail],
      ['unavailable', `this role may not read ${DJANGO}: grant SELECT on it`],
    );
  });

  it('are not looked for in another table of the same name', async () => {
    await database.run(`create table celery_taskmeta (id integer)`);
    assert.equal(await withReader((reader) => Promise.resolve(reader)), undefined);
  });
});
