import { BINDING } from './bindings';
import type { Gaps } from './gaps';
import { keyText } from './replies';

/** Keys of results: always strings, and in most databases by far the most. */
const OF_RESULTS = ['celery-task-meta-', 'celery-taskset-meta-'];
/** As many keys of one shape must be no collections until the others of that shape are not asked for their type. */
const ENOUGH = 200;
/** Keys of one shape that are remembered, and shapes. */
const MOST = { ofShape: 5000, shapes: 20_000 };

/** Keys of one type whose names differ in their numbers only. */
export interface Family {
  readonly keys: string[];
  /** More of them exist than are remembered. */
  more: boolean;
}

/**
 * Picks out of all keys those that may belong to a broker: bindings by their names, lists, hashes and sorted sets by their types. Databases
 * are often shared with a cache of a million keys, so the type is asked for only until a shape of names has shown what it is.
 */
export class KeySift {
  readonly bindings = new Set<string>();
  readonly lists = new Map<string, Family>();
  readonly hashes = new Map<string, Family>();
  readonly zsets = new Map<string, Family>();
  /** Lists with answers to `inspect`. */
  replies = 0;
  /** There were more kinds of keys than are remembered. */
  overflow = false;
  private readonly shapes = new Map<string, { plain: number; collections: boolean }>();

  constructor(private readonly gaps: Gaps) {}

  /** @returns the keys among them whose type must be known: give it to `typed` */
  take(names: readonly Buffer[]): string[] {
    const open: string[] = [];
    for (const bytes of names) {
      const plain = bytes.toString('latin1');
      if (OF_RESULTS.some((word) => plain.includes(word))) continue;
      const name = keyText(bytes);
      if (plain.includes(BINDING)) this.takeBinding(name, plain);
      else if (name !== undefined && this.isOpen(name)) open.push(name);
    }
    return open;
  }

  /** @param type as TYPE says it */
  typed(name: string, type: string): void {
    const family = type === 'list' ? this.lists : type === 'hash' ? this.hashes : type === 'zset' ? this.zsets : null;
    const shape = this.shapes.get(shapeOf(name));
    if (family === null) {
      if (shape) shape.plain++;
      return;
    }
    if (shape) shape.collections = true;
    if (type === 'list' && isReply(name)) this.replies++;
    else this.keep(family, name);
  }

  private takeBinding(name: string | undefined, bytes: string): void {
    if (name === undefined) this.gaps.add('undecodable', 'the key % is not UTF-8', bytes);
    // Reply bindings come and go with every question to the workers.
    else if (!(name.endsWith('pidbox') && /\breply\./.test(name))) this.bindings.add(name);
  }

  private isOpen(name: string): boolean {
    const key = shapeOf(name);
    const shape = this.shapes.get(key);
    if (shape) return shape.collections || shape.plain < ENOUGH;
    if (this.shapes.size < MOST.shapes) this.shapes.set(key, { plain: 0, collections: false });
    return true;
  }

  private keep(families: Map<string, Family>, name: string): void {
    const key = shapeOf(name);
    const family = families.get(key);
    if (family === undefined) {
      if (families.size >= MOST.shapes) this.overflow = true;
      else families.set(key, { keys: [name], more: false });
    } else if (family.keys.length >= MOST.ofShape) family.more = true;
    else family.keys.push(name);
  }
}

/** Answers to `inspect` lie in `<id>.reply.celery.pidbox`, events in `celeryev.<id>`: no tasks. */
export function isReply(name: string): boolean {
  return name.endsWith('.pidbox') || /(^|[^\w])celeryev\./.test(name);
}

/** A name without what differs between keys of one kind: UUIDs, numbers, and the ends of long words with digits. */
function shapeOf(name: string): string {
  return name
    .replace(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi, '#')
    .replace(/[A-Za-z\d]{16,}/g, (word) => (/\d/.test(word) ? `${word.slice(0, 3)}#` : word))
    .replace(/\d+/g, '#');
}
