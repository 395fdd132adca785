/** What is at 0x80 to 0x9f in windows-1252; the five bytes without a character are themselves (https://encoding.spec.whatwg.org). */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Decodes bytes that are not UTF-8. Some releases of Node (22.13, 23.5) take windows-1252 for ISO 8859-1, so that one is read here.
 * @param label of https://encoding.spec.whatwg.org
 * @throws RangeError for an unknown label
 */
export function decodeAs(label: string, bytes: Uint8Array): string {
  const decoder = new TextDecoder(label);
  if (decoder.encoding !== 'windows-1252') return decoder.decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (char) => WINDOWS_1252.charAt(char.charCodeAt(0) - 0x80));
}
