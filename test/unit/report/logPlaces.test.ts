import assert from 'node:assert/strict';
import { taskTypeName, type Diagnosis } from '../../../src/model/diagnosis';
import { logLine, taskOfLogLine } from '../../../src/report/logPlaces';
import type { LogPlace } from '../../../src/report/panelMessages';
import { writeLog } from '../../../src/report/textLog';
import { aDiagnosis, aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

/** The line that a place leads to, and those above it that tell where it stands. */
function lines(diagnosis: Diagnosis, place: LogPlace): { at: number; line: string | undefined; all: string[] } {
  const log = writeLog(diagnosis);
  const all = log.text.split('\n');
  const at = logLine(log.places, place);
  return { at, line: all[at], all };
}

/** Names that would lead astray whoever looks for them. */
const HOSTILE = aVerifiedDiagnosis({
  taskTypes: [
    aTaskType({ taskModule: 'a.*', taskName: '(b|c)$', samples: [aSample({ id: 7 }), aSample({ id: 8 })] }),
    aTaskType({ taskModule: 'same', taskName: 'name', samples: [aSample({ id: 7 })] }),
    aTaskType({ taskModule: 'same', taskName: 'name', samples: [] }),
    aTaskType({
      taskModule: 'Recommendations:\n======\n1. no',
      taskName: 'Sources:',
      samples: [aSample({ id: 8, statusMessage: 'x\nSources:\nID: 9\n' }), aSample({ id: 7 })],
    }),
  ],
});

describe('report/logPlaces', () => {
  it('a place in the log is the head of a task type, by its order', () => {
    const found = HOSTILE.taskTypes.map((_, taskType) => lines(HOSTILE, { taskType }));
    assert.deepEqual(
      found.map(({ line }) => line?.replaceAll('\\n', '\n')),
      HOSTILE.taskTypes.map((type) => `Task: ${taskTypeName(type)}`),
    );
    assert.equal(new Set(found.map(({ at }) => at)).size, 4, 'equal names are different places');
  });

  it('a place in the log is a sample, also where another type has one of the same id', () => {
    HOSTILE.taskTypes.forEach((type, taskType) => {
      const head = lines(HOSTILE, { taskType }).at;
      type.samples.forEach(({ id }, sample) => {
        const { at, line, all } = lines(HOSTILE, { taskType, sample });
        assert.equal(line, `ID: ${String(id)}`);
        assert.equal(all.slice(head + 1, at).filter((each) => each.startsWith('Task: ')).length, 0, 'of its type');
        assert.equal(all.slice(head, at).filter((each) => each.startsWith('ID: ')).length, sample);
      });
    });
  });

  it('a place in the log is a recommendation, and the section of the sources', () => {
    HOSTILE.recommendations.forEach((advice, recommendation) => {
      const { line } = lines(HOSTILE, { recommendation });
      assert.equal(line, `${String(recommendation + 1)}. ${advice.title}`);
    });
    assert.equal(lines(HOSTILE, { sources: true }).line, 'Sources:');
    const large = makeDiagnosis({ types: 300, samples: 2 });
    assert.equal(lines(large, { taskType: 299 }).line, `Task: ${taskTypeName(large.taskTypes[299]!)}`);
    assert.equal(lines(large, { recommendation: 1 }).line, `2. ${large.recommendations[1]!.title}`);
  });

  it('a place in the log is the top where the log does not tell of it', () => {
    for (const place of [{ taskType: 99 }, { recommendation: 99 }, { sources: true as const }])
      assert.equal(lines(aDiagnosis(), place).at === 0 || 'recommendation' in place, true);
    assert.equal(lines(aDiagnosis(), { recommendation: 99 }).line, 'Recommendations:');
    assert.equal(lines(HOSTILE, { taskType: 2, sample: 5 }).at, lines(HOSTILE, { taskType: 2 }).at);
  });
});

describe('report/logPlaces', () => {
  it('the task that a line of the log names is there in every line that begins a type, and in no other', () => {
    const { all } = lines(HOSTILE, { sources: true });
    const named = all.map(taskOfLogLine).filter((task) => task !== undefined);
    assert.equal(named.length, all.filter((line) => line.startsWith('Task: ')).length);
    assert.deepEqual(named[1], { taskModule: 'same', taskName: 'name' });
    assert.deepEqual(taskOfLogLine('Task: a.b.c'), { taskModule: 'a.b', taskName: 'c' });
    for (const line of ['Task: alone', 'Task: .c', 'Task ID: a.b.c', '  Task: a.b', '']) {
      assert.equal(taskOfLogLine(line), undefined, line);
    }
  });
});
