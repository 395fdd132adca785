/** The numbers in an array of one dimension as PostgreSQL writes it: `{1,2}`; none of null. It must hold no null. */
export function toNumbers(text: string | null | undefined): number[] {
  return text == null ? [] : (JSON.parse(`[${text.slice(1, -1)}]`) as number[]);
}
