import { number } from '../base/numbers';
import { CAUSES } from '../model/verdictWords';
import { COST } from './costText';
import { SUMMARY } from './summaryLog';
import { SAMPLE_RULE, SECTION_RULE } from './textLog';

/** A part of the log text, by line (from 0, the last one included). */
export interface LogPart {
  readonly kind: 'section' | 'summary' | 'task' | 'sample' | 'status' | 'verification';
  readonly title: string;
  readonly detail: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly LogPart[];
}

const VERIFYING = 'Verifying execution for ';

interface OpenPart {
  kind: LogPart['kind'];
  title: string;
  detail: string;
  start: number;
  end: number;
  children: OpenPart[];
}

/**
 * Reads a diagnostic log back into its parts, for folding and the outline. The editor opens saved logs too, which are text only; what
 * comes from a Diagnosis takes its places from `writeLog`. Any other text has no parts.
 */
export function logOutline(text: string): LogPart[] {
  const lines = text.split(/\r?\n/);
  const sections: OpenPart[] = [];
  let owner: OpenPart | undefined;
  let sample: OpenPart | undefined;
  let verification: OpenPart | undefined;
  lines.forEach((line, index) => {
    const section = sections.at(-1);
    if (lines[index + 1] === SECTION_RULE) {
      sections.push(part('section', line.replace(/:$/, ''), '', index));
      owner = sample = verification = undefined;
    } else if (section?.children.length === 0 && line === SUMMARY) {
      owner = add(section, part('summary', 'Summary', '', index));
    } else if (section && line.startsWith('Task: ')) {
      owner = add(section, part('task', line.slice('Task: '.length), '', index));
      sample = verification = undefined;
    } else if (section && line.startsWith('Status: ')) {
      owner = add(section, part('status', line.slice('Status: '.length), '', index));
      sample = verification = undefined;
    } else if (owner?.detail === '' && /^Count: \d+$/.test(line)) {
      owner.detail = number(Number(line.slice('Count: '.length)));
    } else if (owner?.kind === 'task' && line.startsWith('ID: ')) {
      sample = add(owner, part('sample', line.slice('ID: '.length), '', index));
    } else if (sample && line.startsWith('Last Run: ')) {
      sample.detail = line.slice('Last Run: '.length);
    } else if (sample && line.startsWith(VERIFYING)) {
      verification = add(sample, part('verification', 'Verification', '', index));
    } else if (verification && line.startsWith('Verdict: ')) {
      verification.detail = line.slice('Verdict: '.length);
      if (sample) sample.title += ` ${shortOutcome(verification.detail)}`;
      // Folded, the evidence is away and the verdict stays in sight.
      verification = undefined;
    }
    // What the check cost belongs to no section.
    if (line === '' || line.startsWith(COST)) return;
    for (const open of [sections.at(-1), owner, sample, verification]) if (open) open.end = index;
    if (line === SAMPLE_RULE) sample = verification = undefined;
  });
  return sections;
}

/** `waiting · workers-down` of `waiting (workers-down, proven)`. */
function shortOutcome(text: string): string {
  const [, verdict = text, words = ''] = /^(\S+) \((.*)\)$/.exec(text) ?? [];
  const cause = words.split(', ').find((word) => CAUSES.some((known) => known === word));
  return cause === undefined ? verdict : `${verdict} · ${cause}`;
}

function part(kind: LogPart['kind'], title: string, detail: string, start: number): OpenPart {
  return { kind, title, detail, start, end: start, children: [] };
}

function add(parent: OpenPart, child: OpenPart): OpenPart {
  parent.children.push(child);
  return child;
}

/** The log document's path, and the name under which a log is saved: package.json ties the log language to it. */
export const LOG_FILE_NAME = 'celery-task-diagnosis.log';

export const LOG_URI_PATH = `/${LOG_FILE_NAME}`;
