import assert from 'node:assert/strict';
import { bytesOfMany } from '../../../src/connect/redis/redisWriting';

describe('connect/redisWriting', () => {
  it('a command of many keys is written as the protocol has it', () => {
    assert.equal(
      bytesOfMany('MGET', ['key-1', 'key-2', '\r\n$1\r'])?.toString(),
      '*4\r\n$4\r\nMGET\r\n$5\r\nkey-1\r\n$5\r\nkey-2\r\n$5\r\n\r\n$1\r\r\n',
    );
  });

  it('a command of many keys is left to the driver where a length is none of characters', () => {
    for (const keys of [
      ['a', 'bc'],
      ['é', 'a'],
      ['\u{1f4a5}', 'ab'],
      ['a', Buffer.from('b')],
      [1, 'b'],
    ])
      assert.equal(bytesOfMany('MGET', keys), undefined, String(keys));
  });
});
