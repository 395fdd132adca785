import * as v from 'valibot';
import { about, object, published } from '../../base/shape';
import { cause, flag, size, text, verdict, words } from './values';

export const aboutRows = about(
  'Which rows these are: those whose outcome has all that is named here. Absent where it is about no rows in particular.',
  object({
    verdicts: v.exactOptional(published(v.array(verdict), { minItems: 1 })),
    causes: v.exactOptional(about('null: an outcome without a cause.', v.array(v.nullable(cause)), { minItems: 1 })),
    proven: v.exactOptional(about('Whether the confidence is proven.', flag)),
    twin: v.exactOptional(about('Whether they have a twin.', flag)),
  }),
);

export const snippet = about(
  'Something to copy and run elsewhere. It reads, or it begins with a comment that says what it does and that it has to be decided first.',
  object({
    language: v.picklist(['shell', 'sql', 'python', 'json']),
    title: about('What a button that copies it says.', words),
    text: words,
  }),
);

/** One click opens a link: nothing but a page of the web may be there. */
const link = object({
  title: words,
  url: published(v.pipe(text, v.regex(/^https:\/\/[^\s]+$/, 'must be an https address')), { pattern: '^https://' }),
});

/** When a step is done: at once, after a new check has shown what the first steps changed, when the incident is over, or never (nothing is to be done). */
export const PHASES = ['now', 'then', 'later', 'info'] as const;

const adviceId = published(text, { pattern: '^[a-z][a-z0-9-]*$' });

export const recommendation = object({
  id: adviceId,
  title: words,
  why: words,
  evidence: v.array(text),
  actions: about('What to type or to do.', v.array(words)),
  phase: v.exactOptional(
    about(
      'When to do it: now; then, after another check; later; info: nothing is to be done. The list is in this order. Absent in exports of older versions.',
      v.picklist(PHASES),
    ),
  ),
  after: v.exactOptional(
    about('Ids of the recommendations of this list that come first.', v.array(adviceId), {
      minItems: 1,
      uniqueItems: true,
    }),
  ),
  rows: v.exactOptional(about('With checkExecution: stuck rows that it helps.', size)),
  margin: v.exactOptional(
    about('Where rows is an estimate: by how many it may be wrong to either side, with 95% certainty.', size),
  ),
  about: v.exactOptional(aboutRows),
  snippets: v.exactOptional(published(v.array(snippet), { minItems: 1 })),
  links: v.exactOptional(about('Official documentation.', v.array(link), { minItems: 1 })),
});
