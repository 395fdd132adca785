/**
 * A broker of which only numbers are seen, played second by second: publishers, workers that take tasks in advance, acknowledge early or late,
 * end and give their messages back, dead letters and lost messages. Every number that is read, every bound and every verdict is compared
 * with where the messages were.
 */
import assert from 'node:assert/strict';
import { NO_MESSAGES } from '../../src/brokers/noMessages';
import { boundsOf } from '../../src/brokers/rabbitmq/state/bounds';
import { emptiedAt } from '../../src/brokers/rabbitmq/state/history';
import { deadLetterRoles, emptySecondsAgo, orderOf, type Passing } from '../../src/brokers/rabbitmq/state/passing';
import type { QueueTotals, Totals } from '../../src/brokers/rabbitmq/state/totals';
import { queuesWereEmptySince } from '../../src/causes/helpers';
import { RULES } from '../../src/causes/rules';
import type { BrokerView, StuckRow, World } from '../../src/model/facts';
import { judge } from '../../src/verdicts/judge';
import { effect, facts, history, NOW, pending, row, world } from '../support/facts';
import { Random } from '../support/random';

/** Where a message is; `gone`: it is in no place. */
type Place = 'ready' | 'unacked' | 'dead' | 'gone';

interface Task {
  readonly id: number;
  readonly createdAt: number;
  place: Place;
  startedAt: number | null;
  runsUntil: number | null;
  sentAgain?: true;
}

/** How this broker and its workers behave. */
interface Habits {
  readonly late: boolean;
  readonly priorities: boolean;
  readonly deadLetters: boolean;
  readonly prefetch: number;
  readonly longest: number;
  readonly rate: number;
  readonly workersEnd: number;
  readonly loses: number;
  /** A person sends a task whose message is gone again, with its row: that leaves no trace in the row before it runs. */
  readonly sendsAgain: number;
}

/** Seconds that are played before the first look. */
const PLAYED = 4 * 3600;

class Broker {
  readonly tasks: Task[] = [];
  /** In the order in which they are delivered. */
  private line: Task[] = [];
  private readonly held: Task[] = [];
  private readonly dead: Task[] = [];
  /** Totals of the queue, every 5 seconds, the newest first. */
  readonly past: number[] = [];

  constructor(
    private readonly random: Random,
    private readonly habits: Habits,
  ) {}

  get ready(): number {
    return this.line.length;
  }
  get unacked(): number {
    return this.held.length;
  }
  get kept(): number {
    return this.dead.length;
  }

  second(now: number, busy: boolean): void {
    const { random, habits } = this;
    if (random.next() < habits.rate) this.publish(now);
    if (random.next() < habits.loses && this.line.length > 0) this.line.shift()!.place = 'gone';
    if (random.next() < habits.workersEnd) this.workersEnd();
    if (random.next() < habits.sendsAgain) this.sendAgain();
    for (const task of [...this.held]) if (task.runsUntil !== null && task.runsUntil <= now) this.ends(task);
    for (const task of this.tasks) if (task.runsUntil !== null && task.runsUntil <= now) task.runsUntil = null;
    if (busy) this.work(now);
    if (now % 5 === 0) this.past.unshift(this.ready + this.unacked);
  }

  private publish(now: number): void {
    const task: Task = { id: this.tasks.length, createdAt: now, place: 'ready', startedAt: null, runsUntil: null };
    this.tasks.push(task);
    // The row was made, and the process ended before it could publish.
    if (this.random.next() < 0.02) task.place = 'gone';
    else if (this.habits.priorities && this.random.next() < 0.3) this.line.unshift(task);
    else this.line.push(task);
  }

  private sendAgain(): void {
    const task = this.tasks.find(({ place, startedAt }) => place === 'gone' && startedAt === null);
    if (!task) return;
    task.place = 'ready';
    task.sentAgain = true;
    this.line.push(task);
  }

  private work(now: number): void {
    const { late, prefetch, longest } = this.habits;
    while (this.held.length < prefetch && this.line.length > 0) {
      const task = this.line.shift()!;
      task.place = 'unacked';
      this.held.push(task);
    }
    const running = this.tasks.filter(({ runsUntil }) => runsUntil !== null).length;
    const next = this.held.find(({ runsUntil }) => runsUntil === null);
    if (!next || running >= 2) return;
    next.startedAt ??= now;
    next.runsUntil = now + this.random.integer(1, longest);
    if (!late) this.leaves(next, 'gone');
  }

  private ends(task: Task): void {
    task.runsUntil = null;
    const fails = this.habits.deadLetters && this.random.next() < 0.1;
    this.leaves(task, fails ? 'dead' : 'gone');
    if (fails) this.dead.push(task);
  }

  private leaves(task: Task, place: Place): void {
    this.held.splice(this.held.indexOf(task), 1);
    task.place = place;
  }

  /** What they had comes back before everything newer; what ran is cut off. */
  private workersEnd(): void {
    for (const task of this.held) {
      task.place = 'ready';
      task.runsUntil = null;
    }
    for (const task of this.tasks) task.runsUntil = null;
    this.line = [...this.held.splice(0), ...this.line];
  }

  totals(at: number): Totals {
    const queue = (name: string, ready: number, unacked: number): QueueTotals => ({
      name,
      role: 'tasks',
      type: 'classic',
      ready,
      unacked,
      runs: true,
      state: 'running',
      arguments: this.habits.priorities ? { 'x-max-priority': 10 } : {},
      policy: '',
    });
    const dead = this.habits.deadLetters ? [{ ...queue('dead', this.kept, 0), arguments: {} }] : [];
    return { at: at * 1000, queues: [queue('celery', this.ready, this.unacked), ...dead], missing: [] };
  }

  /** As RabbitMQ keeps it: the last hour, with zeros for what was before. */
  pastOf(now: number): unknown {
    const samples = [...this.past.slice(0, 720), ...Array<number>(60).fill(0)].map((sample, place) => ({
      sample,
      timestamp: (now - (now % 5) - place * 5) * 1000,
    }));
    return { type: 'classic', effective_policy_definition: {}, messages_details: { samples } };
  }
}

/** The row as it was when the snapshot began. */
function rowOf(task: Task): StuckRow {
  const { id, createdAt, startedAt } = task;
  const times = { id, lastRun: startedAt ?? createdAt, createdAt, updatedAt: startedAt ?? createdAt };
  return startedAt === null ? row({ ...times, startedAt: null }) : pending({ ...times, startedAt });
}

describe('a broker of which only numbers are seen', function () {
  this.timeout(120_000);

  it('calls nothing lost, finished, failed, waiting or held against the truth, and every bound holds', () => {
    const seen = { lost: 0, empty: 0, again: 0 };
    for (let seed = 1; seed <= 150; seed++) {
      const random = new Random(seed);
      const habits: Habits = {
        late: random.next() < 0.5,
        priorities: random.next() < 0.15,
        deadLetters: random.next() < 0.15,
        prefetch: random.pick([1, 4, 8]),
        longest: random.pick([5, 20, 60]),
        rate: random.pick([0.01, 0.05, 0.1]),
        workersEnd: random.pick([0, 0.0005, 0.002]),
        loses: random.pick([0, 0.001, 0.005]),
        sendsAgain: random.pick([0, 0.001, 0.005]),
      };
      const broker = new Broker(random, habits);
      const start = NOW - PLAYED;
      const stops = random.next() < 0.4 ? start + random.integer(PLAYED / 2, PLAYED + 60) : Infinity;
      const snapshotAt = NOW;
      const [firstAt, secondAt] = [NOW - random.integer(1, 60), NOW + random.integer(1, 60)];
      const taken = [
        { queue: 'celery', connection: 'w', channel: 'w', prefetch: 4, timeoutSeconds: null, user: 'app' },
      ];
      const consumersAt = (now: number): Passing['consumers'] => (now < stops ? taken : []);
      let first: Passing | undefined;
      let rows: { readonly row: StuckRow; readonly place: Place; readonly runs: boolean; readonly again: boolean }[] =
        [];
      for (let now = start; now <= secondAt; now++) {
        broker.second(now, now < stops);
        if (now === firstAt) {
          const at = emptiedAt(broker.pastOf(now), now * 1000, 5);
          first = {
            server: { product: 'RabbitMQ', version: '3.10.8' },
            totals: broker.totals(now),
            consumers: consumersAt(now),
            deadLetters: new Set(habits.deadLetters ? ['dead'] : []),
            routesKnown: true,
            emptied: new Map(at === undefined ? [] : [['celery', at]]),
          };
        }
        if (now === snapshotAt)
          rows = broker.tasks
            .filter(
              (task) =>
                task.startedAt === null || task.place !== 'gone' || task.runsUntil !== null || random.next() < 0.1,
            )
            .map((task) => ({
              row: rowOf(task),
              place: task.place,
              runs: task.runsUntil !== null,
              again: task.sentAgain === true,
            }));
      }
      const second = { totals: broker.totals(secondAt), consumers: consumersAt(secondAt) };
      const { bounds } = boundsOf(first!.totals, second.totals, deadLetterRoles(first!, second));
      assert.ok(bounds);
      const old = rows.filter(({ row: { updatedAt } }) => NOW - updatedAt! >= 17 * 60);
      const count = (place: Place): number => old.filter((one) => one.place === place).length;
      const label = `seed ${String(seed)} ${JSON.stringify(habits)} ${JSON.stringify(bounds)}`;
      assert.ok(count('ready') + count('unacked') + count('dead') <= bounds.somewhereAtMost, label);
      assert.ok(count('ready') <= bounds.waitingAtMost + bounds.heldAtMost, label);
      assert.ok(count('dead') <= (bounds.deadLetteredAtMost ?? 0) + bounds.heldAtMost, label);
      const [order, empty] = [orderOf(first!, second), emptySecondsAgo(first!, second)];
      const begun = broker.tasks.filter(({ startedAt }) => startedAt !== null && startedAt <= NOW);
      const newestBegun = Math.max(...begun.map(({ createdAt }) => createdAt));
      const line = { newestBegun, newestBegunOfAny: newestBegun, longestRunOfAny: habits.longest };
      const view: Partial<BrokerView> = {
        ...NO_MESSAGES,
        contents: 'counted',
        bounds,
        ...(order === undefined ? {} : { order }),
        ...(empty === undefined ? {} : { emptySecondsAgo: empty }),
      };
      for (const settled of [false, true]) {
        const around: World = world({
          broker: view,
          workers: { none: false, asked: settled, settled },
          histories: new Map([['shop.tasks.send', history({ longestRun: habits.longest, line })]]),
        });
        for (const { row: of, place, runs, again } of rows) {
          const wasEmpty = queuesWereEmptySince(of, around);
          if (wasEmpty) {
            seen.empty++;
            assert.ok(place === 'gone' || again, `${label} ${JSON.stringify(of)}`);
            if (place !== 'gone') seen.again++;
          }
          // Asked workers name what they have, and what is taken between the looks is theirs too.
          if (settled && (place === 'unacked' || runs)) continue;
          const about = facts({ row: of, effect: of.startedAt === null ? effect('not-executed') : null });
          const { verdict, confidence } = judge(about, around, RULES);
          if (verdict === 'unknown') continue;
          assert.notEqual(confidence, 'proven', label);
          seen.lost++;
          assert.equal(verdict, 'lost', `${label} ${JSON.stringify(of)}`);
          assert.ok(place === 'gone' && !runs && of.startedAt === null, `${label} ${place} ${JSON.stringify(of)}`);
        }
      }
    }
    assert.ok(seen.empty > 100 && seen.lost > 100 && seen.again > 10, JSON.stringify(seen));
  });
});
