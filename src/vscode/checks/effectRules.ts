import * as vscode from 'vscode';
import { effectRulesOf } from '../../effects/rulesFile';
import { Problem } from '../../base/problem';
import { BUILT_IN_EFFECTS } from '../../effects/builtIn';
import { rulesFrom, type EffectRule } from '../../model/effectRule';
import { parseEffectRules } from '../../effects/rules';
import { fileText } from '../shared/fileText';
import { effectsSetting } from '../shared/settings';
import { workspaceFile } from '../shared/workspaceFile';

/**
 * The rules for effects: those of `celeryTasks.effects`, a list or the path of a JSON file in the workspace, before the built-in ones.
 * @throws Problem `invalid`, one sentence naming the setting or the file
 */
export async function effectRules(): Promise<EffectRule[]> {
  const { value, label } = effectsSetting();
  const own = typeof value === 'string' ? await fromFile(value.trim(), label) : parseEffectRules(value ?? [], label);
  return [...rulesFrom('own', own), ...BUILT_IN_EFFECTS];
}

async function fromFile(path: string, label: string): Promise<EffectRule[]> {
  if (path === '') return [];
  const file = workspaceFile(path);
  if (!file) throw new Problem('invalid', `${label} names no file in the workspace (${path}): write a path inside it.`);
  const shown = vscode.workspace.asRelativePath(file);
  // A rule that was just added and is not saved yet is one that the next check uses.
  const text = await fileText(file).catch((error: unknown) => {
    throw new Problem('invalid', `${label} names ${shown}, which cannot be read: check that the file is there.`, {
      cause: error,
    });
  });
  return effectRulesOf(text, shown);
}
