/** A situation with a known truth: `test/fixtures/truth/README.md` says what each line of its file is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Verdict } from '../../src/model/verdict';

const FOLDER = resolve('test/fixtures/truth');

export interface CapturedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface CapturedKey {
  readonly db: number;
  readonly key: string;
  readonly type: 'string' | 'list' | 'set' | 'hash' | 'zset';
  /** Seconds; -1: it stays. */
  readonly ttl: number;
  readonly value: unknown;
}

/** A session of PostgreSQL. By default its last statement is the save before a body, and it is idle. */
export interface CapturedSession {
  readonly row: number;
  /** That save is in a transaction, which is still open, or was ended so. */
  readonly transaction?: true | 'rolled-back' | 'killed';
  /** Another save. The row is put back afterwards to what the capture says, as by the library's late save. */
  readonly save?: 'done' | 'failed';
  /** Its values are parameters. */
  readonly parameters?: true;
  /** No save: the row and these others are locked (FOR UPDATE), or changed by one statement, in a transaction. */
  readonly lock?: readonly number[];
  readonly change?: readonly number[];
}

export interface CapturedWorld {
  readonly workers: 'none' | 'up' | 'answer';
  readonly sessions?: readonly CapturedSession[];
  readonly flushed?: boolean;
  /** The check is connected through PgBouncer. */
  readonly pooler?: true;
}

export interface Capture {
  readonly name: string;
  readonly rows: readonly CapturedRow[];
  readonly keys: readonly CapturedKey[];
  readonly effects: readonly unknown[];
  readonly world: CapturedWorld;
  /** By row id: the verdicts that are right. */
  readonly truth: Readonly<Record<string, readonly Verdict[]>>;
  readonly flags: readonly string[];
}

/** All situations, by the names of their files. */
export function captures(): Capture[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.jsonl'));
  return files
    .sort()
    .map((file) => readCapture(file.replace(/\.jsonl$/, ''), readFileSync(join(FOLDER, file), 'utf8')));
}

/** @param text JSON lines, in any order. @throws Error when a line is none of those that the README names */
export function readCapture(name: string, text: string): Capture {
  const rows: CapturedRow[] = [];
  const keys: CapturedKey[] = [];
  const effects: unknown[] = [];
  let world: CapturedWorld = { workers: 'none' };
  let truth: Capture['truth'] = {};
  let flags: readonly string[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const of = JSON.parse(line) as Partial<CapturedRow & CapturedKey & Capture>;
    if (of.table !== undefined) rows.push(of as CapturedRow);
    else if (of.key !== undefined) keys.push(of as CapturedKey);
    else if (of.effects) effects.push(...of.effects);
    else if (of.world) world = of.world;
    else if (of.truth) [truth, flags] = [of.truth, of.flags ?? []];
    else throw new Error(`${name}: a line of no known kind: ${line.slice(0, 80)}`);
  }
  if (Object.keys(truth).length === 0) throw new Error(`${name}: no line says the truth`);
  return { name, rows, keys, effects, world, truth, flags };
}
