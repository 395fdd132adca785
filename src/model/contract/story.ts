import * as v from 'valibot';
import { about, object } from '../../base/shape';
import { ELSEWHERE } from '../storyWords';
import { recommendation } from './advice';
import { sourceReport } from './systems';
import { rowColumns } from './taskTypes';
import { text, time, whole, words } from './values';
import { evidence, verification } from './verification';

/** The story of one task: what `check-task-status --task ID --format json` prints. */
export const taskStory = about(
  'What is known of one task, whatever its status: printed by check-task-status --task ID --format json.',
  object({
    schemaVersion: about('Raised when a reader of this version could misread the file.', v.literal(1)),
    generatedAt: about("The PostgreSQL server's clock when the row was read.", time),
    asked: about(
      'What was asked for, and whether that is the id of a row or the Celery id of a message.',
      object({ id: words, by: v.picklist(['row', 'celery']) }),
    ),
    task: about(
      'The row, with the fields of a sample; null where there is none.',
      v.nullable(object({ taskModule: text, taskName: text, ...rowColumns })),
    ),
    foundBy: v.exactOptional(
      about(
        'No row has this Celery id: a message or a worker has it, and names this row in its keyword arguments. Retries and further pages have ids of their own.',
        v.literal('message'),
      ),
    ),
    others: v.exactOptional(
      about('Ids of the other rows with this Celery id, newest first; the task is the newest of all.', v.array(whole), {
        minItems: 1,
      }),
    ),
    verification: v.exactOptional(
      about('Absent where there is no row. Of a row that records its end, the verdict is that end.', verification),
    ),
    elsewhere: v.exactOptional(
      about(
        'Where there is no row: what broker, workers and result backend have of this id.',
        object({
          known: about('Those that have something of it.', v.array(v.picklist(ELSEWHERE))),
          evidence: v.array(evidence),
        }),
      ),
    ),
    recommendations: about('What to do about this task, in the order of doing.', v.array(recommendation)),
    sources: about('What could be read and what could not.', v.array(sourceReport), { minItems: 1 }),
  }),
  { title: 'Story of one task of Celery Task Diagnostics, version 1' },
);
