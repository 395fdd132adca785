/** What a check found, for a person at a terminal: it fits a screen or two. The whole is the text log. */
import { number } from '../../base/numbers';
import { escapeUnsafe } from '../../base/unsafeText';
import type { Diagnosis } from '../../model/diagnosis';
import { stateOf, type SourceReport } from '../../model/sources';
import { anyBounds, BOUNDS_NOTE } from '../boundsText';
import { healthLine, healthOf, type Health } from '../health';
import type { HealthLevel } from '../healthItem';
import { answerOf, youngerSum } from '../summary';
import { moreYoungerHours, noneYounger } from '../younger';
import { ALARM, atMost, FAINT, paragraph, STRONG, WARNING, type Style, type StyledLine } from './line';
import { stepLines } from './steps';
import { typeTable } from './typeTable';
import { verdictTable } from './verdictTable';

/** More does not fit into anybody's head, and hardly onto a screen. */
export const MOST_LINES = 60;
/** A table needs as much; narrower terminals break its lines. */
const NARROWEST = 40;
/** Wider lines are hard to read. */
const WIDEST_TEXT = 110;
/** Lines that the answer and the health may take, however narrow the terminal is. */
const MOST_OF_ANSWER = 18;
const MOST_OF_HEALTH = 5;
const MOST_OF_SOURCES = 5;
/** With the title, and how many more there are. */
const LEAST_OF_TYPES = 7;
const MOST_OF_TYPES = 12;
const LEAST_OF_STEPS = 8;

const ALL_OF_IT =
  'Everything, with samples and evidence: --full, or --log-file FILE; in VS Code: the Celery Tasks view.';

/**
 * The answer, the health of broker and workers, verdicts, task types and first steps: at most `MOST_LINES` lines, none wider than the
 * terminal. It has no arguments of tasks, and no message of a row.
 * @param columns of the terminal
 */
export function shortForm(diagnosis: Diagnosis, columns: number): StyledLine[] {
  const width = Math.max(NARROWEST, columns);
  const text = Math.min(width, WIDEST_TEXT);
  const end = paragraph(ALL_OF_IT, text, FAINT);
  const head = [
    atMost(answer(diagnosis, text), MOST_OF_ANSWER, text),
    atMost(health(healthOf(diagnosis), text), MOST_OF_HEALTH, text),
    atMost(unread(diagnosis, text), MOST_OF_SOURCES, text),
    verdictTable(diagnosis, text),
  ];
  const others = otherStatuses(diagnosis, text);
  const bounds = anyBounds(diagnosis.taskTypes)
    ? paragraph(`Messages: at most so many of the tasks have one. ${BOUNDS_NOTE}`, text, FAINT)
    : [];
  const taken = linesOf([...head, others, end]) + bounds.length;
  // Two more blocks, each behind an empty line.
  const left = MOST_LINES - taken - 2;
  const least = Math.min(LEAST_OF_TYPES, diagnosis.taskTypes.length + 1);
  const steps = stepLines(diagnosis, text, Math.max(LEAST_OF_STEPS, left - least));
  const types = typeTable(diagnosis.taskTypes, text, Math.min(MOST_OF_TYPES, left - steps.length));
  const blocks = [...head, [...types, ...bounds], others, steps, end].filter((block) => block.length > 0);
  return blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block])).slice(0, MOST_LINES);
}

/** With the empty lines between them. */
function linesOf(blocks: readonly (readonly StyledLine[])[]): number {
  const filled = blocks.filter((block) => block.length > 0);
  return filled.reduce((sum, block) => sum + block.length, 0) + filled.length - 1;
}

function answer(diagnosis: Diagnosis, columns: number): StyledLine[] {
  const { stuck, verdicts, why, sure, hidden, younger } = answerOf(diagnosis);
  const sentence = (words: string | null, style?: Style): StyledLine[] =>
    words === null ? [] : paragraph(words.endsWith('.') ? words : `${words}.`, columns, style);
  return [
    ...sentence(stuck, STRONG),
    ...sentence(hidden, WARNING),
    ...sentence(verdicts),
    ...sentence(why),
    ...sentence(sure, FAINT),
    ...sentence(younger ?? noneYounger(diagnosis)),
    ...sentence(includeYounger(diagnosis)),
    ...sentence(notVerified(diagnosis)),
  ];
}

function includeYounger({ younger, generatedAt, taskTypes }: Diagnosis): string | null {
  const sum = youngerSum(younger);
  if (taskTypes.length > 0 || !sum) return null;
  return `To include them: --hours ${String(moreYoungerHours(sum.oldestLastRun, generatedAt))}`;
}

/** The word of the answer that a count alone cannot give is one flag away. */
function notVerified({ parameters, taskTypes, younger = [] }: Diagnosis): string | null {
  if (parameters.checkExecution || taskTypes.length + younger.length === 0) return null;
  return 'What happened to each task: --check-execution reads the broker and the results, and changes nothing';
}

const LEVEL_STYLES: Readonly<Record<HealthLevel, Style>> = {
  alarm: ALARM,
  warning: WARNING,
  ok: { color: 'charts.green' },
  unknown: FAINT,
};

function health(found: Health | null, columns: number): StyledLine[] {
  if (!found) return [];
  const { headline, items } = found;
  const others = headline === null ? items : items.filter(({ level }) => level !== 'alarm');
  const level = others[0]?.level ?? 'ok';
  return [
    ...(headline === null ? [] : paragraph(headline, columns, ALARM)),
    ...(others.length === 0 ? [] : paragraph(capital(healthLine({ items: others })), columns, LEVEL_STYLES[level])),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A source that was not read is named, because verdicts may be missing for want of it. */
function unread({ sources, parameters }: Diagnosis, columns: number): StyledLine[] {
  if (!parameters.checkExecution) return [];
  const state = (wanted: SourceReport['state']): SourceReport[] =>
    sources.filter((source) => stateOf(source) === wanted);
  const missing = state('not-configured').map(({ name }) => name);
  const failed = [...state('unavailable'), ...state('partial')];
  const word = (source: SourceReport): string => (stateOf(source) === 'partial' ? 'read in part' : 'not read');
  return [
    ...failed.flatMap((source) =>
      atMost(
        paragraph(
          `${source.name}: ${word(source)}${source.detail === '' ? '' : `, ${source.detail}`}`,
          columns,
          WARNING,
        ),
        2,
        columns,
      ),
    ),
    ...(missing.length === 0
      ? []
      : paragraph(
          `Not configured: ${missing.join(', ')}${missing.includes('broker') ? ' (add --broker-url)' : ''}`,
          columns,
          WARNING,
        )),
  ];
}

function otherStatuses({ otherStatuses: others }: Diagnosis, columns: number): StyledLine[] {
  if (others.length === 0) return [];
  const counts = others.map(({ status, count }) => `${escapeUnsafe(status)} ${number(count)}`);
  return atMost(paragraph(`As old, in other statuses: ${counts.join(' · ')}`, columns), 2, columns);
}
