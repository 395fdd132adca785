/** A sentence about some things: of `{it|they}` the word that fits their number is taken. */
export function forCount(sentence: string, count: number): string {
  return sentence.replace(/\{([^|{}]*)\|([^|{}]*)\}/g, (_, one: string, many: string) => (count === 1 ? one : many));
}

/** A sentence's beginning as it stands within another one: `A memory alarm` becomes `a memory alarm`; names stay as they are. */
export function lowerFirst(sentence: string): string {
  const ordinary = /^(A|An|At|The|No|Node|Queue|Message|Messages|Task|Tasks|Worker|Workers|It)\b/.test(sentence);
  return ordinary ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}

/** A sentence as a part of another one: without its full stop, if it has one. */
export function withoutFullStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}
