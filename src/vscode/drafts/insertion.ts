/**
 * The smallest change that makes one text of another: what stands before and after it stays untouched, with the user's cursor in it.
 * @returns offsets into `before`, and what takes the place of the characters between them
 */
export function insertion(
  before: string,
  after: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
