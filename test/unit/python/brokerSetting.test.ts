import assert from 'node:assert/strict';
import { brokerSettings, findBrokerSetting } from '../../../src/python/brokerSetting';
import type { SourceFiles } from '../../../src/python/model';

function settings(text: string) {
  return brokerSettings(text, 'settings.py').map(({ place, name, variables, url }) => ({
    line: place.line + 1,
    name,
    from: variables.join(),
    url,
  }));
}

function files(texts: Readonly<Record<string, string>>, read: string[] = []): SourceFiles {
  return {
    find: () => Promise.resolve([]),
    python: () => Promise.resolve(Object.keys(texts)),
    read: (file) => {
      read.push(file);
      return Promise.resolve(texts[file] ?? '');
    },
    path: (file) => file,
  };
}

const quiet = new AbortController().signal;

describe('python/brokerSetting', () => {
  it('names the variable that a setting of Django takes the URL from, in every usual way', () => {
    const ways: readonly (readonly [string, string, string | undefined])[] = [
      ['CELERY_BROKER_URL = os.getenv("MY_REDIS")', 'MY_REDIS', undefined],
      ['CELERY_BROKER_URL = os.environ["MY_REDIS"]', 'MY_REDIS', undefined],
      ['CELERY_BROKER_URL = os.environ.get("MY_REDIS", "redis://r:6379/1")', 'MY_REDIS', 'redis://r:6379/1'],
      ['CELERY_BROKER_URL = env("MY_REDIS", default="redis://r/0")', 'MY_REDIS', 'redis://r/0'],
      ['CELERY_BROKER_URL: str = env.str("MY_REDIS")', 'MY_REDIS', undefined],
      ['BROKER_URL = config("MY_REDIS")', 'MY_REDIS', undefined],
      ['SHOP_BROKER_URL = getenv(\n    "MY_REDIS",\n)', 'MY_REDIS', undefined],
      [
        "CELERY_BROKER_URL = f\"redis://{os.getenv('MY_HOST')}:{os.getenv('MY_PORT')}/0\"",
        'MY_HOST,MY_PORT',
        undefined,
      ],
      ['CELERY_BROKER_URL = os.getenv("FIRST") or os.getenv("SECOND")', 'FIRST,SECOND', undefined],
    ];
    for (const [text, from, url] of ways) {
      const [found, ...more] = settings(`import os\n${text}\n`);
      assert.deepEqual([found?.line, found?.from, found?.url, more.length], [2, from, url, 0], text);
    }
  });

  it('follows a name to where it is set, and ends in a circle', () => {
    assert.deepEqual(settings('REDIS = env("MY_REDIS")\nCELERY_BROKER_URL = REDIS\n'), [
      { line: 2, name: 'CELERY_BROKER_URL', from: 'MY_REDIS', url: undefined },
    ]);
    assert.deepEqual(settings('A = B\nB = A\nCELERY_BROKER_URL = A\n')[0]?.from, '');
    assert.deepEqual(settings('CELERY_BROKER_URL = CELERY_BROKER_URL or "redis://r/0"\n')[0]?.url, 'redis://r/0');
  });

  it('reads what the Celery app is given', () => {
    assert.deepEqual(settings('app = Celery("shop", broker="amqp://guest@rabbit//")\n'), [
      { line: 1, name: 'broker', from: '', url: 'amqp://guest@rabbit//' },
    ]);
    assert.equal(settings('app.conf.broker_url = "sqs://"\n')[0]?.name, 'app.conf.broker_url');
    assert.equal(settings('app.conf.update(\n  broker_url=os.environ["MY_REDIS"],\n)\n')[0]?.from, 'MY_REDIS');
  });

  it('takes no other text for it', () => {
    const others = [
      '# CELERY_BROKER_URL = os.getenv("MY_REDIS")',
      'print("CELERY_BROKER_URL")',
      'if CELERY_BROKER_URL == "x": pass',
      'CELERY_BROKER_TRANSPORT_OPTIONS = {"a": os.getenv("MY_REDIS")}',
      'notes = """\nCELERY_BROKER_URL = os.getenv("MY_REDIS")\n"""',
      'send(broker="redis://r/0")',
    ];
    for (const text of others) assert.deepEqual(settings(`${text}\n`), [], text);
    assert.deepEqual(settings('CELERY_BROKER_URL = make_url("x", 1)\n')[0]?.from, '');
    assert.deepEqual(settings('CELERY_BROKER_URL = ('), [
      { line: 1, name: 'CELERY_BROKER_URL', from: '', url: undefined },
    ]);
  });

  it('looks only into files that are likely to say it, settings first and tests last', async () => {
    const read: string[] = [];
    const found = await findBrokerSetting(
      files(
        {
          'a/models.py': 'CELERY_BROKER_URL = "redis://no/0"',
          'tests/settings.py': 'CELERY_BROKER_URL = "memory://"',
          'config/celery_app.py': 'app.config_from_object("django.conf:settings", namespace="CELERY")',
          'config/settings/base.py': 'CELERY_BROKER_URL = env("MY_REDIS")',
        },
        read,
      ),
      quiet,
    );
    assert.deepEqual([found?.place.file, found?.variables], ['config/settings/base.py', ['MY_REDIS']]);
    assert.ok(!read.includes('a/models.py'));
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${String(at)}/settings.py`, 'X = 1']));
    read.length = 0;
    assert.equal(await findBrokerSetting(files(many, read), quiet), undefined);
    assert.equal(read.length, 60);
  });
});
