import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import * as vscode from 'vscode';
import type { RowDetails } from '../../src/model/diagnosis';
import { sumVerdicts } from '../../src/report/verdictText';
import type { SampleNode, TreeNode, TypeNode } from '../../src/vscode/tree/treeNodes';
import { VERDICT_LOOKS } from '../../src/report/verdictLooks';
import {
  checkAsSet,
  databaseUrl,
  extension,
  redisUrl,
  samplesBelow,
  setting,
  sql,
  until,
  untilConnectionsChanged,
} from './support';

/** Options that leave some thousand rows, the oldest: more make these tests slow and no truer. */
async function few(): Promise<{ hours: number }> {
  const [row] = await sql(
    `select extract(epoch from now() - last_run)::float8 / 3600 as hours from task_manager_taskmanager
     where status = 'SCHEDULED' order by last_run offset 3000 limit 1`,
  );
  return { hours: Number(row?.hours) };
}

const OWN_TYPE = `task_module = 'verify.tests' and task_name = 'one'`;

/** Adds one stuck row of a type of its own. @returns its id */
async function addRow(): Promise<number> {
  const [row] = await sql(
    `insert into task_manager_taskmanager (task_module, task_name, status, task_id, arguments, attempts, current_page, total_pages,
       reverse_module, reverse_name, killed, fixed, last_run, created_at, updated_at)
     select 'verify.tests', 'one', 'SCHEDULED', '', '{"args": [], "kwargs": {}}', 1, 1, 1, '', '', false, false, t, t, t
     from (select now() - interval '1000 hours' as t) as old returning id::int as id`,
  );
  return Number(row?.id);
}

async function types(): Promise<TypeNode[]> {
  const { stuckTasks } = await extension();
  return stuckTasks.getChildren().filter((node) => node.kind === 'type');
}

async function samplesOf(type: TypeNode): Promise<SampleNode[]> {
  return await samplesBelow(type);
}

async function ownSample(): Promise<SampleNode> {
  const type = (await types()).find((node) => node.type.taskModule === 'verify.tests');
  assert.ok(type, 'the row is found');
  return (await samplesOf(type))[0]!;
}

async function verify(node: TreeNode): Promise<RowDetails | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.verifyTask', node);
}

describe('A check with verification', () => {
  before(async () => {
    assert.ok(await checkAsSet({ limit: 3 }));
  });

  it('has a verdict for every stuck row of every type', async () => {
    const { state } = await extension();
    const { diagnosis, judged: rows } = state().result!;
    assert.equal(diagnosis.parameters.checkExecution, true);
    for (const type of diagnosis.taskTypes) {
      const judged = Object.values(type.verdicts ?? {}).reduce((sum, rows) => sum + rows, 0);
      assert.equal(judged, type.count, type.taskName);
      for (const sample of type.samples) assert.ok(sample.verification, String(sample.id));
    }
    const total = diagnosis.taskTypes.reduce((sum, type) => sum + type.count, 0);
    assert.equal(rows.size, total);
    assert.ok((sumVerdicts(diagnosis.taskTypes)?.waiting ?? 0) > 0, 'the broker was searched');
    assert.deepEqual(
      diagnosis.sources.filter(({ state: found }) => found === 'unavailable'),
      [],
    );
  });

  it('shows icon and words of the verdict, and below it a node for each piece of evidence and each reading', async () => {
    const { stuckTasks } = await extension();
    for (const type of (await types()).slice(0, 5)) {
      for (const node of await samplesOf(type)) {
        const { verification } = node.sample;
        assert.ok(verification);
        const item = stuckTasks.getTreeItem(node);
        assert.equal((item.iconPath as vscode.ThemeIcon).id, VERDICT_LOOKS[verification.verdict].icon);
        // A node of the verdict may stand above it.
        if (!node.told) assert.ok(String(item.description).startsWith(verification.verdict));
        assert.ok(item.accessibilityInformation?.label.includes(verification.verdict));
        assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
        const children = stuckTasks.getChildren(node);
        const readings = verification.readings?.length ?? 0;
        assert.equal(children.length, verification.evidence.length + readings);
        for (const child of children) {
          assert.equal(stuckTasks.getTreeItem(child).collapsibleState, vscode.TreeItemCollapsibleState.None);
          assert.ok(stuckTasks.getTreeItem(child).accessibilityInformation?.label);
          assert.equal(stuckTasks.getParent(child), node);
        }
      }
    }
  });

  it('has the log of the command line, with its evidence folded apart', async () => {
    await vscode.commands.executeCommand('celeryTasks.openLog');
    const document = vscode.window.activeTextEditor!.document;
    await until(() => document.getText().includes('\nSources:\n'), 'the text of this check');
    const cli = join(__dirname, '..', '..', 'dist', 'check-task-status.js');
    const text = execFileSync('node', [cli, '--check-execution', '--limit', '3'], {
      env: { ...process.env, DATABASE_URL: databaseUrl(), REDIS_URL: redisUrl() },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1e9,
    });
    // Ages and costs are those of each check, and Redis counts its uptime in whole seconds; everything else is the same text.
    const ageless = (log: string): string =>
      log
        .replace(/^Max Hours Stuck: .*$/gm, 'Max Hours Stuck')
        .replace(/^ {2}Health: .*$/gm, (line) => line.replace(/(?:\d+ (?:d|h|min|s) ?)+(?=ago|old)/g, 'AGE '))
        .replace(/^Redis: .*$/gm, 'Redis')
        .replace(/^Cost: .*$/gm, 'Cost')
        .replace(/\d{2}:\d{2}:\d{2} UTC/g, 'time');
    assert.equal(ageless(document.getText()), ageless(text));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols.map((symbol) => symbol.name),
      [
        'Analyzing tasks stuck for more than 906 hours',
        'Other potentially stuck tasks by status',
        'Sources',
        'Effect rules',
        'Recommendations',
      ],
    );
    const [summary, type] = symbols[0]?.children ?? [];
    assert.equal(summary?.name, 'Summary');
    // A sample is found by its verdict; its evidence is folded, and no symbol of its own.
    assert.match(
      type?.children[0]?.name ?? '',
      /^\d+ (waiting|held|running|finished|failed|lost|unknown)( · [a-z-]+)?$/,
    );
    assert.deepEqual(type?.children[0]?.children, []);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('knows the verdict of samples that are loaded later, and collects their evidence when asked', async () => {
    const { stuckTasks } = await extension();
    const [type] = await types();
    const [part] = stuckTasks.getChildren(type);
    assert.ok(part?.kind === 'outcome', 'a part of one verdict');
    const { verdict } = part.cells[0]!;
    await vscode.commands.executeCommand('celeryTasks.loadMore', stuckTasks.getChildren(part).at(-1));
    const samples = await samplesBelow(part);
    assert.ok(samples.length > 50);
    assert.deepEqual([...new Set(samples.map(({ outcome }) => outcome?.verdict))], [verdict]);
    const paged = samples.at(-1)!;
    assert.equal(paged.sample.verification, undefined);
    assert.deepEqual(stuckTasks.getChildren(paged), []);

    const sample = await verify(paged);
    assert.equal(sample?.id, paged.sample.id);
    const after = (await samplesBelow(part)).find((node) => node.id === paged.id)!;
    assert.deepEqual(after.outcome, sample.verification);
    assert.equal(after.outcome?.verdict, verdict, 'nothing has changed since the check');
    assert.ok(stuckTasks.getChildren(after).length > 0);
    assert.match(String(stuckTasks.getTreeItem(after).description), /(^| · )verified \d/);
    const evidence = stuckTasks.getChildren(after)[0]!;
    assert.equal((await verify(evidence))?.id, sample.id, 'evidence stands for its row');
  });

  it('keeps loaded samples over a refresh, as far as they are what they were', async () => {
    const { stuckTasks } = await extension();
    const shown = async (): Promise<number> => {
      const [type] = await types();
      return (await samplesBelow(stuckTasks.getChildren(type)[0]!)).length;
    };
    const before = await shown();
    assert.ok(before > 50, 'loaded by the test before');
    await vscode.commands.executeCommand('celeryTasks.refresh');
    assert.equal(await shown(), before);
  });

  it('does not ask the workers: nothing is published', async () => {
    const redis = new Redis(redisUrl());
    try {
      const published = async (): Promise<string> =>
        /cmdstat_s?publish:calls=\d+/.exec(await redis.info('commandstats'))?.[0] ?? 'never';
      const before = await published();
      assert.ok(await checkAsSet(await few()));
      assert.ok(await verify(await samplesOf((await types())[0]!).then((samples) => samples[0]!)));
      assert.equal(await published(), before);
    } finally {
      redis.disconnect();
    }
  });

  it('looks at rows again that are finished or gone meanwhile, and says so', async () => {
    const { stuckTasks } = await extension();
    const id = await addRow();
    try {
      await checkAsSet(await few());
      const node = await ownSample();
      assert.equal(node.sample.id, id);
      await sql(`update task_manager_taskmanager set status = 'DONE' where id = $1`, [id]);
      assert.equal((await verify(node))?.status, 'DONE');
      const done = await ownSample();
      assert.equal(done.again?.found, 'moved');
      assert.match(String(stuckTasks.getTreeItem(done).description), /^now DONE · /);

      await sql(`delete from task_manager_taskmanager where id = $1`, [id]);
      assert.equal(await verify(done), undefined);
      const gone = await ownSample();
      assert.equal(gone.again?.found, 'gone');
      assert.deepEqual(stuckTasks.getChildren(gone), []);
    } finally {
      await sql(`delete from task_manager_taskmanager where ${OWN_TYPE}`);
    }
    await checkAsSet();
    assert.equal(
      (await types()).some((node) => node.type.taskModule === 'verify.tests'),
      false,
    );
  });

  it('names the setting with a wrong effects rule, and takes rules from a file in the workspace', async () => {
    const { state } = await extension();
    let back = await setting('effects', [{ task: 'a.b' }]);
    try {
      assert.equal(await checkAsSet(), undefined);
      assert.match(state().problem?.message ?? '', /celeryTasks\.effects, rule 1 \(a\.b\)/);
    } finally {
      await back();
    }
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'effects.json');
    const rule = {
      task: 'task_manager.django.tasks.execute_signal',
      table: 'no_such_table',
      find: { id: 'args[0]' },
      outcomes: [{ says: 'executed', text: 'Seen.' }],
    };
    back = await setting('effects', 'effects.json');
    try {
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('[{'));
      assert.equal(await checkAsSet(), undefined);
      assert.match(state().problem?.message ?? '', /^effects\.json is not valid JSON/);
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify([rule])));
      const effects = (await checkAsSet(await few()))?.sources.find(({ name }) => name === 'effects');
      assert.match(effects?.detail ?? '', /no_such_table/);
      await back();
      back = await setting('effects', '../effects.json');
      assert.equal(await checkAsSet(), undefined);
      assert.match(state().problem?.message ?? '', /names no file in the workspace/);
    } finally {
      await back();
      await vscode.workspace.fs.delete(file);
    }
  });
});

describe('A check without verification', () => {
  let spy: Server;
  let connections = 0;
  const env = (): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.env');
  const restore: (() => Promise<unknown>)[] = [];

  before(async () => {
    spy = createServer((line) => {
      connections++;
      line.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    const text = await vscode.workspace.fs.readFile(env());
    const url = `redis://127.0.0.1:${String((spy.address() as AddressInfo).port)}/0`;
    const lines = [`DATABASE_URL=${databaseUrl()}`, `REDIS_URL=${url}`, `CELERY_BROKER_URL=${url}`];
    const write = (content: Uint8Array) => () => vscode.workspace.fs.writeFile(env(), content);
    // It takes away what ran before.
    await untilConnectionsChanged(write(new TextEncoder().encode(lines.join('\n'))));
    restore.push(() => untilConnectionsChanged(write(text)));
    restore.push(await setting('checkExecution', false));
  });
  after(async () => {
    for (const back of restore) await back();
    spy.close();
  });
  beforeEach(() => {
    connections = 0;
  });

  it('contacts nothing but PostgreSQL, and says that execution was not verified', async () => {
    const { stuckTasks } = await extension();
    const diagnosis = await checkAsSet();
    assert.equal(diagnosis?.parameters.checkExecution, false);
    assert.deepEqual(
      diagnosis.sources.map(({ name }) => name),
      ['postgres'],
    );
    const [type] = await types();
    assert.equal(type?.type.verdicts, undefined);
    const [sample] = await samplesOf(type!);
    assert.equal(sample?.outcome, undefined);
    assert.equal(stuckTasks.getTreeItem(sample!).collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.equal(connections, 0);
  });

  it('verifies one task when asked to: that is the consent', async () => {
    const { stuckTasks } = await extension();
    await checkAsSet();
    const [type] = await types();
    const [node] = await samplesOf(type!);
    const sample = await verify(node!);
    assert.ok(sample?.verification, 'PostgreSQL alone gives a verdict too');
    assert.ok(connections > 0);
    const [after] = await samplesOf(type!);
    assert.ok(stuckTasks.getChildren(after).length > 0);
  });

  it('verifies for one run with the command, and with the option of a caller; a refresh asks the same', async () => {
    const { state } = await extension();
    assert.equal((await checkAsSet({ ...(await few()), checkExecution: true }))?.parameters.checkExecution, true);
    assert.ok(connections > 0, 'Redis was asked');
    const broker = state().result?.diagnosis.sources.find(({ name }) => name === 'broker');
    assert.equal(broker?.state, 'unavailable', 'it is named, with why');
    await vscode.commands.executeCommand('celeryTasks.refresh');
    assert.equal(state().result?.diagnosis.parameters.checkExecution, true);
    await checkAsSet(await few());
    assert.equal(state().result?.diagnosis.parameters.checkExecution, false);
    await vscode.commands.executeCommand('celeryTasks.verifyExecution');
    assert.equal(state().result?.diagnosis.parameters.checkExecution, true);
  });

  it('refuses an option that is no switch', async () => {
    const { state } = await extension();
    assert.equal(await checkAsSet({ checkExecution: 'yes' }), undefined);
    await until(() => state().problem, 'the problem');
    assert.match(state().problem?.message ?? '', /checkExecution must be true or false/);
  });
});

describe('Effect rules', () => {
  /** What the editor has against a file while a person writes it. */
  async function complaints(name: string, text: string): Promise<string[]> {
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
    const before = await vscode.workspace.fs.readFile(file).then(
      (bytes) => bytes,
      () => undefined,
    );
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
    try {
      await vscode.window.showTextDocument(file);
      await until(() => vscode.languages.getDiagnostics(file).length > 0, `complaints about ${name}`);
      return vscode.languages.getDiagnostics(file).map(({ message }) => message);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      if (before) await vscode.workspace.fs.writeFile(file, before);
      else await vscode.workspace.fs.delete(file);
    }
  }
  const wrong = { task: 'shop.tasks.send', table: 'letters', find: { id: 'args[0]' }, outcomes: [{ says: 'perhaps' }] };

  it('are checked by the editor in their own files', async () => {
    const found = await complaints('celery-effects.json', JSON.stringify([wrong]));
    assert.ok(
      found.some((message) => message.includes('not-executed')),
      found.join('\n'),
    );
  });

  it('are checked by the editor in the settings', async () => {
    const settings = { 'celeryTasks.hours': 906, 'celeryTasks.effects': [wrong] };
    const found = await complaints('.vscode/settings.json', JSON.stringify(settings));
    assert.ok(
      found.some((message) => message.includes('not-executed')),
      found.join('\n'),
    );
  });
});
