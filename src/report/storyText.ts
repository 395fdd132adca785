/** The story of one task for a terminal: the verdict first, then what decided, what else was looked at, the row, and what to do. */
import { ageText } from '../base/age';
import { ABOUT } from '../causes/about';
import { taskTypeName, type Recommendation, type RowDetails } from '../model/diagnosis';
import type { TaskStory } from '../model/story';
import type { Verdict, Verification } from '../model/verdict';
import { oneLine, pythonTime } from './format';
import { planOf } from './plan';
import { untestedMark } from './ruleTests';
import {
  dispute,
  meaningOf,
  nextWithoutAdvice,
  askedText,
  sourceTitle,
  storyNotes,
  storyParts,
  type Seen,
  type Step,
} from './story';
import { list } from './summary';
import { argumentsText } from './textLog';
import { celeryStateText } from './verificationLog';
import { outcomeText, readingTexts } from './verdictText';

/** What a source is worth where it told nothing. */
const GAPS = { partial: 'read in part', unavailable: 'not read', 'not-configured': 'not set up' } as const;

/**
 * The story as text, ending with a line break.
 * @param width columns of the terminal, to break lines at; absent: every line stays whole, for a file or another program
 */
export function storyText(story: TaskStory, width?: number): string {
  const lines = story.task ? withRow(story, story.task) : withoutRow(story);
  const broken = width === undefined ? lines : lines.flatMap((line) => wrap(line, Math.max(40, width)));
  return `${broken.join('\n')}\n`;
}

function withRow(story: TaskStory, task: NonNullable<TaskStory['task']>): string[] {
  const { verification, sources } = story;
  return [
    `Row ${String(task.id)} · ${oneLine(taskTypeName(task))} · ${oneLine(task.status)}`,
    ...storyNotes(story).map(oneLine),
    ...(verification ? verdictLines(task.status, verification) : []),
    ...(verification ? partLines(verification, sources) : []),
    '',
    'The row',
    ...rowLines(task, story.generatedAt),
    '',
    'Next step',
    ...nextLines(story),
  ];
}

/** What was found of an id that no row has. */
function withoutRow(story: TaskStory): string[] {
  const { elsewhere, sources } = story;
  const evidence = elsewhere?.evidence ?? [];
  const { also } = storyParts({ verdict: 'unknown', confidence: 'possible', evidence }, sources);
  const told = new Set<string>(evidence.map(({ source }) => source));
  return [
    `No row has the ${oneLine(askedText(story))}.`,
    ...part('Looked at', [
      ...evidence.map((one) => `  ${sourceTitle(one.source)}: ${oneLine(one.says)}${untestedMark(one)}`),
      ...also.filter(({ source }) => !told.has(source)).flatMap(stepLines),
    ]),
  ];
}

function verdictLines(status: string, verification: Verification): string[] {
  const { cause } = verification;
  const [first = '', ...rest] = outcomeText(verification);
  return [
    '',
    `${first.toUpperCase()}${rest.join('')}: ${meaningOf(status, verification)}.`,
    ...(cause === undefined ? [] : [`Cause: ${cause}, ${ABOUT[cause].meaning}.`]),
  ];
}

function partLines(verification: Verification, sources: TaskStory['sources']): string[] {
  const { because, against, also } = storyParts(verification, sources);
  const disputed = dispute(verification);
  const readings = readingTexts(verification);
  const { verdict } = verification;
  return [
    ...part(
      verdict === 'unknown' ? 'What points to each' : 'Because',
      because.map((one) => seenLine(one, verdict)),
    ),
    ...part('But', [
      ...against.map((one) => `${seenLine(one, verdict)} This contradicts the verdict.`),
      ...(disputed.length > 0 ? [`  The evidence disagrees: it points to ${list(disputed)}.`] : []),
    ]),
    ...part(
      'What it may still be',
      readings.map(({ head, why, decidedBy }) => `  ${head}: ${why}; ${decidedBy}.`),
    ),
    ...part('Also looked at', also.flatMap(stepLines)),
  ];
}

/** Nothing where it has no lines. */
function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function seenLine(seen: Seen, verdict: Verdict): string {
  const { source, says, supports } = seen;
  const points = supports === null || supports === verdict ? '' : ` (points to ${supports})`;
  return `  ${sourceTitle(source)}: ${oneLine(says)}${untestedMark(seen)}${points}`;
}

function stepLines({ title, gap, seen }: Step): string[] {
  const head = gap ? `${oneLine(title)} (${GAPS[gap.state]})` : oneLine(title);
  if (seen.length === 0) return gap ? [`  ${head}: ${oneLine(gap.detail)}.`] : [];
  return seen.map((one) => `  ${head}: ${oneLine(one.says)}${untestedMark(one)}`);
}

/** The columns that a person asks for, with ages by the server's clock. */
function rowLines(task: RowDetails, now: string): string[] {
  const time = (at: string | null): string =>
    at === null ? '–' : `${pythonTime(at)} (${ageText((Date.parse(now) - Date.parse(at)) / 1000)} ago)`;
  const { attempts, currentPage, totalPages, statusMessage } = task;
  const fields: readonly (readonly [name: string, value: string])[] = [
    ['Arguments', argumentsText(task)],
    ['Celery id', task.taskId === null || task.taskId === '' ? '–' : oneLine(task.taskId)],
    ['Celery state', celeryStateText(task)],
    ['Last run', time(task.lastRun)],
    ['Started', time(task.startedAt)],
    ['Created', time(task.createdAt)],
    ['Status message', statusMessage === null ? '–' : statusMessage === '' ? 'empty' : oneLine(statusMessage)],
    ['Attempts', attempts === null ? '–' : String(attempts)],
    ...(totalPages !== null && totalPages > 1
      ? [['Page', `${String(currentPage)} of ${String(totalPages)}`] as const]
      : []),
  ];
  const widest = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `  ${`${name}:`.padEnd(widest + 1)} ${value}`);
}

function nextLines(story: TaskStory): string[] {
  const steps = planOf(story).flatMap(({ steps: planned }) => planned);
  if (steps.length === 0) return [`  ${nextWithoutAdvice(story)}`];
  return steps.flatMap(({ number, recommendation }) => {
    const head = number === null ? '  ' : `  ${String(number)}. `;
    return [`${head}${oneLine(recommendation.title)}`, ...adviceLines(recommendation)];
  });
}

function adviceLines({ why, actions }: Recommendation): string[] {
  return [
    `     ${oneLine(why)}`,
    ...actions.flatMap((action) =>
      action.split('\n').map((line, index) => `     ${index === 0 ? 'Do:' : '   '} ${oneLine(line)}`),
    ),
  ];
}

/** Breaks a line at spaces; what follows is indented by two more than the line itself. A longer word stays whole. */
function wrap(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const out: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    if (current.trim() !== '' && current.length + 1 + word.length > width) {
      out.push(current);
      current = `${indent}  ${word}`;
    } else current = current.trim() === '' ? `${current}${word}` : `${current} ${word}`;
  }
  return [...out, current];
}
