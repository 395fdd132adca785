import * as v from 'valibot';
import { about, object, published } from '../../base/shape';
import { EVIDENCE_SOURCES } from '../verdictWords';
import { cause, confidence, text, verdict, words } from './values';

export const evidence = object({
  source: v.picklist(EVIDENCE_SOURCES),
  says: about('A sentence.', text, { minLength: 1, maxLength: 2000 }),
  /** The verdict that this observation speaks for, where it speaks for one. */
  supports: v.exactOptional(verdict),
  /** Its sentence then ends with `CONTRADICTS` (model/verdict.ts). Absent in older exports. */
  contradicts: v.exactOptional(about('It contradicts the verdict, and its sentence ends with that.', v.literal(true))),
  untested: v.exactOptional(
    about('The effect rule behind it was not tested on enough tasks whose outcome is known.', v.literal(true)),
  ),
});

export const reading = object({
  verdict,
  cause: v.exactOptional(cause),
  why: words,
  /** What would decide for or against it. */
  decidedBy: words,
});

export const verification = about(
  'With checkExecution: what is true of this row now, and why.',
  object({
    verdict,
    cause: v.exactOptional(cause),
    confidence,
    /** What supports the verdict comes first, then the rest by source. */
    evidence: about(
      'What was seen, one observation each, in the order in which the sources were looked at.',
      published(v.array(evidence), { maxItems: 100 }),
    ),
    readings: v.exactOptional(
      about(
        'Where the evidence leaves the verdict or its cause open: every explanation that is left, and what would settle it.',
        published(v.array(reading), { maxItems: 30 }),
      ),
    ),
  }),
);
