/** A sentence about some things: of `{it|they}` the word that fits their number is taken. */
export function forCount(sentence: string, count: number): string {
  return sentence.replace(/\{([^|{}]*)\|([^|{}]*)\}/g, (_, one: string, many: string) => (count === 1 ? one : many));
}

/** A sentence as a part of another one: without its full stop, if it has one. */
export function withoutFullStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}
