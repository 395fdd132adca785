import type { ArgumentMarks } from '../../../base/argumentMarks';
import { matchOfNumber } from '../../../model/belongs';
import { type Sought, type Telling } from '../../../model/sought';
import type { BrokerMessage, Match, Seconds } from '../../../model/facts';
import { IdTable } from './idTable';
import type { ReadMessage } from './messageTypes';

/** Where a message was seen. */
export type Place = Pick<
  BrokerMessage,
  'place' | 'queue' | 'priority' | 'position' | 'listLength' | 'deliveredAt' | 'inferred'
>;

type List = Pick<Place, 'place' | 'queue' | 'priority' | 'inferred'>;

/** What nearly all messages have alike: no time, no retry. */
type Usual = Pick<BrokerMessage, 'deliveredAt' | 'eta' | 'expires' | 'redelivered' | 'libraryAttempts' | 'retries'>;

const USUAL: Usual = {
  deliveredAt: null,
  eta: null,
  expires: null,
  redelivered: false,
  libraryAttempts: null,
  retries: 0,
};

const FIRST_SIZE = 1024;
const NONE = -1;
const NOTHING: readonly number[] = [];

/**
 * The messages of one key prefix, each once by its identity: the last place wins, since messages move while they are read.
 * They are kept as numbers in arrays, and become objects when somebody asks for those of a row: 100,000 of them are 16 MB instead of
 * 36 MB, and nothing that a collection of garbage has to walk.
 */
export class Messages {
  /** Those that could not be decoded. */
  readonly broken = new Set<string>();
  /** Those whose row number cannot be read, with the reason. */
  readonly unmatched = new Map<number, string>();
  /** Its number in them is that of the message. */
  private readonly identities = new IdTable();
  private readonly taskIds = new IdTable();
  private readonly lists = new Interned<List>();
  private readonly tasks = new Interned<string>();
  private readonly unusual = new Map<number, Usual>();
  private readonly newestOfManager = new Map<number, number>();
  /** Marks of arguments one after the other, each with their number before them. */
  private marks = new Int32Array(FIRST_SIZE);
  private marksEnd = 0;
  private lastDelivered: Seconds | null = null;
  private readonly numbers = {
    /** NaN: it has none. */
    managerId: new Float64Array(FIRST_SIZE),
    /** 0: it has none. */
    position: new Float64Array(FIRST_SIZE),
    listLength: new Float64Array(FIRST_SIZE),
  };
  private readonly places = {
    taskId: new Int32Array(FIRST_SIZE),
    list: new Int32Array(FIRST_SIZE),
    task: new Int32Array(FIRST_SIZE),
    /** Where its marks begin; NONE: they are not known. */
    marks: new Int32Array(FIRST_SIZE),
    /** The message before it with the same task id, or row. */
    beforeOfTask: new Int32Array(FIRST_SIZE),
    beforeOfManager: new Int32Array(FIRST_SIZE),
    /** By task id. */
    newestOfTask: new Int32Array(FIRST_SIZE),
  };

  get size(): number {
    return this.identities.size;
  }

  get managerIds(): IterableIterator<number> {
    return this.newestOfManager.keys();
  }

  get taskNames(): readonly string[] {
    return this.tasks.all;
  }

  /** The newest of the deliveries that were seen. */
  get lastDelivery(): Seconds | null {
    return this.lastDelivered;
  }

  /** Those with a number, the newest first. `taskId` is made when it is asked for: of most it is not. */
  *numbered(): Generator<{ task: string; managerId: number; taskId: () => string }> {
    for (let at = this.size - 1; at >= 0; at--) {
      const managerId = this.numbers.managerId[at] ?? NaN;
      if (!Number.isNaN(managerId)) yield { task: this.taskOf(at), managerId, taskId: () => this.idOf(at) };
    }
  }

  has(identity: string): boolean {
    return this.identities.find(identity) !== undefined || this.broken.has(identity);
  }

  /**
   * @param message undefined: it could not be decoded
   * @returns whether a message of this identity had been added before
   */
  add(identity: string, message: ReadMessage | undefined, place: Place): boolean {
    if (message === undefined) {
      const had = this.has(identity);
      this.broken.add(identity);
      return had;
    }
    const { told } = message;
    const before = this.size;
    const at = this.identities.add(identity);
    const had = at < before;
    if (!had) this.make(at, told);
    // Two messages, and one is not as kombu made it: neither may hide the other.
    else if (!this.same(at, told)) {
      this.broken.add(`${identity} ${told.taskId}`);
      return true;
    }
    this.places.list[at] = this.lists.place(place.queue, place, alike);
    this.places.task[at] = this.tasks.place(told.task, told.task);
    if (!had) this.places.marks[at] = message.marks === null ? NONE : this.keepMarks(message.marks);
    if (place.deliveredAt !== null && place.deliveredAt > (this.lastDelivered ?? -Infinity))
      this.lastDelivered = place.deliveredAt;
    this.numbers.position[at] = place.position ?? 0;
    this.numbers.listLength[at] = place.listLength ?? 0;
    this.setUnusual(at, told, place);
    if (message.managerIdHiddenBy !== null) this.unmatched.set(at, message.managerIdHiddenBy);
    return had || this.broken.has(identity);
  }

  /**
   * Adds those of a row to two lists, each in the order in which they came.
   * @param own with its task id; @param others with another one; @param strangers gets the task names of those with its number that are
   * not its own
   */
  collect(
    row: Sought,
    telling: Telling | undefined,
    own: BrokerMessage[],
    others: BrokerMessage[],
    strangers: Set<string> | undefined,
  ): void {
    if (!this.collectOwn(row, own)) return;
    for (const at of this.sameNumber(row, this.taskIds.find(row.taskId))) {
      const match = matchOfNumber(row, this.taskOf(at), this.marksOf(at), telling);
      if (match !== null) others.push(this.message(at, match));
      else strangers?.add(this.taskOf(at));
    }
  }

  /** Adds those with the row's task id. @returns whether there are others with its number */
  collectOwn(row: Pick<Sought, 'id' | 'taskId'>, own: BrokerMessage[]): boolean {
    const { newestOfTask, beforeOfTask } = this.places;
    const task = this.taskIds.find(row.taskId);
    if (task !== undefined)
      for (const at of chain(newestOfTask[task], beforeOfTask)) own.push(this.message(at, 'id', row.taskId));
    return this.sameNumber(row, task).length > 0;
  }

  /** Those that certainly have no row number, in the order in which they came. */
  *first(): Generator<BrokerMessage> {
    for (let at = 0; at < this.size; at++)
      if (Number.isNaN(this.numbers.managerId[at]) && !this.unmatched.has(at)) yield this.message(at, 'id');
  }

  /** By queue, those that workers took. */
  unackedByQueue(): Map<string, number> {
    const counts = new Map<string, number>();
    for (let at = 0; at < this.size; at++) {
      const list = this.lists.get(this.places.list[at] ?? 0);
      if (list?.place === 'unacked') counts.set(list.queue, (counts.get(list.queue) ?? 0) + 1);
    }
    return counts;
  }

  private same(at: number, { taskId, managerId }: ReadMessage['told']): boolean {
    const known = this.numbers.managerId[at] ?? NaN;
    return this.places.taskId[at] === this.taskIds.find(taskId) && (Number.isNaN(known) ? null : known) === managerId;
  }

  private make(at: number, { taskId, managerId }: ReadMessage['told']): void {
    if (at === this.places.list.length) this.grow();
    const { places, newestOfManager } = this;
    const before = this.taskIds.size;
    const task = this.taskIds.add(taskId);
    places.taskId[at] = task;
    places.beforeOfTask[at] = task === before ? NONE : (places.newestOfTask[task] ?? NONE);
    places.newestOfTask[task] = at;
    this.numbers.managerId[at] = managerId ?? NaN;
    places.beforeOfManager[at] = managerId === null ? NONE : (newestOfManager.get(managerId) ?? NONE);
    if (managerId !== null) newestOfManager.set(managerId, at);
  }

  private setUnusual(at: number, told: ReadMessage['told'], { deliveredAt }: Place): void {
    const { eta, expires, redelivered, libraryAttempts, retries } = told;
    const noTime = deliveredAt === null && eta === null && expires === null;
    if (noTime && !redelivered && libraryAttempts === null && retries === 0) this.unusual.delete(at);
    else this.unusual.set(at, { deliveredAt, eta, expires, redelivered, libraryAttempts, retries });
  }

  /** @param task the number of the row's own task id */
  private sameNumber({ id }: Pick<Sought, 'id'>, task: number | undefined): readonly number[] {
    const newest = this.newestOfManager.get(id);
    if (newest === undefined) return NOTHING;
    const { beforeOfManager, taskId } = this.places;
    // Mostly there is one, and it is the row's own.
    if (beforeOfManager[newest] === NONE && taskId[newest] === task) return NOTHING;
    return chain(newest, beforeOfManager).filter((at) => taskId[at] !== task);
  }

  private taskOf(at: number): string {
    return this.tasks.get(this.places.task[at] ?? 0) ?? '';
  }

  private idOf(at: number): string {
    return this.taskIds.text(this.places.taskId[at] ?? 0);
  }

  private keepMarks(marks: ArgumentMarks): number {
    const start = this.marksEnd;
    this.marksEnd += marks.length + 1;
    if (this.marksEnd > this.marks.length) {
      const larger = new Int32Array(Math.max(this.marks.length * 2, this.marksEnd));
      larger.set(this.marks);
      this.marks = larger;
    }
    this.marks[start] = marks.length;
    for (let at = 0; at < marks.length; at++) this.marks[start + 1 + at] = marks[at] ?? 0;
    return start;
  }

  private marksOf(at: number): ArgumentMarks | null {
    const start = this.places.marks[at] ?? NONE;
    return start === NONE ? null : [...this.marks.subarray(start + 1, start + 1 + (this.marks[start] ?? 0))];
  }

  private message(at: number, match: Match, taskId = this.idOf(at)): BrokerMessage {
    const list = this.lists.get(this.places.list[at] ?? 0);
    const { place = 'queue', queue = '', priority = null } = list ?? {};
    const position = this.numbers.position[at] ?? 0;
    const managerId = this.numbers.managerId[at] ?? NaN;
    const { deliveredAt, eta, expires, redelivered, libraryAttempts, retries } = this.unusual.get(at) ?? USUAL;
    // Asked for every row: no copies of it are made on the way.
    const message: { -readonly [name in keyof BrokerMessage]: BrokerMessage[name] } = {
      place,
      queue,
      priority,
      position: position === 0 ? null : position,
      listLength: position === 0 ? null : (this.numbers.listLength[at] ?? 0),
      deliveredAt,
      taskId,
      task: this.taskOf(at),
      managerId: Number.isNaN(managerId) ? null : managerId,
      eta,
      expires,
      redelivered,
      libraryAttempts,
      retries,
      match,
    };
    if (list?.inferred === true) message.inferred = true;
    return message;
  }

  private grow(): void {
    const size = this.places.list.length * 2;
    const { numbers, places } = this;
    for (const name of ['managerId', 'position', 'listLength'] as const) {
      const larger = new Float64Array(size);
      larger.set(numbers[name]);
      numbers[name] = larger;
    }
    for (const name of [
      ...(['taskId', 'list', 'task', 'marks', 'beforeOfTask', 'beforeOfManager', 'newestOfTask'] as const),
    ]) {
      const larger = new Int32Array(size);
      larger.set(places[name]);
      places[name] = larger;
    }
  }
}

/** From the newest back to the oldest, and turned round. */
function chain(newest: number | undefined, before: Int32Array): number[] {
  const found: number[] = [];
  for (let at = newest ?? NONE; at !== NONE; at = before[at] ?? NONE) found.push(at);
  return found.length < 2 ? found : found.reverse();
}

/** A few values that thousands share, each once: by a key, and where several have that, by comparing them. */
class Interned<T> {
  private readonly values: T[] = [];
  private readonly byKey = new Map<string, number[]>();
  /** Mostly the next one is like the one before. */
  private last = 0;

  get all(): readonly T[] {
    return this.values;
  }

  get(place: number): T | undefined {
    return this.values[place];
  }

  place(key: string, value: T, same: (a: T, b: T) => boolean = Object.is): number {
    if (this.last < this.values.length && same(this.values[this.last] as T, value)) return this.last;
    const known = this.byKey.get(key) ?? [];
    const found = known.find((at) => same(this.values[at] as T, value));
    this.last = found ?? this.values.push(value) - 1;
    if (found === undefined) this.byKey.set(key, [...known, this.last]);
    return this.last;
  }
}

function alike(a: List, b: List): boolean {
  return a.priority === b.priority && a.place === b.place && a.queue === b.queue && a.inferred === b.inferred;
}
