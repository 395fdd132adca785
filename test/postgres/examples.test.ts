import assert from 'node:assert/strict';
import type { CheckOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import { taskTypeName, type Diagnosis, type TaskType } from '../../src/model/diagnosis';
import { verifyTask } from '../../src/check/verifyTask';
import type { EffectRule } from '../../src/model/effectRule';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { textLog } from '../../src/report/textLog';
import type { SnapshotSource } from '../../src/ports/database';
import { TestDatabase } from '../support/database';
import { Random } from '../support/random';
import { OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

const SECRET = 'hunter2';
/** A row of `left_behind` shows that the task ran. */
const RULE: EffectRule = {
  task: ['a.x', 'a.y', 'a.b.x', 'a.b.y'],
  table: 'left_behind',
  find: { id: ['args[0]'] },
  outcomes: [{ says: 'executed', strength: 'proven', text: 'It is there.' }],
};
const VERIFIED: CheckOptions = {
  ...OPTIONS,
  hours: 0,
  statuses: ['SCHEDULED', 'PENDING', 'DONE', 'ERROR', 'PAUSED'],
  verification: { askWorkers: false, maxQueueScan: 1000, effects: [RULE] },
};

/** What a check said of each row, by its id. */
type Said = Map<number, { readonly outcome: string; readonly confidence: string }>;

const outcomeOf = ({ verdict, cause }: { verdict: string; cause?: string | undefined }): string =>
  `${verdict}/${cause ?? ''}`;

async function verify(postgres: SnapshotSource, options: Partial<CheckOptions>): Promise<[Diagnosis, Said]> {
  const said: Said = new Map();
  const found = await diagnose(
    { postgres },
    { ...VERIFIED, ...options },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onJudged: ({ id }, { verdict, cause, confidence }) =>
        said.set(id, { outcome: outcomeOf({ verdict, cause }), confidence }),
    },
  );
  return [found, said];
}

async function fill(database: TestDatabase, random: Random): Promise<void> {
  const rows = Array.from({ length: random.integer(1, 300) }, () => {
    const id = random.pick(['', 'abc']);
    return {
      task_module: random.pick(['a', 'a.b']),
      task_name: random.pick(['x', 'y', 'z', "odd 'one'"]),
      status: random.pick([...VERIFIED.statuses, 'SCHEDULED', 'CANCELLED']),
      task_id: id,
      // What was never published left nothing: the rule fails its test otherwise.
      arguments: { args: [random.integer(id === '' ? 11 : 1, 20)], kwargs: { task_manager_id: 1, password: SECRET } },
      age: random.next() * 1e6,
    };
  });
  await database.run(
    `insert into ${TABLE} (task_module, task_name, status, task_id, arguments, last_run)
     select task_module, task_name, status, task_id, arguments, now() - age * interval '1 second'
       from jsonb_to_recordset($1::jsonb)
         as row(task_module text, task_name text, status text, task_id text, arguments jsonb, age float8)`,
    [JSON.stringify(rows)],
  );
}

/** Every outcome of every type has a row to look at: a sample, or else one example, which is that row and was judged so. */
async function assertExamples(database: TestDatabase, found: Diagnosis, said: Said, note: string): Promise<number> {
  const rows = new Map(
    (
      await database.rows<{ id: string; type: string; status: string }>(
        `select id::text, task_module || '.' || task_name as type, status from ${TABLE}`,
      )
    ).map((row) => [Number(row.id), row]),
  );
  const ids: number[] = [];
  for (const type of found.taskTypes) {
    const { samples, examples = [], outcomes = [] } = type;
    ids.push(...[...samples, ...examples].map(({ id }) => id));
    const covered = new Set(samples.map(({ id }) => said.get(id)?.outcome));
    const wanted = [...new Set(outcomes.map(outcomeOf))].filter((outcome) => !covered.has(outcome));
    assert.deepEqual(
      examples.map(({ verification }) => outcomeOf(verification!)),
      wanted,
      note,
    );
    assert.equal(type.examples?.length, wanted.length === 0 ? undefined : wanted.length, note);
    for (const example of examples) {
      const row = rows.get(example.id)!;
      assert.deepEqual([row.type, row.status], [taskTypeName(type), example.status], note);
      const { verification } = example;
      assert.deepEqual(
        said.get(example.id),
        { outcome: outcomeOf(verification!), confidence: verification!.confidence },
        note,
      );
      assert.ok(verification!.evidence.length > 2, note);
      assert.match(example.arguments!.rawJSON, /"password": "\*\*\*"/, note);
    }
    assertSums(type, said, rows, note);
  }
  assert.equal(new Set(ids).size, ids.length, `${note}: a row stands there twice`);
  return ids.length;
}

function assertSums(type: TaskType, said: Said, rows: ReadonlyMap<number, { type: string }>, note: string): void {
  const counts: Record<string, number> = {};
  for (const [id, { outcome }] of said)
    if (rows.get(id)?.type === taskTypeName(type)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const told: Record<string, number> = {};
  for (const outcome of type.outcomes ?? []) told[outcomeOf(outcome)] = (told[outcomeOf(outcome)] ?? 0) + outcome.count;
  assert.deepEqual(told, counts, note);
}

function withoutExamples(found: Diagnosis): Diagnosis {
  const taskTypes = found.taskTypes.map((type) => {
    const { examples, ...rest } = type;
    return examples ? rest : type;
  });
  return { ...found, taskTypes };
}

describePostgres('examples of outcomes that no sample has', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run('create table left_behind (id integer primary key)');
    await database.run('insert into left_behind select generate_series(1, 10)');
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity`));
  afterEach(() => database.assertNothingLeft());

  it('are one row of each, as it was judged, in the order of the outcomes', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed * 7919);
      await database.run(`truncate ${TABLE} restart identity`);
      await fill(database, random);
      const options = { limit: random.pick([0, 1, 3, 1000]) };
      const [found, said] = await verify(snapshots(database.url), options);
      await assertExamples(database, found, said, `seed ${String(seed)}, ${JSON.stringify(options)}`);
      const json = diagnosisJson(found);
      assert.deepEqual(schemaErrors(JSON.parse(json)), []);
      assert.ok(!json.includes(SECRET));
      assert.deepEqual(readDiagnosis(json, 'f').taskTypes, found.taskTypes);
      assert.equal(textLog(found), textLog(withoutExamples(found)), 'the log does not tell of them');
      for (const { verification } of found.taskTypes.flatMap((type) => type.examples ?? []))
        seen.add(outcomeOf(verification!));
    }
    for (const outcome of ['finished/', 'finished/effect-found', 'failed/', 'unknown/'])
      assert.ok(seen.has(outcome), outcome);
  });

  it('are read in few statements, and none where samples have every outcome', async () => {
    await fill(database, new Random(5));
    const texts: string[] = [];
    await verify(recorded(database.url, texts), { limit: 0 });
    const reads = (): number => texts.filter((text) => text.includes('arguments_cut')).length;
    assert.equal(reads(), 1);
    texts.length = 0;
    await verify(recorded(database.url, texts), { limit: 1000 });
    assert.equal(reads(), 1, 'the samples');
  });

  it('that cannot be read cost nothing else, and are named', async () => {
    await fill(database, new Random(3));
    const [whole] = await verify(snapshots(database.url), { limit: 0 });
    const [found] = await verify(recorded(database.url, [], 'arguments_cut'), { limit: 0 });
    assert.ok(whole.taskTypes.some(({ examples }) => examples));
    assert.deepEqual(
      found.taskTypes.map(({ verdicts }) => verdicts),
      withoutExamples(whole).taskTypes.map(({ verdicts }) => verdicts),
    );
    assert.ok(found.taskTypes.every(({ examples }) => examples === undefined));
    assert.equal(
      found.sources.find(({ name }) => name === 'siblings')?.detail,
      'example rows could not be read: it took longer than the statement timeout',
    );
  });

  it('are none of a check without verification, nor of one row', async () => {
    await fill(database, new Random(7));
    const { verification, ...plain } = VERIFIED;
    const run = { signal: new AbortController().signal, onProgress: () => undefined };
    const found = await diagnose({ postgres: snapshots(database.url) }, { ...plain, limit: 0 }, run);
    assert.ok(verification && found.taskTypes.every(({ examples }) => examples === undefined));
    const texts: string[] = [];
    await verifyTask({ postgres: recorded(database.url, texts) }, VERIFIED, 1, run);
    assert.equal(texts.filter((text) => text.includes('arguments_cut')).length, 1);
  });
});

/** Notes every statement. @param failing part of those that meet the statement timeout */
function recorded(url: string, texts: string[], failing?: string): SnapshotSource {
  const source = snapshots(url);
  return {
    address: source.address,
    read: (work, signal, meter) =>
      source.read(
        (snapshot) =>
          work({
            query: async (text, values) => {
              texts.push(text);
              if (failing !== undefined && text.includes(failing))
                throw Object.assign(new Error('x'), { code: '57014' });
              return await snapshot.query(text, values);
            },
          }),
        signal,
        meter,
      ),
  };
}
