/** Which encoding a Python file is in (PEP 263, and `tokenize.detect_encoding` of Python 3.13). */
import { decodeAs } from '../base/decoding';

/** The first two lines, as ASCII, are all that Python looks at. */
const HEAD_BYTES = 1000;
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
/** Only behind such a line a second one counts. */
const BLANK = /^[ \t\f]*(?:#.*)?$/;
const UTF8 = /^u(tf)?[-_]?8([-_].*)?$/;
/** All 256 bytes as they are, as Python has it; TextDecoder takes this name for windows-1252. */
const LATIN1 = /^(latin[-_]?1|l1|iso[-_]8859[-_]1|iso8859[-_]1|iso[-_]latin[-_]1([-_].*)?|8859|cp819)$/;
/** Names that Python has and TextDecoder does not. */
const LABELS: Readonly<Record<string, string>> = {
  'latin-2': 'iso-8859-2',
  'latin-9': 'iso-8859-15',
  latin9: 'iso-8859-15',
  l9: 'iso-8859-15',
  'iso-8859-9': 'windows-1254',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  cp932: 'shift_jis',
  'shift-jis': 'shift_jis',
  cp949: 'euc-kr',
  cp936: 'gbk',
  cp950: 'big5',
  cp874: 'windows-874',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  'koi8-ru': 'koi8-u',
};

/**
 * The text of a Python file. Never fails: an unknown name, and bytes that are not what it says, are read as UTF-8 where that is
 * possible, else byte by byte, so that what is ASCII is right in any case.
 */
export function decodePython(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes);
  const cookie = cookieOf(bytes);
  if (cookie === undefined) return new TextDecoder().decode(bytes);
  const name = cookie.toLowerCase().replaceAll('_', '-');
  if (LATIN1.test(name)) return byteByByte(bytes);
  if (UTF8.test(name)) return new TextDecoder().decode(bytes);
  return decoded(LABELS[name] ?? name, bytes) ?? whateverItIs(bytes);
}

/** The name after `coding:` in one of the first two lines; undefined where there is none. */
function cookieOf(bytes: Uint8Array): string | undefined {
  const head = byteByByte(bytes.subarray(0, HEAD_BYTES));
  const [first = '', second = ''] = head.split(/\r\n?|\n/, 2);
  const found = COOKIE.exec(first)?.[1];
  if (found !== undefined || !BLANK.test(first)) return found;
  return COOKIE.exec(second)?.[1];
}

/** @returns undefined for an unknown name */
function decoded(label: string, bytes: Uint8Array): string | undefined {
  // These read two bytes at a time: no source file is written so, whatever it says.
  if (/^(utf-?(16|32)|ucs)/.test(label)) return undefined;
  try {
    return decodeAs(label, bytes);
  } catch {
    return undefined;
  }
}

function whateverItIs(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return byteByByte(bytes);
  }
}

function byteByByte(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
