import { pastedUrl } from '../../connect/pastedUrl';
import { holdsPassword, withoutPassword } from '../../connect/postgres/withoutPassword';
import { complaint } from '../shared/validate';
import type { ConnectionDraft, PasswordOf } from './connectionDraft';
import { askText, type BACK, type StepButton, type StepPosition } from './steps';

type Passwords = ConnectionDraft['fromUrls'];

interface UrlQuestion<Other> {
  readonly prompt: string;
  /** Said below the field until something is typed. */
  readonly note?: string | undefined;
  readonly placeholder: string;
  readonly value: string;
  readonly buttons?: readonly StepButton<Other>[];
  /** @throws Problem when the text cannot be read */
  readonly read: (text: string) => unknown;
  readonly passwordOf: PasswordOf;
  /** @param text without its password, which is among the passwords */
  readonly attempt?:
    ((text: string, passwords: Passwords, signal: AbortSignal) => Promise<string | undefined>) | undefined;
  readonly anyway?: string;
}

/** A URL without its password, and the passwords that were taken out of this URL and of others before it. */
export interface EnteredUrl {
  readonly text: string;
  readonly passwords: Passwords;
}

/**
 * A field for a URL. What is pasted is cleaned (pastedUrl.ts). A password that is pasted with it leaves the field at once, as it would be
 * read over a shoulder or in a shared screen, and is held for the server that it came with.
 */
export async function askUrl<Other extends string = never>(
  { fromUrls }: Pick<ConnectionDraft, 'fromUrls'>,
  position: Pick<StepPosition, 'title'> & Partial<StepPosition>,
  { read, passwordOf, attempt, ...question }: UrlQuestion<Other>,
): Promise<EnteredUrl | Other | typeof BACK | undefined> {
  const passwords = new Map(fromUrls);
  const take = (text: string): string => {
    for (const [key, password] of passwordOf(text)) passwords.set(key, password);
    return withoutPassword(text);
  };
  const bare = (text: string): string => (text.trim() === '' ? '' : take(pastedUrl(text)));
  const answer = await askText<Other>(position, {
    ...question,
    check: (typed) => complaint(() => read(pastedUrl(typed))),
    pasted: (typed) => {
      const value = pastedUrl(typed);
      if (!value.includes('://') || !holdsPassword(value)) return value === typed ? undefined : { value };
      const kept = passwordOf(value).length > 0;
      const what = kept ? 'it is held for this server and not shown' : 'enter it again once the URL can be read';
      return { value: take(value), prompt: `The password was taken out of the URL: ${what}` };
    },
    attempt: attempt && ((text, signal) => attempt(bare(text), passwords, signal)),
  });
  if (typeof answer === 'string') return { text: bare(answer), passwords };
  return typeof answer === 'object' ? (answer as { readonly other: Other }).other : answer;
}
