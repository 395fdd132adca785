import { homedir, userInfo } from 'node:os';

/**
 * The home folder of the user. A container often runs under a user id that has no entry in the password database and without HOME:
 * Node throws then, and the check must not fail because of it.
 * @returns undefined where there is none
 */
export function homeFolder(): string | undefined {
  return known(homedir);
}

/**
 * The name of the system's user, which libpq takes where nobody names one.
 * @returns undefined where the user id has no name
 */
export function systemUser(): string | undefined {
  return known(() => userInfo().username);
}

function known(ask: () => string): string | undefined {
  try {
    const answer = ask();
    return answer === '' ? undefined : answer;
  } catch {
    return undefined;
  }
}
