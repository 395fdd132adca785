import { parse } from 'dotenv';

/** Reads the text of a `.env` file as Django projects have it (KEY=value, quotes, comments, `export`). Never throws. */
export function readEnvFile(text: string): Record<string, string> {
  return parse(text);
}
