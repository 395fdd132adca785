import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** A path as a person writes it in a URL or a variable: `~/` is the home folder, a relative one begins in the working folder. */
export function localPath(path: string): string {
  return resolve(path.replace(/^~(?=[/\\]|$)/, () => homedir()));
}
