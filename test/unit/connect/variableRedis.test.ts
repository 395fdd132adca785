import assert from 'node:assert/strict';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { isBroken, profileFromVariables, type ConnectionProfile } from '../../../src/connect/profile';
import { celeryAddress, isOther, type CeleryTarget } from '../../../src/connect/celeryTarget';
import { forgetSecrets } from '../../../src/base/secrets';
import { redact } from '../../../src/base/redact';
import { Problem } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';
import { redisTarget } from '../../support/celeryTargets';

function profile(text: string): ConnectionProfile {
  const entry = profileFromVariables(readEnvFile(`DATABASE_URL=postgres://u@h/d\n${text}\n`), 'env-file', '.env');
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

/** The addresses of broker and results; of a Problem the word. */
function said(text: string): string {
  const { broker, results } = profile(text);
  const word = (one: CeleryTarget | Problem | undefined): string =>
    one === undefined
      ? '-'
      : one instanceof Problem
        ? 'unclear'
        : `${celeryAddress(one)}${!isOther(one) && redisTarget(one).tls ? ' TLS' : ''}`;
  return `${word(broker)} | ${word(results)}`;
}

function why(text: string): string {
  const { broker } = profile(text);
  assert.ok(broker instanceof Problem, said(text));
  assertForPeople(broker.message);
  assert.doesNotMatch(broker.message, /hunter2|cache\.example/);
  return broker.message;
}

describe('connect/variableRedis', () => {
  it('the Redis of a .env file is in parts', () => {
    for (const [text, expected] of [
      ['REDIS_HOST=r', 'r:6379/0'],
      ['REDIS_HOST=r\nREDIS_PORT=7000\nREDIS_DB=2', 'r:7000/2'],
      ['REDIS_HOST=r:7000\nREDIS_DATABASE=2', 'r:7000/2'],
      ['REDIS_HOSTNAME=r\nREDIS_SSL=true', 'r:6379/0 TLS'],
      ['REDIS_HOST=r\nREDIS_TLS=1', 'r:6379/0 TLS'],
      ['REDIS_HOST=r\nREDIS_SSL=False', 'r:6379/0'],
      ['REDIS_HOST=r\nREDIS_SCHEME=rediss', 'r:6379/0 TLS'],
      ['REDIS_HOST=::1', '[::1]:6379/0'],
      ['REDIS_HOST=/run/r.sock\nREDIS_DB=1', '/run/r.sock (database 1)'],
      ['REDIS_HOST=redis://r:1/2', 'r:1/2'],
      ['VALKEY_HOST=v', 'v:6379/0'],
      ['AZURE_REDIS_HOST=x.redis.cache.windows.net\nAZURE_REDIS_PASSWORD=k', 'x.redis.cache.windows.net:6380/0 TLS'],
      [
        'REDIS_ENDPOINT=x.cache.amazonaws.com\nREDIS_AUTH_TOKEN=k\nREDIS_USE_TLS=yes',
        'x.cache.amazonaws.com:6379/0 TLS',
      ],
      ['CELERY_REDIS_HOST=c\nCELERY_REDIS_DB=4\nREDIS_URL=redis://r', 'c:6379/4'],
    ] as const)
      assert.equal(said(text), `${expected} | ${expected}`, text);
    const { broker } = profile('REDIS_HOST=r\nREDIS_USERNAME=me\nREDIS_PASSWORD=p@/:w#');
    assert.ok(broker && !(broker instanceof Problem));
    assert.deepEqual([redisTarget(broker).user, broker.password], ['me', 'p@/:w#']);
  });

  it('the Redis of a .env file has the database that the file sets aside for Celery', () => {
    assert.equal(said('REDIS_HOST=r\nREDIS_DB=0\nREDIS_CELERY_DB=3'), 'r:6379/3 | r:6379/3');
    assert.equal(said('REDIS_HOST=r\nREDIS_BROKER_DB=1\nREDIS_RESULT_DB=2'), 'r:6379/1 | r:6379/2');
    assert.equal(said('REDIS_HOST=r\nREDIS_CACHE_DB=1'), 'r:6379/0 | r:6379/0');
  });

  it('the Redis of a .env file is a URL under the names of providers', () => {
    for (const name of [
      'REDIS_TLS_URL',
      'REDISCLOUD_URL',
      'REDISTOGO_URL',
      'REDISGREEN_URL',
      'UPSTASH_REDIS_URL',
      'REDIS_PUBLIC_URL',
      'VALKEY_URL',
      'AZURE_REDIS_CONNECTIONSTRING',
      'HEROKU_REDIS_GREEN_URL',
      'CELERY_REDIS_URL',
      'REDIS_URI',
    ])
      assert.equal(said(`${name}=rediss://:pw@r:7001/1`), 'r:7001/1 TLS | r:7001/1 TLS', name);
    assert.equal(said('REDIS_URL=redis://a\nREDIS_TLS_URL=rediss://a:6380'), 'a:6379/0 | a:6379/0');
    assert.equal(said('REDISCLOUD_URL=redis://a\nREDIS_HOST=a'), 'a:6379/0 | a:6379/0', 'they agree');
  });

  it('the Redis of a .env file gives broker and results by the names that say so', () => {
    for (const name of [
      'CELERY_BROKER_URL',
      'BROKER_URL',
      'CELERY_BROKER',
      'REDIS_BROKER_URL',
      'DJANGO_CELERY_BROKER_URL',
    ])
      assert.equal(said(`REDIS_URL=redis://r\n${name}=redis://b/1`), 'b:6379/1 | r:6379/0', name);
    for (const name of ['CELERY_RESULT_BACKEND', 'RESULT_BACKEND', 'CELERY_RESULT_BACKEND_URL', 'CELERY_BACKEND'])
      assert.equal(said(`REDIS_URL=redis://r\n${name}=redis://b/1`), 'r:6379/0 | b:6379/1', name);
    assert.equal(said('REDIS_URL=redis://r\nRESULT_BACKEND=django-db'), 'r:6379/0 | -');
    assert.equal(said('CELERY_BROKER=redis\nREDIS_HOST=r\nRESULT_BACKEND=redis'), 'r:6379/0 | r:6379/0');
    assert.equal(said('BROKER_TRANSPORT=redis\nBROKER_HOST=b\nBROKER_VHOST=/2'), 'b:6379/2 | -');
  });

  it('the Redis of a .env file is not the broker beside a RabbitMQ', () => {
    for (const name of ['CLOUDAMQP_URL', 'RABBITMQ_URL', 'AMQP_URL', 'BROKER_URL']) {
      const text = `REDIS_URL=redis://r\n${name}=amqp://u:hunter2@q/v`;
      assert.equal(said(text), 'q/v | r:6379/0', name);
    }
    assert.equal(said('CLOUDAMQP_URL=amqp://q\nCELERY_BROKER_URL=redis://b'), 'b:6379/0 | -');
    assert.match(why('BROKER_HOST=q\nREDIS_URL=redis://r'), /BROKER_HOST \(\.env\)/);
  });

  it('the Redis of a .env file is none where two of equal weight differ, and both are named', () => {
    assert.match(why('BROKER_URL=redis://a\nCELERY_BROKER=redis://b'), /CELERY_BROKER and BROKER_URL/);
    assert.match(why('REDISCLOUD_URL=redis://a\nREDIS_HOST=b'), /REDISCLOUD_URL and REDIS_\*/);
    assert.match(why('REDISCLOUD_URL=redis://a/1\nUPSTASH_REDIS_URL=rediss://a/2'), /REDISCLOUD_URL and UPSTASH/);
    assert.equal(said('REDISCLOUD_URL=redis://a\nREDIS_HOST=b'), 'unclear | unclear');
    assert.equal(said('BROKER_URL=redis://a\nCELERY_BROKER=redis://b\nREDIS_URL=redis://r'), 'unclear | r:6379/0');
    assert.equal(said('RESULT_BACKEND=redis://a\nCELERY_BACKEND=redis://b\nREDIS_URL=redis://r'), 'r:6379/0 | unclear');
    assert.equal(
      said('BROKER_URL=redis://a\nCELERY_BROKER=redis://b\nCELERY_BROKER_URL=redis://c'),
      'c:6379/0 | -',
      "Celery's own name decides",
    );
  });

  it('the name of the variable with the RabbitMQ may be in a variable', () => {
    const urls = 'RMQ_URL=amqp://u:hunter2@one/v\nCLOUDAMQP_URL=amqp://u:hunter2@two/v\nREDIS_URL=redis://r';
    assert.equal(said(`${urls}\nRMQ_URL_KEY=RMQ_URL`), 'one/v | r:6379/0');
    assert.equal(said(urls), 'two/v | r:6379/0');
    assert.equal(said(`${urls}\nRMQ_URL_KEY=`), 'r:6379/0 | r:6379/0', 'apiv2 looks up a variable without a name');
    assert.equal(said(`RMQ_URL=\n${urls.slice(urls.indexOf('\n') + 1)}\nRMQ_URL_KEY=RMQ_URL`), 'r:6379/0 | r:6379/0');
    assert.equal(said(`${urls}\nRMQ_URL_KEY=NOT_THERE`), 'r:6379/0 | r:6379/0', 'then the project uses its Redis');
    assert.equal(said(`${urls}\nRMQ_URL_KEY=amqp://x`), 'r:6379/0 | r:6379/0');
    assert.equal(said(`${urls}\nRMQ_URL_KEY=RMQ_URL\nCELERY_BROKER_URL=redis://b`), 'b:6379/0 | r:6379/0');
  });

  it('the environment names a RabbitMQ by the same names, and its Redis keeps the results', () => {
    const servers = (variables: Record<string, string>): string => {
      const entry = profileFromVariables(
        { DATABASE_URL: 'postgres://u@h/d', ...variables },
        'environment',
        'environment',
      );
      assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
      return [entry.broker, entry.results]
        .map((one) => (one === undefined ? '-' : one instanceof Problem ? 'unclear' : celeryAddress(one)))
        .join(' | ');
    };
    const redis = { REDIS_URL: 'redis://r' };
    for (const name of ['CELERY_BROKER_URL', 'BROKER_URL', 'CLOUDAMQP_URL', 'RABBITMQ_URL', 'AMQP_URL'])
      assert.equal(servers({ ...redis, [name]: 'amqp://u:hunter2@q/v' }), 'q/v | r:6379/0', name);
    const two = { ...redis, RMQ_URL: 'amqp://one/v', CLOUDAMQP_URL: 'amqp://two/v' };
    assert.equal(servers(two), 'two/v | r:6379/0');
    assert.equal(servers({ ...two, RMQ_URL_KEY: 'RMQ_URL' }), 'one/v | r:6379/0');
    assert.equal(servers({ ...two, RMQ_URL_KEY: '' }), 'r:6379/0 | r:6379/0');
    assert.equal(servers({ ...two, RMQ_URL_KEY: 'NOT_THERE' }), 'r:6379/0 | r:6379/0');
    assert.equal(servers({ ...redis, BROKER_URL: 'redis://other' }), 'r:6379/0 | r:6379/0');
  });

  it('the address of the management API of a RabbitMQ comes along', () => {
    const { broker } = profile('AMQP_URL=amqp://u:p@q/v\nCELERY_BROKER_MANAGEMENT_URL=https://mon:hunter2@m');
    assert.ok(broker && !(broker instanceof Problem) && isOther(broker));
    assert.equal(broker.managementUrlWithPassword, 'https://mon:hunter2@m');
    const none = profile('REDIS_URL=redis://r\nCELERY_BROKER_MANAGEMENT_URL=https://m').broker;
    assert.ok(none && !(none instanceof Problem) && !isOther(none));
  });

  it('the Redis of a .env file that merely looks like one is named and not read', () => {
    for (const name of ['CACHE_URL', 'CACHE_REDIS_URL', 'CHANNEL_LAYERS_URL', 'KV_URL', 'SESSION_REDIS_URL']) {
      const text = `${name}=redis://:hunter2@cache.example`;
      assert.equal(said(text), 'unclear | -', name);
      assert.match(why(text), new RegExp(`${name} \\(\\.env\\).* is not read.*CELERY_BROKER_URL`));
      assert.equal(said(`${text}\nREDIS_URL=redis://r`), 'r:6379/0 | r:6379/0', 'nothing is said beside a Redis');
    }
    assert.match(why('REDIS_PASSWORD=hunter2'), /REDIS_PASSWORD/);
    assert.match(why('REDIS_SENTINELS=a:1,b:2\nMY_REDIS_HOST=x'), /REDIS_SENTINELS and MY_REDIS_HOST \(\.env\) look/);
    assert.match(why('UPSTASH_REDIS_REST_URL=https://x.upstash.io'), /UPSTASH_REDIS_REST_URL/);
    assert.equal(said('DEBUG=1\nEMAIL_HOST=x\nUSE_REDIS=true'), '- | -');
  });

  it('the Redis of a .env file has a secret that is known when it is put together', () => {
    forgetSecrets();
    profile('REDIS_HOST=r\nREDIS_AUTH_TOKEN=Zx9!longsecret77');
    assert.equal(redact('it says Zx9!longsecret77'), 'it says ***');
  });

  it('the Redis of a .env file is not looked for under such names in the environment', () => {
    const entry = profileFromVariables(
      { DATABASE_URL: 'postgres://u@h/d', REDIS_HOST: 'r', BROKER_URL: 'redis://b', CACHE_URL: 'redis://c' },
      'environment',
      'environment',
    );
    assert.ok(entry && !isBroken(entry));
    assert.ok(!('broker' in entry) && !('results' in entry));
  });
});
