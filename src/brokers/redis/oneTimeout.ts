import type { RedisReader } from '../../ports/redis';
import { Problem } from '../../base/problem';

/**
 * A server that stopped answering costs one timeout (half a minute) and not one for each question that is left: after the first, every
 * further question fails at once with the same Problem.
 */
export function oneTimeout(redis: RedisReader): RedisReader {
  let silent: Problem | undefined;
  const once = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (silent) throw silent;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Problem && error.kind === 'timeout') silent = error;
      throw error;
    }
  };
  return {
    get address() {
      return redis.address;
    },
    get unread() {
      return redis.unread ?? [];
    },
    get commands() {
      return redis.commands;
    },
    call: (...command) => once(() => redis.call(...command)),
    pipeline: (commands) => once(() => redis.pipeline(commands)),
  };
}
