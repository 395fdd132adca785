// @ts-check
/** Searches files for the passwords of tests, and copies the files to search. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { CANARY } from '../servers/password.mjs';

/** Programs and pictures are no texts of ours; `.env` is where a person keeps passwords. */
const NOT_KEPT =
  /(^|[\\/])(extensions|node_modules|Cache[^\\/]*|[^\\/]*Cache|\.env)([\\/]|$)|\.(png|sock|ipc|vsix|node|wasm)$/;
const MAX_BYTES = 64_000_000;

/**
 * Copies what a program left behind: its logs, its state, its settings.
 * @param {string} from a folder; nothing is done where it is missing
 * @param {string} to
 * @returns {void}
 */
export function keepFolder(from, to) {
  for (const file of filesIn(from)) {
    const path = relative(from, file);
    if (NOT_KEPT.test(path)) continue;
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    try {
      copyFileSync(file, target);
    } catch {
      // A log that went meanwhile.
    }
  }
}

/**
 * The canary as it may be written.
 * @type {readonly (readonly [form: string, bytes: Buffer])[]}
 */
const FORMS = [
  ['as written', Buffer.from(CANARY)],
  ['in lower case', Buffer.from(CANARY.toLowerCase())],
  ['percent-encoded', Buffer.from(CANARY.replace('-', '%2D'))],
  ['as UTF-16', Buffer.from(CANARY, 'utf16le')],
  ['in hexadecimal', Buffer.from(Buffer.from(CANARY).toString('hex'))],
  ...[0, 1, 2].map((before) => /** @type {const} */ (['in base64', Buffer.from(base64(before))])),
];

/**
 * Base64 cuts a text in one of three ways.
 * @param {number} before bytes before the canary in its group of three
 */
function base64(before) {
  const whole = Buffer.from('x'.repeat(before) + CANARY)
    .toString('base64')
    .replace(/=+$/, '');
  // The characters at both ends depend on the neighbours too.
  return whole.slice(before === 0 ? 0 : before + 1, -1);
}

/**
 * Looks for canaries in every file of a folder.
 * @param {string} folder
 * @returns {{ files: number, bytes: number, found: string[] }} found: where, in words that do not repeat them
 */
export function findCanaries(folder) {
  const found = [];
  const files = filesIn(folder);
  let size = 0;
  for (const file of files) {
    const content = readFileSync(file);
    size += content.length;
    for (const [form, written] of FORMS) {
      const at = content.indexOf(written);
      if (at < 0) continue;
      const line = content.subarray(0, at).filter((byte) => byte === 10).length + 1;
      found.push(`${relative(folder, file).split(sep).join('/')}, line ${line}: a password, ${form}`);
    }
  }
  return { files: files.length, bytes: size, found };
}

/**
 * @param {string} folder
 * @returns {string[]} the regular files below it, but for huge ones
 */
function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? Infinity) <= MAX_BYTES);
  } catch {
    return [];
  }
}
