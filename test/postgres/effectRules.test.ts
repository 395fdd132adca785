import assert from 'node:assert/strict';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import { openEffects } from '../../src/effects/openEffects';
import type { EffectFinding, KnownRows } from '../../src/model/effectFacts';
import { stuckRowsById } from '../../src/tables/taskManager/stuckRows';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { insertKnown } from '../support/knownRows';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** The tables as Django's migrations make them in breatheco-de/apiv2 374aa3c; columns that no rule reads are left out. */
const TABLES = `
  create table assignments_learnpackwebhook (id bigserial primary key, event varchar(60), status varchar(9) not null, status_text text,
    payload jsonb, created_at timestamptz not null default now(), updated_at timestamptz not null);
  create table notify_hook (id bigserial primary key, event varchar(64), target varchar(255), total_calls integer not null default 0,
    last_call_at timestamptz, last_response_code integer, sample_data jsonb);
  create table authenticate_profileacademy (id bigserial primary key, academy_id integer not null, user_id integer,
    role_id varchar(25) not null, status varchar(15) not null, created_at timestamptz not null);
  create table monitoring_supervisorissue (id bigserial primary key, attempts integer not null default 0, code varchar(50),
    fixed boolean, error text, ran_at timestamptz);
  create table assignments_task (id bigserial primary key, user_id integer not null, cohort_id integer,
    task_status varchar(15) not null, updated_at timestamptz not null);
  create table admissions_cohortuser (id bigserial primary key, user_id integer not null, cohort_id integer not null,
    role varchar(9) not null, history_log jsonb, updated_at timestamptz not null)`;

/** When the task's row was made, and a moment on either side. */
const MADE = '2024-03-01 12:00:00+00';
const BEFORE = `'2024-03-01 11:59:59.999999+00'`;
const AFTER = `'2024-03-01 12:00:00+00'`;

interface Case {
  readonly name: string;
  /** Rows of the application's tables. */
  readonly rows: string;
  readonly call?: unknown;
  readonly says: EffectFinding['says'];
  readonly strength?: EffectFinding['strength'];
  readonly text: RegExp;
}

const webhook = (status: string, updated: string, text = 'null'): string =>
  `insert into assignments_learnpackwebhook (id, status, status_text, updated_at) values (1, '${status}', ${text}, ${updated})`;
const hook = (calledAt: string, code: string): string =>
  `insert into notify_hook (id, last_call_at, last_response_code) values (1, ${calledAt}, ${code})`;
const profile = (status: string, created: string, role = 'student'): string =>
  `insert into authenticate_profileacademy (academy_id, user_id, role_id, status, created_at) values (4, 9, '${role}', '${status}', ${created})`;
const issue = (ranAt: string, fixed: string): string =>
  `insert into monitoring_supervisorissue (id, ran_at, fixed) values (1, ${ranAt}, ${fixed})`;
const assignment = (status: string, lists: string, listsSaved = AFTER, saved = BEFORE, role = 'STUDENT'): string =>
  `insert into assignments_task (id, user_id, cohort_id, task_status, updated_at) values (1, 5, 6, '${status}', ${saved});
   insert into admissions_cohortuser (user_id, cohort_id, role, history_log, updated_at) values
     (5, 6, '${role}', ${lists}, ${listsSaved}), (5, 7, 'STUDENT', '{"pending_assignments": [{"id": 1}], "delivered_assignments": [{"id": 1}]}', now()),
     (5, 6, 'TEACHER', '{"pending_assignments": [{"id": 1}], "delivered_assignments": [{"id": 1}]}', now())`;
const lists = (delivered: readonly number[], pending: readonly number[]): string => {
  const list = (ids: readonly number[]): object[] => ids.map((id) => ({ id, type: 'PROJECT' }));
  return `'${JSON.stringify({ delivered_assignments: list(delivered), pending_assignments: list(pending) })}'`;
};

const deliver = (hook_id: unknown): unknown => ({ args: ['https://x.example', {}], kwargs: { hook_id } });

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'breathecode.assignments.tasks.async_learnpack_webhook': [
    {
      name: 'DONE',
      rows: webhook('DONE', AFTER),
      says: 'executed',
      strength: 'proven',
      text: /^Webhook 1 has been DONE since 2024-03-01 12:00:00\+00:00\.$/,
    },
    { name: 'IGNORED', rows: webhook('IGNORED', AFTER), says: 'executed', strength: 'proven', text: /IGNORED/ },
    {
      name: 'ERROR',
      rows: webhook('ERROR', AFTER, `'no such asset'`),
      says: 'failed',
      strength: 'proven',
      text: /ERROR .*: no such asset$/,
    },
    {
      name: 'PENDING',
      rows: webhook('PENDING', BEFORE),
      says: 'not-executed',
      text: /still PENDING: .*or was cut off/,
    },
    {
      name: 'DONE before the task was made',
      rows: webhook('DONE', BEFORE),
      says: 'cannot-say',
      text: /was already DONE .*, before this task/,
    },
    {
      name: 'ERROR before the task was made',
      rows: webhook('ERROR', BEFORE),
      says: 'cannot-say',
      text: /was already ERROR /,
    },
    {
      name: 'no webhook',
      rows: '',
      says: 'cannot-say',
      text: /^Webhook 1 does not exist: it was deleted, or .*retried/,
    },
    {
      name: 'by name',
      rows: webhook('DONE', AFTER),
      call: { args: [], kwargs: { webhook_id: 1 } },
      says: 'executed',
      strength: 'proven',
      text: /DONE/,
    },
  ],
  'breathecode.notify.tasks.async_deliver_hook': [
    {
      name: 'answered since',
      rows: hook(AFTER, '204'),
      call: deliver(1),
      says: 'executed',
      text: /answered with 204 .*may have been another delivery/,
    },
    {
      name: 'refused since',
      rows: hook(AFTER, '500'),
      call: deliver(1),
      says: 'failed',
      text: /refused with 500 .*may have been another delivery/,
    },
    { name: 'redirected since', rows: hook(AFTER, '300'), call: deliver(1), says: 'failed', text: /refused with 300/ },
    {
      name: 'called since, answer unknown',
      rows: hook(AFTER, 'null'),
      call: deliver(1),
      says: 'cannot-say',
      text: /none of the rule's outcomes/,
    },
    {
      name: 'answered before',
      rows: hook(BEFORE, '200'),
      call: deliver(1),
      says: 'not-executed',
      text: /before this task was created, so this delivery got none/,
    },
    {
      name: 'never answered',
      rows: hook('null', 'null'),
      call: deliver(1),
      says: 'not-executed',
      text: /never got an answer/,
    },
    { name: 'no hook', rows: '', call: deliver(1), says: 'cannot-say', text: /deleted, as .* with 410/ },
    {
      name: 'hook_id null',
      rows: hook(AFTER, '200'),
      call: deliver(null),
      says: 'cannot-say',
      text: /without hook_id/,
    },
    {
      name: 'hook_id absent',
      rows: hook(AFTER, '200'),
      call: { args: ['https://x.example', {}], kwargs: {} },
      says: 'cannot-say',
      text: /without hook_id/,
    },
    {
      name: 'by position',
      rows: hook(AFTER, '200'),
      call: { args: ['https://x.example', {}, 1], kwargs: {} },
      says: 'executed',
      text: /200/,
    },
    {
      name: 'in the older shape',
      rows: hook(AFTER, '200'),
      call: { hook_id: 1, retry: false },
      says: 'executed',
      text: /200/,
    },
  ],
  'breathecode.admissions.tasks.build_profile_academy': [
    {
      name: 'made since',
      rows: profile('ACTIVE', AFTER),
      call: { args: [4, 9] },
      says: 'executed',
      text: /student profile of user 9 in academy 4 is ACTIVE .*after this task/,
    },
    {
      name: 'made before',
      rows: profile('ACTIVE', BEFORE),
      call: { args: [4, 9] },
      says: 'cannot-say',
      text: /before this task/,
    },
    {
      name: 'still invited',
      rows: profile('INVITED', BEFORE),
      call: { args: [4, 9] },
      says: 'not-executed',
      text: /INVITED: the task did not run or was aborted/,
    },
    {
      name: 'deleted meanwhile',
      rows: profile('DELETED', AFTER),
      call: { args: [4, 9] },
      says: 'cannot-say',
      text: /none of the rule's outcomes/,
    },
    {
      name: 'none',
      rows: '',
      call: { args: [4, 9] },
      says: 'not-executed',
      text: /User 9 has no student profile in academy 4: .*or was aborted/,
    },
    {
      name: 'another role',
      rows: profile('ACTIVE', AFTER, 'teacher'),
      call: { args: [4, 9, 'assistant'] },
      says: 'not-executed',
      text: /no assistant profile/,
    },
    {
      name: 'the role by name',
      rows: profile('ACTIVE', AFTER, 'teacher'),
      call: { args: [4, 9], kwargs: { role: 'teacher' } },
      says: 'executed',
      text: /teacher profile/,
    },
    {
      name: 'two profiles, one of them new',
      rows: `${profile('ACTIVE', BEFORE)}; ${profile('ACTIVE', AFTER)}`,
      call: { args: [4, 9] },
      says: 'executed',
      text: /after this task/,
    },
  ],
  'breathecode.monitoring.tasks.fix_issue': [
    { name: 'fixed since', rows: issue(AFTER, 'true'), says: 'executed', text: /Issue 1 is fixed/ },
    { name: 'tried since', rows: issue(AFTER, 'false'), says: 'executed', text: /tried and is not fixed/ },
    { name: 'seen since, no answer', rows: issue(AFTER, 'null'), says: 'cannot-say', text: /no result/ },
    { name: 'tried before', rows: issue(BEFORE, 'false'), says: 'not-executed', text: /before this task was created/ },
    { name: 'seen before', rows: issue(BEFORE, 'null'), says: 'not-executed', text: /before this task was created/ },
    { name: 'never', rows: issue('null', 'null'), says: 'not-executed', text: /never tried/ },
    { name: 'no issue', rows: '', says: 'cannot-say', text: /Issue 1 does not exist/ },
  ],
  'breathecode.assignments.tasks.set_cohort_user_assignments': [
    {
      name: 'pending and in its list',
      rows: assignment('PENDING', lists([], [3, 1])),
      says: 'executed',
      text: /PENDING and in the student's pending_assignments/,
    },
    {
      name: 'done and in its list',
      rows: assignment('DONE', lists([1], [])),
      says: 'executed',
      text: /DONE and in the student's delivered_assignments/,
    },
    {
      name: 'in its list before the task was made',
      rows: assignment('DONE', lists([1], []), BEFORE),
      says: 'cannot-say',
      text: /already so before this task/,
    },
    {
      name: 'in the other list',
      rows: assignment('DONE', lists([2], [1])),
      says: 'not-executed',
      text: /has not run since the assignment last changed/,
    },
    { name: 'in none', rows: assignment('PENDING', lists([2], [3])), says: 'not-executed', text: /has not run since/ },
    { name: 'no lists yet', rows: assignment('PENDING', 'null'), says: 'not-executed', text: /has not run since/ },
    {
      name: 'in none, but saved again',
      rows: assignment('PENDING', lists([], []), AFTER, AFTER),
      says: 'cannot-say',
      text: /saved again/,
    },
    {
      name: 'no student',
      rows: assignment('DONE', lists([1], []), AFTER, BEFORE, 'TEACHER'),
      says: 'cannot-say',
      text: /not a student of its cohort/,
    },
    { name: 'no assignment', rows: '', says: 'cannot-say', text: /Assignment 1 does not exist/ },
  ],
};

describePostgres('built-in effects', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run(TABLES);
  });
  after(() => database.drop());
  beforeEach(() =>
    database.run(`truncate ${TABLE}, assignments_learnpackwebhook, notify_hook, authenticate_profileacademy,
      monitoring_supervisorissue, assignments_task, admissions_cohortuser restart identity`),
  );

  async function find(url: string, id = 1, known?: KnownRows): Promise<EffectFinding | undefined> {
    return inSnapshot(url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const reader = await openEffects(snapshot, table, BUILT_IN_EFFECTS);
      if (known) await reader.test(known, () => Promise.resolve(undefined));
      return (await reader.find(await stuckRowsById(snapshot, table, [id]))).get(id);
    });
  }

  async function addTask(task: string, call: unknown): Promise<void> {
    const dot = task.lastIndexOf('.');
    const [task_module, task_name] = [task.slice(0, dot), task.slice(dot + 1)];
    await insertTasks(database, [{ task_module, task_name, arguments: JSON.stringify(call), created_at: MADE }]);
  }

  for (const [task, cases] of Object.entries(CASES)) {
    describe(task, () => {
      for (const { name, rows, call, says, strength = 'likely', text } of cases) {
        it(`${name}: ${says}${says === 'cannot-say' ? '' : `, ${strength}`}`, async () => {
          await database.run(rows);
          await addTask(task, call ?? { args: [1], kwargs: { task_manager_id: 1 } });
          const finding = await find(database.url, 1, await insertKnown(database, task));
          assert.equal(finding?.says, says, finding?.text);
          assert.equal(finding.untested, undefined);
          assert.equal(finding.strength, strength);
          assert.match(finding.text, text);
          assert.doesNotMatch(finding.text, /[{}]|undefined/);
        });
      }
    });
  }

  it('never say executed or failed where created_at is null: nothing can be compared with it', async () => {
    await createTaskTable(database, { name: 'no_times', types: { created_at: 'timestamptz' } });
    await database.run(
      [webhook('DONE', AFTER), hook(AFTER, '200'), profile('ACTIVE', AFTER), issue(AFTER, 'true')].join(';'),
    );
    for (const [task, call] of [
      ['breathecode.assignments.tasks.async_learnpack_webhook', { args: [1] }],
      ['breathecode.notify.tasks.async_deliver_hook', deliver(1)],
      ['breathecode.admissions.tasks.build_profile_academy', { args: [4, 9] }],
      ['breathecode.monitoring.tasks.fix_issue', { args: [1] }],
    ] as const) {
      const dot = task.lastIndexOf('.');
      const names = { task_module: task.slice(0, dot), task_name: task.slice(dot + 1) };
      await insertTasks(database, [{ ...names, arguments: JSON.stringify(call), created_at: null }], 'no_times');
    }
    const findings = await inSnapshot(database.url, async (snapshot) => {
      const table = await findTable(snapshot, 'no_times');
      const reader = await openEffects(snapshot, table, BUILT_IN_EFFECTS);
      return reader.find(await stuckRowsById(snapshot, table, [1, 2, 3, 4]));
    });
    assert.deepEqual(
      [...findings.values()].map(({ says }) => says),
      ['cannot-say', 'cannot-say', 'cannot-say', 'cannot-say'],
    );
  });

  it('need no more than SELECT on exactly these tables', async () => {
    const role = await database.createRole();
    const task = 'breathecode.assignments.tasks.set_cohort_user_assignments';
    await addTask(task, { args: [1] });
    await database.run(assignment('DONE', lists([1], [])));
    await database.run(`grant select on ${TABLE}, assignments_task to ${role}`);
    assert.equal(await find(database.urlAs(role)), undefined);
    await database.run(`grant select on admissions_cohortuser to ${role}`);
    assert.equal((await find(database.urlAs(role)))?.says, 'executed');
  });
});
