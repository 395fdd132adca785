/** No text keeps a reader busy, whatever stands in it. */
import { echo } from '../../src/base/quoteInput';
import { oneLineJson } from '../../src/base/jsonText';
import { parseHours } from '../../src/model/parameters';
import { parseStatuses } from '../../src/tables/parameters';
import { escapeUnsafe } from '../../src/base/unsafeText';
import { profileFromVariables, profilesFromSettings } from '../../src/connect/profile';
import { readCeleryUrl } from '../../src/connect/celeryUrl';
import { readEnvFile } from '../../src/connect/env/envFile';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { withoutPassword } from '../../src/connect/postgres/withoutPassword';
import { boundQueues } from '../../src/brokers/redis/queues/bindings';
import { isoSeconds } from '../../src/wire/celeryTime';
import { managerIdInRepr } from '../../src/wire/kwargsRepr';
import { readListItem, readTaken } from '../../src/brokers/redis/queues/message';
import { parsePythonJson } from '../../src/wire/pythonJson';
import { effectRulesOf } from '../../src/effects/rulesFile';
import { readResultPayload } from '../../src/results/payload';
import { possibleWorkers } from '../../src/brokers/redis/workers/clients';
import { decodeReply } from '../../src/brokers/redis/workers/envelope';
import { readHeartbeats } from '../../src/brokers/redis/workers/heartbeats';
import { allTasksAreJson } from '../../src/brokers/redis/workers/jsonOnly';
import { registeredTask } from '../../src/brokers/workers/registered';
import { logOutline } from '../../src/report/logOutline';
import { code, codeBlock, plain } from '../../src/report/markdownText';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { neverSlow } from './support/speed';

describe('speed', () => {
  neverSlow('JSON of Python', [['{"a": NaN, "b": "', '']], parsePythonJson);
  neverSlow('messages', [['{"headers": {"kwargsrepr": "{', '"}}']], (text) => [
    readListItem(Buffer.from(text)),
    readTaken(Buffer.from(text)),
  ]);
  neverSlow('kwargsrepr', [['{', '}']], managerIdInRepr);
  neverSlow('times', [['2026-11-23T12:00:00', '']], isoSeconds);
  neverSlow(
    'bindings',
    [['a', 'b']],
    (member) => boundQueues([{ exchange: 'celery', members: [member, 'celery::celery'] }]).queues,
  );
  neverSlow(
    'results',
    [
      ['status: ', ''],
      ['{"result": "', '"}'],
    ],
    (text) => readResultPayload(Buffer.from(text)),
  );
  neverSlow(
    'names of tasks',
    [
      ['shop.tasks.send [', ''],
      ['a [', ']'],
    ],
    (text) => [registeredTask(text), allTasksAreJson([text])],
  );
  neverSlow('replies', [], (text) => decodeReply(Buffer.from(text)));
  neverSlow('channels', [['/', '.celeryev/worker.heartbeat']], (channel) =>
    readHeartbeats([{ channel, data: Buffer.from('{}') }], 0, ['']),
  );
  neverSlow('client lists', [['id=1 cmd=client|list ', '']], (text) => possibleWorkers(text, 0, 30));
  neverSlow(
    'PostgreSQL URLs',
    [
      ['postgres://', ''],
      ['postgres://u:p@h/d?', ''],
      ['postgres://u:', '@h/d#'],
    ],
    (url) => parsePostgresUrl(url, 'DATABASE_URL'),
  );
  neverSlow(
    'Redis URLs',
    [
      ['redis://', ''],
      ['redis://:p@h/0?', ''],
      ['rediss://:', '@h:1/0#'],
    ],
    (url) => parseRedisUrl(url, 'REDIS_URL'),
  );
  neverSlow(
    'Celery URLs',
    [
      ['db+', ''],
      ['amqp://', ''],
      ['redis://', '#'],
    ],
    (url) => readCeleryUrl(url, 'broker', 'CELERY_BROKER_URL'),
  );
  neverSlow(
    'URLs without passwords',
    [
      ['postgres://u:', '#'],
      ['redis://h?', ''],
    ],
    (text) =>
      // What is longer was refused when it was read.
      withoutPassword(text.slice(0, 8192)),
  );
  neverSlow('connections of settings', [['redis://', '#']], (text) =>
    profilesFromSettings([{ name: text, databaseUrl: 'postgres://u@h/d', redisUrl: text, brokerUrl: text }]),
  );
  neverSlow('variables', [['postgres://u:', '@h/d#']], (text) =>
    profileFromVariables({ DATABASE_URL: text, REDIS_URL: text }, 'env-file', '.env'),
  );
  neverSlow(
    '.env files',
    [
      ['A=', ''],
      ['A="', ''],
      ['A=a#', ''],
      ['export ', '=('],
    ],
    readEnvFile,
  );
  neverSlow('what errors repeat', [['a://', '"']], echo);
  neverSlow('hours', [['9', 'x']], (text) => parseHours(text, 'hours'));
  neverSlow('statuses', [], (text) => parseStatuses(text, 'statuses'));
  neverSlow('unsafe text', [], escapeUnsafe);
  neverSlow(
    'arguments',
    [
      ['{"', '": 1}'],
      ['{"a": "', '"}'],
    ],
    (text) => oneLineJson(text, ['password', 'ssn']),
  );
  neverSlow(
    'effect rules',
    [
      ['[{"task": "', '"}]'],
      ['{"', '": 1}'],
    ],
    (text) => effectRulesOf(text, 'effects.json'),
  );
  neverSlow('saved reports', [['{"schemaVersion": 1, "taskTypes": [{"samples": [{"arguments": "', '"}]}]}']], (text) =>
    readDiagnosis(text, 'report.json'),
  );
  neverSlow('Markdown', [], (text) => [plain(text), code(text), codeBlock(text, '  ')]);
  neverSlow('the outline of logs', [['Task: a\nCount: 1\n', '']], logOutline);
});
