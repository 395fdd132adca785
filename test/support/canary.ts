/**
 * A password for a test. The prefix stands nowhere else in this project, so that the run can look for it in everything that was
 * printed, logged or exported (tools/test-runner/outputs.mjs): a test may not print one, not in a title and not in an assertion.
 * @param rest what makes it this test's own, with any delimiter
 */
export function canary(rest: string): string {
  return `Kanari-7${rest}`;
}
