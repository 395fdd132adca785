import os from 'node:os';

/**
 * Gives the system another user while `work` runs.
 * @param name undefined for a user id without a name and without a home, as a container often has it
 */
export function asSystemUser<Result>(name: string | undefined, work: () => Result): Result {
  const kept = { userInfo: os.userInfo, homedir: os.homedir };
  const none = (): never => {
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)');
  };
  const fake =
    name === undefined
      ? { userInfo: none, homedir: none }
      : { userInfo: () => ({ ...kept.userInfo(), username: name }) };
  Object.assign(os, fake);
  try {
    return work();
  } finally {
    Object.assign(os, kept);
  }
}
