import * as v from 'valibot';
import { isJsonText, type JsonText } from '../../base/jsonText';
import { about, object, published, record, type Shape } from '../../base/shape';
import { BIN_WIDTHS, MOST_BINS } from '../timeline';
import {
  amount,
  cause,
  confidence,
  count,
  size,
  text,
  textOrNull,
  time,
  timeOrNull,
  verdict,
  wholeOrNull,
  whole,
} from './values';
import { verification } from './verification';

function withinRange(most: number) {
  const message = 'is out of range';
  return v.pipe(whole, v.minValue(1, message), v.maxValue(most, message));
}

export const timeline = about(
  'How the time in which stuck rows stopped (last_run) is cut into bins of equal width: the axis of every lastRuns. Absent where nothing is stuck.',
  object({
    start: about(
      'Where bin 0 begins: a whole multiple of binSeconds in UTC, a Monday where that is weeks. Bin 0 also holds rows that are older, which there are only before the year 2000.',
      time,
    ),
    binSeconds: withinRange(BIN_WIDTHS.at(-1) ?? 1),
    bins: about('The last one holds the newest row.', withinRange(MOST_BINS)),
  }),
);

/** The reader takes any bin below 1,000 and compares it with the timeline afterwards (report/readDiagnosis.ts). */
const bin = published(v.pipe(text, v.regex(/^(0|[1-9]\d{0,2})$/)), { pattern: '^(\\d|[1-9]\\d|1[01]\\d)$' });

export const lastRuns = about(
  'Rows by the number of the bin that their last_run is in; bins without rows are absent.',
  record(bin, count) as Shape<Record<number, number>>,
  { minProperties: 1 },
);

export const outcome = about(
  'Stuck rows of one task type that were judged alike.',
  object({
    verdict,
    cause: v.exactOptional(cause),
    confidence,
    twin: v.exactOptional(
      about(
        'Another row with the same task and arguments was created within a day and may have done the work of these.',
        v.literal(true),
      ),
    ),
    count,
    lastRuns: about('Sums to count.', lastRuns),
  }),
);

/** The columns of a row, and the state of its result. */
export const rowColumns = {
  id: whole,
  status: text,
  arguments: about(
    'Any JSON, with every digit the row has (a reader that parses numbers as doubles loses those beyond 2^53); values of masked keys are "***". A string that ends with "(cut: N bytes in the row)" is the head of a text too long to carry.',
    v.nullable(v.custom<JsonText>(isJsonText)),
  ),
  lastRun: time,
  startedAt: timeOrNull,
  createdAt: timeOrNull,
  updatedAt: timeOrNull,
  taskId: about("Celery's id of the message; empty where none was recorded.", textOrNull),
  statusMessage: textOrNull,
  attempts: wholeOrNull,
  currentPage: wholeOrNull,
  totalPages: wholeOrNull,
  priority: v.exactOptional(wholeOrNull),
  celeryState: v.exactOptional(
    about(
      'With checkExecution: the state in the result backend, as AsyncResult names it; null: no record there, which proves nothing. Absent where results could not be read.',
      textOrNull,
    ),
  ),
};

export const rowDetails = about(
  'One row of the table. A column that this release of the library does not have is null (priority: absent).',
  object({ ...rowColumns, verification: v.exactOptional(verification) }),
);

export const messageBounds = object({
  waitingAtMost: about('At most so many wait in a queue.', size),
  heldAtMost: about('At most so many were taken by a worker that has not acknowledged them.', size),
  nowhereAtLeast: about(
    'At least so many have no message in the broker. A task that acknowledged its message early and still runs has none either.',
    size,
  ),
  deadLetteredAtMost: v.exactOptional(
    about(
      'At most so many are kept in dead-letter queues: rejected, expired or delivered too often. Absent where there is no such queue.',
      size,
    ),
  ),
  delayedAtMost: v.exactOptional(
    about('At most so many wait for their time in queues of delayed tasks. Absent where there is no such queue.', size),
  ),
});

export const taskType = about(
  'The stuck rows of one task type (module and name).',
  object({
    taskModule: text,
    taskName: text,
    count,
    maxHoursStuck: about('Age of oldestLastRun at generatedAt.', amount),
    oldestLastRun: time,
    newestLastRun: time,
    byStatus: about('Stuck rows by status: sums to count.', record(text, count), { minProperties: 1 }),
    // A view shows no estimate without its margin (model/estimate.ts).
    judged: v.exactOptional(
      about(
        'With checkExecution, where there were too many rows to judge all (celeryTasks.verifyAtMost, --verify-at-most): how many were, chosen at random with equal chances. Then verdicts and outcomes are estimates, scaled to count. Absent where all rows of the type were judged.',
        size,
      ),
    ),
    margins: v.exactOptional(
      about(
        "Where judged is there: rows by which each of verdicts may be wrong to either side, with 95% certainty (Wilson's score interval with the correction for finite populations, its wider side).",
        record(verdict, size),
      ),
    ),
    verdicts: v.exactOptional(
      about(
        'With checkExecution: every stuck row of the type by verdict, not only the samples; sums to count.',
        record(verdict, count),
      ),
    ),
    outcomes: v.exactOptional(
      about(
        'With checkExecution: the same rows by verdict, cause and confidence, most rows first; sums to count.',
        v.array(outcome),
        { minItems: 1 },
      ),
    ),
    bounds: v.exactOptional(
      about(
        'With checkExecution, where the broker shows only how many messages it has: what these numbers say about the rows of this type together, and of no single row. Absent where a message may have escaped the count, and where rows of the type are so new that their messages may be on their way.',
        messageBounds,
      ),
    ),
    lastRuns: v.exactOptional(about('When these rows stopped; sums to count.', lastRuns)),
    samples: about('The newest rows, newest last_run first; equal times by higher id.', v.array(rowDetails)),
    examples: v.exactOptional(
      about(
        'With checkExecution: one row of each outcome (verdict, cause) of the type that no sample has, in the order of outcomes. At most 3,000 in all types, those of the biggest outcomes: an outcome may have none.',
        v.array(rowDetails),
        { minItems: 1, maxItems: 3000 },
      ),
    ),
  }),
);

export const otherStatus = object({ status: text, count, maxHoursStuck: amount });

export const youngerRows = object({ status: text, count, oldestLastRun: time });
