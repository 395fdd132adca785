import assert from 'node:assert/strict';
import { celeryAddress, celeryPassword, celerySecretKey, withCeleryPassword } from '../../../src/connect/celeryTarget';
import { otherBroker } from '../../../src/connect/otherBroker';

const broker = (url: string) => otherBroker(url, 'CELERY_BROKER_URL', () => Promise.reject(new Error('not opened')));
const LIST = 'amqps://bob:hunter2@one:5671/shop?ssl=1;amqps://bob:hunter2@two/shop';

describe('connect/otherBroker', () => {
  it('the address of a broker that is read by its URL has all servers, and neither password nor options', () => {
    assert.equal(celeryAddress(broker('amqp://bob:p%40ss@rabbit:5672/shop?heartbeat=10')), 'rabbit:5672/shop');
    assert.equal(celeryAddress(broker(LIST)), 'one:5671/shop or two/shop');
  });

  it('the password of such a broker is stored for one user of these servers, protected in this way', () => {
    const key = (url: string): string => celerySecretKey(broker(url));
    assert.equal(celeryPassword(broker('amqp://bob:p%40ss@h'), 'This'), 'p@ss');
    assert.equal(key('amqp://bob:hunter2@h/shop'), key('amqp://bob@H/shop'));
    for (const other of ['amqps://bob@h/shop', 'amqp://eve@h/shop', 'amqp://bob@h2/shop', 'amqp://bob@h/shop?ssl=0'])
      assert.notEqual(key(other), key('amqp://bob@h/shop'), other);
    assert.doesNotMatch(key(LIST), /hunter2/);
  });

  it('a URL without a readable host is refused: what would be shown as its address may be its password', () => {
    for (const url of ['amqp://bob:hun ter2@[::1', 'amqp://bob:hunter2@h:54x2', 'amqp://bob:hun/ter2@h/a;amqp://[h'])
      assert.throws(() => broker(url), { kind: 'invalid', message: /^CELERY_BROKER_URL has no readable host\./ }, url);
  });

  it('a stored password comes into the URL of every server, encoded', () => {
    const stored = withCeleryPassword(broker('amqp://bob@one/a;amqp://bob@two/a'), 'p@/:s');
    assert.deepEqual(
      { ...stored, open: undefined },
      {
        open: undefined,
        urlWithPassword: 'amqp://bob:p%40%2F%3As@one/a;amqp://bob:p%40%2F%3As@two/a',
        password: 'p@/:s',
      },
    );
    const none = broker('amqp://bob@one');
    assert.equal(withCeleryPassword(none, undefined), none);
  });
});
