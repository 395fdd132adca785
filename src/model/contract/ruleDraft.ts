import * as v from 'valibot';
import { about, object } from '../../base/shape';
import { effectRule } from './effectRule';
import { ruleTest } from './ruleTest';
import { count, words } from './values';

export const draftReason = object({
  says: about('A sentence: what the code does, or what was found in the data.', words),
  file: v.exactOptional(about('The file of the code, from the workspace on, with slashes.', words)),
  line: v.exactOptional(about('The line in it; the first is 1.', count)),
});

/** Effect rules for one task type that nobody wrote. */
export const ruleDraft = about(
  'Effect rules for one task type, drafted from its code or from the data.',
  object({
    task: about('The task type as module.name.', words),
    rules: about('The rules; empty where there is no draft.', v.array(effectRule)),
    from: about(
      "code: it follows from what the task's code does. data: from names and values alone, so that it is likely at most.",
      v.picklist(['code', 'data']),
    ),
    why: about('What each part of the rules comes from.', v.array(draftReason)),
    tested: v.exactOptional(ruleTest),
    because: v.exactOptional(about('Why there is no draft, or why it was not tested.', words)),
  }),
);

/** What `check-task-status rules draft --format json` prints. */
export const ruleDrafts = about(
  'Drafts of effect rules: printed by check-task-status rules draft --format json.',
  object({
    schemaVersion: about('Raised when a reader of this version could misread the file.', v.literal(1)),
    drafts: v.array(ruleDraft),
  }),
  { title: 'Drafts of effect rules of Celery Task Diagnostics, version 1' },
);
