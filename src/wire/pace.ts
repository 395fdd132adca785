import { pause } from '../base/pause';

/** A command must be this slow, and this many times slower than is usual for what it brings, to be a sign of trouble. */
const SLOW = { ms: 50, times: 4 };
/** Replies with less in them are all latency and say nothing of the rest. */
const LEAST_WORK = 64 * 1024;
/** An item costs the server and us something besides its bytes; as many bytes as that would. */
const BYTES_AN_ITEM = 512;
/** Commands by which it is known what is usual. */
const REMEMBERED = 9;
const LEVELS = 6;
const FIRST_PAUSE_MS = 20;

/**
 * How hard a server may be asked. When it answers slower than it did, others are waiting too: then commands become smaller and there is a
 * pause behind each, up to 640 ms, until it is quick again. A link that is slow from the beginning is its usual speed.
 */
export class Pace {
  private readonly recent: number[] = [];
  /** Milliseconds for a byte, as the server answers when it is well: the lowest median so far. */
  private usual = Infinity;
  private level = 0;

  /** What part of a command's usual size is asked for now, 0 to 1. */
  get part(): number {
    return 2 ** -this.level;
  }

  /** Until the next command. */
  get pauseMs(): number {
    return this.level === 0 ? 0 : FIRST_PAUSE_MS * 2 ** (this.level - 1);
  }

  /** @param items of a reply; @param bytes in them; @param ms from asking to having it */
  heard(items: number, bytes: number, ms: number): void {
    const work = bytes + items * BYTES_AN_ITEM;
    if (work < LEAST_WORK * this.part) return;
    const rate = ms / work;
    const slow = ms * 2 ** this.level > SLOW.ms && rate > SLOW.times * this.usual;
    this.level = slow ? Math.min(LEVELS, this.level + 1) : Math.max(0, this.level - 1);
    if (slow || this.level > 0) return;
    this.recent.push(rate);
    if (this.recent.length > REMEMBERED) this.recent.shift();
    if (this.recent.length >= 3) this.usual = Math.min(this.usual, median(this.recent));
  }

  /** Gives the event loop its turn, and the server its pause. */
  async rest(signal?: AbortSignal): Promise<void> {
    for (let left = this.pauseMs; left > 0 && signal?.aborted !== true; left -= 50) await pause(Math.min(left, 50));
    await pause();
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
