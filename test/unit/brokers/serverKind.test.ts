import assert from 'node:assert/strict';
import { serverKindOf } from '../../../src/brokers/redis/serverKind';

describe('brokers/serverKind', () => {
  for (const [info, product, version] of [
    [{ redis_version: '7.0.15', executable: '/usr/bin/redis-server' }, 'Redis', '7.0.15'],
    [{ redis_version: '7.2.4', server_name: 'valkey', valkey_version: '8.1.0' }, 'Valkey', '8.1.0'],
    [{ redis_version: '7.2.4', server_name: 'valkey' }, 'Valkey', '7.2.4'],
    [{ redis_version: '6.3.4', executable: '/usr/local/bin/keydb-server' }, 'KeyDB', '6.3.4'],
    [{ redis_version: '6.3.4', mvcc_depth: '0' }, 'KeyDB', '6.3.4'],
    [{ redis_version: '7.4.0', dragonfly_version: 'df-v1.27.1' }, 'Dragonfly', '1.27.1'],
    [{}, 'Redis', null],
    [{ redis_version: 'x\u0000<script>', valkey_version: '' }, 'Redis', null],
  ] as const)
    it(`the kind of a server ${JSON.stringify(info)} is ${product}`, () => {
      const kind = serverKindOf(new Map(Object.entries(info)));
      assert.deepEqual([kind.product, kind.version], [product, version]);
    });

  it('the kind of a server may be a node of a cluster', () => {
    for (const [text, cluster] of [['1', true], ['0', false]] as const)
      assert.equal(serverKindOf(new Map([['cluster_enabled', text]])).cluster, cluster); // prettier-ignore
    assert.equal(serverKindOf(new Map()).cluster, null);
  });
});
