import assert from 'node:assert/strict';
import { isAllowed, pathOf } from '../../../../src/brokers/rabbitmq/management/paths';

describe('brokers/rabbitmq/managementPaths', () => {
  it('what is read of a management API is allowed', () => {
    for (const path of [
      pathOf(['whoami']),
      pathOf(['overview']),
      '/health/checks/alarms',
      pathOf(['vhosts'], { columns: 'name', page: 1, page_size: 100 }),
      pathOf(['queues', '/'], { disable_stats: true, enable_queue_totals: true, page: 1, page_size: 500 }),
      pathOf(['queues', 'a/b c', 'queue #1?'], { lengths_age: 600, lengths_incr: 5 }),
      pathOf(['queues', 'v', 'w1@host.celery.pidbox']),
      pathOf(['consumers', '/'], { columns: 'queue.name,ack_required' }),
      pathOf(['policies', '/']),
    ])
      assert.equal(isAllowed(path), true, path);
  });

  it('whatever is not in the list is refused, also what only looks like it', () => {
    for (const path of [
      '/aliveness-test/%2F',
      '/definitions',
      '/definitions/%2F',
      '/users',
      '/permissions',
      '/queues/v/q/get',
      '/queues/v/q/contents',
      '/queues/v/q/actions',
      '/queues/v/..',
      '/queues/../definitions',
      '/queues/v/.',
      '/queues//q',
      '/queues/v/q/../../../definitions',
      '/queues/v?disable_stats=true#x',
      '/queues/v?name=a&use_regex=true',
      '/whoami/',
      '/whoami\r\nDELETE /api/queues/v/q',
      '/WHOAMI',
      'whoami',
      '',
      '/queues/v/q?lengths_age=60&x=1',
    ])
      assert.equal(isAllowed(path), false, path);
  });

  it('a queue or a virtual host may be called anything but a step in a path', () => {
    for (const name of ['a/../../definitions', '/', '%2F', 'ä', '?x=1', '#', 'a b', '...', '..a'])
      assert.equal(isAllowed(pathOf(['queues', name, name])), true, name);
    for (const name of ['..', '.', '']) assert.equal(isAllowed(pathOf(['queues', 'v', name])), false, name);
  });
});
