import * as v from 'valibot';
import { about, object } from '../../base/shape';
import { recommendation } from './advice';
import { brokerServer, cost, postgresFacts, queue, redisServer, sourceReport, worker } from './systems';
import { ruleTest } from './ruleTest';
import { otherStatus, taskType, timeline, youngerRows } from './taskTypes';
import { amount, flag, size, text, time, wholeAmount } from './values';

export const parameters = about(
  'What the check was asked to do.',
  object({
    hours: about('Stuck means: last_run at least this many hours ago.', amount),
    olderThan: about('generatedAt minus hours: the newest last_run that counts.', time),
    statuses: about('Statuses whose rows count as stuck.', v.array(text), {
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', minLength: 1 },
    }),
    limit: about('Samples of each task type.', size),
    checkExecution: about('Whether it was verified what became of the tasks.', flag),
  }),
);

export const infrastructure = about(
  'Facts about the systems that were read.',
  object({
    postgres: postgresFacts,
    redis: v.exactOptional(
      about("With checkExecution: the broker's server, or where only results could be read, theirs.", redisServer),
    ),
    resultsRedis: v.exactOptional(
      about('With checkExecution: the server of the results, where it is another one.', redisServer),
    ),
    broker: v.exactOptional(about('With checkExecution, where the broker is no Redis.', brokerServer)),
    queues: v.exactOptional(about("With checkExecution: the broker's queues.", v.array(queue))),
    workers: v.exactOptional(
      about('With checkExecution: the workers that answered or whose heartbeat was heard.', v.array(worker)),
    ),
  }),
);

/** The exported form of a Diagnosis. What is optional without `checkExecution` in its description is absent in older exports. */
export const exportedDiagnosis = about(
  'Everything one check found: printed by check-task-status --format json and exported by the extension. Times are ISO 8601 in UTC with at most microseconds.',
  object({
    schemaVersion: about('Raised when a reader of this version could misread the file.', v.literal(1)),
    generatedAt: about(
      "The PostgreSQL server's clock at the start of the snapshot that every number comes from.",
      time,
    ),
    elapsedMs: v.exactOptional(about('How long the check took, in milliseconds.', wholeAmount)),
    cost: v.exactOptional(cost),
    parameters,
    timeline: v.exactOptional(timeline),
    taskTypes: about('Task types with stuck rows, most stuck first; equal counts by name.', v.array(taskType)),
    otherStatuses: about(
      'Rows just as old in a non-terminal status that was not asked for, most rows first.',
      v.array(otherStatus),
    ),
    younger: v.exactOptional(
      about(
        'Rows in the chosen statuses that are not old enough to count as stuck, most rows first. Absent in exports of older versions, which did not count them.',
        v.array(youngerRows),
      ),
    ),
    sources: about(
      'What could be read and what could not: a source that failed is named, never passed over.',
      v.array(sourceReport),
      { minItems: 1 },
    ),
    rules: v.exactOptional(
      about(
        'With checkExecution: each effect rule that was used, tried on tasks whose outcome is known. Absent in exports of older versions.',
        v.array(ruleTest),
      ),
    ),
    infrastructure,
    recommendations: about(
      'What to do, in the order of doing; empty when nothing is to be done.',
      v.array(recommendation),
    ),
  }),
  { title: 'Diagnosis of Celery Task Diagnostics, version 1' },
);
