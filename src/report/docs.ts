import type { Cause, Verdict } from '../model/verdict';

/** `repository` of package.json; a test compares the two. */
const REPOSITORY = 'https://github.com/celery-task-diagnostics/celery-task-diagnostics';
const VERDICTS = `${REPOSITORY}/blob/main/docs/verdicts.md`;

/** The paragraph that says what a verdict means. */
export function verdictHelp(verdict: Verdict): string {
  return `${VERDICTS}#${verdict}`;
}

/** The paragraph that says what a cause means. */
export function causeHelp(cause: Cause): string {
  return `${VERDICTS}#${cause}`;
}
