import { count, number } from '../base/numbers';
import { throwIfCancelled } from '../base/problem';
import type { SourceFiles } from './model';
import { hasIdentifier } from './identifiers';
import { LARGEST_FILE, readPython, type PythonFile } from './pythonFile';

/** What a search through all files did, for the sentence about it. */
export interface ReadCounts {
  readonly files: number;
  readonly unreadable: number;
  readonly tooLarge: number;
}

const AT_A_TIME = 16;

/**
 * Reads every Python file, a few at a time, and shows those whose text is `wanted`, parsed; each is forgotten before the next.
 * @param wanted decides by the text alone: most files end here
 * @throws Problem `cancelled`
 */
export async function readAll(
  files: SourceFiles,
  names: readonly string[],
  wanted: (text: string) => boolean,
  visit: (py: PythonFile) => void | Promise<void>,
  signal: AbortSignal,
): Promise<ReadCounts> {
  const counts = { files: names.length, unreadable: 0, tooLarge: 0 };
  const left = names.values();
  const work = async (): Promise<void> => {
    for (const name of left) {
      throwIfCancelled(signal);
      const text = await files.read(name).catch(() => undefined);
      throwIfCancelled(signal);
      if (text === undefined) counts.unreadable += 1;
      else if (text.length > LARGEST_FILE) counts.tooLarge += 1;
      else if (hasIdentifier(text, wanted)) await visit(readPython(text, name));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return counts;
}

/** `5,000 Python files, of which 2 could not be read and 1 is larger than 2 MB`. */
export function countsText({ files, unreadable, tooLarge }: ReadCounts): string {
  const not = [
    ...(unreadable === 0 ? [] : [`${number(unreadable)} could not be read`]),
    ...(tooLarge === 0 ? [] : [`${number(tooLarge)} ${tooLarge === 1 ? 'is' : 'are'} larger than 2 MB`]),
  ];
  return `${count(files, 'Python file')}${not.length === 0 ? '' : `, of which ${not.join(' and ')}`}`;
}
