import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';

/** Paths of PEM files. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for servers on this machine, good ones and each kind of bad one. */
/** What is in the files of a key pair. */
export function pemOf({ key, cert }: KeyPair): { readonly key: string; readonly cert: string } {
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

export interface Certificates {
  /** Who signed all but `selfSigned`. */
  readonly ca: string;
  /** An authority that signed none of these. */
  readonly otherCa: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: KeyPair;
  /** Of the same authority, for `elsewhere.invalid`. */
  readonly wrongName: KeyPair;
  /** For `localhost`, until yesterday. */
  readonly expired: KeyPair;
  /** For `localhost`, signed by nobody else. */
  readonly selfSigned: KeyPair;
  /** For the client whose common name is `commonName`. */
  client(commonName: string): KeyPair;
}

const DAY_MS = 24 * 3600 * 1000;

interface Wish {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly until?: Date;
  readonly ca?: boolean;
}

interface Issuer {
  readonly name: string;
  readonly key: forge.pki.rsa.PrivateKey;
}

/** Makes keys and certificates in a folder of their own; keys are readable by their owner only, as PostgreSQL asks. */
export function makeCertificates(folder = mkdtempSync(join(tmpdir(), 'certificates-'))): Certificates {
  // One key for all servers: making them is what takes long.
  const keys = forge.pki.rsa.generateKeyPair(2048);
  let serial = 1;

  const sign = (wish: Wish, issuer: Issuer): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    certificate.serialNumber = (serial++).toString(16).padStart(2, '0');
    const until = wish.until ?? new Date(Date.now() + 30 * DAY_MS);
    certificate.validity.notBefore = new Date(Math.min(Date.now(), until.getTime()) - 10 * DAY_MS);
    certificate.validity.notAfter = until;
    certificate.setSubject([{ name: 'commonName', value: wish.name }]);
    certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
    const altNames = (wish.hosts ?? []).map((host) =>
      /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
    );
    certificate.setExtensions([
      { name: 'basicConstraints', cA: wish.ca ?? false, critical: true },
      ...(wish.ca === true ? [{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }] : []),
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
    ]);
    certificate.sign(issuer.key, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };

  const write = (name: string, pem: string): string => {
    const path = join(folder, name);
    writeFileSync(path, pem, { mode: 0o600 });
    return path;
  };
  const key = write('server.key', forge.pki.privateKeyToPem(keys.privateKey));
  const authority = (name: string): { issuer: Issuer; path: string } => {
    const issuer = { name, key: keys.privateKey };
    return { issuer, path: write(`${name}.pem`, sign({ name, ca: true }, issuer)) };
  };
  const ours = authority('Test Authority');
  const pair = (name: string, wish: Wish, issuer = ours.issuer): KeyPair => ({
    cert: write(`${name}.pem`, sign(wish, issuer)),
    key,
  });

  // Its own key: an authority is told from another by its key, not by its name.
  const otherKeys = forge.pki.rsa.generateKeyPair(2048);
  const other = forge.pki.createCertificate();
  other.publicKey = otherKeys.publicKey;
  other.serialNumber = '01';
  other.validity.notBefore = new Date(Date.now() - DAY_MS);
  other.validity.notAfter = new Date(Date.now() + 30 * DAY_MS);
  other.setSubject([{ name: 'commonName', value: 'Other Authority' }]);
  other.setIssuer([{ name: 'commonName', value: 'Other Authority' }]);
  other.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }]);
  other.sign(otherKeys.privateKey, forge.md.sha256.create());

  const local = ['localhost', '127.0.0.1'];
  return {
    ca: ours.path,
    otherCa: write('other.pem', forge.pki.certificateToPem(other)),
    server: pair('server', { name: 'localhost', hosts: local }),
    wrongName: pair('wrong-name', { name: 'elsewhere.invalid', hosts: ['elsewhere.invalid'] }),
    expired: pair('expired', { name: 'localhost', hosts: local, until: new Date(Date.now() - DAY_MS) }),
    selfSigned: pair('self-signed', { name: 'localhost', hosts: local }, { name: 'localhost', key: keys.privateKey }),
    client: (commonName) => pair(`client-${commonName}`, { name: commonName }),
  };
}
