import type { RedisReader, RedisReply } from '../../../src/ports/redis';

/** Keys as Redis has them; values are bytes. */
export interface Keys {
  readonly sets: ReadonlyMap<string, readonly Buffer[]>;
  readonly lists: ReadonlyMap<string, readonly Buffer[]>;
  readonly hashes: ReadonlyMap<string, readonly (readonly [field: Buffer, value: Buffer])[]>;
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Answers the read commands of the broker's search out of these keys, for a thousand searches a second. What it answers, Redis answers. */
export function redisOf(
  { sets, lists, hashes, scores }: Keys,
  garble: (command: string, reply: RedisReply) => RedisReply = (_, reply) => reply,
): RedisReader {
  const answer = (name: string, args: readonly (string | number)[]): RedisReply => {
    const [key = '', first = 0, last = 0] = args.map(String);
    switch (name) {
      case 'DBSIZE':
        return sets.size + lists.size + hashes.size + scores.size;
      case 'SCAN':
        return [
          Buffer.from('0'),
          [sets, lists, hashes, scores].flatMap((of) => [...of.keys()].map((name) => Buffer.from(name))),
        ];
      case 'TYPE': {
        const types = [['set', sets], ['list', lists], ['hash', hashes], ['zset', scores]] as const; // prettier-ignore
        return Buffer.from(types.find(([, of]) => of.has(key))?.[0] ?? 'none');
      }
      case 'INFO':
        return Buffer.from('');
      case 'PTTL':
        return -2;
      case 'SMEMBERS':
        return sets.get(key) ?? [];
      case 'LLEN':
        return lists.get(key)?.length ?? 0;
      case 'LRANGE':
        return (lists.get(key) ?? []).slice(Number(first), last === '-1' ? undefined : Number(last) + 1);
      case 'HLEN':
        return hashes.get(key)?.length ?? 0;
      case 'HSCAN':
        return [Buffer.from('0'), (hashes.get(key) ?? []).flat()];
      case 'HGET':
        return (hashes.get(key) ?? []).find(([field]) => field.toString() === first)?.[1] ?? null;
      case 'ZCARD':
        return scores.get(key)?.size ?? 0;
      case 'ZSCORE': {
        const score = scores.get(key)?.get(String(first));
        return score === undefined ? null : Buffer.from(score);
      }
      case 'ZRANGE':
        return [...(scores.get(key)?.keys() ?? [])].map((member) => Buffer.from(member));
      default:
        throw new Error(`${name} is not answered here`);
    }
  };
  const reply = ([name, ...args]: readonly [string, ...(string | number)[]]): RedisReply =>
    garble(name, answer(name, args));
  return {
    address: 'localhost:6379/0',
    commands: 0,
    call: (...command) => {
      const got = reply(command);
      return got instanceof Error ? Promise.reject(got) : Promise.resolve(got);
    },
    pipeline: (commands) => Promise.resolve(commands.map(reply)),
  };
}
