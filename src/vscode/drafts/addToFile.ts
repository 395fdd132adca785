import * as vscode from 'vscode';
import { count } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { addRules, type AddedRules } from '../../effects/addRules';
import { parseEffectRules } from '../../effects/rules';
import type { EffectRule } from '../../model/effectRule';
import { SECTION, SETTINGS } from '../shared/contributions';
import { fileText } from '../shared/fileText';
import { effectsSetting } from '../shared/settings';
import { workspaceFile } from '../shared/workspaceFile';
import { insertion } from './insertion';

/** A file of this name is known to the editor as one of effect rules (package.json, jsonValidation). */
const RULES_FILE = 'celery-effects.json';

/** Where rules are added. */
interface RulesFile {
  readonly uri: vscode.Uri;
  /** As people say it: its path in the workspace. */
  readonly shown: string;
  /** The setting does not name it yet. */
  readonly isNews: boolean;
}

/**
 * The file that takes rules: the one that `celeryTasks.effects` names, else `celery-effects.json` in the first folder.
 * @returns undefined where there is no folder, or the setting names no file inside the workspace
 */
export function rulesFile(): RulesFile | undefined {
  const { value } = effectsSetting();
  const named = typeof value === 'string' ? value.trim() : '';
  const uri = workspaceFile(named === '' ? RULES_FILE : named);
  return uri && { uri, shown: vscode.workspace.asRelativePath(uri), isNews: named === '' };
}

/**
 * Adds rules to the file, which is made where it is not there, and points the setting at it. Text that a person wrote stays as it is; the
 * change can be undone, and in a file that exists it is not saved.
 * @returns what was added; undefined where the user did not want it
 * @throws Problem `invalid` where the file, or the setting, holds no rules that can be read
 */
export async function addToFile(rules: readonly EffectRule[]): Promise<AddedRules | undefined> {
  const file = rulesFile();
  if (!file) throw new Problem('invalid', `There is no place for ${RULES_FILE}: open a folder first.`);
  const moved = rulesInSettings();
  if (moved.length > 0 && !(await mayMove(moved.length, file.shown))) return undefined;
  const before = await textOf(file.uri);
  const result = addRules(before, [...moved, ...rules], file.shown);
  if (result.added.length > 0) await write(file.uri, before, result.text);
  if (file.isNews) await nameInSettings(file.shown);
  return { ...result, kept: result.kept.filter((rule) => rules.includes(rule)) };
}

/** Rules that the setting holds itself. */
function rulesInSettings(): readonly EffectRule[] {
  const { value, label } = effectsSetting();
  return Array.isArray(value) ? parseEffectRules(value, label) : [];
}

async function mayMove(rules: number, shown: string): Promise<boolean> {
  const move = 'Move';
  const answer = await vscode.window.showInformationMessage(
    `The setting ${SECTION}.${SETTINGS.effects} holds ${count(rules, 'rule')} itself. Move ${rules === 1 ? 'it' : 'them'} to ${shown}?`,
    { modal: true, detail: 'The setting can hold either rules or the path of a file with rules.' },
    move,
  );
  return answer === move;
}

/** The text as the user sees it, saved or not; undefined where there is no file. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return await fileText(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}

async function write(uri: vscode.Uri, before: string | undefined, after: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  if (before === undefined) edit.createFile(uri, { contents: new TextEncoder().encode(after) });
  else {
    const document = await vscode.workspace.openTextDocument(uri);
    const { start, end, text } = insertion(document.getText(), after);
    edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  }
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Problem(
      'invalid',
      `${vscode.workspace.asRelativePath(uri)} cannot be changed: check that it is writable.`,
    );
}

/** In the settings file that has the setting in force; that of the user stays as it is, because other workspaces use it. */
async function nameInSettings(path: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const ofFolder = settings.inspect(SETTINGS.effects)?.workspaceFolderValue !== undefined;
  const target = ofFolder ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
  await settings.update(SETTINGS.effects, path, target);
}
