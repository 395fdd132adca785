import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import type { EffectRule } from '../../src/model/effectRule';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { RuleDraft, RuleTest } from '../../src/model/ruleTest';
import { celeryMessage } from '../support/celeryMessage';
import { runCommand, type Finished } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { assertForPeople } from '../support/problems';
import { redisUrl } from '../support/redis';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

const BROKER_DB = 13;
/** Of each type: finished tasks, tasks whose message waits, and stuck tasks without a message, of which every other one ran. */
const [FINISHED, WAITING, STUCK] = [120, 90, 60];
const TYPES = ['deliver', 'label', 'count_parcel', 'weigh', 'seal'];
/** Each has numbers of its own, so that a row of the application is of one task. */
const PER_TYPE = 1000;

const RULE: EffectRule = {
  task: 'shop.tasks.deliver',
  table: 'mail_parcel',
  find: { id: 'kwargs.parcel_id' },
  outcomes: [
    { when: [{ column: 'sent_at', atOrAfter: 'created_at' }], says: 'executed', strength: 'proven', text: 'Sent.' },
    { when: [{ column: 'sent_at', null: true }], says: 'not-executed', text: 'Parcel {id} was never sent.' },
  ],
};

/** A project whose tasks leave a time, a time that others change too, a column and a table that this database does not show, and nothing. */
const CODE = {
  'mail/models.py': `
from django.db import models

class Parcel(models.Model):
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    weighed_at = models.DateTimeField(null=True, default=None)
    lost_at = models.DateTimeField(null=True, default=None)
`,
  'shut/models.py': `
from django.db import models

class Seal(models.Model):
    closed_at = models.DateTimeField(null=True, default=None)
`,
  'shop/tasks.py': `
from django.utils import timezone
from task_manager.django.decorators import task
from mail.models import Parcel
from shut.models import Seal

@task()
def weigh(parcel_id, **_):
    parcel = Parcel.objects.get(id=parcel_id)
    parcel.weighed_at = timezone.now()
    parcel.save()

@task()
def label(parcel_id, **_):
    parcel = Parcel.objects.get(id=parcel_id)
    parcel.seen_at = timezone.now()
    parcel.save()

@task()
def deliver(parcel_id, **_):
    parcel = Parcel.objects.get(id=parcel_id)
    parcel.lost_at = timezone.now()
    parcel.save()

@task()
def seal(seal_id, **_):
    seal = Seal.objects.get(id=seal_id)
    seal.closed_at = timezone.now()
    seal.save()

@task()
def count_parcel(parcel_id, **_):
    return Parcel.objects.filter(id=parcel_id).count()
`,
};

describePostgres('check-task-status rules', (serverUrl) => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  let folder: string;
  let redis: Redis;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rules-'));
    mkdirSync(join(folder, 'code'));
    for (const [path, text] of Object.entries(CODE)) {
      mkdirSync(dirname(join(folder, 'shop', path)), { recursive: true });
      writeFileSync(join(folder, 'shop', path), text);
    }
    database = await TestDatabase.create(serverUrl);
    const role = await database.createRole();
    await createTaskTable(database);
    const id = (place: string): string => `(md5('task' || ${place}::text)::uuid)::text`;
    for (const [place, name] of TYPES.entries()) {
      const first = place * PER_TYPE;
      await database.run(
        `insert into ${TABLE} (id, task_module, task_name, status, task_id, last_run, created_at, updated_at, started_at, attempts, current_page, total_pages, arguments)
         select n, 'shop.tasks', '${name}', case when k <= ${FINISHED} then 'DONE' else 'SCHEDULED' end, ${id('n')},
                now() - interval '1000 hours', now() - interval '1001 hours', now() - interval '1000 hours',
                case when k <= ${FINISHED} then now() - interval '1000 hours' end, case when k <= ${FINISHED} then 1 else 0 end,
                case when k <= ${FINISHED} then 1 else 0 end, 1,
                jsonb_build_object('args', '[]'::jsonb, 'kwargs', jsonb_build_object('parcel_id', n, 'seal_id', n))
           from generate_series(1, ${String(FINISHED + WAITING + STUCK)}) as k, lateral (select ${String(first)} + k as n) as own`,
      );
    }
    const k = `id % ${String(PER_TYPE)}`;
    const ran = `(${k} <= ${String(FINISHED)} or (${k} > ${String(FINISHED + WAITING)} and id % 2 = 0))`;
    /** A time that tasks of one type set, and that parcels of others have at any time. */
    const ofType = (place: number): string =>
      `case when id / ${String(PER_TYPE)} = ${String(place)} then case when ${ran} then created_at + interval '10 minutes' end
            else created_at + interval '1 hour' * (id % 7 - 3) end`;
    await database.run(
      `create table mail_parcel (id int primary key, sent_at timestamptz, seen_at timestamptz not null, weighed_at timestamptz);
       insert into mail_parcel (id, sent_at, seen_at, weighed_at)
       select id, ${ofType(0)}, created_at + interval '1 minute' * (id % 5), ${ofType(3)}
         from ${TABLE};
       create table shut_seal (id int primary key, closed_at timestamptz);
       grant select on ${TABLE}, mail_parcel to ${role}`,
    );
    const url = new URL(redisUrl());
    url.pathname = `/${String(BROKER_DB)}`;
    environment = { DATABASE_URL: database.urlAs(role), CELERY_BROKER_URL: url.href };
    redis = new Redis(url.href);
    await redis.flushdb();
    await redis.sadd('_kombu.binding.celery', 'celery\u0006\u0016\u0006\u0016celery');
    const waiting = await database.rows<{ id: number; task_id: string; task_name: string }>(
      `select id::int, task_id, task_name from ${TABLE} where id % ${String(PER_TYPE)} between ${String(FINISHED + 1)} and ${String(FINISHED + WAITING)}`,
    );
    for (const row of waiting)
      await redis.lpush(
        'celery',
        celeryMessage(row.task_id, {
          task: `shop.tasks.${row.task_name}`,
          kwargs: { parcel_id: row.id, seal_id: row.id, task_manager_id: row.id },
        }),
      );
  });
  after(async () => {
    await redis.flushdb();
    redis.disconnect();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => database.assertNothingLeft());

  const file = (name: string): string => join(folder, name);
  const rules = (words: readonly string[], more = environment): Promise<Finished> =>
    runCommand(['rules', ...words], more);
  const json = async <T>(
    words: readonly string[],
    schema: 'rule-tests' | 'rule-drafts',
    more = environment,
  ): Promise<T> => {
    const run = await rules([...words, '--format', 'json', '--quiet'], more);
    assert.equal(run.code, 0, run.stderr);
    const printed = JSON.parse(run.stdout) as T;
    assert.deepEqual(schemaErrors(printed, schema), []);
    return printed;
  };
  const test = async (words: readonly string[], more = environment): Promise<readonly RuleTest[]> =>
    (await json<{ rules: RuleTest[] }>(['test', ...words], 'rule-tests', more)).rules;
  const draft = async (words: readonly string[], more = environment, code = 'code'): Promise<readonly RuleDraft[]> =>
    (await json<{ drafts: RuleDraft[] }>(['draft', '--workspace', file(code), ...words], 'rule-drafts', more)).drafts;
  const withoutBroker = (): Record<string, string> => ({ DATABASE_URL: environment.DATABASE_URL! });

  it('tests rules on tasks whose outcome is known, in JSON that fits the published schema', async () => {
    writeFileSync(file('own.json'), JSON.stringify([RULE]));
    const [only, ...others] = await test(['--effects', file('own.json')]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [only?.task, only?.table, only?.origin, only?.strength],
      ['shop.tasks.deliver', 'mail_parcel', 'own', { declared: 'proven', earned: 'proven', notExecuted: 'likely' }],
    );
    assert.deepEqual([only?.finished.looked, only?.finished.executed], [FINISHED, FINISHED]);
    assert.deepEqual([only?.notRun.looked, only?.notRun.executed], [WAITING, 0]);
    assert.deepEqual([only?.undetermined.executed, only?.undetermined.notExecuted], [STUCK / 2, STUCK / 2]);
    assert.deepEqual(await test(['--effects', file('own.json'), '--type', 'shop.tasks.label']), []);
  });

  it('says in words how a rule did, and why it counts for less', async () => {
    writeFileSync(file('own.json'), JSON.stringify([RULE]));
    const run = await rules(['test', '--effects', file('own.json')]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(
      run.stdout,
      /^Rule: shop\.tasks\.deliver, table mail_parcel \(your own\)\n {2}executed: 120 of 120 finished tasks; 0 of 90 that did not run\n/,
    );
    assert.match(run.stdout, /\n {2}It decides 60 of 60 undetermined tasks: 30 finished, 30 not executed\.\n/);
    assert.match(run.stdout, /\n\n1 rule was tested on tasks whose outcome is known\.\n$/);
    for (const line of run.stderr.trimEnd().split('\n')) assert.match(line, /^\[\d+\/\d+ \+\d+\.\ds\] /);
    const few = await rules(['test', '--effects', file('own.json'), '--quiet'], withoutBroker());
    assert.match(few.stdout, /None|no task that did not run is known/i);
    assert.equal(few.stderr, '');
    const none = await rules(['test', '--quiet']);
    assert.match(none.stdout, /^No effect rule covers these tasks\. "check-task-status rules draft --workspace DIR" /);
  });

  it('drafts rules from data where there is no code, tested, in JSON that fits the published schema', async () => {
    const drafts = await draft([]);
    assert.deepEqual(
      drafts.map(({ task, rules: some }) => [task.slice('shop.tasks.'.length), some.length]).sort(),
      TYPES.map((name) => [name, name === 'deliver' || name === 'weigh' ? 1 : 0]).sort(),
    );
    const found = drafts.find(({ task }) => task === 'shop.tasks.deliver')!;
    assert.equal(found.from, 'data');
    assert.deepEqual(found.rules[0]?.find, { id: 'kwargs.parcel_id' });
    assert.deepEqual(found.rules[0].outcomes[0]?.when, [{ column: 'sent_at', within: 3600 }]);
    assert.deepEqual(found.tested?.strength, { declared: 'likely', earned: 'likely', notExecuted: 'likely' });
    assert.deepEqual([found.tested.origin, found.tested.undetermined.looked], ['drafted', STUCK]);
    assert.equal(found.because, undefined);
    for (const { because, rules: some } of drafts) {
      assert.equal(because === undefined, some.length > 0);
      if (because !== undefined) assertForPeople(because);
    }
  });

  it('refuses columns that change for other reasons, and names a table that the role may not read', async () => {
    const drafts = await draft(['--type', 'shop.tasks.label', '--type', 'shop.tasks.seal']);
    assert.deepEqual(
      drafts.map(({ task, because }) => [task, because]),
      ['shop.tasks.label', 'shop.tasks.seal'].map((task) => [
        task,
        `${task.slice(11)} isn't defined in this workspace (searched 0 Python files). No column of mail_parcel separates tasks that ran from tasks that did not.`,
      ]),
    );
    await database.run('alter table mail_parcel rename to mail_letter');
    try {
      const [shut] = await draft(['--type', 'shop.tasks.seal']);
      assert.equal(
        shut?.because,
        "seal isn't defined in this workspace (searched 0 Python files). This role may not read shut_seal, whose name fits an argument.",
      );
    } finally {
      await database.run('alter table mail_letter rename to mail_parcel');
    }
  });

  it('drafts nothing from data without a broker, which alone shows what did not run', async () => {
    const [only] = await draft(['--type', 'shop.tasks.deliver'], withoutBroker());
    assert.deepEqual(only?.rules, []);
    assert.match(
      only.because ?? '',
      /\. A rule from data alone needs 60 finished tasks and 60 that did not run, and 120 and 0 are known\.$/,
    );
  });

  it('drafts rules from code, and lets the data and the catalogue refuse them', async () => {
    const drafts = await draft([], environment, 'shop');
    const of = (name: string): RuleDraft => drafts.find(({ task }) => task === `shop.tasks.${name}`)!;
    const weigh = of('weigh');
    assert.equal(weigh.from, 'code');
    assert.deepEqual(weigh.rules[0]?.find, { id: ['args[0]', 'kwargs.parcel_id'] });
    assert.deepEqual(weigh.rules[0].outcomes[0]?.when, [{ column: 'weighed_at', atOrAfter: 'created_at' }]);
    assert.deepEqual(weigh.why.map(({ file, line }) => [file, line]).slice(0, 2), [
      ['shop/tasks.py', 9],
      ['shop/tasks.py', 10],
    ]);
    assert.deepEqual(
      [weigh.tested?.undetermined.executed, weigh.tested?.undetermined.notExecuted],
      [STUCK / 2, STUCK / 2],
    );
    // The parcels were seen after each task was created, whether it ran or not.
    assert.deepEqual(of('label').rules, []);
    assert.match(
      of('label').because ?? '',
      /mail_parcel .*of 90 tasks that did not run, it calls 90 executed or failed/,
    );
    assert.match(of('seal').because ?? '', /^The rule could not be tested: this role may not read shut_seal\.$/);
    assert.deepEqual([of('seal').tested, of('seal').rules[0]?.table], [undefined, 'shut_seal']);
    assert.deepEqual(of('count_parcel').rules, [], 'what leaves nothing gets no rule from the data either');
    assert.match(of('count_parcel').because ?? '', /leaves nothing in the database/);
    // The data knows better than code of another release.
    assert.deepEqual(
      [of('deliver').from, of('deliver').rules[0]?.outcomes[0]?.when],
      ['data', [{ column: 'sent_at', within: 3600 }]],
    );
  });

  it('says what the code needs that this database does not have', async () => {
    const [deliver] = await draft(['--type', 'shop.tasks.deliver'], withoutBroker(), 'shop');
    assert.equal(deliver?.because, 'The rule could not be tested: column lost_at of mail_parcel is missing.');
    const [weigh] = await draft(['--type', 'shop.tasks.weigh'], withoutBroker(), 'shop');
    assert.equal(weigh?.because, 'No task is known that did not run, so the rule is likely at most.');
    assert.equal(weigh.tested?.strength.earned, 'likely');
  });

  it('prints a draft with its test, its reasons, its sentences and the rule', async () => {
    const run = await rules([
      'draft',
      '--workspace',
      file('code'),
      '--type',
      'shop.tasks.deliver',
      '--type',
      'shop.tasks.none',
    ]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(
      run.stdout,
      /^Draft: shop\.tasks\.deliver \(found in the data\)\n {2}executed: 120 of 120 finished tasks; 0 of 90 that did not run\n/,
    );
    assert.match(
      run.stdout,
      /\n {2}Because\n {4}The argument parcel_id fits the table mail_parcel and its column id\.\n/,
    );
    assert.match(
      run.stdout,
      /\n {2}What it says\n {4}executed: sent_at is \{sent_at\}, within an hour after this task was created\.\n/,
    );
    const rule = /\n {2}The rule\n([^]*?)\n\n/.exec(run.stdout)?.[1] ?? '';
    assert.equal((JSON.parse(rule) as EffectRule).task, 'shop.tasks.deliver');
    assert.match(
      run.stdout,
      /\nNo draft: shop\.tasks\.none\n {2}.*\n\n1 draft for 2 task types\. 1 task type has none\.\n$/,
    );
  });

  it('writes what counts into a file that a check accepts, and leaves what is there as it is', async () => {
    const path = file('celery-effects.json');
    const other = `[\n    { "task": "shop.tasks.other",  "table": "t", "find": { "id": "args[0]" },\n      "outcomes": [{ "says": "executed", "text": "x" }] }\n]\n`;
    writeFileSync(path, other);
    const words = ['draft', '--workspace', file('code'), '--write', path, '--quiet'];
    const first = await rules(words);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stderr, `2 rules were added to ${path}.\n`);
    const written = readFileSync(path, 'utf8');
    assert.ok(written.startsWith(other.slice(0, -3)), written);
    const check = await runCommand(
      ['--check-execution', '--effects', path, '--format', 'json', '--quiet'],
      environment,
    );
    const { taskTypes } = JSON.parse(check.stdout) as Diagnosis;
    const verdicts = taskTypes.find(({ taskName }) => taskName === 'deliver')?.verdicts;
    assert.deepEqual([verdicts?.finished, verdicts?.waiting], [STUCK / 2, WAITING]);

    const again = await rules([...words, '--type', 'shop.tasks.deliver']);
    assert.match(
      again.stderr,
      /was not changed: no rule was added\. 1 draft was left out, because the file has a rule for the same task\.\n$/,
    );
    assert.equal(readFileSync(path, 'utf8'), written);
    const fresh = file('new/effects.json');
    assert.equal((await rules(words.map((word) => (word === path ? fresh : word)))).code, 0);
    assert.equal((JSON.parse(readFileSync(fresh, 'utf8')) as EffectRule[]).length, 2);
  });

  it('ends with 2 before it looks at anything where a file or a folder cannot be used', async () => {
    writeFileSync(file('wrong.json'), '{"a": 1}');
    const cases: readonly [string[], RegExp][] = [
      [['draft', '--workspace', file('nowhere')], /^--workspace .*nowhere is no folder: /],
      [['draft', '--workspace', file('code'), '--write', file('wrong.json')], /^--write .*wrong\.json/],
      [['draft', '--workspace', file('code'), '--write', file('code')], /^--write .*cannot be read \(EISDIR\)/],
      [['test', '--effects', file('nowhere.json')], /^--effects .*nowhere\.json cannot be read \(ENOENT\)/],
    ];
    for (const [words, expected] of cases) {
      const run = await rules(words);
      assert.deepEqual([run.code, run.stdout], [2, ''], run.stderr);
      const lines = run.stderr.trimEnd().split('\n');
      assert.equal(lines.length, 1, run.stderr);
      assert.match(lines[0]!, expected);
      assertForPeople(lines[0]!);
    }
    assert.equal((await rules(['test'], {})).code, 2);
    assert.equal((await rules(['test'], { DATABASE_URL: 'postgres://bob@127.0.0.1:1/shop' })).code, 3);
  });
});
