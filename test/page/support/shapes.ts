import type { Diagnosis } from '../../../src/model/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

/** Kinds of Diagnosis that the page must be right for. */
export function shapes(): Record<string, Diagnosis> {
  const usual = makeDiagnosis({ types: 12, rows: 5000 });
  const unverified = makeDiagnosis({ types: 7, rows: 900, verified: false });
  return {
    usual,
    unverified,
    empty: { ...makeDiagnosis({ types: 0, rows: 0 }), otherStatuses: [], recommendations: [] },
    /** An incident of this morning: nothing is old enough. */
    young: {
      ...makeDiagnosis({ types: 0, rows: 0 }),
      younger: [{ status: 'SCHEDULED', count: 148_708, oldestLastRun: '2026-11-23T04:00:00Z' }],
    },
    one: makeDiagnosis({ types: 1, rows: 1, samples: 1 }),
    /** Redis did not answer: types without any verdict, sources with their reason. */
    partial: {
      ...unverified,
      parameters: { ...unverified.parameters, checkExecution: true },
      sources: [
        ...unverified.sources,
        { name: 'broker', state: 'unavailable', detail: 'Connection refused at redis.example:6379: is Redis running?' },
        {
          name: 'results',
          state: 'unavailable',
          detail: 'Connection refused at redis.example:6379: is Redis running?',
        },
        {
          name: 'workers',
          state: 'not-configured',
          detail: 'workers were not asked: turn on celeryTasks.askWorkers',
          gaps: [{ kind: 'not-asked', setting: 'celeryTasks.askWorkers', says: 'workers were not asked' }],
        },
      ],
    },
    old: old(usual),
  };
}

/** As it was exported before the report: counts by verdict, and nothing about when rows stopped or what a recommendation is about. */
function old(diagnosis: Diagnosis): Diagnosis {
  const rest = without(diagnosis, 'timeline', 'elapsedMs', 'cost');
  return {
    ...rest,
    taskTypes: rest.taskTypes.map((type) => without(type, 'outcomes', 'lastRuns')),
    recommendations: rest.recommendations.map(({ id, title, why, evidence, actions }) => ({
      ...{ id, title, why, evidence, actions },
    })),
  };
}

function without<T extends object, Key extends keyof T>(value: T, ...keys: Key[]): Omit<T, Key> {
  const left = Object.entries(value).filter(([key]) => !keys.some((each) => each === key));
  return Object.fromEntries(left) as Omit<T, Key>;
}
