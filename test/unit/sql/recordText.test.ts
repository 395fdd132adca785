import assert from 'node:assert/strict';
import { fieldsOfRecord } from '../../../src/sql/recordText';

describe('sql/recordText', () => {
  it('a record as text has its fields, null and empty ones told apart', () => {
    assert.deepEqual(fieldsOfRecord('(a,,"",1)'), ['a', null, '', '1']);
    assert.deepEqual(fieldsOfRecord('(,)'), [null, null]);
  });

  it('a record as text keeps what stands in quotes as it is', () => {
    const written = '("a b","c,d","(e)","say ""f""","g\\\\h","\n",i)';
    assert.deepEqual(fieldsOfRecord(written), ['a b', 'c,d', '(e)', 'say "f"', 'g\\h', '\n', 'i']);
  });
});
