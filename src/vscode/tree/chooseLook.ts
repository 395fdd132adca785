import * as vscode from 'vscode';
import { number } from '../../base/numbers';
import { VERDICTS, type Verdict } from '../../model/verdict';
import { VERDICT_LOOKS } from '../../report/verdictLooks';
import { GROUPINGS, NO_FILTER, ORDERS, type Grouping, type Order, type TreeFilter, type TreeLook } from './treeLook';

const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  type: 'Task Type',
  verdict: 'Verdict and Cause',
  queue: 'Queue',
  module: 'Module',
};
const ORDER_WORDS: Readonly<Record<Order, string>> = { count: 'Count', age: 'Age' };

/** What can be told apart in the shown result. */
export interface Known {
  readonly verdicts: boolean;
  readonly queues: boolean;
}

/** Lets the person choose how the tree is grouped and sorted; each answer is marked. @returns undefined when the person escaped */
export async function chooseGrouping(look: TreeLook, known: Known): Promise<TreeLook | undefined> {
  const why: Readonly<Partial<Record<Grouping, string>>> = {
    ...(known.verdicts ? {} : { verdict: 'needs a check with verification' }),
    ...(known.queues ? {} : { queue: 'needs a check that verifies every task' }),
  };
  type Item = vscode.QuickPickItem & Partial<Pick<TreeLook, 'grouping' | 'order'>>;
  const mark = (label: string, chosen: boolean): string => `$(${chosen ? 'check' : 'blank'}) ${label}`;
  const items: Item[] = [
    { label: 'Group By', kind: vscode.QuickPickItemKind.Separator },
    ...GROUPINGS.map((grouping) => ({
      grouping,
      label: mark(GROUPING_WORDS[grouping], look.grouping === grouping),
      ...(why[grouping] === undefined ? {} : { description: why[grouping] }),
    })),
    { label: 'Sort By', kind: vscode.QuickPickItemKind.Separator },
    ...ORDERS.map((order) => ({ order, label: mark(ORDER_WORDS[order], look.order === order) })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: 'Group and Sort Stuck Tasks' });
  return picked && { ...look, grouping: picked.grouping ?? look.grouping, order: picked.order ?? look.order };
}

type FilterItem = vscode.QuickPickItem & { readonly filter: TreeFilter };

/**
 * Lets the person type part of a name or choose a verdict. Both hold together: choosing one keeps the other.
 * @param counts the stuck tasks by verdict, without the filter
 * @returns undefined when the person escaped
 */
export async function chooseFilter(
  now: TreeFilter,
  counts: Readonly<Partial<Record<Verdict, number>>>,
): Promise<TreeFilter | undefined> {
  const pick = vscode.window.createQuickPick<FilterItem>();
  const fill = (text: string): void => {
    const named: FilterItem[] =
      text.trim() === ''
        ? []
        : [{ label: `$(search) Name contains “${text}”`, filter: { ...now, text: text.trim() }, alwaysShow: true }];
    const clear: FilterItem[] =
      now === NO_FILTER ? [] : [{ label: '$(clear-all) Clear Filter', filter: NO_FILTER, alwaysShow: true }];
    pick.items = [...named, ...verdictItems(now, counts), ...clear];
  };
  pick.title = 'Filter Stuck Tasks';
  pick.placeholder = 'Type part of a task name, or choose a verdict';
  pick.value = now.text;
  fill(now.text);
  pick.onDidChangeValue(fill);
  pick.show();
  return await new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.filter);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
  });
}

/** A verdict that is chosen is taken off by the same click. */
function verdictItems(now: TreeFilter, counts: Readonly<Partial<Record<Verdict, number>>>): FilterItem[] {
  return VERDICTS.filter((verdict) => (counts[verdict] ?? 0) > 0 || now.verdicts.includes(verdict)).map((verdict) => {
    const chosen = now.verdicts.includes(verdict);
    const verdicts = chosen ? now.verdicts.filter((one) => one !== verdict) : [...now.verdicts, verdict];
    return {
      label: `$(${chosen ? 'check' : VERDICT_LOOKS[verdict].icon}) Only ${verdict}`,
      description: number(counts[verdict] ?? 0),
      filter: { ...now, verdicts },
    };
  });
}
