import { ageOfHours } from '../../base/age';
import { count, number } from '../../base/numbers';
import { escapeUnsafe } from '../../base/unsafeText';
import { totalStuck, type Diagnosis } from '../../model/diagnosis';
import { hiddenRows } from '../../model/hidden';
import { stateOf, type SourceReport, type SourceState } from '../../model/sources';
import { healthLine, healthOf } from '../../report/health';
import type { HealthLevel } from '../../report/healthItem';
import { youngerSum } from '../../report/summary';
import { oldestHours } from '../../report/younger';
import type { CheckResult, CheckState, FailedOn } from '../checks/checkState';
import { COMMANDS } from '../shared/contributions';
import type { ActionNode } from './treeNodes';
import { failureOf } from './viewStatus';

/** What stands above and below the tasks. */
export interface Notices {
  readonly above: readonly ActionNode[];
  readonly below: readonly ActionNode[];
}

/** What they depend on besides the checks. */
export interface NoticeSurroundings {
  readonly trusted: boolean;
  /** Whether the connection in use has a broker that could be read. */
  readonly broker: boolean;
  /** Hides what the filter would hide; then the way back is shown. */
  readonly filtered: boolean;
  /** The filter lets nothing through. */
  readonly nothingLeft: boolean;
}

const WARNING = 'list.warningForeground';
const ERROR = 'list.errorForeground';

/** What the person has to know before the tasks, and what can be done about it, each with its click. */
export function noticesOf(state: CheckState, around: NoticeSurroundings): Notices {
  const failed = failureOf(state);
  const cures = failed ? curesOf(failed.kind, state.failedOn, around) : [];
  const { result } = state;
  if (!result) return { above: cures, below: [] };
  const { diagnosis } = result;
  const stuck = diagnosis.taskTypes.length > 0;
  const above = [...cures, ...healthNodes(diagnosis), ...gapNodes(diagnosis), ...triedNodes(result)];
  if (!stuck) {
    const again = action('again', 'Check Again', 'refresh', COMMANDS.refresh);
    return { above: [...above, ...youngerNodes(result), ...(failed ? [] : [again])], below: [] };
  }
  const verify = diagnosis.parameters.checkExecution ? [] : [around.broker ? VERIFY : ADD_REDIS];
  const clear = around.nothingLeft ? [CLEAR] : [];
  return { above: [...above, ...verify, ...clear], below: around.filtered ? [] : youngerBranch(result) };
}

const VERIFY = action('verify', 'Find Out What Happened to Each Task', 'verified', COMMANDS.verifyExecution, {
  description: 'reads broker and results',
});
const ADD_REDIS = action('add-redis', 'Add a Broker to Get Verdicts', 'add', COMMANDS.addRedis);
const CLEAR = action('clear-filter', 'No task matches the filter', 'filter-filled', COMMANDS.clearFilter, {
  description: 'clear it',
});

/** What helps after a failure, by where the connection comes from. */
function curesOf(kind: string, on: FailedOn | undefined, { trusted }: NoticeSurroundings): ActionNode[] {
  if (!trusted) return [action('trust', 'Manage Workspace Trust', 'shield', 'workbench.trust.manage')];
  const cures: ActionNode[] = [];
  if (on?.origin === 'env-file')
    cures.push(action('open-file', `Open ${fileOf(on)}`, 'go-to-file', COMMANDS.openEnvFile, { arguments: [on.id] }));
  if (on?.origin === 'settings')
    cures.push(action('edit', 'Edit Connection', 'edit', COMMANDS.editConnection, { arguments: [on.id] }));
  if (on === undefined || OF_SETTINGS.includes(kind))
    cures.push(
      action('settings', 'Open Settings', 'gear', 'workbench.action.openSettings', { arguments: ['celeryTasks'] }),
    );
  if (on !== undefined)
    cures.push(action('select', 'Select Another Connection', 'database', COMMANDS.selectConnection));
  return [...cures, action('again', 'Check Again', 'refresh', COMMANDS.refresh)];
}

/** Problems that a setting may be the reason of. */
const OF_SETTINGS: readonly string[] = ['table-missing', 'wrong-table', 'timeout'];

/** A connection of a file is called `database (file)`; one that cannot be used is called like the file. */
function fileOf({ name }: FailedOn): string {
  return escapeUnsafe(/\(([^()]+)\)$/.exec(name)?.[1] ?? name);
}

const HEALTH: Readonly<Record<HealthLevel, Pick<ActionNode, 'icon'> & { readonly color?: string }>> = {
  alarm: { icon: 'error', color: ERROR },
  warning: { icon: 'warning', color: WARNING },
  unknown: { icon: 'question' },
  ok: { icon: 'pulse' },
};

/** What cannot wait, each in a line of its own, whatever the tasks are; where none is stuck all that is known of broker and workers. */
function healthNodes(diagnosis: Diagnosis): ActionNode[] {
  const health = healthOf(diagnosis);
  if (!health) return [];
  const line = healthLine(health);
  const alarms = health.items.filter(({ level }) => level === 'alarm');
  // There may be several of one kind, and the editor takes no id twice.
  const told = alarms.map(({ id, says }, at) => ({
    id: alarms.findIndex((alarm) => alarm.id === id) === at ? id : `${id}-${String(at)}`,
    says: capital(says),
    level: 'alarm' as const,
  }));
  const rest = { id: 'health', says: capital(line), level: health.level };
  const shown = told.length > 0 ? told : diagnosis.taskTypes.length > 0 ? [] : [rest];
  return shown.map(({ id, says, level }) => ({
    ...action(`health-${id}`, says, HEALTH[level].icon, COMMANDS.openReport, { arguments: [{ section: 'servers' }] }),
    ...HEALTH[level],
    tooltip: `${capital(line)}. Click to see the servers in the report.`,
  }));
}

/** That rules are tried out, and that they are saved nowhere. */
function triedNodes({ request: { tried = [] } }: CheckResult): ActionNode[] {
  if (tried.length === 0) return [];
  return [
    {
      ...action('tried', `${count(tried.length, 'tried effect rule')} in use`, 'beaker', COMMANDS.openReport, {
        arguments: [{ section: 'sources' }],
        description: 'until the next check',
      }),
      tooltip: 'Tried rules are saved nowhere. Click to see their tests in the report.',
    },
  ];
}

/** What the numbers may lack: rows that are hidden, and sources that could not be read. */
function gapNodes({ sources }: Diagnosis): ActionNode[] {
  const hidden = hiddenRows(sources);
  const nodes: ActionNode[] = [];
  if (hidden !== null)
    nodes.push({
      ...action('hidden', 'Rows may be missing from every number', 'warning', COMMANDS.openReport),
      color: WARNING,
      tooltip: `${hidden}.`,
    });
  const named = (state: SourceState): SourceReport[] =>
    sources.filter((source) => stateOf(source) === state && (state === 'unavailable' || source.name !== 'postgres'));
  const failed = named('unavailable');
  // Calmly what was read in part, and what nobody named.
  const parts = [
    ['not read', failed],
    ['read in part', named('partial')],
    ['not configured', named('not-configured')],
  ] as const;
  if (sources.some((source) => source.name === 'broker' && stateOf(source) === 'not-configured')) nodes.push(ADD_REDIS);
  const told = parts.filter(([, some]) => some.length > 0);
  if (told.length > 0)
    nodes.push({
      ...action(
        'sources',
        capital(told.map(([words, some]) => `${words}: ${some.map(({ name }) => name).join(', ')}`).join(' · ')),
        failed.length > 0 ? 'warning' : 'info',
        COMMANDS.openReport,
        { arguments: [{ section: 'sources' }] },
      ),
      ...(failed.length > 0 ? { color: WARNING } : {}),
      tooltip: reasons(told.flatMap(([, some]) => some)),
    });
  return nodes;
}

/** Each reason once. */
function reasons(failed: readonly SourceReport[]): string {
  const byReason = new Map<string, string[]>();
  for (const { name, detail } of failed) byReason.set(detail, [...(byReason.get(detail) ?? []), name]);
  return [...byReason]
    .map(([detail, names]) => [names.join(', '), escapeUnsafe(detail)].filter(Boolean).join(': '))
    .join('\n');
}

/** Ages that a click may ask for, in hours. */
const YOUNGER_HOURS = [168, 24, 0];

/** One click each for the ages that would find more. The hours hold for this run and its refreshes. */
function youngerNodes({ diagnosis, request }: CheckResult): ActionNode[] {
  const sum = youngerSum(diagnosis.younger);
  if (!sum) return [];
  const { hours } = diagnosis.parameters;
  const oldest = oldestHours(sum, diagnosis.generatedAt);
  const { checkExecution } = request;
  return YOUNGER_HOURS.filter((wanted) => wanted < hours && wanted <= oldest).map((wanted) =>
    action(`younger-${String(wanted)}`, youngerLabel(wanted, sum.count), 'history', COMMANDS.check, {
      arguments: [{ hours: wanted, statuses: diagnosis.parameters.statuses, checkExecution }],
      ...(wanted === 0 ? { description: 'of any age' } : {}),
    }),
  );
}

function youngerLabel(hours: number, all: number): string {
  if (hours === 0) return all === 1 ? 'Show It' : `Show All ${number(all)}`;
  return hours === 168 ? 'Show Those Older Than 7 Days' : `Show Those Older Than ${String(hours)} h`;
}

function youngerBranch(result: CheckResult): ActionNode[] {
  const { diagnosis } = result;
  const sum = youngerSum(diagnosis.younger);
  if (!sum) return [];
  const offset = totalStuck(diagnosis);
  const below = youngerNodes(result).map((node) =>
    node.id === 'younger-0' ? { ...node, label: `Show All ${number(sum.count + offset)}` } : node,
  );
  return [
    {
      kind: 'action',
      id: 'younger',
      label: count(sum.count, 'younger task'),
      description: `oldest ${ageOfHours(oldestHours(sum, diagnosis.generatedAt))}`,
      tooltip: `${count(sum.count, 'task')} with status ${sum.statuses.map(escapeUnsafe).join(' or ')} ${sum.count === 1 ? 'is' : 'are'} not old enough to count as stuck.`,
      icon: 'history',
      below,
    },
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function action(
  id: string,
  label: string,
  icon: string,
  command: string,
  more: { readonly description?: string; readonly arguments?: readonly unknown[] } = {},
): ActionNode {
  const { description, arguments: given } = more;
  return {
    kind: 'action',
    id,
    label,
    icon,
    ...(description === undefined ? {} : { description }),
    command: { id: command, ...(given === undefined ? {} : { arguments: given }) },
  };
}
