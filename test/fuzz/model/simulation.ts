/**
 * A discrete-event clock for model processes. A process is a generator that yields what it waits for; killing one drops it where it
 * stands, as SIGKILL does, and interrupting one throws into it, as a soft time limit or a database session that ends does.
 */

/** Something that processes wait for. */
export class Signal {
  private waiting: (() => void)[] = [];

  add(wake: () => void): void {
    this.waiting.push(wake);
  }

  /** Wakes all that wait now. */
  fire(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }
}

/** Seconds, or a signal. */
export type Wait = number | Signal;
export type Steps<T = void> = Generator<Wait, T, undefined>;

interface Event {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

export class Simulation {
  private readonly heap: Event[] = [];
  private order = 0;
  private stops = 0;

  /** @param now seconds since 1970, of a clock that is right; @param zero from when on traces count */
  constructor(
    public now: number,
    private readonly zero: number,
  ) {}

  /** Seconds, as traces count them. */
  get age(): number {
    return this.now - this.zero;
  }

  after(seconds: number, act: () => void): void {
    this.push({ at: this.now + Math.max(0, seconds), order: this.order++, act });
  }

  /** Runs all events up to this time. */
  run(until: number): void {
    while (this.now < until) this.runOn(until);
  }

  /** The same, but it stops where somebody asks for that. */
  runOn(until: number): void {
    const { stops } = this;
    for (let next = this.heap[0]; next !== undefined && next.at <= until; next = this.heap[0]) {
      this.pop();
      this.now = next.at;
      next.act();
      if (this.stops > stops) return;
    }
    this.now = until;
  }

  stop(): void {
    this.stops++;
  }

  start<T>(steps: Steps<T>, ended: (end: End<T>) => void): Process {
    const process = new Process(this, steps, ended as (end: End<unknown>) => void);
    process.begin();
    return process;
  }

  private push(event: Event): void {
    const { heap } = this;
    heap.push(event);
    for (let at = heap.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!earlier(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && earlier(heap[child]!, heap[least]!)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function earlier(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** How a process ended by itself; a killed one tells nothing. */
export type End<T> = { readonly value: T } | { readonly error: unknown };

export class Process {
  alive = true;
  private turn = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly steps: Steps<unknown>,
    private readonly ended: (end: End<unknown>) => void,
  ) {}

  begin(): void {
    this.step(() => this.steps.next());
  }

  /** Nothing of it runs any more, not even `finally`. */
  kill(): void {
    this.alive = false;
  }

  /** Throws where it waits. Never call it from inside the process itself: an event of its own does that. */
  interrupt(error: unknown): void {
    if (this.alive) this.step(() => this.steps.throw(error));
  }

  private step(advance: () => IteratorResult<Wait, unknown>): void {
    const turn = ++this.turn;
    let result: IteratorResult<Wait, unknown>;
    try {
      result = advance();
    } catch (error) {
      this.alive = false;
      this.ended({ error });
      return;
    }
    if (result.done === true) {
      const { alive } = this;
      this.alive = false;
      if (alive) this.ended({ value: result.value });
      return;
    }
    const wake = (): void => {
      if (this.alive && this.turn === turn) this.step(() => this.steps.next());
    };
    if (typeof result.value === 'number') this.simulation.after(result.value, wake);
    else
      result.value.add(() => {
        this.simulation.after(0, wake);
      });
  }
}
