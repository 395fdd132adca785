import assert from 'node:assert/strict';
import { Client } from 'pg';
import * as vscode from 'vscode';
import type { ProblemKind } from '../../src/base/problem';
import { viewStatus } from '../../src/vscode/tree/viewStatus';
import { assertForPeople } from '../support/problems';
import { closedPort } from '../support/sockets';
import { check, databaseUrl, extension, setting, sql, untilNoQuery, untilSlow } from './support';

type Undo = () => Promise<void>;

/** What stands over the tree. */
async function overTheTree(): Promise<string> {
  const { state } = await extension();
  const around = { configured: true, clock: () => '12:00', now: new Date(), elapsed: 0, usualHours: undefined };
  return viewStatus(state(), around).message ?? '';
}

function envFile(): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
}

/** Writes the `.env` anew, as a person or a program does it. @returns what puts it back */
async function rewriteEnv(change: (text: string) => string): Promise<Undo> {
  const before = await vscode.workspace.fs.readFile(envFile());
  await vscode.workspace.fs.writeFile(envFile(), Buffer.from(change(Buffer.from(before).toString())));
  return async () => {
    await vscode.workspace.fs.writeFile(envFile(), before);
  };
}

/** Another database URL, the rest of the `.env` as it is. */
function withDatabase(change: (url: URL) => void): (text: string) => string {
  const url = new URL(databaseUrl());
  change(url);
  return (text) => text.replace(/^DATABASE_URL=.*$/m, `DATABASE_URL=${url.href}`);
}

/** What fails between two good checks of the same connection. */
const FAULTS: readonly {
  name: string;
  kind: ProblemKind;
  make: () => Promise<Undo>;
  meanwhile?: () => Promise<void>;
}[] = [
  {
    name: 'a lock on the table',
    kind: 'lock',
    make: async () => {
      const other = new Client({ connectionString: databaseUrl() });
      await other.connect();
      await other.query('begin; lock table task_manager_taskmanager in access exclusive mode');
      return () => other.end();
    },
  },
  {
    name: 'an administrator who ends the session',
    kind: 'connection-lost',
    make: () => setting('table', 'slow_faults'),
    meanwhile: async () => {
      await untilSlow('slow_faults');
      await sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'celery-task-diagnostics'",
      );
    },
  },
  {
    name: 'the statement timeout',
    kind: 'timeout',
    make: async () => {
      const back = [await setting('table', 'slow_faults'), await setting('statementTimeout', 1)];
      return async () => {
        for (const one of back) await one();
      };
    },
  },
  {
    name: 'a password that was changed',
    kind: 'authentication',
    make: () => rewriteEnv(withDatabase((url) => (url.password = 'changed-yesterday'))),
  },
  {
    name: 'a table that is gone',
    kind: 'table-missing',
    make: () => setting('table', 'no_such_table'),
  },
];

describe('Faults', () => {
  before(async () => {
    // Each statement that reads it takes two seconds, however many rows there are.
    await sql(
      'create or replace view slow_faults as select t.* from task_manager_taskmanager t, (select pg_sleep(2)) as pause',
    );
  });
  after(async () => {
    await sql('drop view slow_faults');
  });
  afterEach(async () => {
    await untilNoQuery();
  });

  for (const { name, kind, make, meanwhile } of FAULTS) {
    it(`${name}: the last good result stays and is marked old, and the next check works`, async () => {
      const { state } = await extension();
      const good = await check();
      assert.ok(good);
      assert.doesNotMatch(await overTheTree(), /failed/);
      const undo = await make();
      try {
        const [failed] = await Promise.all([check(), meanwhile?.()]);
        assert.equal(failed, undefined);
        const { problem, result, running } = state();
        assert.equal(problem?.kind, kind, problem?.message);
        assertForPeople(problem.message);
        assert.doesNotMatch(problem.message, /changed-yesterday/);
        assert.equal(result?.diagnosis, good);
        assert.equal(running, undefined);
        assert.match(await overTheTree(), /^⚠ Last check failed: .* Showing the previous result: /);
      } finally {
        await undo();
      }
      const next = await check();
      assert.deepEqual(
        next?.taskTypes.map(({ taskName, count }) => [taskName, count]),
        good.taskTypes.map(({ taskName, count }) => [taskName, count]),
      );
      assert.equal(state().problem, undefined);
      assert.doesNotMatch(await overTheTree(), /failed/);
    });
  }

  it('two checks at once with different questions: the first is cancelled, the second answers', async () => {
    const { state } = await extension();
    const back = await setting('table', 'slow_faults');
    try {
      const first = check({ hours: 1 });
      await untilSlow('slow_faults');
      const second = await check({ hours: 2 });
      assert.equal(await first, undefined);
      assert.equal(second?.parameters.hours, 2);
      assert.equal(state().result?.diagnosis, second);
      assert.equal(state().problem, undefined);
    } finally {
      await back();
    }
  });

  it('a setting that is changed during a check counts from the next one on', async () => {
    const backs = [await setting('table', 'slow_faults'), await setting('hours', 1000)];
    try {
      const running = check();
      await untilSlow('slow_faults');
      backs.push(await setting('hours', 950), await setting('limit', 1));
      const diagnosis = await running;
      assert.equal(diagnosis?.parameters.hours, 1000);
      assert.notEqual(diagnosis.parameters.limit, 1);
      const next = await check();
      assert.deepEqual([next?.parameters.hours, next?.parameters.limit], [950, 1]);
    } finally {
      for (const back of backs.reverse()) await back();
    }
  });

  it('an .env that is rewritten for the same server during a check does it no harm', async () => {
    const { state } = await extension();
    const back = await setting('table', 'slow_faults');
    try {
      const running = check();
      await untilSlow('slow_faults');
      const undo = await rewriteEnv((text) => `# by another program\n${text}`);
      const diagnosis = await running;
      await undo();
      assert.ok(diagnosis);
      assert.equal(state().result?.diagnosis, diagnosis);
    } finally {
      await back();
    }
  });

  it('an .env that names another server during a check ends it, and no result stands under the wrong name', async () => {
    const { state } = await extension();
    assert.ok(await check());
    const back = await setting('table', 'slow_faults');
    const port = String(await closedPort());
    let undo: Undo = () => Promise.resolve();
    try {
      const running = check();
      await untilSlow('slow_faults');
      undo = await rewriteEnv(withDatabase((url) => (url.port = port)));
      assert.equal(await running, undefined);
      await untilNoQuery();
      assert.equal(await check(), undefined);
      assert.equal(state().problem?.kind, 'refused');
      assert.equal(state().result, undefined);
    } finally {
      await undo();
      await back();
    }
    assert.ok(await check());
  });
});
