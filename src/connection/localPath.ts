import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Problem } from '../diagnosis/problem';

/** A path as a person writes it in a URL or a variable: `~/` is the home folder, a relative one begins in the working folder. @throws Problem `invalid` on Windows for one on another machine */
export function localPath(path: string): string {
  // Windows would log in at that server with the person's own account.
  if (/^([\\/]){2}/.test(path) && process.platform === 'win32')
    throw new Problem(
      'invalid',
      'A certificate or password file is named on another machine: copy it to this one and name it here.',
    );
  return resolve(path.replace(/^~(?=[/\\]|$)/, () => homedir()));
}
