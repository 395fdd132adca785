import { randomUUID } from 'node:crypto';
import { isJsonText } from '../base/jsonText';
import type { Diagnosis } from '../model/diagnosis';

/**
 * Writes the exported form of a Diagnosis (`schemas/diagnosis.schema.json`), indented by two, ending with a line break.
 * Arguments go out with every digit they came with, which JSON.stringify alone would lose.
 */
export function diagnosisJson(diagnosis: Diagnosis): string {
  const texts: string[] = [];
  // No text in the database can hold this mark by chance or by design: it is new for every call.
  const mark = randomUUID();
  const exported = {
    ...diagnosis,
    otherStatuses: diagnosis.otherStatuses.map(({ status, count, maxHoursStuck }) => ({
      status,
      count,
      maxHoursStuck,
    })),
  };
  const json = JSON.stringify(
    exported,
    (_key, value: unknown) => (isJsonText(value) ? `${mark}${String(texts.push(value.rawJSON) - 1)}` : value),
    2,
  );
  return `${json.replace(new RegExp(`"${mark}(\\d+)"`, 'g'), (_match, index: string) => texts[Number(index)] ?? 'null')}\n`;
}
