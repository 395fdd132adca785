/** The numbers in an array as PostgreSQL writes it: `{1,2}`; none of null. */
export function toNumbers(text: string | null | undefined): number[] {
  return (text ?? '{}').slice(1, -1).split(',').filter(Boolean).map(Number);
}
