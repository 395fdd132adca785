import { ageOfHours } from '../base/age';
import { count, number } from '../base/numbers';
import { withoutFullStop } from '../base/sentences';
import { ABOUT } from '../causes/about';
import { taskTypeName, type Diagnosis, type Queue, type TaskType } from '../model/diagnosis';
import { marginOver } from '../model/estimate';
import { VERDICT_MEANINGS, percentText, rowsText, sumVerdicts, verdictMargins, verdictShares } from './verdictText';
import { anyBounds, boundsCell, BOUNDS_NOTE } from './boundsText';
import { hideNames, type Hide } from './anonymous';
import { minuteTime } from './format';
import { healthOf } from './health';
import { planSections, startHere } from './markdownPlan';
import { brokerLine, keepsText, publishersText, queueKindText } from './brokerText';
import { code, details, plain, prose, table } from './markdownText';
import type { RuleTest } from '../model/ruleTest';
import { readingOrder, ruleTestsSummary, ruleTestText } from './ruleTests';
import { outcomeSums, surenessText, type OutcomeSum } from './outcomeSums';
import { answerOf, askedHours, list } from './summary';

const TYPES = 20;
/** Verdicts that the cell of a task type names. */
const TOLD = 3;

const VERDICTS_PAGE = 'https://github.com/celery-task-diagnostics/celery-task-diagnostics/blob/main/docs/verdicts.md';

/**
 * Writes a report for a public issue tracker: the answer, the state of broker and workers, what to do first, the plan, and what all of it
 * rests on. It has no values of arguments, no rows, and no names of hosts, databases or connections.
 * @param connection what the person calls the connection, so that it can be left out
 * @param version of this program, to be named; null: it is not named
 */
export function markdown(diagnosis: Diagnosis, connection: string | null, version: string | null = null): string {
  const hide = hideNames(diagnosis, connection);
  const sections = [
    head(diagnosis, hide),
    health(diagnosis, hide),
    startHere(diagnosis, hide),
    [asked(diagnosis), ''],
    planSections(diagnosis, hide),
    verdicts(diagnosis.taskTypes),
    taskTypes(diagnosis.taskTypes),
    queues(diagnosis.infrastructure, hide),
    sources(diagnosis, hide),
    effectRules(diagnosis.rules ?? [], hide),
    foot(version),
  ];
  return `${sections.flat().join('\n')}\n`;
}

function head(diagnosis: Diagnosis, hide: Hide): string[] {
  const answer = answerOf(diagnosis);
  const paragraph = (...sentences: (string | null)[]): string[] => {
    const said = sentences.filter((sentence) => sentence !== null && sentence !== '').map((each) => prose(each ?? ''));
    return said.length === 0 ? [] : [said.join(' '), ''];
  };
  return [
    `# ${plain(answer.stuck)}`,
    '',
    ...(answer.hidden === null ? [] : [`**${plain(hide(answer.hidden))}.**`, '']),
    ...paragraph(stop(answer.verdicts), answer.sure),
    ...paragraph(stop(answer.why)),
    ...paragraph(stop(answer.younger)),
  ];
}

/** A clause as a sentence. */
function stop(clause: string | null): string | null {
  return clause === null ? null : `${clause}.`;
}

function health(diagnosis: Diagnosis, hide: Hide): string[] {
  const found = healthOf(diagnosis);
  if (!found) return [];
  // The headline says what is an alarm.
  const rest = found.items.filter(({ level }) => found.headline === null || level !== 'alarm');
  return [
    ...(found.headline === null ? [] : [`⚠️ **${plain(hide(capital(found.headline)))}.**`, '']),
    ...(rest.length === 0 ? [] : [`Broker and workers: ${rest.map(({ says }) => plain(hide(says))).join(' · ')}`, '']),
  ];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function asked({ parameters, generatedAt, infrastructure }: Diagnosis): string {
  const { statuses, hours, checkExecution } = parameters;
  const looked = checkExecution ? 'Execution was verified' : 'Execution was not verified';
  return `Checked ${minuteTime(generatedAt)}: tasks in ${list(statuses.map(code), 'or')} whose last run was ${askedHours(hours)} ago or earlier. ${looked}. PostgreSQL ${plain(infrastructure.postgres.serverVersion)}${infrastructure.postgres.replica ? ' (a replica)' : ''}.`;
}

function verdicts(types: readonly TaskType[]): string[] {
  const sums = sumVerdicts(types);
  if (!sums) return [];
  const rows = types.some(({ outcomes }) => outcomes)
    ? outcomeSums(types).map((sum) => outcomeRow(sum, types))
    : verdictShares(sums, verdictMargins(types)).map(({ verdict, rows: tasks, percent }) => [
        verdict,
        '',
        plain(tasks),
        plain(percent),
        '',
        VERDICT_MEANINGS[verdict],
      ]);
  return [
    '## What became of them',
    '',
    ...table(['Verdict', 'Cause', 'Tasks', 'Share', 'Confidence', 'Meaning'], rows, [2, 3]),
    '',
    `[What do the verdicts mean?](${VERDICTS_PAGE})`,
    '',
  ];
}

function outcomeRow(sum: OutcomeSum, types: readonly TaskType[]): string[] {
  const { verdict, cause, count: tasks } = sum;
  const all = types.reduce((total, type) => total + type.count, 0);
  const margin = marginOver(types, ({ outcomes = [] }) =>
    outcomes
      .filter((outcome) => outcome.verdict === verdict && outcome.cause === cause)
      .reduce((total, outcome) => total + outcome.count, 0),
  );
  return [
    verdict,
    cause === undefined ? '' : code(cause),
    plain(rowsText(tasks, margin)),
    plain(percentText(tasks / all, margin / all)),
    verdict === 'unknown' ? '' : plain(surenessText(sum)),
    plain(cause === undefined ? VERDICT_MEANINGS[verdict] : ABOUT[cause].meaning),
  ];
}

function taskTypes(types: readonly TaskType[]): string[] {
  if (types.length === 0) return [];
  const verified = types.some((type) => type.verdicts !== undefined);
  const bounded = anyBounds(types);
  const rows = types
    .slice(0, TYPES)
    .map((type) => [
      code(taskTypeName(type)),
      number(type.count),
      ageOfHours(type.maxHoursStuck),
      ...(verified ? [shares(type)] : []),
      ...(bounded ? [plain(boundsCell(type) ?? '')] : []),
    ]);
  const more = types.slice(TYPES);
  const rest = more.reduce((sum, type) => sum + type.count, 0);
  return [
    '## Task types',
    '',
    ...table(
      ['Task type', 'Stuck', 'Oldest', ...(verified ? ['What became of them'] : []), ...(bounded ? ['Messages'] : [])],
      rows,
      [1, 2],
    ),
    '',
    ...(bounded ? [`Messages: ${plain(BOUNDS_NOTE)}`, ''] : []),
    ...(more.length === 0
      ? []
      : [`And ${count(more.length, 'more task type')} with ${count(rest, 'stuck task')}.`, '']),
  ];
}

/** `62% lost (broker-wiped, likely), 33% finished (lost-update, likely), 5% waiting`: each verdict with its most frequent cause. */
function shares(type: TaskType): string {
  const sums = outcomeSums([type]);
  return verdictShares(type.verdicts ?? {}, verdictMargins([type]))
    .slice(0, TOLD)
    .map(({ verdict, percent }) => {
      const main = sums.find((sum) => sum.verdict === verdict);
      const about = main && verdict !== 'unknown' ? [main.cause, main.surest].filter((word) => word !== undefined) : [];
      return plain(`${percent} ${verdict}${about.length === 0 ? '' : ` (${about.join(', ')})`}`);
    })
    .join(', ');
}

const CONSUMED = { true: 'yes', false: '**no**', null: 'not known' } as const;

function queues({ queues: all = [], broker }: Diagnosis['infrastructure'], hide: Hide): string[] {
  if (all.length === 0) return [];
  const counted = broker !== undefined;
  const rows = [...all]
    .sort((a, b) => b.length + b.unacked - a.length - a.unacked)
    .slice(0, TYPES)
    .map((queue) => [
      code(hide(queue.name)),
      number(queue.length),
      queue.readyOnly === true ? 'not known' : number(queue.unacked),
      consumedCell(queue),
      ...(counted ? [plain(queueKindText(queue))] : []),
    ]);
  const head = counted
    ? ['Queue', 'Ready', 'Unacknowledged', 'A worker consumes it', 'Type and arguments']
    : ['Queue', 'Messages', 'Taken, not acknowledged', 'A worker consumes it'];
  return [
    '## Queues',
    '',
    ...table(head, rows, [1, 2]),
    '',
    ...(all.length > TYPES ? [`And ${count(all.length - TYPES, 'more queue')}.`, ''] : []),
  ];
}

/** A queue that keeps messages for another purpose needs no worker. */
function consumedCell(queue: Queue): string {
  const keeps = keepsText(queue);
  if (keeps !== null && queue.consumed !== true) return plain(keeps);
  return CONSUMED[String(queue.consumed) as keyof typeof CONSUMED];
}

function sources({ sources: all, infrastructure }: Diagnosis, hide: Hide): string[] {
  const rows = all.map(({ name, state, detail }) => [plain(name), state.replace('-', ' '), prose(hide(detail), true)]);
  const { broker } = infrastructure;
  const servers = [infrastructure.redis, infrastructure.resultsRedis]
    .filter((server) => server !== undefined)
    .map(({ product = 'Redis', version, role, evictionPolicy }) =>
      [`${product} ${version ?? 'of an unknown version'} (${role})`, evictionPolicy]
        .filter((part) => part !== null)
        .join(', '),
    );
  return [
    ...details('What was read', [
      ...table(['Source', 'State', 'Detail'], rows, []),
      '',
      ...servers.map((server) => `- ${prose(server)}`),
      ...(broker ? [`- ${prose(hide(`${brokerLine(broker)}; ${publishersText(broker)}`))}`] : []),
      ...(broker?.conditions ?? []).map(({ says }) => `- ${prose(hide(says))}`),
    ]),
    '',
  ];
}

/** Without their tables, which are the application's own. */
function effectRules(rules: readonly RuleTest[], hide: Hide): string[] {
  if (rules.length === 0) return [];
  const rows = readingOrder(rules)
    .slice(0, TYPES)
    .map((test) => {
      const { title, origin, executed, notExecuted, bounds, counts, because } = ruleTestText(test);
      const found = [executed, notExecuted, bounds].filter((part) => part !== null).map(withoutFullStop);
      return [
        code(title),
        plain(origin),
        plain(`${found.join('; ')}.`),
        plain(counts) + (because === null ? '' : ` ${prose(hide(because), true)}`),
      ];
    });
  return [
    ...details('How effect rules were tested', [
      plain(ruleTestsSummary(rules)),
      '',
      ...table(['Task type', 'Rule', 'Test', 'Counts for'], rows, []),
      ...(rules.length > TYPES ? ['', `And ${count(rules.length - TYPES, 'more rule')}.`] : []),
    ]),
    '',
  ];
}

function foot(version: string | null): string[] {
  return [`Made with Celery Task Diagnostics${version === null ? '' : ` ${plain(version)}`}, which only reads.`];
}
