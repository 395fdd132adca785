import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FixAnswer } from '../../src/vscode/fix/generateFix';
import { hasStaleGuard } from '../../src/fixes/staleGuard';
import type { TreeNode } from '../../src/vscode/tree/treeNodes';
import { closeReports, openReport } from './reportSupport';
import { check, checkAsSet, databaseUrl, extension, firstType, samplesBelow, sql, until } from './support';

async function generate(asked?: object, selected?: readonly TreeNode[]): Promise<FixAnswer | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.generateFixScript', asked, selected);
}

/** Everything that a script could have changed. */
async function table(): Promise<unknown> {
  const [row] = await sql(
    "select count(*), md5(string_agg(t::text, '|' order by id)) as sum from task_manager_taskmanager t",
  );
  return row;
}

async function close(): Promise<void> {
  // Untitled documents ask whether to keep them.
  for (let left = 30; left > 0 && vscode.window.tabGroups.all.some((group) => group.tabs.length > 0); left--)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

describe('Generate Fix Script', function () {
  // Checks of the whole incident, with verification: its oldest rows alone hold none that are proven finished.
  this.timeout(180_000);
  let before_: unknown;
  before(async () => {
    before_ = await table();
    assert.ok(await checkAsSet({ limit: 5 }));
  });
  afterEach(close);
  after(async () => {
    await closeReports();
    assert.deepEqual(await table(), before_, 'nothing was run');
  });

  it('opens the script for rows that are proven finished, and beside it what takes it back', async () => {
    const { diagnosis } = (await extension()).state().result!;
    const proven = diagnosis.taskTypes
      .flatMap(({ outcomes = [] }) => outcomes)
      .filter(({ verdict, confidence }) => verdict === 'finished' && confidence === 'proven')
      .reduce((sum, { count }) => sum + count, 0);
    assert.ok(proven > 0);
    const answer = await generate({ verdict: 'finished', script: 'sql' });
    const [script, inverse] = answer!.documents;
    assert.equal(answer!.plan.scripts.find(({ kind }) => kind === 'sql')?.rows, proven);
    for (const document of [script, inverse]) {
      assert.equal(document?.isUntitled, true);
      assert.equal(document.languageId, 'sql');
      assert.ok(document.getText().includes(diagnosis.infrastructure.postgres.address));
      assert.equal(document.getText().includes(new URL(databaseUrl()).password), false);
    }
    assert.equal(vscode.window.activeTextEditor?.document, script);
    assert.equal(vscode.window.visibleTextEditors.length, 2, 'side by side');
  });

  it('takes the rows that are selected in the tree, and says of the others why there is no script', async () => {
    const samples = await samplesBelow(await firstType());
    assert.ok(samples.length >= 3);
    let answer: FixAnswer | undefined;
    const asked = generate(samples[0], samples.slice(0, 3));
    void asked.then((given) => (answer = given));
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return answer;
    }, 'the choice');
    const { scripts, refused } = answer!.plan;
    const planned = [...scripts.filter(({ kind }) => !kind.endsWith('django')), ...refused];
    assert.equal(planned.filter(({ rows }) => rows > 3).length, 0);
    assert.ok(planned.some(({ rows }) => rows > 0));

    const chosen = await generate({ verdict: 'waiting', script: 'sql' });
    assert.deepEqual(chosen?.documents, []);
    assert.equal(
      chosen.plan.scripts.some(({ kind }) => kind === 'sql'),
      false,
    );
    assert.deepEqual(
      chosen.plan.refused.map(({ verdict }) => verdict),
      ['waiting'],
    );
  });

  it('puts what the code does outside below the danger of a script that dispatches again', async () => {
    const answer = await generate({ verdict: 'lost', script: 'dispatch' });
    const [script] = answer!.documents;
    assert.equal(script?.languageId, 'python');
    assert.match(
      script.getText().slice(0, 3000),
      /^# Generated .*\n(#.*\n)*# DANGER: .*\n(#.*\n)*# Before you run this: .*\n(#.*\n)*# - requests\.post at breathecode\/notify\/tasks\.py:\d+: /,
    );
  });

  it('makes a script refuse once a newer check has ended, and says it once', async () => {
    const [script, inverse] = (await generate({ verdict: 'finished', script: 'sql' }))!.documents;
    const length = script!.getText().length;
    assert.ok(await checkAsSet({ limit: 5 }));
    await until(() => hasStaleGuard(script!.getText()) && hasStaleGuard(inverse!.getText()), 'the guards');
    const guarded = script!.getText().length;
    assert.ok(guarded > length);
    assert.ok(await checkAsSet({ limit: 5 }));
    assert.equal(script!.getText().length, guarded);
    // By now the editor has opened whatever unsaved document was not shown.
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)).sort();
    assert.equal(tabs.length, 2, tabs.join());
    assert.match(tabs[0]!, /^mark-\d+-tasks-as-done\.sql$/);
    assert.match(tabs[1]!, /^undo-mark-\d+-tasks-as-done\.sql$/);
  });

  it('is asked for by the report, and refuses rows of a report that is not the latest', async () => {
    const { reports } = await extension();
    const shown = (await openReport()).last('diagnosis')!;
    const page = reports.main!;
    const rows = { verdict: 'finished' };
    page.receive({ type: 'fixScript', diagnosis: 'another', rows });
    page.receive({ type: 'fixScript', diagnosis: shown.id, rows: { ...rows, verdict: 'done' } });
    page.receive({ type: 'fixScript', diagnosis: shown.id, rows });
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return vscode.window.activeTextEditor?.document.languageId === 'sql';
    }, 'the script');
  });

  it('refuses without verification, and for a report that is made up', async () => {
    assert.ok(await check());
    assert.equal(await generate({ verdict: 'finished', script: 'sql' }), undefined);
    assert.equal(vscode.window.activeTextEditor, undefined);
    assert.ok(await checkAsSet({ limit: 5 }));
    await vscode.commands.executeCommand('celeryTasks.openSample');
    const { reports } = await extension();
    await until(() => reports.active?.origin === 'sample', 'the sample');
    assert.equal(await generate({ verdict: 'finished', script: 'sql' }), undefined);
  });
});
