import { isBroken, profilesFromSettings, secretKeys, type ConnectionProfile } from '../../connect/profile';
import { entryOf, heldPasswords, type ConnectionDraft } from './connectionDraft';
import { references, type Connections, type HeldPasswords } from './connections';
import { tryBroker, tryDatabase } from './testConnection';

/** The connection that a draft makes as far as it was entered, with the passwords of its servers. @throws Problem */
export function profileOf(
  draft: ConnectionDraft,
  rest: object = {},
): { readonly profile: ConnectionProfile; readonly held: HeldPasswords } {
  const [entry] = profilesFromSettings([{ ...rest, ...entryOf(draft) }], references());
  if (!entry) throw new TypeError('One entry makes one connection.');
  if (isBroken(entry)) throw entry.problem;
  const keys = new Set(Object.values(secretKeys(entry)));
  const held = new Map([...heldPasswords(draft)].filter(([key]) => keys.has(key)));
  return { profile: entry, held };
}

/** What does not work of the database, or of the broker, in a sentence; undefined where it works. */
export type TryDraft = (draft: ConnectionDraft, signal: AbortSignal) => Promise<string | undefined>;

/** @param rest fields of the settings entry that are not asked for, such as its table */
export function triesOf(
  connections: Connections,
  rest: object = {},
): Readonly<Record<'database' | 'broker', TryDraft>> {
  const attempt =
    (part: typeof tryDatabase): TryDraft =>
    async (draft, signal) => {
      const { profile, held } = profileOf(draft, rest);
      return (await part(connections, profile, signal, held)).problem?.message;
    };
  return { database: attempt(tryDatabase), broker: attempt(tryBroker) };
}
