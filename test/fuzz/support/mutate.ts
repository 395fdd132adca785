import type { Random } from '../../support/random';
import { NASTY_NUMBERS, NASTY_TEXTS } from './nasty';

/** Any bytes. */
export function anyBytes(random: Random, most = 400): Buffer {
  return Buffer.from(Array.from({ length: random.integer(0, most) }, () => random.integer(0, 255)));
}

/** Any text, mostly made of what stands in the formats that are read here. */
export function anyText(random: Random, most = 60): string {
  const alphabet = '{}[]"\':,;@/?#%&=.+-_ \\\n\r\t\0abcABC019é\u2028\ud83d\udca5';
  return Array.from({ length: random.integer(0, most) }, () => alphabet[random.integer(0, alphabet.length - 1)]).join(
    '',
  );
}

/** Any JSON value, hostile ones more often than not. */
export function anyValue(random: Random, depth = 3): unknown {
  const kind = random.integer(0, depth > 0 ? 6 : 4);
  if (kind === 0) return random.pick(NASTY_TEXTS);
  if (kind === 1) return random.pick(NASTY_NUMBERS);
  if (kind === 2) return random.pick([null, true, false]);
  if (kind === 3) return anyText(random);
  if (kind === 4) return random.integer(-5, 100_000);
  const items = Array.from({ length: random.integer(0, 4) }, () => anyValue(random, depth - 1));
  return kind === 5 ? items : Object.fromEntries(items.map((item) => [random.pick(NASTY_TEXTS), item]));
}

/** Bytes as an accident or an attacker leaves them. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let times = random.integer(1, 3); times > 0; times--) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, bytes: Buffer): Buffer {
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  const to = Math.min(bytes.length, at + random.integer(1, 40));
  switch (random.integer(0, 7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (bytes.length > 0) flipped[at] = bytes[at]! ^ (1 << random.integer(0, 7));
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return bytes.subarray(at);
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), anyBytes(random, 8), bytes.subarray(at)]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(NASTY_TEXTS)), bytes.subarray(to)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xc3, 0x28, 0xff]), bytes.subarray(to)]);
  }
}

/** The same with a text, whose characters stay whole. */
export function mutateText(random: Random, text: string): string {
  return mutateBytes(random, Buffer.from(text)).toString('utf8');
}

/** A JSON value with one to three places changed: another value or type, gone, doubled, renamed. */
export function mutateValue(random: Random, value: unknown): unknown {
  let mutated = structuredClone(value);
  for (let times = random.integer(1, 3); times > 0; times--) mutated = changeOne(random, mutated);
  return mutated;
}

function changeOne(random: Random, value: unknown): unknown {
  const places = placesOf(value);
  if (places.length === 0 || random.next() < 0.02) return anyValue(random);
  const { container, key } = random.pick(places);
  const old = own(container, key);
  const put = (name: string, item: unknown): void => {
    // Not by assignment, which `__proto__` would take for something else.
    Object.defineProperty(container, name, { value: item, enumerable: true, configurable: true, writable: true });
  };
  switch (random.integer(0, 5)) {
    case 0:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else Reflect.deleteProperty(container, key);
      break;
    case 1:
      if (Array.isArray(container)) container.push(structuredClone(old));
      else put(random.pick(NASTY_TEXTS), old);
      break;
    case 2:
      put(key, swapped(old));
      break;
    case 3: {
      const other = random.pick(places);
      put(key, structuredClone(own(other.container, other.key)));
      break;
    }
    default:
      put(key, anyValue(random));
  }
  return value;
}

function own(container: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value as unknown;
}

/** The value as another type that looks like it. */
function swapped(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? [] : /^\d+$/.test(value) ? Number(value) : [value];
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  if (typeof value === 'object' && value !== null) return Object.values(value);
  return JSON.stringify(value);
}

function placesOf(value: unknown): { container: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { container: value, key },
    ...placesOf((value as Readonly<Record<string, unknown>>)[key]),
  ]);
}

/** JSON of a value as Python writes it: with NaN and Infinity, which JSON does not have, here and there. */
export function pythonJson(random: Random, value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  const strange = random.pick(['NaN', '-Infinity', 'Infinity', '1e999', '-0', '1'.repeat(400)]);
  return random.next() < 0.1 ? (text ?? '').replace(/: ?\d+/, `: ${strange}`) : (text ?? 'NaN');
}
