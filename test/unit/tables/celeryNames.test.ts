import assert from 'node:assert/strict';
import { readCeleryNames } from '../../../src/tables/taskManager/celeryNames';
import { plainNames } from '../../../src/tables/celeryNames';
import type { Snapshot } from '../../../src/ports/database';
import { textForm } from '../../../src/sql/textForm';
import type { TaskTable } from '../../../src/tables/table';
import { taskManagerTables } from '../../../src/tables/taskManager';

const TABLE: TaskTable = {
  kind: taskManagerTables,
  sql: 'tasks',
  columns: new Set(['id', 'task_id']),
  types: new Map(),
  estimatedRows: null,
  bytes: 0,
  hasXmax: false,
  hiding: [],
  text: textForm('UTF8'),
  role: '',
};
const SEND = 'shop.tasks.send';

interface Message {
  readonly task: string;
  readonly taskId: string;
  readonly managerId: number;
}

/** Rows of the table by id: Celery id and type. */
async function read(
  messages: readonly Message[],
  rows: Readonly<Record<number, readonly [taskId: string, type: string]>> = {},
  more: { types?: readonly string[]; registered?: ReadonlySet<string> } = {},
) {
  let asked = 0;
  const snapshot: Snapshot = {
    query: (_text, values) => {
      asked++;
      const ids = values?.[0] as number[];
      return Promise.resolve(
        ids.flatMap((id) => (rows[id] ? [{ id: String(id), task_id: rows[id][0], type: rows[id][1] }] : [])),
      );
    },
  };
  const broker = { numbered: () => messages, taskNames: new Set(messages.map(({ task }) => task)) };
  const { types = [SEND], registered = null } = more;
  const names = await readCeleryNames(snapshot, TABLE, broker, new Set(types), registered);
  return { ...names, asked };
}

describe('tables/celeryNames', () => {
  const message = (task: string, managerId: number, taskId = 'x'): Message => ({ task, taskId, managerId });

  it('the names of tasks in messages are those of the types: nothing is asked', async () => {
    const { relation, ours, asked } = await read([message(SEND, 1)]);
    assert.deepEqual([relation(SEND, SEND), ours, asked], ['own', true, 0]);
    assert.equal(relation(SEND, 'crm.push'), 'other', 'it is known by its own name');
  });

  it('the names of tasks in messages are told by a row whose both numbers a message has', async () => {
    const { relation, ours, asked } = await read([message('mail', 1, 'id')], { 1: ['id', SEND] });
    assert.deepEqual([relation(SEND, 'mail'), relation(SEND, 'crm.push'), ours, asked], ['own', 'other', true, 1]);
    assert.equal(relation('shop.tasks.other', 'mail'), 'other');
  });

  it('the names of tasks in messages are open where nothing tells, and closed where workers know the task by its own name', async () => {
    const messages = [message('crm.push', 1)];
    assert.deepEqual(
      [(await read(messages)).relation(SEND, 'crm.push'), (await read(messages)).ours],
      ['perhaps', false],
    );
    assert.equal((await read(messages, {}, { registered: new Set([SEND]) })).relation(SEND, 'crm.push'), 'other');
    assert.equal(plainNames(new Set([SEND]), { taskNames: new Set() }, null).relation(SEND, ''), 'perhaps');
  });

  it('the names of tasks in messages of another type of the table belong to that', async () => {
    const { relation, ours } = await read([message('shop.tasks.bill', 4)], { 4: ['y', 'shop.tasks.bill'] });
    assert.deepEqual([relation(SEND, 'shop.tasks.bill'), ours], ['other', true]);
  });

  it('the names of tasks in messages are foreign where their numbers are those of rows of other types', async () => {
    const rows = { 1: ['a', SEND], 2: ['b', SEND] } as const;
    const { foreign } = await read([message('crm.push', 1), message('crm.push', 2), message('gone', 99)], rows);
    assert.deepEqual([...foreign], ['crm.push']);
  });
});
