import * as vscode from 'vscode';
import { ageOfHours } from '../../base/age';
import { number } from '../../base/numbers';
import type { Diagnosis } from '../../model/diagnosis';
import { parseDuration } from '../../model/duration';
import { parseLimit } from '../../model/parameters';
import { parseStatuses } from '../../tables/parameters';
import { checkSettings, type CheckRequest } from '../shared/settings';
import { complaint, validate } from '../shared/validate';
import { statusCounts, type StatusCount } from './statusCounts';

const TITLE = 'Check with Options';
const SAMPLES = 'Samples per task type';

interface OptionItem extends vscode.QuickPickItem {
  readonly option: keyof CheckRequest | 'run';
}

/**
 * Lets the user change hours, statuses, limit and what is verified for one run; the settings stay as they are.
 * @param last what the latest run changed, as a start
 * @param diagnosis of the latest check, which knows what statuses there are
 * @returns undefined when the user escaped
 */
export async function askOptions(
  last: Partial<CheckRequest>,
  diagnosis?: Diagnosis,
): Promise<Partial<CheckRequest> | undefined> {
  const settings = checkSettings();
  let chosen = last;
  for (;;) {
    const now = { ...settings, ...chosen };
    const items: OptionItem[] = [
      {
        option: 'run',
        label: '$(play) Run the Check',
        description: `${now.statuses.join(', ')} for more than ${hoursText(now.hours)}${now.checkExecution ? ', with verification' : ''}`,
      },
      { option: 'hours', label: '$(watch) Hours', description: hoursText(now.hours) },
      { option: 'statuses', label: '$(tag) Statuses', description: now.statuses.join(', ') },
      { option: 'limit', label: `$(list-ordered) ${SAMPLES}`, description: String(now.limit) },
      {
        option: 'checkExecution',
        label: '$(verified) Verification',
        description: now.checkExecution
          ? 'on: also reads the broker, the results and your own tables'
          : 'off: reads only the task table',
      },
      ...(now.checkExecution ? [askWorkersItem(now)] : []),
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: TITLE,
      placeHolder: 'Applies to this run and Refresh',
    });
    if (!picked) return undefined;
    if (picked.option === 'run') return chosen;
    chosen = { ...chosen, ...(await change(picked.option, now, diagnosis)) };
  }
}

/** `906 h (37 d 18 h)`, and of less than two days the hours alone. */
function hoursText(hours: number): string {
  if (hours < 1) return ageOfHours(hours);
  return hours < 48 ? `${String(hours)} h` : `${number(hours)} h (${ageOfHours(hours)})`;
}

function askWorkersItem({ askWorkers }: CheckRequest): OptionItem {
  return {
    option: 'askWorkers',
    label: '$(broadcast) Ask the Workers',
    description: askWorkers ? 'on: publishes questions to them' : 'off: only looks at which ones are connected',
  };
}

/** A switch turns at once; the others are asked. */
async function change(
  option: keyof CheckRequest,
  now: CheckRequest,
  diagnosis: Diagnosis | undefined,
): Promise<Partial<CheckRequest>> {
  switch (option) {
    case 'checkExecution':
      return { checkExecution: !now.checkExecution };
    case 'askWorkers':
      return { askWorkers: !now.askWorkers };
    case 'hours':
      return await askHours(now.hours);
    case 'statuses':
      return await askStatuses(statusCounts(diagnosis, now.statuses), now.statuses);
    case 'limit':
      return await askLimit(now.limit);
  }
}

/** Presets; 906 hours is the age of the original script. */
const HOURS = [1, 24, 168, 906];

interface HoursItem extends vscode.QuickPickItem {
  readonly hours: number;
}

/** Presets to choose from, and any other age to type. */
async function askHours(now: number): Promise<Partial<CheckRequest>> {
  const presets: HoursItem[] = HOURS.map((hours) => ({
    hours,
    label: hours === 168 ? '7 days' : `${String(hours)} h`,
    description: [hours === 168 ? '168 h' : hours > 48 ? ageOfHours(hours) : '', hours === now ? 'now' : '']
      .filter((word) => word !== '')
      .join(' · '),
  }));
  const typed = (text: string): HoursItem[] => {
    if (text.trim() === '' || complaint(() => parseDuration(text, 'Hours')) !== undefined) return [];
    const hours = parseDuration(text, 'Hours');
    // The editor filters by the label: it begins with what was typed.
    return [{ hours, label: text.trim(), description: hoursText(hours), alwaysShow: true }];
  };
  const picked = await pickOrType(presets, typed, {
    title: `${TITLE}: Hours`,
    placeholder: 'Stuck means not moved for at least this long. Choose, or type 36h, 2d, 90m or 1w',
    many: false,
    chosen: [],
  });
  const [one] = picked ?? [];
  return one ? { hours: one.hours } : {};
}

interface StatusItem extends vscode.QuickPickItem {
  readonly status: string;
}

/** The statuses that are known, several at once, and any other to type. */
async function askStatuses(known: readonly StatusCount[], now: readonly string[]): Promise<Partial<CheckRequest>> {
  const items = known.map((count): StatusItem => ({
    status: count.status,
    label: count.status,
    description: countText(count),
  }));
  const typed = (text: string): StatusItem[] => {
    if (text.trim() === '' || complaint(() => parseStatuses(text, 'Statuses')) !== undefined) return [];
    return parseStatuses(text, 'Statuses')
      .filter((status) => !known.some((one) => one.status === status))
      .map((status) => ({ status, label: status, description: 'not counted yet', alwaysShow: true }));
  };
  const picked = await pickOrType(items, typed, {
    title: `${TITLE}: Statuses`,
    placeholder: 'Statuses that count as stuck. Choose, or type others',
    many: true,
    chosen: items.filter(({ status }) => now.includes(status)),
  });
  return picked === undefined || picked.length === 0 ? {} : { statuses: picked.map(({ status }) => status) };
}

function countText({ old, younger }: StatusCount): string {
  if (old === 0 && younger === undefined) return '';
  return younger === undefined || younger === 0
    ? `${number(old)} old enough`
    : `${number(old)} old enough, ${number(younger)} younger`;
}

async function askLimit(now: number): Promise<Partial<CheckRequest>> {
  const parse = (text: string): number => parseLimit(text, SAMPLES);
  const text = await vscode.window.showInputBox({
    title: `${TITLE}: ${SAMPLES}`,
    prompt: 'How many stuck tasks of each type the log, the report and the tree show',
    value: String(now),
    validateInput: validate(parse),
  });
  return text === undefined ? {} : { limit: parse(text) };
}

interface PickOrType<Item> {
  readonly title: string;
  readonly placeholder: string;
  readonly many: boolean;
  readonly chosen: readonly Item[];
}

/**
 * A list that takes more than it has.
 * @param typed items of what stands in the field, which come before the others
 * @returns undefined when the user escaped
 */
async function pickOrType<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  typed: (text: string) => Item[],
  { title, placeholder, many, chosen }: PickOrType<Item>,
): Promise<readonly Item[] | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  Object.assign(pick, { title, placeholder, items, canSelectMany: many });
  pick.selectedItems = chosen;
  try {
    return await new Promise((resolve) => {
      pick.onDidChangeValue((text) => {
        const before = pick.selectedItems;
        const more = before.filter((item) => !isIn(items, item));
        pick.items = [...typed(text).filter((item) => !isIn(more, item)), ...more, ...items];
        pick.selectedItems = pick.items.filter((item) => isIn(before, item));
      });
      pick.onDidAccept(() => {
        // What was typed counts unless it only narrowed the list down.
        const narrowed = items.some(({ label }) => label.toLowerCase().includes(pick.value.trim().toLowerCase()));
        const more = many && !narrowed ? typed(pick.value) : [];
        const selected = pick.selectedItems.filter((item) => !isIn(more, item));
        resolve(many ? [...selected, ...more] : pick.activeItems);
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function isIn<Item extends vscode.QuickPickItem>(items: readonly Item[], { label }: Item): boolean {
  return items.some((item) => item.label === label);
}
