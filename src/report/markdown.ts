import { count, number } from '../base/numbers';
import { taskTypeName, type Diagnosis, type Recommendation, type TaskType } from '../model/diagnosis';
import { hideNames, type Hide } from './anonymous';
import { hoursText, pythonTime } from './format';
import { code, codeBlock, plain, table } from './markdownText';
import { answerOf } from './summary';
import { sumVerdicts, VERDICT_MEANINGS, verdictMargins, verdictShares } from './verdictText';

const TYPES = 20;

/**
 * Writes a report for a public issue tracker: what was found, how sure, and what to do. It has no values of arguments, no rows, and no
 * names of hosts, databases or connections.
 * @param connection what the person calls the connection, so that it can be left out
 */
export function markdown(diagnosis: Diagnosis, connection: string | null): string {
  const hide = hideNames(diagnosis, connection);
  const sections = [
    head(diagnosis, hide),
    verdicts(diagnosis),
    taskTypes(diagnosis.taskTypes),
    recommendations(diagnosis, hide),
    sources(diagnosis, hide),
  ];
  return `${sections.flat().join('\n')}\n`;
}

function head(diagnosis: Diagnosis, hide: Hide): string[] {
  const { parameters, generatedAt } = diagnosis;
  const answer = answerOf(diagnosis);
  const statuses = parameters.statuses.map(code).join(', ');
  return [
    `# ${plain(answer.stuck)}`,
    '',
    ...(answer.hidden === null ? [] : [`**${plain(hide(answer.hidden))}.**`, '']),
    ...(answer.verdicts === null
      ? []
      : [[`${plain(answer.verdicts)}.`, plain(answer.sure ?? '')].join(' ').trim(), '']),
    ...(answer.why === null ? [] : [`${plain(answer.why)}.`, '']),
    `Checked at ${pythonTime(generatedAt)}: rows in ${statuses} whose last run is ${number(parameters.hours)} h ago or more. ${
      parameters.checkExecution ? 'Execution was verified.' : 'Execution was not verified.'
    }`,
    '',
  ];
}

function verdicts({ taskTypes: types }: Diagnosis): string[] {
  const sums = sumVerdicts(types);
  if (!sums) return [];
  const rows = verdictShares(sums, verdictMargins(types)).map(({ verdict, rows, percent }) => [
    verdict,
    plain(rows),
    plain(percent),
    VERDICT_MEANINGS[verdict],
  ]);
  return ['## Verdicts', '', ...table(['Verdict', 'Tasks', 'Share', 'Meaning'], rows, [1, 2]), ''];
}

function taskTypes(types: readonly TaskType[]): string[] {
  if (types.length === 0) return [];
  const verified = types.some((type) => type.verdicts !== undefined);
  const rows = types
    .slice(0, TYPES)
    .map((type) => [
      code(taskTypeName(type)),
      number(type.count),
      hoursText(type.maxHoursStuck),
      ...(verified ? [shares(type)] : []),
    ]);
  const more = types.slice(TYPES);
  const rest = more.reduce((sum, type) => sum + type.count, 0);
  return [
    '## Task types',
    '',
    ...table(['Task type', 'Stuck', 'Max hours', ...(verified ? ['Verdicts'] : [])], rows, [1, 2]),
    '',
    ...(more.length === 0
      ? []
      : [`And ${count(more.length, 'more task type')} with ${count(rest, 'stuck task')}.`, '']),
  ];
}

function shares(type: TaskType): string {
  return verdictShares(type.verdicts ?? {}, verdictMargins([type]))
    .map(({ verdict, percent }) => plain(`${percent} ${verdict}`))
    .join(', ');
}

function recommendations({ recommendations: all }: Diagnosis, hide: Hide): string[] {
  if (all.length === 0) return [];
  return ['## Recommendations', '', ...all.flatMap((advice, index) => recommendation(advice, index + 1, hide)), ''];
}

function recommendation(
  { title, why, evidence, actions, rows, margin = 0 }: Recommendation,
  place: number,
  hide: Hide,
): string[] {
  const indent = ' '.repeat(String(place).length + 2);
  const about =
    rows === undefined ? '' : ` (${margin > 0 ? `≈ ${number(rows)} ± ${number(margin)} tasks` : count(rows, 'task')})`;
  return [
    `${String(place)}. **${plain(hide(title))}**${about}`,
    ...(why === '' ? [] : ['', `${indent}${plain(hide(why))}`]),
    ...(evidence.length + actions.length === 0 ? [] : ['']),
    ...evidence.map((seen) => `${indent}- Seen: ${plain(hide(seen))}`),
    ...actions.flatMap((action) => toDo(hide(action), indent)),
    '',
  ];
}

/** An action of several lines is code behind its first line, or code alone. */
function toDo(action: string, indent: string): string[] {
  if (!action.includes('\n')) return [`${indent}- Do: ${plain(action)}`];
  return [`${indent}- Do:`, '', ...codeBlock(action, `${indent}  `), ''];
}

function sources({ sources: all, infrastructure }: Diagnosis, hide: Hide): string[] {
  const { postgres, redis, resultsRedis } = infrastructure;
  const rows = all.map(({ name, state, detail }) => [plain(name), state.replace('-', ' '), plain(hide(detail))]);
  const servers = [
    `PostgreSQL ${postgres.serverVersion}${postgres.replica ? ' (a replica)' : ''}`,
    ...[redis, resultsRedis]
      .filter((server) => server !== undefined)
      .map(({ product = 'Redis', version, role, evictionPolicy }) =>
        [`${product} ${version ?? 'of an unknown version'} (${role})`, evictionPolicy]
          .filter((part) => part !== null)
          .join(', '),
      ),
  ];
  return [
    '## Sources',
    '',
    ...table(['Source', 'State', 'Detail'], rows, []),
    '',
    ...servers.map((server) => `- ${plain(server)}`),
  ];
}
