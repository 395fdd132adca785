import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';

/** What one check looks for: how old, how many samples, and the statuses that count as stuck. */
export interface CheckParameters {
  /** Rows that nothing has moved for at least this many hours, by the server's clock, are stuck. */
  readonly hours: number;
  /** Samples shown for each task type, newest first. */
  readonly limit: number;
  /** Statuses searched for stuck rows, as written in the table. */
  readonly statuses: readonly string[];
}

/**
 * The server ends any statement of ours that runs longer. A cold table of 10 million rows needs a minute or two; a scan of a small one
 * gets a share of it (tables/budget.ts).
 */
export const DEFAULT_STATEMENT_TIMEOUT_SECONDS = 300;

const MAX_STATEMENT_TIMEOUT_SECONDS = 86_400;

/** Checks seconds as typed or configured. @returns milliseconds @throws Problem `invalid`, one sentence naming `label` */
export function parseStatementTimeout(value: unknown, label: string): number {
  const seconds = toNumber(value);
  if (seconds !== undefined && seconds >= 1 && seconds <= MAX_STATEMENT_TIMEOUT_SECONDS)
    return Math.round(seconds * 1000);
  throw invalid(label, value, `give a number of seconds from 1 to ${String(MAX_STATEMENT_TIMEOUT_SECONDS)}`);
}

/** A hundred years: further back PostgreSQL's dates and the person's intention part. */
export const MAX_HOURS = 876_000;
/** Above this, samples are no longer samples: page through the rows instead. */
const MAX_LIMIT = 1000;

/** Checks hours as typed or configured. @throws Problem `invalid`, one sentence naming `label`. */
export function parseHours(value: unknown, label: string): number {
  const hours = toNumber(value);
  if (hours === undefined || hours < 0 || hours > MAX_HOURS) {
    throw invalid(label, value, `give a number of hours from 0 to ${String(MAX_HOURS)}`);
  }
  return hours;
}

/** Checks the number of samples per task type. @throws Problem `invalid`. */
export function parseLimit(value: unknown, label: string): number {
  const limit = toNumber(value);
  if (limit === undefined || !Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) {
    throw invalid(label, value, `give a whole number of samples from 0 to ${String(MAX_LIMIT)}`);
  }
  return limit;
}

/**
 * Messages of the broker that one check reads at most. A message is about a kilobyte, so this is a gigabyte and a minute or so;
 * a search that ends at the limit can no longer say that a task is lost, so the limit lies above what people call a backlog.
 */
export const DEFAULT_MAX_QUEUE_SCAN = 1_000_000;

const MAX_QUEUE_SCAN = 100_000_000;

/** Stuck rows that one check judges at most. As many take some seconds; a share among them is known to 0.2 points. */
export const DEFAULT_VERIFY_AT_MOST = 300_000;

/** Fewer tell next to nothing. */
const MIN_VERIFIED = 1000;

/** Checks the limit as typed or configured: 0 means all. @throws Problem `invalid`, one sentence naming `label` */
export function parseVerifyAtMost(value: unknown, label: string): number {
  const rows = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof rows === 'number' && Number.isSafeInteger(rows) && (rows === 0 || rows >= MIN_VERIFIED)) return rows;
  throw invalid(label, value, `give a whole number of rows from ${String(MIN_VERIFIED)} on, or 0 for all`);
}

/** Checks the limit as typed or configured. @throws Problem `invalid`, one sentence naming `label` */
export function parseMaxQueueScan(value: unknown, label: string): number {
  const messages = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof messages === 'number' && Number.isInteger(messages) && messages >= 1 && messages <= MAX_QUEUE_SCAN) {
    return messages;
  }
  throw invalid(label, value, `give a whole number of messages from 1 to ${String(MAX_QUEUE_SCAN)}`);
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\d+(\.\d+)?$/.test(value.trim())) return undefined;
  return Number(value);
}

/** The refusal of a parameter. @param advice what to give instead */
export function invalid(label: string, value: unknown, advice: string): Problem {
  return new Problem('invalid', `${label} cannot be "${echo(value)}": ${advice}.`);
}
