import { totalStuck } from '../diagnosis/model';
import type { CheckResult, CheckState } from '../editor/checks';
import { count } from './treeTexts';

/** Which welcome view fits; the `when` clauses of package.json know these words. */
export type ViewState = 'not-configured' | 'not-checked' | 'checking' | 'failed' | 'clean' | 'stuck';

export interface ViewStatus {
  readonly state: ViewState;
  readonly message: string | undefined;
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
}

/**
 * What stands over the tree: when, where and how much, or why not.
 * @param configured whether there is any connection that a check could use
 * @param clock formats a time for the person's own clock
 */
export function viewStatus(check: CheckState, configured: boolean, clock: (time: Date) => string): ViewStatus {
  const { running, result, problem } = check;
  const badge = result && badgeOf(result);
  if (running) {
    const step = running.progress ? `: ${running.progress.label}` : '…';
    return {
      state: result ? resultState(result) : 'checking',
      message: `Checking ${running.profile.name}${step}`,
      badge,
    };
  }
  if (result) {
    const summary = resultMessage(result, clock);
    const failed = problem && problem.kind !== 'cancelled';
    const message = failed
      ? `⚠ The latest check failed: ${problem.message} Shown is the one before: ${summary}`
      : summary;
    return { state: resultState(result), message, badge };
  }
  if (problem && problem.kind !== 'cancelled') return { state: 'failed', message: `⚠ ${problem.message}`, badge };
  return { state: configured ? 'not-checked' : 'not-configured', message: undefined, badge };
}

function resultState({ diagnosis }: CheckResult): ViewState {
  return diagnosis.taskTypes.length === 0 ? 'clean' : 'stuck';
}

function resultMessage({ diagnosis, profile, finishedAt }: CheckResult, clock: (time: Date) => string): string {
  const { hours, statuses } = diagnosis.parameters;
  const types = diagnosis.taskTypes.length;
  const found =
    types === 0
      ? `nothing stuck over ${String(hours)} h`
      : `${count(totalStuck(diagnosis))} ${statuses.join(', ')} over ${String(hours)} h in ${count(types)} ${types === 1 ? 'type' : 'types'}`;
  const unread = diagnosis.sources.filter((source) => source.state === 'unavailable');
  const missing = unread.map((source) => ` ⚠ ${source.name} could not be read: ${source.detail}`).join('');
  return `${found} · ${clock(finishedAt)} on ${profile.name}${missing}`;
}

function badgeOf({ diagnosis }: CheckResult): ViewStatus['badge'] {
  const types = diagnosis.taskTypes.length;
  return types === 0 ? undefined : { value: types, tooltip: `${count(types)} task types with stuck tasks` };
}
