import { randomUUID } from 'node:crypto';
import { oneLineJson } from '../base/jsonText';
import type { Diagnosis } from '../model/diagnosis';
import { Problem } from '../base/problem';
import { diagnosisShape } from './diagnosisShape';
import { liftArguments } from './rawArguments';
import { ShapeError } from './shape';
import { upgraded } from './upgraded';

/** What a file that is read back may have; exported reports have some megabytes. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

const CHOOSE = 'choose a file that "Export Diagnosis as JSON" or check-task-status --format json wrote.';

/**
 * Reads an exported Diagnosis back. Arguments keep every digit; whatever a view relies on has been looked at.
 * @param name what to call the text in an error: a file's name
 * @throws Problem `invalid`: one sentence that says what is wrong with it
 */
export function readDiagnosis(json: string, name: string): Diagnosis {
  // Windows editors put a mark before the text.
  const source = json.replace(/^\ufeff/, '');
  if (source.length > MAX_REPORT_BYTES)
    throw new Problem(
      'invalid',
      `${name} is too large to be opened as a report (over ${megabytes(MAX_REPORT_BYTES)}).`,
    );
  requireDiagnosis(source, name);
  const { text, byMark } = liftArguments(source, randomUUID());
  try {
    const read = diagnosisShape((mark) => {
      const raw = byMark.get(mark);
      return raw === undefined || raw === 'null' ? null : oneLineJson(raw);
    });
    return upgraded(read(JSON.parse(text), ''));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new Problem('invalid', `${name} is not a whole report (${error.message}): ${CHOOSE}`, { cause: error });
  }
}

/** Whether it is JSON, and ours, comes before what is in it. */
function requireDiagnosis(source: string, name: string): void {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Problem('invalid', `${name} is not JSON: ${CHOOSE}`, { cause: error });
  }
  const version = typeof value === 'object' && value !== null && 'schemaVersion' in value && value.schemaVersion;
  if (typeof version !== 'number') throw new Problem('invalid', `${name} holds no report: ${CHOOSE}`);
  if (version !== 1)
    throw new Problem(
      'invalid',
      `${name} was written by another version of this extension (schemaVersion ${String(version)}, known is 1): update the extension, or export it again.`,
    );
}

function megabytes(bytes: number): string {
  return `${String(Math.round(bytes / 1024 / 1024))} MB`;
}
