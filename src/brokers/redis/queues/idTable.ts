import { randomInt } from 'node:crypto';

const WORDS = 4;
const FIRST_SIZE = 1024;
/** Slots for each id: the table is half full at most. A power of two, as the sizes are: a place is found by a mask. */
const SLOTS = 2;
/** Of a UUID as Python writes it. */
const UUID_LENGTH = 36;
const DASH = 45;
/** Where the eight groups of four digits begin. */
const GROUPS = [0, 4, 9, 14, 19, 24, 28, 32] as const;

/** Values of the characters 0-9 and a-f, and -1 for every other one there is: what that is or-ed into stays negative. */
const HEX = new Int8Array(0x10000).fill(-1);
for (let value = 0; value < 16; value++) HEX[value.toString(16).charCodeAt(0)] = value;

/**
 * Texts that are nearly all UUIDs (Celery's task ids, kombu's delivery tags), numbered from 0 in the order in which they came. A UUID is
 * 16 bytes in an array of numbers and some 12 bytes to find it by, where a text as a key of a map is 120 and has to be walked by every
 * collection of garbage. Any other text is kept as it is.
 */
export class IdTable {
  private count = 0;
  /** Signed, so that they stay small numbers on their way through functions. */
  private words = new Int32Array(FIRST_SIZE * WORDS);
  /** The number of an id plus one, at a place that follows from its words or behind it; 0: free. */
  private slots = new Int32Array(FIRST_SIZE * SLOTS);
  private readonly others = new Map<string, number>();
  private readonly otherTexts = new Map<number, string>();
  /** So that nobody can make ids that all want one place. */
  private readonly seed = randomInt(2 ** 31);
  /** The UUID that was taken apart last. */
  private readonly last = new Int32Array(WORDS);

  get size(): number {
    return this.count;
  }

  /** @returns its number; undefined where it is not there */
  find(text: string): number | undefined {
    if (!this.takeApart(text)) return this.others.get(text);
    const found = this.slots[this.slotOf(this.last, 0)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  /** @returns its number, a new one where it was not there */
  add(text: string): number {
    if (!this.takeApart(text)) return this.others.get(text) ?? this.addOther(text);
    if (this.count * WORDS === this.words.length) this.grow();
    const { last, words, slots } = this;
    const slot = this.slotOf(last, 0);
    const found = slots[slot] ?? 0;
    if (found !== 0) return found - 1;
    // One by one: `set` costs more than the four of them.
    for (let word = 0; word < WORDS; word++) words[this.count * WORDS + word] = last[word] ?? 0;
    slots[slot] = ++this.count;
    return this.count - 1;
  }

  /** The text of a number that `add` gave. */
  text(id: number): string {
    const other = this.otherTexts.get(id);
    if (other !== undefined) return other;
    let hex = '';
    for (let at = id * WORDS; at < (id + 1) * WORDS; at++)
      hex += ((this.words[at] ?? 0) >>> 0).toString(16).padStart(8, '0');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  private addOther(text: string): number {
    if (this.count * WORDS === this.words.length) this.grow();
    const id = this.count++;
    this.others.set(text, id);
    this.otherTexts.set(id, text);
    return id;
  }

  /** @returns whether it is a UUID in lower case; its words are in `last` then */
  private takeApart(text: string): boolean {
    if (text.length !== UUID_LENGTH) return false;
    for (const at of [8, 13, 18, 23]) if (text.charCodeAt(at) !== DASH) return false;
    for (let word = 0; word < WORDS; word++) {
      const high = digits(text, GROUPS[word * 2] ?? 0);
      const low = digits(text, GROUPS[word * 2 + 1] ?? 0);
      if ((high | low) < 0) return false;
      this.last[word] = (high << 16) | low;
    }
    return true;
  }

  /** Where the four words at a place are, or the free slot where they would be. */
  private slotOf(from: Int32Array, place: number): number {
    const { words, slots } = this;
    const mask = slots.length - 1;
    // By index: taking an array of numbers apart in one statement goes through its iterator.
    const a = from[place] ?? 0;
    const b = from[place + 1] ?? 0;
    const c = from[place + 2] ?? 0;
    const d = from[place + 3] ?? 0;
    for (let slot = this.hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot] ?? 0;
      if (id === 0) return slot;
      const at = (id - 1) * WORDS;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
    }
  }

  private hash(a: number, b: number, c: number, d: number): number {
    let hash = this.seed;
    hash = Math.imul(hash ^ a, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x9e3779b1);
    return hash ^ (hash >>> 15);
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.slots = new Int32Array(this.slots.length * 2);
    for (let id = 0; id < this.count; id++)
      if (this.otherTexts.size === 0 || !this.otherTexts.has(id)) this.slots[this.slotOf(words, id * WORDS)] = id + 1;
  }
}

/** Four hexadecimal digits. @returns a negative number where one of them is none */
function digits(text: string, at: number): number {
  return (
    ((HEX[text.charCodeAt(at)] ?? -1) << 12) |
    ((HEX[text.charCodeAt(at + 1)] ?? -1) << 8) |
    ((HEX[text.charCodeAt(at + 2)] ?? -1) << 4) |
    (HEX[text.charCodeAt(at + 3)] ?? -1)
  );
}
