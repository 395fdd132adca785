import type { FixCheck, FixKind, FixPlan, FixRow } from '../../src/model/fix';
import { planFix } from '../../src/fixes/planFix';

/** What people and programs could write, and what a script could take for its own. */
export const HOSTILE = [
  "it's",
  `a "quoted" name`,
  'back\\slash \\ and \\n',
  "\\'; drop table task_manager_taskmanager; --",
  '*/ /* $$ $fix$ $1 %s %',
  `'''""" + __import__('os').abort() + '''`,
  'line\nbreak\r\nand\ttab',
  'line\u2028and\u2029paragraph, \u0085 next, \u202e reversed, \ufeff mark',
  '-*- coding: utf-7 -*-',
  'coding=latin-1',
  'ROLLBACK;\nCOMMIT;\n\\! true',
  'APPLY = True',
  '${HOME} {0} {name} `true` :name @set',
  'tést 任务 🦀',
] as const;

/** When the scripts of these tests are written. */
export const WRITTEN = new Date('2026-11-24T02:45:00.123Z');

export function fixCheck(change: Partial<FixCheck> = {}): FixCheck {
  return {
    generatedAt: '2026-11-24T02:40:00.5Z',
    connection: 'production',
    address: 'db.example.com:5432/shop',
    olderThan: '2026-10-17T08:40:00Z',
    statuses: ['SCHEDULED', 'PENDING'],
    table: '"public"."task_manager_taskmanager"',
    ...change,
  };
}

export function fixRow(change: Partial<FixRow> = {}): FixRow {
  return {
    id: 7,
    status: 'SCHEDULED',
    updatedAt: '2026-01-02T03:04:05.000006Z',
    taskModule: 'shop.tasks',
    taskName: 'send',
    verdict: 'finished',
    cause: 'effect-found',
    confidence: 'proven',
    ...change,
  };
}

export function planOf(rows: Iterable<FixRow>, check = fixCheck(), subject = 'all rows', moved = 0): FixPlan {
  return planFix(check, rows, subject, moved, WRITTEN);
}

/** The text of the one script of this kind. */
export function scriptOf(plan: FixPlan, kind: FixKind): string {
  const found = plan.scripts.filter((script) => script.kind === kind);
  if (found.length !== 1) throw new Error(`${String(found.length)} scripts are ${kind}`);
  return found[0]!.text;
}

/** The script as a person leaves it who changed the one word. */
export function decided(text: string, language: 'sql' | 'python'): string {
  const [from, to] = language === 'sql' ? [/\nROLLBACK;\n$/, '\nCOMMIT;\n'] : [/^APPLY = False/m, 'APPLY = True'];
  const changed = text.replace(from, to);
  if (changed === text) throw new Error('the one word is not there');
  return changed;
}
