import { resolve } from 'node:path';
import { Problem } from './problem';
import { homeFolder } from './home';

/** A path as a person writes it in a URL or a variable: `~/` is the home folder, a relative one begins in the working folder. @throws Problem `invalid` on Windows for one on another machine, and for a home folder where there is none */
export function localPath(path: string): string {
  // Windows would log in at that server with the user's own account.
  if (/^([\\/]){2}/.test(path) && process.platform === 'win32')
    throw new Problem(
      'invalid',
      'A certificate or password file is named on another machine: copy it to this one and name it here.',
    );
  return resolve(path.replace(/^~(?=[/\\]|$)/, home));
}

function home(): string {
  const folder = homeFolder();
  if (folder !== undefined) return folder;
  throw new Problem(
    'invalid',
    'A certificate or password file is named in the home folder (~), and this process has none: write its whole path, or set HOME.',
  );
}
