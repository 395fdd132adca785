import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DraftState } from '../../src/report/draftMessages';
import { isUseful } from '../../src/report/draftText';
import { undeterminedSum, undeterminedTypes } from '../../src/vscode/drafts/wantedTypes';
import { fileText } from '../../src/vscode/shared/fileText';
import { closeReports } from './reportSupport';
import { checkAsSet, extension, setting, sql, until } from './support';

async function draft(asked: object): Promise<DraftState | undefined> {
  return await vscode.commands.executeCommand('celeryTasks.draftEffectRule', asked);
}

function file(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, 'celery-effects.json');
}

async function text(): Promise<string | undefined> {
  return await fileText(file()).catch(() => undefined);
}

/** Everything that drafting could have changed. */
async function table(): Promise<unknown> {
  const [row] = await sql(
    "select count(*), md5(string_agg(t::text, '|' order by id)) as sum from task_manager_taskmanager t",
  );
  return row;
}

describe('Draft Effect Rule', function () {
  // Checks of the whole incident, with verification.
  this.timeout(180_000);
  const asked = { taskModule: 'breathecode.assessment.tasks', taskName: 'async_close_userassessment' };
  let untouched: unknown;
  let restore: (() => Promise<void>) | undefined;

  before(async () => {
    untouched = await table();
    restore = await setting('effects', undefined);
    assert.ok(await checkAsSet({ limit: 2 }));
  });
  after(async () => {
    await closeReports();
    (await extension()).drafts.drafts()?.page?.panel.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(file()).then(undefined, () => undefined);
    await restore?.();
    assert.deepEqual(await table(), untouched, 'nothing was changed');
  });

  it('drafts a rule from the code, tests it, and shows it beside the function; nothing is added by itself', async () => {
    const state = await draft(asked);
    const [shown] = state?.drafts ?? [];
    assert.ok(shown && isUseful(shown), JSON.stringify(state));
    assert.equal(shown.draft.from, 'code');
    assert.ok((shown.draft.tested?.undetermined.looked ?? 0) > 0);
    assert.equal(shown.undetermined, shown.draft.tested?.undetermined.looked);
    const code = vscode.window.visibleTextEditors.find(({ document }) => document.fileName.endsWith('tasks.py'));
    assert.ok(code, 'its function is open');
    assert.equal(await text(), undefined, 'no file was made');
    assert.equal((await extension()).state().result?.request.tried, undefined);
  });

  it('uses it for one check, which decides more, and no longer after the next', async () => {
    const { drafts, state } = await extension();
    const before = undeterminedSum(state().result!.diagnosis);
    await drafts.drafts()!.act('try', 0);
    const { diagnosis, request } = state().result!;
    assert.equal(request.tried?.length, 1);
    assert.ok(undeterminedSum(diagnosis) < before);
    assert.ok(diagnosis.rules?.some(({ origin }) => origin === 'drafted'));
    const page = drafts.drafts()!.page!;
    assert.equal(page.state.drafts[0]?.tried, true);
    assert.equal(page.state.share?.after, undeterminedSum(diagnosis));
    await vscode.commands.executeCommand('celeryTasks.refresh');
    assert.equal(state().result?.request.tried, undefined);
    assert.equal(undeterminedSum(state().result!.diagnosis), before);
    assert.deepEqual(
      page.state.drafts.map(({ tried }) => tried),
      [undefined],
    );
  });

  it('adds it to a file and names that in the setting; a second one keeps what is written, unsaved', async () => {
    const { drafts } = await extension();
    await drafts.drafts()!.act('add', 0);
    assert.match((await text()) ?? '', /async_close_userassessment/);
    await until(
      () => vscode.workspace.getConfiguration('celeryTasks').get('effects') === 'celery-effects.json',
      'the setting',
    );
    const mine = (await text())!.replace('[', '[   ');
    await vscode.workspace.fs.writeFile(file(), new TextEncoder().encode(mine));
    const document = await vscode.workspace.openTextDocument(file());
    await until(() => document.getText() === mine, 'the file to be read');
    const other = await draft({ taskModule: 'breathecode.events.tasks', taskName: 'persist_organization_events' });
    assert.ok(other?.drafts[0] && isUseful(other.drafts[0]));
    await drafts.drafts()!.act('add', 0);
    assert.equal(drafts.drafts()!.page!.state.problem, null);
    assert.equal(document.isDirty, true, 'a person saves it');
    assert.ok(document.getText().startsWith(mine.trimEnd().slice(0, -1).trimEnd()), document.getText());
    assert.match(document.getText(), /persist_organization_events/);
    assert.ok(await checkAsSet({ limit: 2 }));
    const { rules = [] } = (await extension()).state().result!.diagnosis;
    const own = rules.filter(({ origin }) => origin === 'own').map(({ task }) => task);
    assert.deepEqual(
      own.filter((task) => /persist_organization|close_user/.test(task)).length,
      2,
      'the check reads the text that the user sees',
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('takes several types, those with most undetermined tasks first', async () => {
    const { state, drafts } = await extension();
    const types = undeterminedTypes(state().result!.diagnosis).slice(0, 3);
    const all = await drafts.drafts()!.draft(types, state().result);
    assert.deepEqual(
      [...new Set(all?.drafts.map(({ draft: { task } }) => task))],
      types.map(({ taskModule, taskName }) => `${taskModule}.${taskName}`),
    );
    for (const { draft: each } of all?.drafts ?? []) assert.ok(each.rules.length > 0 || each.because !== undefined);
  });
});
