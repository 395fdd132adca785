import { readFile } from 'node:fs/promises';
import { localPath } from '../../base/localPath';
import { Problem } from '../../base/problem';

/** The certificates that `ssl_ca_certs` of a broker's URL names. @param file as it was written @throws Problem `tls` */
export async function authority(file: string): Promise<Buffer> {
  try {
    return await readFile(localPath(file));
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new Problem(
      'tls',
      `The file of ssl_ca_certs cannot be read (${code}). Write the full path of a PEM file into the broker's URL.`,
      { cause: error },
    );
  }
}
