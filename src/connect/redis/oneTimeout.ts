import { Problem } from '../../base/problem';

/**
 * A server that stopped answering costs one timeout (half a minute) and not one for each question that is left: after the first, every
 * further question fails at once with the same Problem.
 * @returns asks one question
 */
export function oneTimeout(): <T>(ask: () => Promise<T>) => Promise<T> {
  let silent: Problem | undefined;
  return async (ask) => {
    if (silent) throw silent;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Problem && error.kind === 'timeout') silent = error;
      throw error;
    }
  };
}
