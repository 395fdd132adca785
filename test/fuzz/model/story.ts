/** What really happened to one row: kept beside the model, where nothing that is checked can see it. */
import type { Verdict } from '../../../src/model/verdict';

/** How the last thing that happened to a row left it, as long as nothing of it is on its way. */
export type Left =
  /** Inserted, nothing has run. */
  | 'nothing ran'
  /** Celery or the library threw its message away. */
  | 'thrown away'
  /** The same, because an operator had paused it. */
  | 'thrown away while paused'
  /** Its process ended before the body. */
  | 'ended before the body'
  | 'ended in the body'
  | 'raised'
  /** It asked for a retry; what was published is gone. */
  | 'asked for a retry'
  /** The same, and nothing was published. */
  | 'asked for a retry in vain'
  /** A page ended, another one was published. */
  | 'a page ended'
  | 'ended';

const UNDECIDED: readonly Left[] = ['nothing ran', 'ended before the body', 'asked for a retry', 'a page ended'];

export class Story {
  left: Left = 'nothing ran';
  /** The last page that began: what an earlier one does then decides nothing. */
  page = 0;
  /** Its work was done at some time. */
  done = false;
  /** The row says ERROR or ABORTED with the words of a run that failed, and no run has begun its body since. */
  failureRecorded = false;
  /** An operator sent it again, and nothing has run since. */
  resumed = false;
  /** Runs of its messages; `publishing`: the first message's run between insert and publish. */
  readonly runs = new Set<{ readonly publishing: boolean }>();
  private readonly events: string[] = [];

  constructor(
    readonly rowId: number,
    /** The same for rows that one first message made when it was delivered again. */
    readonly request: number,
    readonly pages: number,
    /** Seconds since the world began. */
    private readonly age: () => number,
  ) {}

  /** What was thrown away is the outcome only of a row that has no other. */
  throwAway(why: string, paused = false): void {
    this.note(why);
    if (UNDECIDED.includes(this.left)) this.left = paused ? 'thrown away while paused' : 'thrown away';
  }

  /** A worker's process has its message: killed now, it leaves a run that did nothing. */
  begin(): void {
    if (UNDECIDED.includes(this.left)) this.left = 'ended before the body';
  }

  /** For traces. */
  note(what: string): void {
    this.events.push(`${this.age().toFixed(4).padStart(12)} ${what}`);
  }

  get trace(): readonly string[] {
    return this.events;
  }
}

/** @param places where its messages are now */
export function truthOf(
  story: Story,
  places: ReadonlySet<'waiting' | 'held'>,
  siblings: readonly Story[],
): Set<Verdict> {
  const truth = new Set<Verdict>(places);
  for (const { publishing } of story.runs) {
    truth.add('running');
    if (publishing) truth.add('waiting');
  }
  if (truth.size === 0) {
    for (const verdict of leftAs(story)) truth.add(verdict);
    // Of two runs at once, one failed and the other did not: both are true.
    if (story.failureRecorded) truth.add('failed');
  }
  // The work of one request was done: by an earlier run of this row, or by the row that its first message made again.
  if (story.done || siblings.some(({ request, done }) => request === story.request && done)) truth.add('finished');
  return truth;
}

function leftAs({ left, done, resumed, pages }: Story): readonly Verdict[] {
  const again: readonly Verdict[] = resumed ? ['lost'] : [];
  switch (left) {
    case 'nothing ran':
    case 'asked for a retry':
    case 'a page ended':
      return done ? [] : ['lost'];
    // Nothing ran; whether somebody meant it so is known from a record only.
    case 'thrown away':
      return done ? [] : ['failed', 'lost'];
    case 'thrown away while paused':
    case 'ended before the body':
    case 'asked for a retry in vain':
      return ['failed', 'lost'];
    case 'ended in the body':
      return ['failed', ...(pages > 1 ? (['lost'] as const) : again)];
    case 'raised':
      return ['failed', ...again];
    case 'ended':
      return ['finished'];
  }
}
