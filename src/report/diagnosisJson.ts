import { randomUUID } from 'node:crypto';
import { isJsonText } from '../base/jsonText';
import type { Diagnosis } from '../model/diagnosis';
import type { TaskStory } from '../model/story';

/** Writes the exported form of a Diagnosis (`schemas/diagnosis.schema.json`), indented by two, ending with a line break. */
export function diagnosisJson(diagnosis: Diagnosis): string {
  return jsonWithArguments({
    ...diagnosis,
    otherStatuses: diagnosis.otherStatuses.map(({ status, count, maxHoursStuck }) => ({
      status,
      count,
      maxHoursStuck,
    })),
  });
}

/** Writes the story of one task (`schemas/task.schema.json`) in the same way. */
export function storyJson(story: TaskStory): string {
  return jsonWithArguments(story);
}

/** Arguments go out with every digit they came with, which JSON.stringify alone would lose. */
function jsonWithArguments(value: object): string {
  const texts: string[] = [];
  // No text in the database can hold this mark by chance or by design: it is new for every call.
  const mark = randomUUID();
  const json = JSON.stringify(
    value,
    (_key, part: unknown) => (isJsonText(part) ? `${mark}${String(texts.push(part.rawJSON) - 1)}` : part),
    2,
  );
  return `${json.replace(new RegExp(`"${mark}(\\d+)"`, 'g'), (_match, index: string) => texts[Number(index)] ?? 'null')}\n`;
}
