import * as v from 'valibot';
import { about, published } from '../../base/shape';
import { CAUSES, CONFIDENCES, VERDICTS } from '../verdictWords';

/** ISO 8601 in UTC. The reader also takes other fractions of a second, and refuses what no calendar has. */
export const time = about(
  'ISO 8601 in UTC; six digits behind the point, and only where they are not zero.',
  v.pipe(v.string(), v.check(isTime, 'must be a time in UTC as ISO 8601')),
  { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{6})?Z$' },
);

export const text = v.string();

/** Text that is never written empty. */
export const words = published(text, { minLength: 1 });

export const flag = v.boolean();

export const whole = v.pipe(v.number(), v.safeInteger());

/** Zero or more. */
export const amount = v.pipe(v.number(), v.finite(), v.minValue(0, 'must not be negative'));

/** An amount that is written without a fraction. */
export const wholeAmount = published(amount, { type: 'integer' });

/** A number of things. */
export const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0, 'must not be negative'));

/** A number of things that is written only where there are any. */
export const count = published(size, { minimum: 1 });

export const timeOrNull = v.nullable(time);
export const textOrNull = v.nullable(text);
export const wholeOrNull = v.nullable(whole);
export const sizeOrNull = v.nullable(size);
export const flagOrNull = v.nullable(flag);

export const verdict = v.picklist(VERDICTS);
export const cause = v.picklist(CAUSES);
export const confidence = about(
  'proven: directly observed; likely: nothing else explains the evidence well; possible: one of several explanations.',
  v.picklist(CONFIDENCES),
);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

function isTime(written: string): boolean {
  return TIME.test(written) && !Number.isNaN(Date.parse(written));
}
