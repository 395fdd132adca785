/**
 * Decodes base64 as kombu writes it: without line breaks, with padding.
 * @returns undefined for anything else: Node skips what does not belong there, and what is left would be something that nobody wrote
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Its length by the text's alone: shorter is what had something in it that was skipped. `-` and `_` are of another alphabet.
  const whole = text.length % 4 === 0 && bytes.length === Buffer.byteLength(text, 'base64') && !/[-_]/.test(text);
  return whole ? bytes : undefined;
}
