import { cutToWidth } from '../base/textWidth';
import { formatProgress, type ProgressEvent } from '../model/progress';
import { canRewrite, columnsOf, type Output } from './outputs';

type Environment = Readonly<Record<string, string | undefined>>;

/** A faster rewrite cannot be read, and would keep a terminal on a slow line busy. */
const REWRITE_MS = 100;
/** To the first column, and clear the line (ECMA-48: CR, EL). */
const CLEAR_LINE = '\r\u001b[K';

/**
 * Everything on standard error. Where that is a terminal, progress is one line, which is rewritten in place and gone before anything else
 * is written; elsewhere each event is a line.
 */
export class Messages {
  private readonly rewrites: boolean;
  private shown = false;
  private next: ProgressEvent | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writtenAt = -Infinity;

  /** @param clock milliseconds, monotonic */
  constructor(
    private readonly output: Output,
    environment: Environment,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.rewrites = canRewrite(output, environment);
  }

  /** A line that stays. */
  say(line: string): void {
    this.clear();
    this.output.write(`${line}\n`);
  }

  progress(event: ProgressEvent): void {
    if (!this.rewrites) {
      this.output.write(`${formatProgress(event)}\n`);
      return;
    }
    this.next = event;
    const wait = this.writtenAt + REWRITE_MS - this.clock();
    if (wait <= 0) this.rewrite();
    else
      this.timer ??= setTimeout(() => {
        this.rewrite();
      }, wait);
  }

  /** Takes the line of progress away. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = this.next = undefined;
    if (this.shown) this.output.write(CLEAR_LINE);
    this.shown = false;
  }

  private rewrite(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.next) return;
    // In the last column some terminals begin a new line.
    const line = cutToWidth(formatProgress(this.next), columnsOf(this.output) - 1);
    this.next = undefined;
    this.shown = true;
    this.writtenAt = this.clock();
    this.output.write(`${CLEAR_LINE}${line}`);
  }
}
