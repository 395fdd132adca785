import { count } from '../base/numbers';
import { countLines } from './counts';
import { GENERATED } from './markers';
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
  readonly does: readonly string[];
  readonly doesNot: readonly string[];
  readonly toRun: readonly string[];
  readonly toUndo: readonly string[];
}

/** Lines for a comment. The two first are fixed words: nobody's names may stand there (PEP 263). */
export function header({ check, subject, rows, moved, others, now }: Origin, purpose: Purpose): string[] {
  return [
    GENERATED,
    'Review before running.',
    '',
    `Check:      ${timeText(check.generatedAt)}, status ${check.statuses.join(', ')}, last run before ${timeText(check.olderThan)}`,
    `Connection: ${check.connection}, ${check.address}`,
    `Table:      ${check.table}`,
    `Written:    ${timeText(now.toISOString())}`,
    `About:      ${subject}`,
    `Rows:       ${count(rows.length, 'row')}`,
    ...countLines(rows).map((line) => `            ${line}`),
    ...(moved === 0 ? [] : [`            ${count(moved, 'row')} left out: changed or deleted since the check`]),
    ...(others === 0 ? [] : [`            ${count(others, 'row')} left out: the list of scripts shows why`]),
    '',
    ...section('What it does', purpose.does),
    ...section('What it does not do', purpose.doesNot),
    ...section('To run it', purpose.toRun),
    ...section('To undo it', purpose.toUndo),
  ];
}

function section(title: string, sentences: readonly string[]): string[] {
  return [`${title}:`, ...sentences.map((sentence) => `- ${sentence}`), ''];
}
