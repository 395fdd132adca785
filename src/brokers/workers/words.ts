/** Without a full stop. @param count of all workers, at least one */
export function allAnswered(count: number): string {
  if (count === 1) return 'The only worker answered';
  return count === 2 ? 'Both workers answered' : `All ${count} workers answered`;
}

export function workersWord(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}
