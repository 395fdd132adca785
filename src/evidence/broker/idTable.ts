import { randomInt } from 'node:crypto';

const WORDS = 4;
const FIRST_SIZE = 1024;
/** Slots for each id: the table is half full at most. */
const SLOTS = 2;
/** Of a UUID as Python writes it. */
const UUID_LENGTH = 36;
const DASH = 45;

/** Values of the characters 0-9 and a-f; 16: any other one. */
const HEX = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return value === -1 ? 16 : value;
});

/**
 * Texts that are nearly all UUIDs (Celery's task ids, kombu's delivery tags), numbered from 0 in the order in which they came. A UUID is
 * 16 bytes in an array of numbers and some 12 bytes to find it by, where a text as a key of a map is 120 and has to be walked by every
 * collection of garbage. Any other text is kept as it is.
 */
export class IdTable {
  private count = 0;
  private words = new Uint32Array(FIRST_SIZE * WORDS);
  /** The number of an id plus one, at a place that follows from its words or behind it; 0: free. */
  private slots = new Uint32Array(FIRST_SIZE * SLOTS);
  private readonly others = new Map<string, number>();
  private readonly otherTexts = new Map<number, string>();
  /** So that nobody can make ids that all want one place. */
  private readonly seed = randomInt(2 ** 31);
  /** The UUID that was taken apart last. */
  private readonly last = new Uint32Array(WORDS);

  get size(): number {
    return this.count;
  }

  /** @returns its number; undefined where it is not there */
  find(text: string): number | undefined {
    if (!this.takeApart(text)) return this.others.get(text);
    const found = this.slots[this.slotOfLast()] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  /** @returns its number, a new one where it was not there */
  add(text: string): number {
    if (!this.takeApart(text)) return this.others.get(text) ?? this.addOther(text);
    if (this.count * WORDS === this.words.length) this.grow();
    const slot = this.slotOfLast();
    const found = this.slots[slot] ?? 0;
    if (found !== 0) return found - 1;
    this.words.set(this.last, this.count * WORDS);
    this.slots[slot] = ++this.count;
    return this.count - 1;
  }

  /** The text of a number that `add` gave. */
  text(id: number): string {
    const other = this.otherTexts.get(id);
    if (other !== undefined) return other;
    let hex = '';
    for (let at = id * WORDS; at < (id + 1) * WORDS; at++) hex += (this.words[at] ?? 0).toString(16).padStart(8, '0');
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
    let word = 0;
    let digits = 0;
    for (let at = 0; at < UUID_LENGTH; at++) {
      const code = text.charCodeAt(at);
      if (at === 8 || at === 13 || at === 18 || at === 23) {
        if (code !== DASH) return false;
        continue;
      }
      const value = HEX[code] ?? 16;
      if (value === 16) return false;
      word = (word << 4) | value;
      digits++;
      if (digits % 8 === 0) this.last[digits / 8 - 1] = word;
    }
    return true;
  }

  /** Where `last` is, or the free slot where it would be. */
  private slotOfLast(): number {
    const { last, words, slots } = this;
    // By index: taking an array of numbers apart in one statement goes through its iterator.
    const a = last[0] ?? 0;
    const b = last[1] ?? 0;
    const c = last[2] ?? 0;
    const d = last[3] ?? 0;
    for (let slot = this.firstSlot(a, b, c, d); ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
      const id = slots[slot] ?? 0;
      if (id === 0) return slot;
      const at = (id - 1) * WORDS;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
    }
  }

  private firstSlot(a: number, b: number, c: number, d: number): number {
    let hash = this.seed;
    hash = Math.imul(hash ^ a, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x9e3779b1);
    return ((hash ^ (hash >>> 15)) >>> 0) % this.slots.length;
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.slots = new Uint32Array(this.slots.length * 2);
    const before = Uint32Array.from(this.last);
    for (let id = 0; id < this.count; id++) {
      if (this.otherTexts.has(id)) continue;
      this.last.set(words.subarray(id * WORDS, (id + 1) * WORDS));
      this.slots[this.slotOfLast()] = id + 1;
    }
    this.last.set(before);
  }
}
