/**
 * What a check sees of a world: through the product's own readers wherever they are pure, so that a world is judged by what really would be
 * read of it. What is known of a row is put together in `factsOf`: a new field of RowFacts or World is one line there, or in `look`.
 */
import { marksOf } from '../../../src/base/argumentMarks';
import { plainNames } from '../../../src/tables/celeryNames';
import { type CeleryNames } from '../../../src/model/celeryNames';
import { whyElsewhere } from '../../../src/verdicts/wrongBroker';
import { seenById, seenByNumber } from '../../../src/check/seenOutside';
import { toStuckRow } from '../../../src/tables/taskManager/rowState';
import { sessionsNotRead } from '../../../src/tables/sessions';
import { readBroker } from '../../../src/brokers/redis/queues/readBroker';
import type {
  BrokerView,
  ResultRecord,
  RowFacts,
  StuckRow,
  TypeHistory,
  WorkersView,
  World as Known,
} from '../../../src/model/facts';
import type { EffectSign, Twin } from '../../../src/model/effectFacts';
import type { SaveKind, SessionSave, SessionSign, SessionsView } from '../../../src/model/sessionFacts';
import { onReplica } from '../../../src/brokers/redis/replica';
import { lossesOf } from '../../../src/brokers/redis/server';
import type { RedisBrokerView } from '../../../src/brokers/redis/views';
import type { RedisServer } from '../../../src/model/diagnosis';
import { readResultPayload } from '../../../src/results/payload';
import { joinAnswers } from '../../../src/brokers/redis/workers/answers';
import { possibleWorkers } from '../../../src/brokers/redis/workers/clients';
import type { Answer } from '../../../src/brokers/workers/answer';
import type { Method } from '../../../src/brokers/workers/questions';
import { viewWorkers } from '../../../src/brokers/redis/workers/view';
import { MOVING_SECONDS, publishedNotBegun, PUBLISHING_SECONDS } from '../../../src/causes/helpers';
import type { Verdict } from '../../../src/model/verdict';
import type { Random } from '../../support/random';
import { redisOf } from '../support/redis';
import type { Effect, Row } from './database';
import { iso, type Message } from './redisModel';
import type { Story } from './story';
import { nameOf } from './tasks';
import type { World } from './world';
import type { Worker } from './worker';
import { earned, ENOUGH_KNOWN } from '../../../src/effects/limits';
import type { Earned } from '../../../src/model/ruleTest';

const { signal } = new AbortController();

/** How a check is made. */
export interface Look {
  readonly asks: boolean;
  readonly listens: boolean;
  /** CLIENT LIST is shown. */
  readonly clientsShown: boolean;
  readonly hours: number;
  /** Messages that are read at most. */
  readonly mostMessages: number;
  /** INFO is given. */
  readonly infoShown: boolean;
  readonly resultsRead: boolean;
  readonly sessionsRead: boolean;
  readonly statements: 'whole' | 'cut' | 'bound';
  readonly replica: boolean;
  /** Seconds between reading the broker, the workers and the rows. */
  readonly pauses: readonly [toWorkers: number, toRows: number];
  /** Broker settings point to a Redis that these tasks never used, or no longer use. */
  readonly wrongRedis: boolean;
  readonly shown: boolean;
}

export function makeLook(random: Random): Look {
  const chance = (part: number): boolean => random.next() < part;
  return {
    asks: chance(0.6),
    listens: chance(0.7),
    clientsShown: chance(0.9),
    hours: random.pick([0, 0, 0, 0.2, 1]),
    mostMessages: chance(0.97) ? 100_000 : 3,
    infoShown: chance(0.9),
    resultsRead: chance(0.95),
    sessionsRead: chance(0.85),
    statements: random.pick(['whole', 'whole', 'whole', 'whole', 'cut', 'bound'] as const),
    replica: chance(0.02),
    pauses: [random.pick([0.1, 4]), random.pick([0.05, 3])],
    wrongRedis: chance(0.05),
    shown: chance(0.6),
  };
}

/** A row that was judged: what was seen of it and of the world, and what is true. */
export interface Case {
  readonly facts: RowFacts;
  readonly known: Known;
  readonly truth: ReadonlySet<Verdict>;
  readonly story: Story;
}

/** One check. The world goes on while it looks. */
export async function check(world: World, look: Look): Promise<Case[]> {
  const { simulation, database, application } = world;
  const truths = new Map<Story, Set<Verdict>>();
  const remember = (): void => {
    for (const story of database.stories.values())
      truths.set(story, new Set([...(truths.get(story) ?? []), ...world.truth(story)]));
  };
  remember();
  const broker = await seeBroker(world, look);
  simulation.run(simulation.now + look.pauses[0]);
  remember();
  const workers = seeWorkers(world, look, broker);
  simulation.run(simulation.now + look.pauses[1]);
  remember();
  const now = simulation.now + world.skew;
  const rows = world.copied ? world.copied.rows : [...database.rows.values()];
  // Of those from before anything went wrong a few are enough.
  const judged = rows.filter(({ createdAt, id }) => createdAt >= world.began - 3600 || id % 16 === 0);
  const stuck = judged
    .filter(
      ({ status, lastRun }) =>
        !['DONE', 'CANCELLED', 'REVERSED'].includes(status) && lastRun <= now - look.hours * 3600,
    )
    .map(stuckRow);
  const views = look.replica ? onReplica(broker, workers) : { broker, workers };
  const result = (taskId: string): ResultRecord | null => {
    const text = look.resultsRead ? application.results.read(taskId) : undefined;
    return text === undefined ? null : { backend: 'redis', ...readResultPayload(Buffer.from(text)) };
  };
  const histories = historiesOf(rows);
  const resultSeen =
    world.oneRedis && !look.wrongRedis && stuck.some(({ taskId }) => taskId !== '' && result(taskId) !== null);
  const names = new Set(stuck.map(({ taskModule, taskName }) => `${taskModule}.${taskName}`));
  const celery = plainNames(names, broker, workers.registered);
  const known: Known = {
    now,
    ...views,
    results: { name: 'results', state: 'ok', detail: 'Redis' },
    effects: { name: 'effects', state: 'ok', detail: 'rules' },
    losses: lossesOf(look.infoShown ? redisServer(world) : null),
    histories,
    sessions: sessionsOf(world, look),
    elsewhere: whyElsewhere(
      {
        workers: views.workers,
        contents: broker.contents,
        histories,
        resultSeen,
        messageSeen: celery.ours,
        arrivedTogether:
          world.copied !== null &&
          stuck.length >= 20 &&
          !stuck.some(({ id, taskId }) => broker.find({ id, taskId }).some((one) => one.taskId === taskId)),
      },
      now,
    ),
  };
  const about: About = { world, look, known, rows, result, celery, earned: earnedBy(world, rows, broker, now) };
  return stuck.map((row) => {
    const story = database.stories.get(row.id)!;
    return { facts: factsOf(row, about), known, truth: truths.get(story)!, story };
  });
}

/** What the facts of every row are made from. */
interface About {
  readonly world: World;
  readonly look: Look;
  readonly known: Known;
  readonly rows: readonly Row[];
  readonly celery: CeleryNames;
  readonly result: (taskId: string) => ResultRecord | null;
  /** What the effect rules earned, by task type. */
  readonly earned: ReadonlyMap<string, EarnedClaims>;
}

function factsOf(row: StuckRow, about: About): RowFacts {
  const { world, look, rows, result } = about;
  const { broker, workers } = about.known;
  const { args } = rows.find(({ id }) => id === row.id)!;
  const seen =
    seenById(row, { broker, workers }) ??
    seenByNumber(row, { broker, workers }, { names: about.celery, arguments: marksOf(args, {}) });
  const { messages, tasks } = seen;
  const nowhere = messages.length + tasks.length === 0;
  const asksTwin = !row.runs.published || (publishedNotBegun(row) && nowhere && look.shown);
  const found = nowhere || look.shown ? effectOf(world, row, rows) : null;
  const effect = found && limitedTo(about.earned.get(typeName(row)), found);
  const asksRival = effect?.says === 'executed' || effect?.says === 'failed';
  return {
    ...seen,
    session: sessionOf(row, about),
    result: row.taskId === '' ? null : result(row.taskId),
    effect,
    twin: asksTwin ? twinOf(row, rows) : null,
    rival: asksRival ? rivalOf(row, rows) : null,
  };
}

function stuckRow(row: Row): StuckRow {
  const { id, taskModule, taskName, status, taskId, managerIdInArguments, attempts, currentPage, totalPages, killed } =
    row;
  const { lastRun, createdAt, startedAt, updatedAt, message, exception } = row;
  const kind =
    message === null ? 'null' : message === '' ? 'empty' : message.startsWith('Circuit') ? 'circuit-open' : 'text';
  return toStuckRow({
    ...{ id, taskModule, taskName, status, taskId, attempts, lastRun, createdAt, startedAt, updatedAt },
    library: {
      ...{ kind: 'celery-task-manager', managerIdInArguments, message: kind, currentPage, totalPages, killed },
      exception: exception !== null,
    },
  });
}

/** As readSessions reads the last statements of the sessions. */
function sessionsOf(world: World, look: Look): SessionsView {
  if (!look.sessionsRead || world.copied) return sessionsNotRead({ kind: 'forbidden', says: 'not allowed' });
  const { database, skew } = world;
  const beforeBodies = [...database.sessions].filter(
    ({ lastSave }) => lastSave && kindOf(lastSave.row) === 'before-body',
  );
  // Its statements are cut before the row's id, or its values are parameters.
  if (look.statements !== 'whole') {
    const tasks = look.statements === 'cut' ? beforeBodies.map(({ lastSave }) => typeName(lastSave!.row)) : [];
    const untold = { tasks: new Set(tasks), anyTask: look.statements === 'cut' ? 0 : beforeBodies.length };
    return {
      ...sessionsNotRead({ kind: 'other', says: '' }),
      report: { name: 'sessions', state: 'ok', detail: '' },
      untold,
    };
  }
  const saves = [...database.sessions].flatMap((session): (SessionSave & { id: number })[] => {
    const { lastSave, beganAt, state } = session;
    const save = lastSave && kindOf(lastSave.row);
    if (!lastSave || !save) return [];
    return [
      { id: lastSave.row.id, save, state, wholeRow: true, closes: lastSave.at - beganAt < 10, at: lastSave.at + skew },
    ];
  });
  return {
    ...sessionsNotRead({ kind: 'other', says: '' }),
    report: { name: 'sessions', state: 'ok', detail: '' },
    doubt: database.pooled ? 'a pooler keeps sessions open after their clients are gone' : null,
    since: sinceOf(database, skew),
    killed: null,
    abandoned: null,
    find: ({ id }) => saves.filter((one) => one.id === id),
  };
}

/** As readSessions concludes, where nothing was ended by the server. */
function sinceOf({ sessions, pooled }: World['database'], skew: number): SessionsView['since'] {
  if (pooled) return null;
  const began = [...sessions].map(({ beganAt }) => beganAt + skew);
  return began.length === 0 ? 'none' : Math.min(...began);
}

function kindOf({ status, message }: Row): SaveKind | undefined {
  if (status === 'PENDING') return message === '' ? 'before-body' : message === null ? 'begun' : undefined;
  if (status === 'DONE') return 'done';
  return status === 'ERROR' || status === 'ABORTED' ? 'failed' : undefined;
}

function sessionOf(row: StuckRow, { known, world, look }: About): SessionSign | null {
  if (!look.sessionsRead || world.copied) return null;
  const saves = known.sessions.find(row);
  const { database } = world;
  const changing = [...database.sessions].some(({ transaction }) => transaction?.rows.has(row.id) === true);
  const state = changing ? ('in-progress' as const) : database.rolledBack.has(row.id) ? ('rolled-back' as const) : null;
  const touch = state && { state, by: changing ? ('change' as const) : null, alone: true };
  return saves.length > 0 || touch ? { saves, touch } : null;
}

/** As readHistories counts. */
function historiesOf(rows: readonly Row[]): Map<string, TypeHistory> {
  const histories = new Map<string, TypeHistory>();
  for (const name of new Set(rows.map(typeName))) {
    const all = rows.filter((row) => typeName(row) === name);
    const count = (is: (row: Row) => boolean): number => all.filter(is).length;
    const done = all.filter(({ status }) => status === 'DONE');
    const ended = all.filter(({ status }) => status === 'DONE' || status === 'ERROR');
    const pending = all.filter(({ status }) => status === 'PENDING');
    histories.set(name, {
      done: done.length,
      doneWithoutTaskId: done.filter(({ taskId }) => taskId === '').length,
      errors: count(({ status }) => status === 'ERROR'),
      lastRun: furthest(
        Math.max,
        ended.map(({ lastRun }) => lastRun),
      ),
      retried: count(({ status, attempts }) => ['DONE', 'ERROR', 'PENDING'].includes(status) && attempts >= 2),
      cutOff: pending.filter((row) => row.attempts <= 1 && row.message === '' && row.currentPage >= row.totalPages)
        .length,
      pagedDone: done.filter(({ totalPages }) => totalPages > 1).length,
      pagesLeft: pending.filter(({ currentPage, totalPages }) => currentPage >= 1 && currentPage < totalPages).length,
      shortestWait: furthest(
        Math.min,
        done.flatMap(({ startedAt, createdAt }) => (startedAt === null ? [] : startedAt - createdAt)),
      ),
      longestRun: furthest(
        Math.max,
        done.flatMap(({ startedAt, updatedAt }) => (startedAt === null ? [] : updatedAt - startedAt)),
      ),
    });
  }
  return histories;
}

function typeName({ taskModule, taskName }: Pick<Row, 'taskModule' | 'taskName'>): string {
  return `${taskModule}.${taskName}`;
}

function furthest(of: (...numbers: number[]) => number, numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : of(...numbers);
}

/** As findTwins finds them: the next row with the same type and arguments, made within a day. */
function twinOf(row: StuckRow, rows: readonly Row[]): Twin | null {
  const same = alike(row, rows);
  const next = same[same.findIndex(({ id }) => id === row.id) + 1];
  if (!next || next.createdAt > row.createdAt! + 86_400) return null;
  return { id: next.id, status: next.status, createdAt: next.createdAt };
}

/** As findRivals finds them: the next row with the same type and arguments, or one before that was saved after this one was made. */
function rivalOf(row: StuckRow, rows: readonly Row[]): Twin | null {
  const same = alike(row, rows);
  const at = same.findIndex(({ id }) => id === row.id);
  const before = same.slice(0, at).some(({ updatedAt }) => updatedAt >= row.createdAt!) ? same[at - 1] : undefined;
  const rival = same[at + 1] ?? before;
  return rival ? { id: rival.id, status: rival.status, createdAt: rival.createdAt } : null;
}

/** Rows with the same type and arguments, in the order in which they were made. */
function alike({ id, taskModule, taskName }: StuckRow, rows: readonly Row[]): Row[] {
  const args = String(rows.find((one) => one.id === id)!.args);
  return rows
    .filter((one) => one.taskModule === taskModule && one.taskName === taskName && String(one.args) === args)
    .sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
}

/** As a rule reads what the task left: by its arguments, and not from before the row was made. */
function effectOf({ application, database, copied }: World, row: StuckRow, rows: readonly Row[]): EffectSign | null {
  const type = application.typeOfRow(row);
  const { rule } = type;
  if (!rule) return null;
  const key = JSON.stringify(rows.find(({ id }) => id === row.id)!.args);
  const effects: readonly Effect[] = copied?.effects ?? database.effects;
  const found = effects.some((one) => one.task === nameOf(type) && one.key === key && one.at >= row.createdAt!);
  if (found) return { says: 'executed', strength: rule.strength };
  return { says: rule.absent, strength: 'likely' };
}

/** What the claims of a rule count for: that a task was executed, and that it was not. */
interface EarnedClaims {
  readonly ran: Earned;
  readonly notRun: Earned;
}

function limitedTo(claims: EarnedClaims | undefined, { says, strength }: EffectSign): EffectSign {
  if (says === 'cannot-say') return { says, strength };
  const least = claims?.[says === 'not-executed' ? 'notRun' : 'ran'] ?? 'likely';
  if (least === 'none') return { says: 'cannot-say', strength: 'likely' };
  return { says, strength: least === 'likely' ? least : strength };
}

/** As readKnownRows and EffectReader.test have it. A built-in rule has been right of 60 other tasks, of which the model has no rows. */
function earnedBy(world: World, rows: readonly Row[], broker: BrokerView, now: number): Map<string, EarnedClaims> {
  const waits = (row: StuckRow): boolean => {
    const messages = broker.find(row);
    if (!row.runs.published) return messages.length === 0 && now - row.lastRun >= PUBLISHING_SECONDS;
    const isKnown = publishedNotBegun(row) && row.createdAt !== null && now - row.createdAt >= MOVING_SECONDS;
    const isOwn = ({ taskId, place, redelivered }: (typeof messages)[number]): boolean =>
      taskId === row.taskId && place === 'queue' && !redelivered;
    return isKnown && messages.length > 0 && messages.every(isOwn);
  };
  const says = (row: Row): EffectSign['says'] | undefined => effectOf(world, stuckRow(row), rows)?.says;
  return new Map(
    [...new Set(rows.map(typeName))].map((name) => {
      const own = rows.filter((row) => typeName(row) === name);
      const { rule } = world.application.typeOfRow(stuckRow(own[0]!));
      const more = rule?.builtIn === true ? ENOUGH_KNOWN : 0;
      const notRun = own.filter((row) => waits(stuckRow(row)));
      const alarms = notRun.filter((row) => says(row) === 'executed');
      const counted = alarms.length > 0 ? notRun.filter((row) => rivalOf(stuckRow(row), rows) === null) : notRun;
      const done = own.filter(({ status }) => status === 'DONE');
      return [
        name,
        {
          ran: earned('proven', {
            looked: more + counted.length,
            wrong: counted.filter((row) => alarms.includes(row)).length,
          }).earned,
          notRun: earned('likely', {
            looked: more + done.length,
            wrong: done.filter((row) => says(row) === 'not-executed').length,
          }).earned,
        },
      ];
    }),
  );
}

async function seeBroker(world: World, { mostMessages, wrongRedis }: Look): Promise<RedisBrokerView> {
  const keys = wrongRedis
    ? { sets: new Map([['_kombu.binding.celery', [Buffer.from('celery\x06\x16\x06\x16celery')]]]), ...NOTHING }
    : (world.copied ? world.staging : world.redis).keys();
  return await readBroker(redisOf(keys), { maxMessages: mostMessages }, () => undefined, signal);
}

const NOTHING = { lists: new Map(), hashes: new Map(), scores: new Map() };

/** Workers that Redis has as clients of the broker that is looked at. */
function clientsOf(world: World, { wrongRedis }: Look): readonly Worker[] {
  if (wrongRedis || world.copied) return [];
  return world.workers.filter(
    ({ state, redis, connected, lines }) =>
      redis === world.redis && state !== 'dead' && ((state === 'up' && connected) || lines === 'open'),
  );
}

function seeWorkers(world: World, look: Look, { marks }: RedisBrokerView): WorkersView {
  const clients = clientsOf(world, look);
  const isWell = ({ state, connected, deaf }: Worker): boolean => state === 'up' && connected && !deaf;
  const hearing = clients.filter((worker) => isWell(worker) && worker.settings.remoteControl);
  const answers = look.asks ? answersOf(hearing, world) : null;
  const list = look.clientsShown
    ? possibleWorkers(
        [
          'id=1 name=celery-task-diagnostics idle=0 flags=N db=0 psub=0 cmd=client|list',
          ...clients.flatMap((one) => clientLines(one, isWell(one))),
        ].join('\n'),
        0,
        30,
      )
    : null;
  const open = list === null || list.takers + list.subscribers > 0;
  const question =
    answers === null ? open : list === null || list.takers > answers.receivers || (answers.receivers === 0 && open);
  const beating = clients.filter((worker) => isWell(worker) && worker.settings.heartbeats);
  const heard =
    (look.asks || look.listens) && question
      ? { workers: new Map(beating.map((one) => [one.settings.name, one.children.size] as const)), doubtful: false }
      : null;
  return viewWorkers(
    {
      clients: list,
      answers,
      askingFailed: null,
      heard,
      blocked: list === null ? clients.length : null,
    },
    marks,
  );
}

function clientLines({ settings, children, state }: Worker, well: boolean): string[] {
  const idle = well ? 0 : 120;
  const waiting = well && !(settings.solo && children.size > 0);
  const lines = [`id=2 name= idle=${String(idle)} flags=${waiting ? 'b' : 'N'} db=0 psub=0 cmd=brpop`];
  if (state === 'up' && well && settings.remoteControl)
    lines.push('id=3 name= idle=0 flags=P db=0 psub=1 cmd=psubscribe');
  return lines;
}

/** What the workers that hear answer to each question. */
function answersOf(hearing: readonly Worker[], world: World): ReturnType<typeof joinAnswers> {
  const answers = new Map<Method, Answer[]>();
  const add = (method: Method, worker: Worker, value: unknown): void => {
    answers.set(method, [...(answers.get(method) ?? []), { worker: worker.settings.name, value }]);
  };
  const { application } = world;
  for (const worker of hearing) {
    const { settings, children, reserved, scheduled, foreign, registered, revoked } = worker;
    if (settings.solo && children.size > 0) continue;
    add('ping', worker, { ok: 'pong' });
    add('active', worker, [
      ...[...children].map(({ message, startedAt }) => ({ ...taskInfo(message), time_start: startedAt })),
      ...foreign.map((message) => ({ ...taskInfo(message), time_start: world.simulation.now - 60 })),
    ]);
    add('reserved', worker, reserved.map(taskInfo));
    add(
      'scheduled',
      worker,
      scheduled.map((message) => ({ eta: iso(message.eta!), request: taskInfo(message) })),
    );
    add(
      'active_queues',
      worker,
      settings.queues.map((name) => ({ name })),
    );
    add(
      'registered',
      worker,
      [...(registered ?? application.types.map(({ celeryName }) => celeryName))].map(
        (name) => `${name} [serializer=json]`,
      ),
    );
    add('revoked', worker, [...revoked]);
    const { separator: sep, steps, unacked } = application.layout;
    const own = {
      visibility_timeout: application.visibilityTimeout,
      sep,
      priority_steps: steps,
      unacked_key: unacked,
      unacked_index_key: `${unacked}_index`,
    };
    add('stats', worker, {
      pool: { 'max-concurrency': settings.concurrency },
      uptime: 60,
      broker: { transport_options: settings.foreign ? {} : own },
    });
  }
  return joinAnswers([{ prefix: '', receivers: hearing.length, answers, spared: [], unreadable: 0 }]);
}

function taskInfo({ taskId, task, args, kwargs }: Message): Record<string, unknown> {
  return { id: taskId, name: task, args, kwargs };
}

function redisServer({ redis, oneRedis, simulation }: World): RedisServer {
  return {
    address: 'localhost:6379/0',
    role: oneRedis ? 'broker and results' : 'broker',
    version: '7.0.15',
    startedAt: new Date(redis.startedAt * 1000).toISOString(),
    usedMemoryBytes: 1e6,
    maxMemoryBytes: 0,
    evictionPolicy: redis.evictedKeys > 0 ? 'allkeys-lru' : 'noeviction',
    evictedKeys: redis.evictedKeys,
    flushes: redis.flushes,
    appendOnly: redis.appendOnly,
    lastSaveAt: new Date((simulation.now - 60) * 1000).toISOString(),
    replica: false,
  };
}
