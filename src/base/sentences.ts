/** A sentence as a part of another one: without its full stop, if it has one. */
export function withoutFullStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}
