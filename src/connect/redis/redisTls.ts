import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { localPath } from '../../base/localPath';
import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { filledOption } from '../../wire/urlParts';

/** How the line to a Redis is encrypted. The paths are as they were written; the files are read when a connection is opened. */
export interface RedisTls {
  /** Whether the certificate must come from a known authority and be in date. */
  readonly verify: boolean;
  /** Whether the certificate must also be for the host that was named. */
  readonly checkHostname: boolean;
  /** PEM file of the authorities that are trusted instead of those that Node knows. */
  readonly caFile?: string;
  /** PEM files of the certificate, and its key, by which the server knows us. */
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly keyPassword?: string;
}

/** The three words of Python's ssl, in both spellings that kombu 5.6 takes (`utils/url.py parse_ssl_cert_reqs`). */
const CERT_REQS = /^(?:cert_)?(none|optional|required)$/i;

/**
 * Reads the `ssl_…` options of a URL. Their names are those of redis-py, which kombu and Celery hand them to; like kombu, options alone
 * are enough to mean TLS.
 * For a client Python's CERT_OPTIONAL is the same as CERT_REQUIRED (https://docs.python.org/3/library/ssl.html#ssl.CERT_OPTIONAL).
 * Without options everything is checked, where kombu would check nothing.
 * @param secure whether the scheme says TLS
 * @returns undefined where the line is not encrypted
 * @throws Problem `invalid`
 */
export function readTls(secure: boolean, options: URLSearchParams, label: string): RedisTls | undefined {
  const named = [...options.keys()].some((name) => name.startsWith('ssl_'));
  if (!secure && !named) return undefined;
  const reqs = options.get('ssl_cert_reqs') ?? 'required';
  const word = CERT_REQS.exec(reqs)?.[1]?.toLowerCase();
  if (word === undefined) {
    throw new Problem(
      'invalid',
      `${label} has ssl_cert_reqs=${echo(reqs)}. Use CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED.`,
    );
  }
  const [caFile, certFile, keyFile, keyPassword] = ['ssl_ca_certs', 'ssl_certfile', 'ssl_keyfile', 'ssl_password'].map(
    (name) => filledOption(options, name),
  );
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [there, missing] = certFile === undefined ? ['keyfile', 'certfile'] : ['certfile', 'keyfile'];
    throw new Problem('invalid', `${label} has ssl_${there} without ssl_${missing}. Both are needed.`);
  }
  const verify = word !== 'none';
  return {
    verify,
    // As kombu reads it: anything but "false" means yes.
    checkHostname: verify && options.get('ssl_check_hostname')?.toLowerCase() !== 'false',
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(keyPassword === undefined ? {} : { keyPassword }),
  };
}

/**
 * What Node needs for such a line.
 * @throws Problem `tls` when a file cannot be read
 */
export async function tlsOptions(tls: RedisTls): Promise<ConnectionOptions> {
  const [ca, cert, key] = await Promise.all([
    pem(tls.caFile, 'ssl_ca_certs'),
    pem(tls.certFile, 'ssl_certfile'),
    pem(tls.keyFile, 'ssl_keyfile'),
  ]);
  return {
    // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not decide it.
    rejectUnauthorized: tls.verify,
    ...(tls.checkHostname ? {} : { checkServerIdentity: () => undefined }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.keyPassword === undefined ? {} : { passphrase: tls.keyPassword }),
  };
}

async function pem(path: string | undefined, option: string): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(localPath(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new Problem(
      'tls',
      `The file of ${option}, ${echo(path)}, cannot be read (${code}). Write the full path of a PEM file.`,
      { cause: error },
    );
  }
}
