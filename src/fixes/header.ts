import { count } from '../base/numbers';
import { countLines } from './counts';
import { GENERATED } from './markers';
import { pythonComment } from './pythonText';
import type { FixCheck, FixRow, FixSubject } from '../model/fix';
import { timeText } from './times';

/** What every script says on top, before what it does. */
export interface Origin {
  readonly check: FixCheck;
  readonly subject: FixSubject;
  readonly rows: readonly FixRow[];
  /** Rows that were asked for too, and that another session changed since the check. */
  readonly moved: number;
  /** Rows that were asked for too, and for which this script is not: refused, or for another script. */
  readonly others: number;
  /** When the script is written. */
  readonly now: Date;
}

/** What a person has to know of a script, each as sentences. */
export interface Purpose {
  /** What may go wrong whatever the person checks: it stands above everything else. */
  readonly danger?: string;
  readonly does: readonly string[];
  readonly doesNot: readonly string[];
  readonly toRun: readonly string[];
  readonly toUndo: readonly string[];
}

/** Begins the first part below what a person has to know before everything else. */
const WHAT_IT_DOES = 'What it does';

/** With the sign of a comment, 100 columns. */
const WIDTH = 97;

/**
 * Lines for a comment, of 100 columns at most unless a name is longer. The two first are fixed words: nobody's names may stand there
 * (PEP 263). What a person has to know before running it comes next, and where it comes from last.
 */
export function header({ check, subject, rows, moved, others, now }: Origin, purpose: Purpose): string[] {
  return [
    GENERATED,
    'Review before running.',
    '',
    ...(purpose.danger === undefined ? [] : [...wrap(`DANGER: ${purpose.danger}`, '', '  '), '']),
    ...section(WHAT_IT_DOES, purpose.does),
    ...section('To run it', purpose.toRun),
    ...section('To undo it', purpose.toUndo),
    ...section('What it does not do', purpose.doesNot),
    ...fact(
      'Check',
      `${timeText(check.generatedAt)}, ${check.statuses.join(', ')}, last run before ${timeText(check.olderThan)}`,
    ),
    ...fact('Connection', `${check.connection}, ${check.address}`),
    ...fact('Table', check.table),
    ...fact('Written', timeText(now.toISOString())),
    ...fact('About', subject),
    ...fact('Rows', count(rows.length, 'row')),
    ...countLines(rows).flatMap(more),
    ...(moved === 0 ? [] : more(`${count(moved, 'row')} left out: changed or deleted since the check`)),
    ...(others === 0 ? [] : more(`${count(others, 'row')} left out: the list of scripts shows why`)),
    '',
  ];
}

function section(title: string, sentences: readonly string[]): string[] {
  return [`${title}:`, ...sentences.flatMap((sentence) => wrap(sentence, '- ', '  ')), ''];
}

const NAME_WIDTH = 12;

function fact(name: string, value: string): string[] {
  return wrap(value, `${name}:`.padEnd(NAME_WIDTH), ' '.repeat(NAME_WIDTH));
}

/** Belongs to the fact before it. */
function more(value: string): string[] {
  return wrap(value, ' '.repeat(NAME_WIDTH), ' '.repeat(NAME_WIDTH));
}

/** A text as lines: the first one after `first`, the others after `rest`. A word that is longer stays whole. */
function wrap(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  // A command is not torn at its redirection.
  for (const word of text.split(/(?<!<) (?!<)/)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/**
 * A Python script with more of what a person has to know before running it, below the danger.
 * @param lines each is wrapped by itself
 */
export function withWarnings(script: string, lines: readonly string[]): string {
  const place = script.indexOf(`# ${WHAT_IT_DOES}:\n`);
  if (place === -1) return script;
  const comment = pythonComment([...lines.flatMap((line) => wrap(line, '', '  ')), '']);
  return `${script.slice(0, place)}${comment}${script.slice(place)}`;
}
