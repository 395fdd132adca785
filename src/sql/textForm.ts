import { decodeAs } from '../base/decoding';

/**
 * How texts travel. The session asks for UTF-8, and PostgreSQL ends a statement with an error (22021, 22P05) at the first value that has a
 * byte without a meaning in UTF-8. One such value must not end a check.
 */
export interface TextForm {
  /** SQL that gives out a text, of any type that becomes text, so that it always arrives. */
  send(expression: string): string;
  /** What `send` gave out, as the text that it was. */
  read(value: string): string;
  /** Whether a text that came from the database can go back as a value of a statement. */
  fits(text: string): boolean;
  /** Whether JSON can have any character: in UTF-8 alone. */
  readonly anyCharacter: boolean;
}

const asText = (expression: string): string => `(${expression})::text`;
const asItIs = (value: string): string => value;
const LOST = '\ufffd';

/** A database in UTF-8 sends its bytes as they are; the driver shows those that are none of UTF-8 with a replacement character. */
const UTF8: TextForm = { send: asText, read: asItIs, fits: () => true, anyCharacter: true };

/** The session asks for SQL_ASCII there (`connect/postgres/postgresClient.ts`), so that bytes come as they are. */
const SQL_ASCII: TextForm = { ...UTF8, fits: (text) => !text.includes(LOST), anyCharacter: false };

/** Every byte of these has a character (tried on PostgreSQL 18 with `convert_from`). */
const COMPLETE = /^(LATIN([1245-9]|10)|ISO_8859_5|KOI8[RU]|WIN866|WIN1256)$/;
const WHOLE: TextForm = { ...UTF8, fits: (text) => !text.includes(LOST), anyCharacter: false };

/** Labels of https://encoding.spec.whatwg.org for encodings in which some bytes have no character. */
const LABELS: Readonly<Record<string, string>> = {
  LATIN3: 'iso-8859-3',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  EUC_JP: 'euc-jp',
  EUC_JIS_2004: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
};

/** The form of a database's texts. @param encoding as `getdatabaseencoding()` gives it */
export function textForm(encoding: string): TextForm {
  if (encoding === 'UTF8') return UTF8;
  if (encoding === 'SQL_ASCII') return SQL_ASCII;
  if (COMPLETE.test(encoding)) return WHOLE;
  return inBytes(encoding);
}

/** The bytes themselves as ASCII, which every conversion leaves alone; they are decoded here. */
function inBytes(encoding: string): TextForm {
  // Encodings that nothing here decodes show what is not ASCII with replacement characters.
  const label = LABELS[encoding] ?? 'utf-8';
  return {
    send: (expression) => `encode(convert_to((${expression})::text, getdatabaseencoding()), 'escape')`,
    read: (value) => (value.includes('\\') ? decodeAs(label, unescaped(value)) : value),
    // C1 controls are what bytes without a character are decoded as.
    fits: (text) => !/[\u0080-\u009f\ufffd]/.test(text),
    anyCharacter: false,
  };
}

/** Undoes `encode(…, 'escape')`: `\ooo` is a byte, `\\` a backslash (PostgreSQL manual, bytea). */
function unescaped(value: string): Buffer {
  const latin1 = value.replace(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(latin1, 'latin1');
}

/** A value as `form` gave it out; null stays. */
export function readText(form: TextForm, value: string | null | undefined): string | null {
  return value == null ? null : form.read(value);
}
