import assert from 'node:assert/strict';
import { taskTypeName } from '../../../src/model/diagnosis';
import { ByTaskType, typeKey } from '../../../src/model/taskType';

/** Two types with one written name. */
const ONE = { taskModule: 'a.b', taskName: 'c' };
const OTHER = { taskModule: 'a', taskName: 'b.c' };

describe('model/taskType', () => {
  it('the key of a task type is not its written name, which two types can share', () => {
    assert.equal(taskTypeName(ONE), taskTypeName(OTHER));
    assert.notEqual(typeKey(ONE), typeKey(OTHER));
    assert.notEqual(typeKey({ taskModule: 'a"', taskName: 'b' }), typeKey({ taskModule: 'a', taskName: '"b' }));
  });

  it('the key of a task type is the same whatever else an object has', () => {
    const withMore = { taskName: 'c', count: 5, taskModule: 'a.b' };
    assert.equal(typeKey(withMore), typeKey(ONE));
  });

  it('a map by task type finds the value of each type, which is made once', () => {
    const values = new ByTaskType<number[]>();
    let made = 0;
    const make = (): number[] => [made++];
    assert.equal(values.get(ONE), undefined);
    assert.deepEqual(values.getOrAdd(ONE, make), [0]);
    assert.deepEqual(values.getOrAdd(OTHER, make), [1]);
    assert.deepEqual(values.getOrAdd({ ...ONE }, make), [0]);
    assert.deepEqual([values.get(ONE), values.get(OTHER), made], [[0], [1], 2]);
    assert.equal(values.get({ taskModule: 'a.b', taskName: 'd' }), undefined);
  });
});
