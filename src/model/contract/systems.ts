import * as v from 'valibot';
import { about, object, published, type Shape } from '../../base/shape';
import { CONDITION_KINDS } from '../brokerWords';
import { GAP_KINDS, GAP_SETTINGS, SOURCE_STATES, type GapSetting } from '../sourceWords';
import {
  amount,
  flag,
  flagOrNull,
  size,
  sizeOrNull,
  text,
  textOrNull,
  timeOrNull,
  whole,
  wholeAmount,
  words,
} from './values';

/** A later release may know more kinds and settings: its exports open all the same. */
const gapKind = published(
  v.pipe(
    text,
    v.transform((written) => GAP_KINDS.find((kind) => kind === written) ?? 'other'),
  ),
  { enum: GAP_KINDS },
);
const gapSetting = published(
  v.pipe(
    text,
    v.transform((written) => GAP_SETTINGS.find((setting) => setting === written)),
  ),
  { enum: GAP_SETTINGS },
);

const conditionKind = published(
  v.pipe(
    text,
    v.transform((written) => CONDITION_KINDS.find((kind) => kind === written) ?? 'other'),
  ),
  { enum: CONDITION_KINDS },
);

export const sourceGap = object({
  kind: gapKind,
  setting: v.exactOptional(
    // An unknown setting is left out.
    about('The setting that would let it be read.', gapSetting as Shape as Shape<GapSetting>),
  ),
  says: about('A clause without a full stop.', text),
});

export const sourceReport = object({
  name: words,
  state: about('partial: it was read, and something of it could not be; gaps say what.', v.picklist(SOURCE_STATES)),
  // For people: no code decides anything by it.
  detail: about('What was read, or why it could not be; never a password.', text),
  gaps: v.exactOptional(
    about(
      'What the source could not tell. Of the source postgres, the kinds row-security, view, other-server, other-schemas and not-known mean that rows may be missing from every number.',
      v.array(sourceGap),
    ),
  ),
});

export const postgresFacts = object({
  serverVersion: about('As the server prints it.', text),
  address: about('host:port/database, never with a password.', text),
  table: about('Schema-qualified and quoted as SQL needs it.', text),
  estimatedRows: about(
    "The planner's estimate of all rows; null where the table was never analyzed.",
    v.nullable(wholeAmount),
  ),
  tableBytes: about('Size of the rows on disk; 0 for a view.', wholeAmount),
  replica: about('A read replica: its rows can lag behind the primary.', flag),
});

export const redisServer = about(
  'A Redis server that was read; what it did not tell is null.',
  object({
    address: about('host:port/db, never with a password.', text),
    role: v.picklist(['broker and results', 'broker', 'results']),
    product: v.exactOptional(about('What the server is called where it is not Redis: Valkey, KeyDB, Dragonfly.', text)),
    /** Of that product. */
    version: textOrNull,
    startedAt: timeOrNull,
    usedMemoryBytes: v.nullable(wholeAmount),
    maxMemoryBytes: about('0: no limit.', v.nullable(wholeAmount)),
    evictionPolicy: textOrNull,
    evictedKeys: sizeOrNull,
    flushes: about('FLUSHDB and FLUSHALL calls since the server started.', sizeOrNull),
    appendOnly: flagOrNull,
    lastSaveAt: timeOrNull,
    replica: flagOrNull,
  }),
);

export const brokerCondition = about(
  'Something about the broker that keeps tasks from running, loses them, or says where their messages may be.',
  object({
    kind: about(
      'consumer-timeout, delivery-limit, queue-expires and messages-expire are rules of a queue that holds messages; the others were observed. global-qos, mailboxes-refused, eta-blocked and unroutable are possible explanations of what was observed.',
      conditionKind,
    ),
    queue: v.exactOptional(about('The queue that it is about; absent where it is about the server or a worker.', text)),
    worker: v.exactOptional(about('The worker that it is about.', text)),
    node: v.exactOptional(about('The node of the cluster that it is about.', text)),
    resource: v.exactOptional(about('Of an alarm: memory, disk, or what else the server calls it.', text)),
    policy: v.exactOptional(about('The policy of the queue, which a new one would replace.', text)),
    messages: v.exactOptional(about('At most so many messages are concerned.', size)),
    seconds: v.exactOptional(
      about(
        'A timeout, how long messages or the queue are kept, or how long a delayed message waits at least.',
        amount,
      ),
    ),
    limit: v.exactOptional(about('So many deliveries of one message are allowed, or so many messages held.', size)),
    says: about('One sentence.', text),
  }),
);

export const brokerServer = about(
  'The server of the broker, where it is no Redis; what it did not tell is null.',
  object({
    kind: v.picklist(['rabbitmq']),
    product: text,
    version: textOrNull,
    address: about('host:port/virtual host, never with a password.', text),
    readBy: about('By its management API, or by AMQP alone, which shows less.', v.picklist(['management', 'amqp'])),
    management: v.exactOptional(about('The address of its management API, never with a password.', text)),
    user: text,
    blocked: about(
      'Why publishers are blocked, as clauses; empty where they are not, null where that is not known.',
      v.nullable(v.array(text)),
    ),
    conditions: v.exactOptional(v.array(brokerCondition)),
  }),
);

export const queue = object({
  name: text,
  length: about('Messages over all priority lists.', size),
  priorities: about(
    'Priority lists that hold messages, most urgent first; on Redis 0 is the most urgent.',
    v.array(object({ priority: whole, length: size })),
  ),
  unacked: about('Messages of this queue that workers took and have not acknowledged.', size),
  readyOnly: v.exactOptional(
    about('Only its waiting messages were counted: unacked is 0 because it is not known.', v.literal(true)),
  ),
  consumed: about('Whether a worker consumes it; null where that is not known.', flagOrNull),
  keeps: v.exactOptional(
    about(
      'What else the queue is for than tasks that wait their turn: messages that another queue rejected or let expire, or tasks that wait for their time.',
      v.picklist(['dead-letters', 'delayed']),
    ),
  ),
  type: v.exactOptional(about('On RabbitMQ: classic, quorum or stream.', text)),
  state: v.exactOptional(about('On RabbitMQ: absent where the queue works, else what it is called.', text)),
  consumers: v.exactOptional(about('On RabbitMQ: consumers of the queue; null where that is not known.', sizeOrNull)),
  numbersAgeSeconds: v.exactOptional(
    about('How old its numbers may have been when they were read: 0 are those of that moment.', amount),
  ),
  arguments: v.exactOptional(
    about(
      'On RabbitMQ: the arguments of the queue and of its policy that decide about messages.',
      v.record(text, v.union([text, v.number(), flag])),
    ),
  ),
});

export const worker = about(
  'A Celery worker; what it did not tell is null.',
  object({
    name: text,
    /** Whether it answered, only its heartbeat was heard, or only its connection to the broker was seen. */
    seen: v.picklist(['answered', 'heartbeat', 'connected']),
    queues: v.nullable(v.array(text)),
    active: sizeOrNull,
    reserved: sizeOrNull,
    scheduled: sizeOrNull,
    concurrency: sizeOrNull,
    uptimeSeconds: v.nullable(amount),
    unacked: v.exactOptional(
      about('Messages that it took and has not acknowledged; absent where the broker does not say.', size),
    ),
  }),
);

const serverCost = {
  connections: size,
  receivedBytes: about('Over the line; null: not counted.', sizeOrNull),
  waitedMs: about('How long an answer was waited for.', wholeAmount),
};

const commandCost = {
  ...serverCost,
  commands: size,
  longestWaitMs: about('For an answer, of one command or of several that were sent together.', wholeAmount),
};

/** What one check asked of one kind of server, over all connections to it. */
export const serverCostShape = object(serverCost);

export const cost = about(
  'What the check cost. Absent in exports of older versions.',
  object({
    steps: about(
      'In the order of the check; ms until the next one began.',
      v.array(object({ name: words, ms: wholeAmount })),
    ),
    postgres: about(
      "The tasks' database, and that of the results where it is another one.",
      object({
        ...serverCost,
        connections: about('One after the other.', size),
        queries: about('Messages with statements; without those that open and end a transaction.', size),
        rows: about('Rows that came back.', size),
        longestQueryMs: wholeAmount,
      }),
    ),
    redis: v.exactOptional(
      about('With checkExecution: broker and results together; absent where none was contacted.', object(commandCost)),
    ),
    rabbitmq: v.exactOptional(
      about(
        'With checkExecution, where the broker is RabbitMQ: commands are requests to its management API; absent where it was not contacted.',
        object(commandCost),
      ),
    ),
  }),
);
