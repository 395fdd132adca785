/**
 * The task table as Django's `save()` treats it: every save writes the whole row as the process remembers it, and takes its lock until the
 * end of its transaction; a session that ends takes its open transaction with it.
 */
import type { Random } from '../../support/random';
import { Signal, type Process, type Simulation, type Steps } from './simulation';
import { Story } from './story';

/** The columns that the library and the readers look at. */
export interface Row {
  readonly id: number;
  readonly taskModule: string;
  readonly taskName: string;
  readonly args: readonly number[];
  managerIdInArguments: boolean;
  status: string;
  taskId: string;
  message: string | null;
  attempts: number;
  currentPage: number;
  totalPages: number;
  killed: boolean;
  exception: string | null;
  lastRun: number;
  createdAt: number;
  startedAt: number | null;
  updatedAt: number;
}

/** What tasks leave in the application's own tables. */
export interface Effect {
  readonly task: string;
  readonly key: string;
  readonly at: number;
  readonly failed: boolean;
}

/** An error of the driver, as Django raises it. */
export class DatabaseError extends Error {
  constructor(readonly type: 'OperationalError' | 'InterfaceError') {
    super('server closed the connection unexpectedly');
  }
}

export class Database {
  readonly rows = new Map<number, Row>();
  readonly stories = new Map<number, Story>();
  effects: Effect[] = [];
  readonly sessions = new Set<Session>();
  /** By row id: who may write it. Somebody else than a task has it where the holder is no session. */
  readonly locks = new Map<number, { readonly holder: Session | null; readonly free: Signal }>();
  /** Rows whose last version was changed by a transaction that was rolled back: it still stands in their `xmax`. */
  readonly rolledBack = new Set<number>();
  /** A pooler keeps the server's sessions when its clients are gone. */
  readonly pooled: boolean;
  private nextId: number;

  constructor(
    readonly simulation: Simulation,
    readonly random: Random,
    /** How slow saves may be: the chance that one takes seconds. */
    readonly slowSaves: number,
  ) {
    this.nextId = random.integer(1, 40);
    this.pooled = random.next() < 0.1;
  }

  put(row: Row): void {
    this.rows.set(row.id, { ...row });
    this.rolledBack.delete(row.id);
  }

  newId(): number {
    return this.nextId++;
  }

  lock(id: number, holder: Session | null): void {
    this.locks.set(id, { holder, free: new Signal() });
  }

  unlock(id: number, holder: Session | null): void {
    const lock = this.locks.get(id);
    if (lock?.holder !== holder) return;
    this.locks.delete(id);
    lock.free.fire();
  }

  latency(): number {
    const { random } = this;
    return random.next() < this.slowSaves ? random.next() * 3 : 0.0005 + random.next() * 0.003;
  }
}

/** A connection of one run. */
export class Session {
  alive = true;
  /** Whose it is; its waits can be interrupted. */
  process: Process | undefined;
  /** Its last statement, where that is a save of a row, as pg_stat_activity shows it. */
  lastSave: { readonly row: Row; readonly at: number } | null = null;
  /** A task before this one may have opened it. */
  beganAt: number;
  /** What its open transaction has written. */
  transaction: { readonly rows: Map<number, Row>; readonly effects: Effect[] } | null = null;
  private inStatement = false;
  private failed = false;

  constructor(
    private readonly database: Database,
    readonly clock: () => number,
  ) {
    database.sessions.add(this);
    this.beganAt = database.simulation.now;
  }

  get state(): 'active' | 'in-transaction' | 'idle' {
    if (this.inStatement) return 'active';
    return this.transaction ? 'in-transaction' : 'idle';
  }

  /** The server ends it: at once where a statement waits, else the next statement fails. */
  cut(): void {
    if (!this.alive) return;
    this.end();
    if (this.inStatement) this.process?.interrupt(this.failure());
  }

  /** @param kept the connection stays open for the next task of its process, or in a pooler */
  end(kept = false): void {
    this.alive = false;
    this.inStatement = false;
    this.rollBack();
    if (!kept && !this.database.pooled) this.database.sessions.delete(this);
  }

  *select(id: number): Steps<Row | undefined> {
    yield* this.statement();
    const row = this.transaction?.rows.get(id) ?? this.database.rows.get(id);
    return row && { ...row };
  }

  *insert(fields: Omit<Row, 'id' | 'createdAt' | 'updatedAt'>, request: number): Steps<Row> {
    yield* this.statement();
    const now = this.clock();
    const row: Row = { ...fields, id: this.database.newId(), createdAt: now, updatedAt: now };
    this.database.put(row);
    this.database.stories.set(row.id, new Story(row.id, request, row.totalPages, () => this.database.simulation.age));
    return row;
  }

  *save(row: Row): Steps {
    row.updatedAt = this.clock();
    yield* this.statement(row);
    if (this.transaction) this.transaction.rows.set(row.id, { ...row });
    else {
      this.database.put(row);
      this.database.unlock(row.id, this);
    }
  }

  *write(effect: Effect): Steps {
    yield* this.statement();
    if (this.transaction) this.transaction.effects.push(effect);
    else this.database.effects.push(effect);
  }

  begin(): void {
    this.transaction = { rows: new Map(), effects: [] };
  }

  *commit(): Steps {
    yield* this.statement();
    const { transaction, database } = this;
    this.transaction = null;
    if (!transaction) return;
    for (const row of transaction.rows.values()) database.put(row);
    database.effects.push(...transaction.effects);
    for (const id of transaction.rows.keys()) database.unlock(id, this);
  }

  /** Also what ROLLBACK TO SAVEPOINT leaves: an empty transaction. */
  rollBack(): void {
    const { transaction, database } = this;
    this.transaction = null;
    for (const id of transaction?.rows.keys() ?? []) database.rolledBack.add(id);
    for (const [id, lock] of [...database.locks]) if (lock.holder === this) database.unlock(id, this);
    if (transaction && this.alive) this.begin();
  }

  /** @param saves the row that it saves, whose lock it takes */
  private *statement(saves?: Row): Steps {
    if (!this.alive) throw this.failure();
    const { database } = this;
    this.inStatement = true;
    this.lastSave = saves ? { row: { ...saves }, at: database.simulation.now } : null;
    try {
      yield database.latency();
      if (saves) {
        const lockOf = (): ReturnType<typeof database.locks.get> => database.locks.get(saves.id);
        for (let lock = lockOf(); lock && lock.holder !== this; lock = lockOf()) yield lock.free;
        database.lock(saves.id, this);
      }
    } finally {
      this.inStatement = false;
    }
  }

  /** The first statement meets the broken connection, the others a closed one. */
  private failure(): DatabaseError {
    const first = !this.failed;
    this.failed = true;
    return new DatabaseError(first ? 'OperationalError' : 'InterfaceError');
  }
}
