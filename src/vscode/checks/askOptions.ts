import * as vscode from 'vscode';
import { parseHours, parseLimit, type CheckParameters } from '../../model/parameters';
import { parseStatuses } from '../../tables/parameters';
import { checkSettings, type CheckRequest } from '../shared/settings';
import { validate } from '../shared/validate';

interface OptionItem extends vscode.QuickPickItem {
  readonly option: keyof CheckRequest | 'run';
}

/**
 * Lets the user change hours, statuses, limit and what is verified for one run; the settings stay as they are.
 * @param last what the latest run changed, as a start
 * @returns undefined when the user escaped
 */
export async function askOptions(last: Partial<CheckRequest>): Promise<Partial<CheckRequest> | undefined> {
  const settings = checkSettings();
  let chosen = last;
  for (;;) {
    const now = { ...settings, ...chosen };
    const items: OptionItem[] = [
      {
        option: 'run',
        label: '$(play) Run the check',
        description: `${now.statuses.join(', ')} for at least ${String(now.hours)} h${now.checkExecution ? ', verified' : ''}`,
      },
      { option: 'hours', label: '$(watch) Hours', description: String(now.hours) },
      { option: 'statuses', label: '$(tag) Statuses', description: now.statuses.join(', ') },
      { option: 'limit', label: '$(list-ordered) Samples per task type', description: String(now.limit) },
      {
        option: 'checkExecution',
        label: '$(verified) Verify execution',
        description: now.checkExecution
          ? 'yes: reads broker, results and effects too'
          : 'no: reads only the task table',
      },
      ...(now.checkExecution ? [askWorkersItem(now)] : []),
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Check Task Status',
      placeHolder: 'For this run and its refreshes; Enter runs',
    });
    if (!picked) return undefined;
    if (picked.option === 'run') return chosen;
    chosen = { ...chosen, ...(await change(picked.option, now)) };
  }
}

function askWorkersItem({ askWorkers }: CheckRequest): OptionItem {
  return {
    option: 'askWorkers',
    label: '$(broadcast) Ask the workers',
    description: askWorkers ? 'yes: publishes questions to them' : 'no: only looks who is connected',
  };
}

/** A switch turns at once; the others are typed. */
async function change(option: keyof CheckRequest, now: CheckRequest): Promise<Partial<CheckRequest>> {
  if (option === 'checkExecution') return { checkExecution: !now.checkExecution };
  if (option === 'askWorkers') return { askWorkers: !now.askWorkers };
  return await askOption(option, now);
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
