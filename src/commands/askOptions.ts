import * as vscode from 'vscode';
import { parseHours, parseLimit, parseStatuses, type CheckParameters } from '../diagnosis/parameters';
import { scanSettings } from '../editor/settings';
import { validate } from './validate';

interface OptionItem extends vscode.QuickPickItem {
  readonly option: keyof CheckParameters | 'run';
}

/**
 * Lets the person change hours, statuses and limit for one run; the settings stay as they are.
 * @param last what the latest run changed, as a start
 * @returns undefined when the person escaped
 */
export async function askOptions(last: Partial<CheckParameters>): Promise<Partial<CheckParameters> | undefined> {
  const settings = scanSettings();
  let chosen = last;
  for (;;) {
    const now = { ...settings, ...chosen };
    const items: OptionItem[] = [
      {
        option: 'run',
        label: '$(play) Run the check',
        description: `${now.statuses.join(', ')} for at least ${String(now.hours)} h`,
      },
      { option: 'hours', label: '$(watch) Hours', description: String(now.hours) },
      { option: 'statuses', label: '$(tag) Statuses', description: now.statuses.join(', ') },
      { option: 'limit', label: '$(list-ordered) Samples per task type', description: String(now.limit) },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Check Task Status',
      placeHolder: 'For this run and its refreshes; Enter runs',
    });
    if (!picked) return undefined;
    if (picked.option === 'run') return chosen;
    chosen = { ...chosen, ...(await askOption(picked.option, now)) };
  }
}

async function askOption(option: keyof CheckParameters, now: CheckParameters): Promise<Partial<CheckParameters>> {
  const parse = {
    hours: (text: string) => ({ hours: parseHours(text, 'Hours') }),
    limit: (text: string) => ({ limit: parseLimit(text, 'Samples per task type') }),
    statuses: (text: string) => ({ statuses: parseStatuses(text, 'Statuses') }),
  }[option];
  const prompt = {
    hours: 'A task is stuck when its last_run is at least this many hours ago',
    limit: 'Sample tasks shown for each task type',
    statuses: 'Statuses that count as stuck, with commas between them',
  }[option];
  const value = String(now[option]);
  const text = await vscode.window.showInputBox({ prompt, value, validateInput: validate(parse) });
  return text === undefined ? {} : parse(text);
}
